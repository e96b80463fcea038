import subprocess
import sys

from scripts.bench.machine import ROOT
from scripts.bench.plan import KINDS


def test_the_table_has_a_row_for_each_kind_of_event() -> None:
    options = ["--firms", "12", "--teams", "4", "--runs", "1"]
    ran = subprocess.run(
        [sys.executable, "-m", "scripts.bench.plan", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "12 firms, 4 teams" in ran.stdout and "load before" in ran.stdout
    for kind in KINDS:
        (row,) = [line for line in ran.stdout.splitlines() if line.startswith(f"| {kind.name} |")]
        seconds, _, _, meetings, left_out, best = [c.strip() for c in row.split("|")[2:-1]]
        assert float(seconds) >= 0 and int(meetings) + int(left_out) >= 12
        assert best == "1 of 1"
