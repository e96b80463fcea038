"""Likely questions come from the need's figures, its open parts, and what is open of the patent."""

from typing import Any

from matcher.reporting.event.questions import FIGURES_ASKED, figure_clauses, likely_questions
from matcher.types import NeedPartKind

KNOWN: dict[str, Any] = {
    "legal_status": "in_force",
    "licence": {"kinds": ["普通"], "readiness": "中试"},
    "evidence": [{"text": "隔膜的厚度为 9μm。"}],
}


def test_a_figure_is_asked_for_with_its_clause_and_without_its_list_number() -> None:
    assert figure_clauses("1.150℃收缩率≤2%；2.厚度 9 μm，可靠。") == ("150℃收缩率≤2%", "厚度 9 μm")
    assert figure_clauses("收缩率 1.5% 以内") == ("收缩率 1.5% 以内",)
    assert figure_clauses("（1）厚度9 μm") == ("厚度9 μm",)


def test_figures_that_the_patents_words_have_are_not_asked_for() -> None:
    parts: dict[NeedPartKind, str] = {"technique": "150℃收缩率≤2%；厚度 9 μm"}
    assert likely_questions(parts, (), KNOWN) == ("150℃收缩率≤2%能否达到？",)
    assert likely_questions(parts, (), KNOWN, "en") == ("Can it reach this: 150℃收缩率≤2%?",)


def test_open_parts_and_what_is_not_known_of_the_patent_are_asked() -> None:
    parts: dict[NeedPartKind, str] = {"problem": "焊接时看不到熔深。已试多年", "goal": "用于产线"}
    open_patent = {"legal_status": "pending", "licence": {"readiness": None, "kinds": []}}
    assert likely_questions(parts, ("problem",), open_patent) == (
        "能否解决：焊接时看不到熔深？",
        "预计何时授权？",
        "目前做到哪一步（样品、小试、中试、量产）？能否看样？",
        "许可或转让的方式、费用和期限？",
    )
    assert likely_questions(parts, ("goal",), KNOWN) == ("能否实现预期目标：用于产线？",)


def test_a_long_list_of_figures_is_cut_and_a_long_part_shortened() -> None:
    many = "；".join(f"强度不低于{number} MPa" for number in range(10, 90, 10))
    assert len(likely_questions({"technique": many}, (), KNOWN)) == FIGURES_ASKED
    (asked,) = likely_questions({"problem": "难" * 500}, ("problem",), KNOWN)
    assert len(asked) < 80 and asked.endswith("…？")
