"""What a person sees: the ranked list, text that fits a terminal, progress."""

import io
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from matcher.commands.terminal.answer import print_answer
from matcher.commands.terminal.console import new_console
from matcher.commands.terminal.progress import progress_line
from matcher.commands.terminal.text import line_ranges, marked
from matcher.language.coded import CodedText
from matcher.progress import Step, amount, duration, silent
from matcher.text.excerpts import excerpt
from matcher.types import (
    Answer,
    CardAspect,
    CardLine,
    Evidence,
    Filters,
    Fit,
    LegalStatus,
    LicenceTerms,
    Match,
    Need,
    NeedPart,
    Patent,
    Reading,
    Sleeping,
    TechnologyCard,
    Term,
)
from tests.support.samples import (
    BEARING,
    GRIPPER,
    SEPARATOR,
    TODAY,
    TTO,
)

AWAKE = Sleeping(False, CodedText("sample", "法律状态未知"))


def a_match(patent: Patent, **changes: Any) -> Match:
    values: dict[str, Any] = {
        "rank": 1,
        "patent": patent,
        "score": 1.5,
        "channels": {"dense": 1, "lexical": None},
        "evidence": (Evidence("abstract", patent.abstract),),
        "sleeping": AWAKE,
        "years_left": None,
        "contact": None,
    }
    return Match(**{**values, **changes})


def an_answer(*matches: Match, **changes: Any) -> Answer:
    values: dict[str, Any] = {
        "need": Need("耐高温隔膜"),
        "model": "fake",
        "index": "g1",
        "filters": Filters(),
        "hidden": {"legal_status": 0},
        "results": matches,
    }
    return Answer(**{**values, **changes})


def printed(answer: Answer, width: int = 80, today: date = TODAY) -> str:
    file = io.StringIO()
    print_answer(Console(file=file, width=width), answer, today)
    return file.getvalue()


def test_a_match_is_printed_with_all_its_facts() -> None:
    evidence = Evidence("claim 1", SEPARATOR.claims[0].text, ((7, 9),))
    asleep = Sleeping(True, CodedText("sample", "授权已63个月，无转让、许可记录"))
    text = printed(
        an_answer(
            a_match(
                SEPARATOR,
                evidence=(evidence,),
                sleeping=asleep,
                contact=TTO,
                family_members=("CN201919900009.9",),
            )
        ),
        width=120,
    )
    assert text.splitlines()[3:] == [
        " 1. 一种陶瓷涂覆的锂离子电池隔膜",
        "    claim 1   一种锂离子电池【隔膜】，其特征在于，包括聚乙烯基膜和氧化铝陶瓷层。",
        "    numbers   CN201919900001.1 · CN119900001B · invention · sample",
        "    family    also CN201919900009.9",
        "    owner     样例大学",
        "    status    in force · 授权 · as of 2026-05-01 · 12.7 years left",
        "    sleeping  授权已63个月，无转让、许可记录",
        "    licence   open licence · fee 3 万元/年",
        "    industry  new materials",
        "    ranks     by meaning 1 · by words not found",
        "    team      储能材料团队 · lead 样例甲 · 材料学院 · 样例大学",
        "    contact   样例大学技术转移中心 · 022-0000-0000 · tto@sample.example",
        "",
    ]


def test_the_reading_is_printed_under_the_need() -> None:
    reading = Reading(
        (NeedPart("title", "耐高温\n隔膜"), NeedPart("problem", "收缩" * 200)),
        ("≤2%", "150 ℃"),
        (Term("隔膜", ("separator", "电池隔膜")), Term("陶瓷"), Term("PE", ("聚乙烯",))),
        ("我公司成立于2003年。",),
    )
    lines = printed(an_answer(reading=reading), 400).splitlines()
    assert lines[1:5] == [
        "Read as   name: 耐高温 隔膜",
        f"Read as   {('problem: ' + '收缩' * 200)[:160]}…",
        "Read as   figures: ≤2%, 150 ℃",
        "Read as   terms: 隔膜 = separator / 电池隔膜, PE = 聚乙烯",
    ]
    assert lines[5].startswith("Model")


def test_the_reading_of_a_one_part_need_is_not_printed() -> None:
    reading = Reading((NeedPart("title", "耐高温隔膜"),), (), (Term("隔膜"),))
    assert "Read as" not in printed(an_answer(reading=reading))


