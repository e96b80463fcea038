"""The comparison of builds, with this build on both sides."""

from pathlib import Path

from scripts.bench.builds import this_build
from scripts.bench.catalogue import write_catalogue
from scripts.bench.compare import Work, comparison, measure


def test_a_build_is_measured_by_its_commands_and_its_server(tmp_path: Path) -> None:
    write_catalogue(tmp_path / "patents.jsonl", 20)
    write_catalogue(tmp_path / "more.jsonl", 21)
    needs = ["高温环境下的隔膜", "滚动轴承的故障诊断", "污水处理用的膜"]
    work = Work(tmp_path / "patents.jsonl", tmp_path / "more.jsonl", needs, clients=3)
    measured = measure(
        this_build({"MATCHER_MODEL": "fake", "MATCHER_WAIT_SECONDS": "120"}),
        tmp_path / "a home",
        work,
    )
    assert all(value > 0 for value in measured.values())
    assert measured["many clients: p50, s"] <= measured["many clients: p95, s"]
    table = comparison([measured], [{**measured, "index all, s": 0.0}], "abc").splitlines()
    assert len(table) == 2 + len(measured)
    assert table[0] == "| | abc | now | now / abc |"
    assert next(line for line in table if line.startswith("| index all, s |")).endswith("| 0.00 |")
