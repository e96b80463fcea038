import subprocess
import sys

import pytest
from typer.testing import CliRunner

from matcher.cli import app
from matcher.wiring import build


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no niceness")
def test_work_that_gives_way_says_so_once() -> None:
    script = (
        "import os; from matcher.cores import give_way; give_way(); give_way(); print(os.nice(0))"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)
    assert done.stdout.strip() == b"10"


def test_indexing_gives_way_to_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr("matcher.commands.index.give_way", lambda: done.append("gave way"))
    monkeypatch.setattr(build, "build_index", lambda *_, **__: done.append("indexed"))
    CliRunner().invoke(app, ["index"])
    assert done == ["gave way", "indexed"]