@pytest.mark.parametrize(
    ("fit", "unanswered", "line"),
    [
        ("strong", (), "    fit       good fit"),
        ("fair", (), "    fit       some fit"),
        (
            "weak",
            ("problem", "goal"),
            "    fit       weak fit · says nothing to: problem, expected goal",
        ),
        (None, ("technique",), "    fit       says nothing to: technique and indicators"),
        (None, (), None),
    ],
)
def test_the_fit_is_printed_with_the_unanswered_parts(
    fit: Fit | None, unanswered: tuple[Any, ...], line: str | None
) -> None:
    text = printed(an_answer(a_match(SEPARATOR, fit=fit, unanswered=unanswered)), 120)
    lines = text[text.index(" 1. ") :].splitlines()
    assert lines[1] == line if line else not any(each.startswith("    fit") for each in lines)


def test_the_technology_card_is_printed_before_the_passages() -> None:
    card: dict[CardAspect, str] = {
        "problem": "隔膜受热收缩",
        "means": "涂覆陶瓷",
        "effect": "收缩率低于2%",
        "use": "动力电池",
    }
    card_lines = [CardLine(aspect, text, "abstract", text) for aspect, text in card.items()]
    card_lines.insert(2, CardLine("means", "采用聚乙烯膜", "claim 1", "采用聚乙烯膜"))
    text = printed(an_answer(a_match(SEPARATOR, card=TechnologyCard(tuple(card_lines)))), 120)
    lines = text[text.index(" 1. ") :].splitlines()
    assert lines[1:6] == [
        "    solves    隔膜受热收缩",
        "    by        涂覆陶瓷",
        "    by        采用聚乙烯膜",
        "    effect    收缩率低于2%",
        "    for       动力电池",
    ]
    assert lines[6].startswith("    abstract  ")
    assert "solves" not in printed(an_answer(a_match(SEPARATOR)))


def test_related_words_are_marked_like_shared_ones() -> None:
    evidence = Evidence("claim 1", "一种隔膜，含聚乙烯膜和氧化铝", ((2, 4),), ((6, 9), (11, 14)))
    text = printed(an_answer(a_match(SEPARATOR, evidence=(evidence,))), 120)
    assert "    claim 1   一种【隔膜】，含【聚乙烯】膜和【氧化铝】\n" in text


def test_the_excerpt_of_a_long_passage_begins_with_the_answering_sentence() -> None:
    before, answer = "隔膜很多。" * 100, "陶瓷层使隔膜不收缩。"
    text = before + answer + "丙丁。" * 200
    focus = (len(before), len(before) + len(answer))
    marks = ((0, 2), (focus[0] + 4, focus[0] + 6))
    long = Evidence("abstract", text, marks, focus=focus)
    lines = printed(an_answer(a_match(SEPARATOR, evidence=(long,))), 800)
    assert "    abstract  …陶瓷层使【隔膜】不收缩。丙丁。" in lines
    assert "很多" not in lines and lines.count("【") == 1
    # Where all of it fits, it begins where it begins.
    short = Evidence("abstract", f"隔膜很多。{answer}", ((0, 2),), focus=(5, 15))
    lines = printed(an_answer(a_match(SEPARATOR, evidence=(short,))), 120)
    assert f"    abstract  【隔膜】很多。{answer}\n" in lines


def test_unknown_facts_are_printed_as_unknown() -> None:
    text = printed(an_answer(a_match(GRIPPER)))
    assert "unknown, not to be taken as in force · as of an unknown day" in text
    assert "licence   open licence not known" in text
    assert "contact   no technology-transfer office on record" in text
    assert "sleeping" not in text


def test_a_lapsed_right_and_an_ended_term_are_not_in_force() -> None:
    assert "lapsed · 未缴年费终止 · as of an unknown day\n" in printed(an_answer(a_match(BEARING)))
    later = printed(an_answer(a_match(SEPARATOR)), today=date(2040, 1, 1))
    assert "lapsed" in later
    assert "in force" not in later


def test_every_licence_term_is_printed() -> None:
    terms = LicenceTerms(
        False, "提成", "2%", "2026 至 2030", ("普通许可",), ("许可", "转让"), "协议定价", "5 万元"
    )
    text = printed(an_answer(a_match(replace(SEPARATOR, licence=terms, readiness="通过中试"))), 200)
    assert (
        "no open licence · basis 提成 · fee 2% · term 2026 至 2030 · kinds 普通许可 · "
        "ways 许可、转让 · price 协议定价 · 5 万元 · readiness 通过中试\n"
    ) in text


