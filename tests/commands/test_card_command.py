"""`matcher card`: shown, overridden by the institution, and shown again wherever cards are."""

from pathlib import Path
from typing import Any

import pytest

from matcher.settings import Settings
from matcher.wiring.open import open_catalogue
from tests.support.command import PATENTS, run, run_json, write_csv

NUMBER, OWNER = "CN201919900001.1", "样例大学"
OWN = "电池受热时隔膜不会缩短"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own with the three patents, not indexed: a card needs no index."""
    monkeypatch.setenv("MATCHER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MATCHER_MODEL", "fake")
    assert run("import", write_csv(tmp_path / "patents.csv", PATENTS)).exit_code == 0
    return tmp_path / "home"


def card(*arguments: str, number: str = NUMBER) -> Any:
    return run_json("card", number, *arguments)


def refused(*arguments: str, number: str = NUMBER) -> str:
    before = card(number=number)
    result = run("card", number, *arguments)
    assert result.exit_code == 2 and result.stdout == ""
    assert result.stderr.startswith("Error: ") and result.stderr.count("\n") == 1
    assert card(number=number) == before
    return result.stderr


def test_a_card_is_shown_with_the_sentence_each_line_comes_from() -> None:
    shown = card()
    assert (shown["id"], shown["institution"], shown["review"]) == (NUMBER, OWNER, None)
    assert shown["card"]["is_reviewed"] is False
    lines = [line for aspect in ("means", "effect") for line in shown["card"][aspect]]
    abstract = str(PATENTS[0]["abstract"])
    assert lines and all(line["source"] in abstract for line in lines)
    assert {line["passage"] for line in lines} == {"abstract"}
    printed = run("card", "ZL201919900001")
    assert printed.exit_code == 0
    assert printed.stdout.startswith(f"Patent      {NUMBER} · 一种陶瓷涂覆的锂离子电池隔膜\n")
    output = "".join(printed.stdout.split())
    for line in lines:
        assert line["text"] in output and f"abstract:{line['source']}" in output


def test_the_lines_of_the_institution_replace_ours() -> None:
    rule = card()["card"]
    assert rule["means"]
    written = card("--by", OWNER, "--effect", OWN, "--effect", "电池更安全", "--means", "")
    assert [line["text"] for line in written["card"]["effect"]] == [OWN, "电池更安全"]
    assert written["card"]["effect"][0] | {"text": ""} == {
        "text": "",
        "passage": "TTO",
        "source": "",
    }
    assert written["card"]["means"] == []
    assert written["card"]["problem"] == rule["problem"]
    assert written["card"]["is_reviewed"] and written["review"]["by"] == OWNER
    assert card() == written
    printed = run("card", NUMBER).stdout
    assert f"Reviewed    {OWNER}, " in printed and f"effect      {OWN}\n" in printed
    again = card("--by", OWNER, "--use", "动力电池")["card"]
    assert [line["text"] for line in again["use"]] == ["动力电池"]
    assert again["effect"] == rule["effect"] and again["means"] == rule["means"]


def test_a_review_without_lines_confirms_the_card_and_clear_removes_it() -> None:
    rule = card()
    reviewed = card("--by", OWNER)
    assert reviewed["card"] == rule["card"] | {"is_reviewed": True}
    assert card("--by", OWNER, "--clear") == rule
    assert "has said nothing" in refused("--by", OWNER, "--clear")


def test_the_lines_of_the_institution_are_in_answers_and_in_the_catalogue(home: Path) -> None:
    assert run("index").exit_code == 0
    card("--by", OWNER, "--effect", OWN)
    answer = run_json("match", "耐高温的隔膜")
    shown = {result["id"]: result["card"] for result in answer["results"]}
    assert shown[NUMBER] == card()["card"]
    assert OWN in run("match", "耐高温的隔膜", "--long").stdout
    with open_catalogue(Settings(home=home)) as catalogue:
        patent = catalogue.patent(NUMBER)
        known = catalogue.facts([patent]).card(patent)
    assert known.is_reviewed and OWN in [line.text for line in known.lines]


@pytest.mark.parametrize("other", ["样例研究院", "样例大学技术转移中心", "样例", " "])
def test_an_institution_reviews_only_its_own_patents(other: str) -> None:
    assert f"is of {OWNER}" in refused("--by", other, "--effect", OWN)
    card("--by", OWNER)
    assert f"is of {OWNER}" in refused("--by", other, "--clear")


def test_a_patent_without_an_institution_cannot_be_reviewed(tmp_path: Path) -> None:
    alone = {"申请号": "CN201919900301", "发明名称": "一种样例泵", "abstract": "泵有叶轮。"}
    assert run("import", write_csv(tmp_path / "alone.csv", [alone])).exit_code == 0
    assert "no institution is on record" in refused("--by", OWNER, number="CN201919900301")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--effect", OWN], "--by INSTITUTION"),
        (["--clear"], "--by INSTITUTION"),
        (["--by", OWNER, "--clear", "--use", "电池"], "without new ones"),
        (["--by", OWNER, *(["--use", "电池"] * 3)], "at most 2 lines for use"),
        (["--by", OWNER, "--use", "电池", "--use", " "], "1 to 300 characters"),
        (["--by", OWNER, "--use", "请打 13800000000"], "no phone number"),
    ],
)
def test_lines_that_a_card_cannot_hold_are_refused(arguments: list[str], message: str) -> None:
    assert message in refused(*arguments)


def test_an_unknown_patent_has_no_card() -> None:
    for more in ([], ["--by", OWNER]):
        result = run("card", "CN201019900009.9", *more)
        assert result.exit_code == 3
        assert result.stderr.startswith("Error: there is no patent 'CN201019900009.9'")
