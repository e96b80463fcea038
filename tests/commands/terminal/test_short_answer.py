"""The answer in short, in both languages and at several widths."""

import io
from dataclasses import replace
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from matcher.commands.terminal.short_answer import print_short_answer
from matcher.language.coded import CodedText
from matcher.types import Answer, Evidence, Match, NeedPart, PatentId, Pledge, Reading
from tests.commands.terminal.test_answer import a_match, an_answer
from tests.support.samples import BEARING, GRIPPER, SEPARATOR, TODAY, TTO

READING = Reading((NeedPart("title", "耐高温隔膜"), NeedPart("goal", "收缩率低于2%")))


def shown(answer: Answer, width: int = 80) -> str:
    file = io.StringIO()
    print_short_answer(Console(file=file, width=width), answer, TODAY)
    return file.getvalue()


def separator(**changes: Any) -> Match:
    evidence = Evidence("claim 1", SEPARATOR.claims[0].text, ((7, 9),))
    match = a_match(SEPARATOR, evidence=(evidence,), contact=TTO, fit="strong")
    return replace(match, **changes)


def test_a_result_is_title_label_why_status_owner_and_contact() -> None:
    answer = an_answer(separator(), a_match(GRIPPER, rank=2, unanswered=("goal",)), reading=READING)
    assert shown(answer, 100).splitlines() == [
        "Need      耐高温隔膜",
        "",
        " 1. 一种陶瓷涂覆的锂离子电池隔膜",
        "    good fit · CN201919900001.1 · sample",
        "    why      claim 1: 一种锂离子电池【隔膜】，其特征在于，包括聚乙烯基膜和氧化铝陶瓷层。",
        "    status   in force · 12.7 years left",
        "    owner    样例大学",
        "    contact  样例大学技术转移中心 · 022-0000-0000 · tto@sample.example",
        "",
        " 2. 一种机器人柔性夹爪",
        *shown(answer, 100).splitlines()[10:15],
        "",
        "Answered  name by 1, 2 · expected goal by 1",
        "",
    ]
    assert "Model" not in shown(answer)


def test_a_patent_without_application_number_shows_its_publication_number_not_our_id() -> None:
    unfiled = replace(SEPARATOR, id=PatentId("local:0123456789abcdef"), application_number=None)
    published = replace(unfiled, publication_number="CN109999999A")
    assert "good fit · CN109999999A · sample" in shown(an_answer(separator(patent=published)))
    nameless = replace(unfiled, publication_number=None)
    assert "local:0123456789abcdef" in shown(an_answer(separator(patent=nameless)))


@pytest.mark.usefixtures("chinese")
def test_it_is_chinese_in_a_chinese_run_and_its_columns_stand_in_line() -> None:
    answer = an_answer(separator(unanswered=("goal",)), reading=READING)
    assert shown(answer, 100).splitlines() == [
        "需求      耐高温隔膜",
        "",
        " 1. 一种陶瓷涂覆的锂离子电池隔膜",
        "    契合度较高 · CN201919900001.1 · 样例",
        "    依据     权利要求 1：一种锂离子电池【隔膜】，其特征在于，包括聚乙烯基膜和"
        "氧化铝陶瓷层。",
        "    状态     有权 · 剩余 12.7 年",
        "    专利权人 样例大学",
        "    联系     样例大学技术转移中心 · 022-0000-0000 · tto@sample.example",
        "",
        "已回应    需求名称：第 1 件",
        "未回应    预期目标",
        "",
    ]


def test_the_passage_has_two_lines_about_its_marked_words() -> None:
    text = "甲" * 300 + "陶瓷层使隔膜不收缩" + "乙" * 300
    match = separator(evidence=(Evidence("abstract", text, ((304, 306),)),))
    lines = shown(an_answer(match)).splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("    why"))
    assert "隔膜" in "".join(lines[start : start + 2])
    assert lines[start + 1].endswith("…") and lines[start + 2].startswith("    status")


def test_a_pledge_and_an_unknown_status_are_told() -> None:
    pledged = separator(pledge=Pledge("pledged", CodedText("recorded", "质押登记")))
    text = shown(an_answer(pledged, a_match(GRIPPER, rank=2)))
    assert "    pledge   质押登记\n" in text
    assert "unknown, not to be taken as in force" in text


@pytest.mark.parametrize("width", [20, 40, 80, 133])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    matches = [a_match(patent, rank=n) for n, patent in enumerate((SEPARATOR, GRIPPER, BEARING), 9)]
    text = shown(an_answer(*matches), width)
    assert max(map(cell_len, text.splitlines())) <= max(width, 34)
    assert not any(line.endswith(" ") for line in text.splitlines())