def test_filters_are_printed_with_the_numbers_they_left_out() -> None:
    filters = Filters(
        legal_status=frozenset({LegalStatus.IN_FORCE}),
        industries=("NM",),
        sleeping=True,
        filed_after=date(2020, 1, 31),
        min_years_left=5,
    )
    hidden = {"legal_status": 12, "industries": 1300, "sleeping": 0}
    text = printed(an_answer(a_match(SEPARATOR), filters=filters, hidden=hidden), 160)
    assert (
        "Only      legal status in force · industry new materials · sleeping · "
        "filed from 2020-01-31 · at least 5 years left\n"
    ) in text
    assert "Left out  12 by legal status, 1,300 by industry (each filter counted alone)\n" in text


def test_an_empty_answer_names_the_filters_as_a_possible_reason() -> None:
    assert "No patent of the catalogue answers the need." in printed(an_answer())
    assert "try fewer filters" in printed(an_answer(hidden={"regions": 3}), 120)


def test_notes_are_printed_whole_and_a_long_need_is_cut() -> None:
    text = printed(
        an_answer(
            need=Need("隔膜" * 500, id="N1"), notes=(CodedText("need_long", "the need is long"),)
        ),
        120,
    )
    assert "N1 · 隔膜" in text
    assert "… (1,000 characters)" in " ".join(text.split())
    assert "Note      the need is long\n" in text


@pytest.mark.parametrize("width", [20, 40, 80, 133])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    matches = [a_match(patent, rank=n) for n, patent in enumerate((SEPARATOR, GRIPPER, BEARING), 9)]
    text = printed(an_answer(*matches), width)
    widest = max(cell_len(line) for line in text.splitlines())
    assert widest <= max(width, 34)
    assert not any(line.endswith(" ") for line in text.splitlines())


