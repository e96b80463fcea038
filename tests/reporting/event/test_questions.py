"""Likely questions: from the need's figures, its unanswered parts, and unknown facts."""

from dataclasses import replace

from matcher.events.shown_match import ShownMatch
from matcher.labels import Language
from matcher.reporting.event.questions import MAX_FIGURES, figure_clauses, likely_questions
from matcher.types import Evidence, LegalStatus, LicenceTerms, NeedPartKind

KNOWN = ShownMatch(
    title="一种隔膜",
    status=LegalStatus.IN_FORCE,
    licence=LicenceTerms(kinds=("普通",)),
    readiness="中试",
    evidence=(Evidence("abstract", "隔膜的厚度为 9μm。"),),
)


def test_a_figure_is_asked_for_with_its_clause_and_without_its_list_number() -> None:
    assert figure_clauses("1.150℃收缩率≤2%；2.厚度 9 μm，可靠。") == ("150℃收缩率≤2%", "厚度 9 μm")
    assert figure_clauses("收缩率 1.5% 以内") == ("收缩率 1.5% 以内",)
    assert figure_clauses("（1）厚度9 μm") == ("厚度9 μm",)


def test_figures_in_the_shown_evidence_are_not_asked_for() -> None:
    parts: dict[NeedPartKind, str] = {"technique": "150℃收缩率≤2%；厚度 9 μm"}
    assert likely_questions(parts, KNOWN) == ("能否做到：150℃收缩率≤2%？",)
    assert likely_questions(parts, KNOWN, "en") == ("Can it reach this: 150℃收缩率≤2%?",)


def test_unanswered_parts_and_unknown_facts_are_asked_for() -> None:
    parts: dict[NeedPartKind, str] = {"problem": "焊接时看不到熔深。已试多年", "goal": "用于产线"}
    pending = ShownMatch("一种装置", status=LegalStatus.PENDING, unanswered=("problem",))
    assert likely_questions(parts, pending) == (
        "能否解决：焊接时看不到熔深？",
        "预计何时授权？",
        "目前做到哪一步（样品、小试、中试、量产）？能否看样？",
        "许可或转让的方式、费用和期限？",
    )
    assert likely_questions(parts, replace(KNOWN, unanswered=("goal",))) == (
        "能否实现预期目标：用于产线？",
    )


def test_a_long_list_of_figures_is_cut_and_a_long_part_shortened() -> None:
    many = "；".join(f"强度不低于{number} MPa" for number in range(10, 90, 10))
    assert len(likely_questions({"technique": many}, KNOWN)) == MAX_FIGURES
    unanswered = replace(KNOWN, unanswered=("problem",))
    (question,) = likely_questions({"problem": "难" * 500}, unanswered)
    assert len(question) < 80 and question.endswith("…？")


def test_a_patent_that_was_never_shown_has_questions_about_readiness_and_terms() -> None:
    assert likely_questions({"goal": "用于产线"}, None) == (
        "目前做到哪一步（样品、小试、中试、量产）？能否看样？",
        "许可或转让的方式、费用和期限？",
    )


def test_a_firm_asks_and_does_not_tell_what_it_tried() -> None:
    unanswered = replace(KNOWN, unanswered=("problem",))

    def asked(problem: str, language: Language = "zh") -> tuple[str, ...]:
        return likely_questions({"problem": problem}, unanswered, language)

    tried = "我们之前试过涂陶瓷，温度一高就不行。高温下隔膜收缩"
    assert asked(tried) == ("能否解决：高温下隔膜收缩？",)
    assert asked("客户不让用铬了。除了铬还有什么办法能护住？") == ("除了铬还有什么办法能护住？",)
    general = "对需求中的主要问题，贵方技术能解决到什么程度？"
    assert asked("我厂已试过三家的方案。") == (general,)
    assert asked("接了一批薄壁件，目前靠老师傅。") == (general,)
    assert asked("We tried two coatings. Edges rust", "en") == ("Can it solve this: Edges rust?",)
    # A figure of what was tried is no demand.
    parts: dict[NeedPartKind, str] = {"technique": "我们试过150℃；收缩率≤2%"}
    assert likely_questions(parts, KNOWN) == ("能否做到：收缩率≤2%？",)


def test_a_fault_with_a_figure_is_to_be_solved_and_whether_is_asked_once() -> None:
    parts: dict[NeedPartKind, str] = {"problem": "隔膜在150℃下收缩", "goal": "是否能自适应尺寸变化"}
    assert likely_questions(parts, replace(KNOWN, unanswered=("goal",))) == (
        "能否解决：隔膜在150℃下收缩？",
        "能否实现预期目标：自适应尺寸变化？",
    )
