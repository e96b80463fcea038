"""The first answer with the built-in model: no process waits for what it does not need."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import PATENTS, process_environment, write_csv

SLOW = {"torch", "transformers", "sentence_transformers"}
NOT_FOR_ANSWERS = {
    "matcher.importing.read_file",
    "openvino.tools.ovc.convert",
    "openvino_telemetry",
}
"""Reading of files, and tools that convert models: a tenth of a first answer to import."""
SERVE = """
from fastapi.testclient import TestClient
from api.app import create_app
from matcher.settings import Settings
with TestClient(create_app(Settings())) as client:
    answer = client.post("/v1/match", json={"need": {"text": "高温环境下的隔膜"}})
    assert answer.status_code == 200 and answer.json()["results"], answer.text
"""


def imported(*arguments: str, home: Path) -> set[str]:
    """Run Python in a new process; return the modules that it imported."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments],
        env=process_environment(home, MATCHER_MODEL="builtin"),
        capture_output=True,
        timeout=300,
        check=False,
    )
    lines = done.stderr.decode().splitlines()
    assert done.returncode == 0, lines[-5:]
    return {line.rsplit("|", 1)[-1].strip() for line in lines if "|" in line}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    patents = write_csv(folder / "patents.csv", PATENTS)
    for command in (["import", str(patents)], ["index"]):
        assert not imported("-m", "matcher.cli", *command, home=folder) & SLOW
    return folder


def test_a_command_answers_without_torch(home: Path) -> None:
    loaded = imported("-m", "matcher.cli", "match", "高温环境下的隔膜", home=home)
    assert "openvino" in loaded and not loaded & (SLOW | NOT_FOR_ANSWERS)


def test_the_server_answers_without_torch(home: Path) -> None:
    loaded = imported("-c", SERVE, home=home)
    assert "openvino" in loaded and not loaded & SLOW