def test_only_a_terminal_without_no_color_gets_colour(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    evidence = (Evidence("abstract", "耐高温隔膜", ((3, 5),)),)
    answer = an_answer(a_match(SEPARATOR, evidence=evidence))
    file = io.StringIO()
    terminal = Console(file=file, width=80, force_terminal=True, color_system="standard")
    print_answer(terminal, answer, TODAY)
    assert "\x1b[1;32m隔膜\x1b[0m" in file.getvalue()
    assert "【" not in file.getvalue()
    print_answer(new_console(), answer, TODAY)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("FORCE_COLOR", "1")
    print_answer(new_console(), answer, TODAY)
    plain = capsys.readouterr().out
    assert plain.count("耐高温【隔膜】") == 2
    assert "\x1b" not in plain


TEXTS = st.text(st.sampled_from("膜，。（） ab1.\n"), max_size=60)


@given(TEXTS, st.integers(4, 30))
def test_wrapping_drops_only_blanks_and_keeps_the_width(text: str, width: int) -> None:
    shown = [text[start:end] for start, end in line_ranges(text, width)]
    assert "".join("".join(shown).split()) == "".join(text.split())
    assert all(cell_len(line) <= width for line in shown)


def test_lines_break_at_blanks_and_wide_characters() -> None:
    def wrapped(text: str, width: int) -> list[str]:
        return [text[start:end] for start, end in line_ranges(text, width)]

    assert wrapped("隔膜收缩，不短路", 8) == ["隔膜收", "缩，不短", "路"]
    assert wrapped("耐温（高温）", 6) == ["耐温", "（高", "温）"]
    assert wrapped("a bearing fault", 9) == ["a bearing", "fault"]
    assert wrapped("在150摄氏度", 5) == ["在150", "摄氏", "度"]
    assert wrapped("abcdefgh", 5) == ["abcde", "fgh"]
    assert wrapped("", 5) == []


def test_an_excerpt_has_the_most_marks() -> None:
    text = "甲" * 500 + "耐高温隔膜" + "乙" * 500
    shown, marks = excerpt(text, ((500, 505),), 100)
    assert [shown[start:end] for start, end in marks] == ["耐高温隔膜"]
    assert (shown[0], shown[-1]) == ("…", "…")
    assert len(shown) == 102
    assert excerpt("短文", ((0, 1),), 100) == ("短文", ((0, 1),))


def test_an_excerpt_begins_with_the_focus_or_earlier_near_the_end() -> None:
    text = "甲" * 500 + "耐高温隔膜" + "乙" * 500
    shown, marks = excerpt(text, ((0, 2), (500, 505)), 100, (500, 560))
    assert shown == "…耐高温隔膜" + "乙" * 95 + "…" and marks == ((1, 6),)
    shown, marks = excerpt(text, ((500, 505),), 600, (1000, 1005))
    assert shown == "…" + text[-600:]
    assert [shown[start:end] for start, end in marks] == ["耐高温隔膜"]
    assert excerpt("短文", ((0, 1),), 100, (1, 2)) == ("短文", ((0, 1),))


def test_an_excerpt_of_a_long_focus_lies_within_it_where_most_is_marked() -> None:
    text = "隔膜收缩" * 10 + "甲" * 200 + "隔膜" + "乙" * 100
    shown, marks = excerpt(text, ((0, 40), (240, 242)), 50, (40, len(text)))
    assert [shown[start:end] for start, end in marks] == ["隔膜"]


@pytest.mark.parametrize(
    ("claim", "word", "figure"),
    [
        ("一种隔膜，隔膜包括基膜，" + "甲" * 60 + "隔膜的收缩率不大于1.8%", "收缩率", "1.8%"),
        ("A separator, the separator being " + "long " * 20 + "and shrinking by at most 1.8 %",
         "shrinking", "1.8 %"),
    ],
)  # fmt: skip
def test_an_excerpt_holds_the_figure_behind_a_marked_word(
    claim: str, word: str, figure: str
) -> None:
    at = claim.index(word)
    shown, _marks = excerpt(claim, ((at, at + len(word)),), 40)
    assert word in shown and figure in shown


def test_a_marked_figure_decides_between_two_places() -> None:
    text = "隔膜隔膜隔膜" + "甲" * 100 + "低于150摄氏度"
    shown, _marks = excerpt(text, ((0, 6), (108, 111)), 30)
    assert "150摄氏度" in shown


def test_an_excerpt_cuts_no_word() -> None:
    shown, _ = excerpt("vibration " * 50, (), 95)
    assert set(shown.removesuffix("…").split()) == {"vibration"}


@given(TEXTS.map(lambda text: text * 3), st.data())
def test_marks_keep_their_place_in_an_excerpt(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, max(0, len(text) - 1)))
    end = data.draw(st.integers(start, min(len(text), start + 5)))
    shown, marks = excerpt(text, ((start, end),), 40)
    assert len(shown) <= max(42, len(text) if len(text) <= 40 else 0)
    for first, last in marks:
        assert shown[first:last] in text[start:end]


def test_marks_without_styles_are_brackets() -> None:
    assert marked("耐高温\n隔膜", ((0, 1), (4, 6)), plain=True).plain == "【耐】高温 【隔膜】"
    styled = marked("耐高温\n隔膜", ((4, 6),), plain=False)
    assert styled.plain == "耐高温 隔膜"
    assert [(span.start, span.end) for span in styled.spans] == [(4, 6)]


def test_progress_is_shown_on_a_terminal_and_removed_afterwards(
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = io.StringIO()
    terminal = Console(file=file, width=100, force_terminal=True)
    with progress_line(terminal) as report:
        report(Step("reading [样例].csv", 0))
        report(Step("embedding", 512, 920))
        print("for a program")
    assert "embedding" in file.getvalue()
    assert "512 of 920" in file.getvalue()
    assert file.getvalue().endswith("\x1b[2K")  # the line was wiped
    assert capsys.readouterr().out == "for a program\n"


def test_progress_is_silent_without_a_terminal() -> None:
    file = io.StringIO()
    with progress_line(Console(file=file)) as report:
        assert report is silent
    assert file.getvalue() == ""


def test_amount_and_duration_in_words() -> None:
    assert amount(0, None, None) == ""
    assert amount(1200, None, 400) == "1,200, 400/s"
    assert amount(512, 920, 3.25) == "512 of 920, 3.2/s, 2 min 6 s left"
    assert amount(920, 920, 300) == "920 of 920, 300/s"
    assert [duration(s) for s in (0.2, 59, 61, 7500)] == ["1 s", "59 s", "1 min 1 s", "2 h 5 min"]
