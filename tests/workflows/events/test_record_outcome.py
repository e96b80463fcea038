"""A follow-up sheet that is older than the plan is read, and its differences are named."""

from sqlalchemy import Connection

from matcher.access.roles import COMMAND_CALLER
from matcher.events.decision import DecisionKind
from matcher.events.outcome import OutcomeRow
from matcher.store import event_facts
from matcher.workflows.events.edit_meetings import MeetingEdit, edit_meeting
from matcher.workflows.events.record_outcome import record
from tests.support import small_event
from tests.support.small_event import MOMENT, NAME

FIRM, TEAM = "乙装备公司（样例）", "甲大学（样例）/激光团队（样例）"
DRUG_FIRM, DRUG_TEAM = "丙医药公司（样例）", "乙研究院（样例）/药物团队（样例）"


def test_meetings_cancelled_and_added_since_are_named(connection: Connection) -> None:
    small_event.make(connection)
    known = event_facts.matches_of(connection, NAME)
    (match,) = (m.id for m in known.values() if (m.need, m.patent) == (small_event.LASER, "CN3"))
    row = OutcomeRow(4, match, (FIRM, TEAM), False, True, None, None, None, None, None)
    for edit in (
        MeetingEdit(DecisionKind.CANCEL, FIRM, TEAM, reason="改期"),
        MeetingEdit(DecisionKind.ADD, DRUG_FIRM, DRUG_TEAM),
    ):
        edit_meeting(connection, NAME, edit, by="样例员", moment=MOMENT)
    done = record(connection, NAME, [row], COMMAND_CALLER)
    (out,) = done.outdated
    assert (out.row, done.moved, done.outcome.total.held) == (4, 1, 1)
    assert out.problem.startswith(f"the meeting {FIRM} – {TEAM} was cancelled after the export")
    assert f"{DRUG_FIRM} – {DRUG_TEAM}" in done.missing
