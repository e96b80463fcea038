"""`matcher similar` and `matcher needs-for` on real files."""

import re
from pathlib import Path

import pytest

from tests.support.command import (
    PATENTS,
    PHONE,
    run,
    run_json,
    write_csv,
)

NEEDS = (
    {"id": "N1", "title": "耐高温隔膜", "problem": "隔膜在150℃收缩", "contact_phone": PHONE},
    {"id": "N2", "title": "抓取易碎零件", "problem": "夹爪会留下压痕", "region": "天津"},
)
GRIPPER = "CN202029900002.4"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own, with the three patents indexed."""
    monkeypatch.setenv("MATCHER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MATCHER_MODEL", "fake")
    assert run("import", write_csv(tmp_path / "patents.csv", PATENTS)).exit_code == 0
    assert run("index").exit_code == 0
    return tmp_path / "home"


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """A file with two needs."""
    return write_csv(tmp_path / "needs.csv", NEEDS)


def numbers(*arguments: str) -> set[str]:
    results = run_json("similar", "CN201919900001.1", *arguments)["results"]
    return {result["application_number"][:6] for result in results}


@pytest.mark.parametrize("number", [GRIPPER, "ZL202029900002", "CN219900002U", "cn219900002u"])
def test_similar_finds_the_patent_by_any_of_its_numbers(number: str) -> None:
    answer = run_json("similar", number)
    assert answer["patent"]["id"] == GRIPPER
    assert answer["patent"]["title"] == "一种机器人柔性夹爪"
    assert [result["rank"] for result in answer["results"]] == [1]
    assert answer["results"][0]["application_number"] == "CN201919900001.1"
    assert answer["hidden"] == {"legal_status": 1}


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        ("", {"CN2020"}),
        ("--status all", {"CN2020", "CN2015"}),
        ("--status all --region 河北 -k 1", {"CN2020"}),
        ("--status lapsed", {"CN2015"}),
        ("--ipc B25J --status all", {"CN2020"}),
        ("--industry HEM", {"CN2020"}),
        ("--institution 大学", set()),
        ("--region 河北", {"CN2020"}),
        ("--kind 发明 --status all", {"CN2015"}),
        ("--open-licence", set()),
        ("--no-sleeping", {"CN2020"}),
        ("--filed-after 2020", {"CN2020"}),
        ("--years-left 400", set()),
    ],
)
def test_similar_filters_like_match(filters: str, left: set[str]) -> None:
    assert numbers(*filters.split()) == left


def test_similar_returns_k_results() -> None:
    assert len(numbers("--status", "all", "-k", "1")) == 1


def test_similar_prints_the_answer_as_text() -> None:
    result = run("similar", GRIPPER)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Patent    {GRIPPER} · 一种机器人柔性夹爪")
    assert " 1. 一种陶瓷涂覆的锂离子电池隔膜" in result.stdout
    assert "样例大学技术转移中心 · 022-0000-0000" in result.stdout
    assert "1 by legal status" in result.stdout
    assert PHONE not in result.output


@pytest.mark.parametrize("command", ["similar", "needs-for"])
def test_an_unknown_patent_is_named(command: str, sheet: Path) -> None:
    more: list[str | Path] = ["--needs", sheet] if command == "needs-for" else []
    result = run(command, "CN201019900009.9", *more)
    assert result.exit_code == 3
    assert result.stderr.startswith("Error: there is no patent 'CN201019900009.9'")


def test_needs_for_ranks_the_needs_of_a_sheet(sheet: Path) -> None:
    answer = run_json("needs-for", GRIPPER, "--needs", sheet)
    assert answer["patent"]["id"] == GRIPPER
    assert (answer["model"], answer["asked"]) == ("fake", 2)
    assert [result["need"]["id"] for result in answer["results"]] == ["N2", "N1"]
    best = answer["results"][0]
    assert (best["rank"], best["place"]) == (1, 1)
    (evidence,) = best["evidence"]
    assert "夹爪" in {evidence["text"][start:end] for start, end in evidence["highlights"]}
    assert answer["results"][0]["score"] > answer["results"][1]["score"]
    lapsed = run_json("needs-for", "CN201519900003.2", "--needs", sheet, "-k", "1")
    assert lapsed["patent"]["legal_status"] == "lapsed" and len(lapsed["results"]) == 1


def test_needs_for_prints_the_answer_as_text(sheet: Path) -> None:
    result = run("needs-for", GRIPPER, "--needs", sheet)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Patent    {GRIPPER} · 一种机器人柔性夹爪\nStatus    unknown")
    assert "Needs     2 of 2, the best first" in result.stdout
    assert result.stdout.index(" 1. 抓取易碎零件") < result.stdout.index(" 2. 耐高温隔膜")
    assert "N2 · 天津" in result.stdout
    assert "1 in the need's own answer · by meaning 1 · by words 1" in result.stdout
    assert re.search("【[^】]*夹爪", result.stdout)
    assert PHONE not in result.output


def test_needs_for_refuses_a_sheet_without_needs(tmp_path: Path) -> None:
    assert run("needs-for", GRIPPER).exit_code == 2
    empty = write_csv(tmp_path / "needs.csv", [{"id": "N1", "title": "", "problem": ""}])
    result = run("needs-for", GRIPPER, "--needs", empty)
    assert result.exit_code == 2 and "holds no need" in result.stderr
