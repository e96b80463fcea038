"""Meetings that the staff decided by hand: added, moved or cancelled, each kept in every plan."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from matcher.text.organisations import organisation_key


class DecisionKind(StrEnum):
    """The kinds of decisions about one meeting."""

    ADD = "add_meeting"
    """加洽谈: plan a meeting that no plan has."""
    MOVE = "move_meeting"
    """改期: put a meeting into another slot or at another table."""
    CANCEL = "cancel_meeting"
    """取消: take a meeting out, with a reason."""


@dataclass(frozen=True, slots=True)
class MeetingDecision:
    """One decision about the meeting of a firm and a team, by their ids in a plan."""

    kind: DecisionKind
    firm: str
    team: str
    slot: str | None = None
    """By name; None for a cancelled meeting."""
    table: str | None = None
    reason: str | None = None
    is_forced: bool = False
    """True if it stands beyond the presence or the limits of the two; has a reason."""

    @property
    def key(self) -> tuple[str, str]:
        """A key of the two, equal for any spelling of their names."""
        return organisation_key(self.firm), organisation_key(self.team)


@dataclass(frozen=True, slots=True)
class KeptDecision:
    """A stored decision with its author and time; numbered with the edits of the shortlists."""

    number: int
    decision: MeetingDecision
    made_at: datetime
    made_by: str
    undone_at: datetime | None = None

    @property
    def kind(self) -> str:
        """The kind of the decision."""
        return self.decision.kind.value


def last_decisions(decisions: Iterable[MeetingDecision]) -> tuple[MeetingDecision, ...]:
    """Return the last decision about each pair, in the order of the first ones."""
    last: dict[tuple[str, str], MeetingDecision] = {}
    for decision in decisions:
        last[decision.key] = decision
    return tuple(last.values())
