import subprocess
import sys

from scripts.bench.plan import KINDS, ROOT


def test_the_bench_of_plans_prints_a_line_for_each_kind_of_event() -> None:
    ran = subprocess.run(
        [
            *(sys.executable, str(ROOT / "scripts" / "bench_plan.py")),
            *("--firms", "12", "--teams", "4", "--runs", "1"),
        ],
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
