"""Matches as they were shown, read back from the stored JSON of an answer."""

from datetime import date

from matcher.events.shown_match import ShownMatch
from matcher.types import CardLine, Evidence, LegalStatus, LicenceTerms, PatentType, TeamRef
from tests.support import small_event


def test_a_match_is_read_back_as_it_was_shown() -> None:
    shown = ShownMatch.from_json(small_event.result("CN1", 1, "strong"))
    assert shown.title == "一种耐热电池隔膜及其制备方法" and shown.fit == "strong"
    assert (shown.status, shown.status_as_of) == (LegalStatus.IN_FORCE, date(2026, 10, 1))
    assert shown.patent_type is PatentType.INVENTION and shown.years_left == 10.3
    assert shown.licence == LicenceTerms(open_licence=True, fee="5万元/年", kinds=("普通",))
    assert shown.has_terms and shown.readiness == "中试"
    assert shown.team == TeamRef("甲大学（样例）", "储能材料团队（样例）")
    assert shown.contact is not None and shown.contact.phone == "022-00000000"
    assert shown.card == (
        CardLine("problem", "隔膜受热收缩", "abstract", "隔膜受热收缩"),
        CardLine("effect", "耐热性好", "abstract", "耐热性好"),
    )
    assert shown.evidence == (
        Evidence(
            "claim 1",
            "一种隔膜。其在150℃的收缩率为1.5%，厚度12 μm。另有涂层。",
            ((7, 11), (12, 15)),
            ((21, 23),),
            (5, 29),
            ("problem",),
        ),
    )
    assert shown.unanswered == ("goal",)


def test_the_institution_is_that_of_the_team_or_else_the_owner() -> None:
    stored = small_event.result("CN5", 1, "weak")
    assert ShownMatch.from_json(stored).institution == "乙研究院（样例）"
    assert ShownMatch.from_json(stored | {"team": None}).institution == stored["owner"]
    assert ShownMatch.from_json(stored | {"team": None, "owner": None}).institution is None


def test_an_answer_of_an_older_version_lacks_only_the_newer_facts() -> None:
    stored = small_event.result("CN2", 2, "fair")
    for key in ("pledge", "card", "unanswered", "fit", "patent_type", "licence"):
        del stored[key]
    for passage in stored["evidence"]:
        del passage["related"], passage["focus"], passage["parts"]
    shown = ShownMatch.from_json(stored)
    assert shown.title == "=陶瓷涂覆隔膜" and shown.contact is not None
    assert (shown.card, shown.unanswered, shown.fit, shown.pledge_note) == ((), (), None, None)
    assert not shown.has_terms and shown.readiness is None
    assert shown.evidence[0].parts == () and shown.evidence[0].focus is None
