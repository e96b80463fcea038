"""The steps of docs/portal.md, run against a real server."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from matcher.settings import Settings
from tests.support.command import process_environment
from tests.support.samples import INSTITUTION

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "portal.md").read_text(encoding="utf-8")
STEPS = re.findall(r"```(bash|python)\n(.*?)```", DOCUMENT, flags=re.DOTALL)


def made_key(settings: Settings, *options: str) -> str:
    command = [sys.executable, "-m", "matcher.cli", "keys", "create", *options, "--json"]
    run = subprocess.run(
        command, env=process_environment(settings.home), capture_output=True, check=True, cwd=ROOT
    )
    key: str = json.loads(run.stdout)["key"]
    return key


@pytest.fixture
def served(settings: Settings) -> Iterator[dict[str, str]]:
    """Start a server, and return the environment of the document's commands."""
    keys = {
        "PORTAL_KEY": made_key(settings, "--role", "portal"),
        "TTO_KEY": made_key(settings, "--role", "tto", "--institution", INSTITUTION),
    }
    command = [sys.executable, "-m", "uvicorn", "--factory", "api.app:create_app"]
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        subprocess.Popen(
            [*command, "--fd", str(listener.fileno())],
            cwd=ROOT,
            env=process_environment(settings.home),
            pass_fds=[listener.fileno()],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as server,
    ):
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        try:
            yield os.environ | {"MATCHER_URL": address} | keys
        finally:
            server.send_signal(signal.SIGTERM)


def test_the_steps_of_the_document_work_as_written(served: dict[str, str], tmp_path: Path) -> None:
    work = tmp_path / "portal"
    work.mkdir()
    shell = "\n".join(step for language, step in STEPS if language == "bash")
    script = work / "steps.sh"
    script.write_text(f"set -euo pipefail\n{shell}", encoding="utf-8")
    run = subprocess.run(["bash", script], cwd=work, env=served, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    printed = []
    for language, step in STEPS:
        if language == "python":
            run = subprocess.run(
                [sys.executable, "-c", step], cwd=ROOT, env=served, capture_output=True, text=True
            )
            assert run.returncode == 0, run.stderr
            printed.append(run.stdout.strip())
    assert printed[:2] == ["1 answered", "2 patents"]
    assert len(printed) == 3 and len(STEPS) == 8
