"""The procedures of docs/operations.md, run as they stand there, one after the other."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from api.app import create_app
from matcher.settings import Settings
from tests.support.import_files import BOTH, write_xlsx

pytestmark = pytest.mark.sqlite

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "operations.md"
HOME = "/srv/matcher"
PROCEDURES = ("Install", "Upgrade", "Back up", "Restore", "Check", "Rotate keys")


def test_every_procedure_works_as_it_stands(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "export.xlsx", {"专利": BOTH})
    said = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script(tmp_path / "home")],
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
    )
    assert said.returncode == 0, f"{said.stdout}\n{said.stderr}"
    assert re.findall(r"^== (.*)$", said.stdout, re.MULTILINE) == list(PROCEDURES)
    assert "WRONG" not in said.stdout and "Traceback" not in said.stderr
    assert (tmp_path / "elsewhere" / "matcher.sqlite").is_file()
    assert list((tmp_path / "home").glob("matcher_before_*.sqlite"))


def test_the_routes_that_the_documents_name_exist() -> None:
    known = set(create_app(Settings(model="fake")).openapi()["paths"])
    for page in ROOT.glob("docs/*.md"):
        named = re.findall(r"`(/[a-z]+z)`", page.read_text(encoding="utf-8"))
        assert set(named) <= known, page.name


def script(home: Path) -> str:
    """Every block of commands of the page, each procedure behind a line with its name."""
    text = PAGE.read_text(encoding="utf-8").replace(HOME, f'"{home}"')
    sections = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    parts = []
    for section in sections:
        blocks = re.findall(r"```bash\n(.*?)```", section, re.DOTALL)
        if blocks:
            parts += [f"echo '== {section.splitlines()[0]}'", *blocks]
    return "\n".join(parts)


def environment(folder: Path) -> dict[str, str]:
    """Variables of a shell that has the program and the fake model."""
    program = folder / "bin" / "matcher"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m matcher.cli "$@"\n')
    program.chmod(0o755)
    path = [str(program.parent), str(Path(sys.executable).parent), os.environ["PATH"]]
    return {
        "PATH": os.pathsep.join(path),
        "PYTHONPATH": str(ROOT),
        "MATCHER_MODEL": "fake",
        "MATCHER_LANGUAGE": "en",
        "LANG": "C.UTF-8",
        "OMP_NUM_THREADS": "1",
    }
