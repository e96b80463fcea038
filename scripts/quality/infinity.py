"""The model server infinity on the loopback; `.ci/model-server` installs it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx2

FOLDER = Path(__file__).parents[2] / ".model-server"
START_SECONDS = 240
"""Time limit of its start, which takes ten seconds where nothing else runs."""
_RUN = "from infinity_emb.cli import cli; cli()"


def is_installed() -> bool:
    """True if the server is installed."""
    return (FOLDER / ".installed").is_file()


@contextmanager
def running_infinity(models: Mapping[str, Path], key: str, log: Path) -> Iterator[str]:
    """Serve models, in float32 on the processor, by name; yields the URL up to /v1."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = [sys.executable, "-c", _RUN, "v2", "--url-prefix", "/v1", "--api-key", key]
    arguments += ["--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"]
    for name, folder in models.items():
        arguments += ["--model-id", str(folder), "--served-model-name", name]
    arguments += ["--engine", "torch", "--device", "cpu", "--dtype", "float32"]
    arguments += ["--no-bettertransformer", "--no-model-warmup"]
    quiet = {"INFINITY_ANONYMOUS_USAGE_STATS": "0", "DO_NOT_TRACK": "1", "HF_HUB_OFFLINE": "1"}
    environment = {**os.environ, **quiet, "PYTHONPATH": str(FOLDER), "OMP_NUM_THREADS": "1"}
    with (
        log.open("wb") as output,
        subprocess.Popen(arguments, env=environment, stdout=output, stderr=output) as server,
    ):
        try:
            _wait(server, f"http://127.0.0.1:{port}/health", log)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            server.terminate()


def _wait(server: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    """Wait until the server answers."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        assert server.poll() is None, log.read_text("utf-8", "replace")[-3000:]
        try:
            if httpx2.get(url, trust_env=False).status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.2)
    raise AssertionError(log.read_text("utf-8", "replace")[-3000:])
