"""A real server in a process of its own."""

import json
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.schemas.answer import AnswerView
from matcher.settings import Settings
from tests.support.command import process_environment
from tests.support.samples import SEPARATOR

ROOT = Path(__file__).parents[2]
SECRET = "锂电池隔膜在高温下收缩，想要保密的耐热隔膜"


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A free port, already listening: what is sent before the server is up waits."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


def ask(port: int, path: str, body: Any = None) -> tuple[int, Any]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}",
        None if body is None else json.dumps(body).encode(),
        {"content-type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=120) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as problem:
        with problem:
            return problem.code, json.load(problem)


def test_a_server_answers_logs_no_need_and_ends_on_a_signal(
    settings: Settings, listener: socket.socket
) -> None:
    port = listener.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "--factory", "api.app:create_app"]
    environment = process_environment(settings.home)
    with subprocess.Popen(
        [*command, "--fd", str(listener.fileno()), "--log-level", "trace"],
        cwd=ROOT,
        env=environment,
        pass_fds=[listener.fileno()],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as server:
        try:
            assert ask(port, "/healthz") == (200, {"status": "alive"})
            assert ask(port, "/readyz")[0] == 200
            status, answer = ask(port, "/v1/match", {"need": SECRET, "k": 2})
            assert status == 200
            assert ask(port, "/v1/match", {"need": SECRET * 10_000})[0] == 413
            assert ask(port, "/v1/match", {"need": [SECRET]})[0] == 422
            assert ask(port, "/v1/patents/0")[0] == 404
        finally:
            server.send_signal(signal.SIGTERM)
            log, _ = server.communicate(timeout=60)
    results = AnswerView.model_validate_json(json.dumps(answer)).results
    assert SEPARATOR.id in {result.id for result in results}
    assert server.returncode in (0, -signal.SIGTERM)  # it shut down, then passed the signal on
    assert "Application shutdown complete" in log
    assert re.search(r'"POST /v1/match HTTP/1.1" 200', log)
    assert SECRET not in log and json.dumps(SECRET)[1:-1] not in log and "Traceback" not in log
