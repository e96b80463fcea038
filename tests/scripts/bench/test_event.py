import subprocess
import sys
from pathlib import Path

from scripts.bench.machine import ROOT


def test_shortlists_are_timed_by_stage_and_the_catalogue_is_kept(tmp_path: Path) -> None:
    home = tmp_path / "home"
    options = ["--needs", "3", "--patents", "20", "--model", "fake", "--home", str(home)]
    for _ in range(2):
        ran = subprocess.run(
            [sys.executable, "-m", "scripts.bench.event", *options],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        assert "Model fake; 20 patents, vectors drawn at random; 2 cores" in ran.stdout
        assert "3 needs matched, 0 failed." in ran.stdout
        rows = [line.split("|") for line in ran.stdout.splitlines() if line.startswith("| ")]
        assert [row[1].strip() for row in rows[1:]][-2:] == ["total", "total, of the processor"]
    assert (home / "matcher.sqlite").is_file()
