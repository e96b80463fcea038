"""The profile of answers, with the fake model."""

import csv
from pathlib import Path

from scripts.bench.builds import this_build
from scripts.bench.catalogue import write_catalogue
from scripts.bench.profile import profile, table


def test_the_time_of_answers_is_added_up_by_file(tmp_path: Path) -> None:
    write_catalogue(tmp_path / "patents.jsonl", 10)
    with (tmp_path / "needs.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["需求描述"], ["高温环境下的隔膜收缩"], ["滚动轴承的故障诊断"]])
    build, home = this_build({"MATCHER_MODEL": "fake"}), tmp_path / "home"
    build.run(home, "import", tmp_path / "patents.jsonl")
    build.run(home, "index")
    times = profile(build, home, tmp_path / "needs.csv")
    assert {"matcher/evidence/parts.py", "matcher/text/tokens.py"} <= set(times)
    lines = table(times, needs=2).splitlines()
    assert lines[0] == "| file or library | ms a need | share |"
    assert lines[-1].startswith("| all | ")
