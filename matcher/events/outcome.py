"""What came of an event: what the staff wrote down of each match, its steps, and the result."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from matcher.access.roles import Caller
from matcher.errors import ConflictError
from matcher.matches.states import (
    EXITS,
    PATH,
    ExitReason,
    MatchState,
    Step,
    step,
)

Field = Literal["met", "intent", "reason", "day"]


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """What 跟进表 says of one match."""

    row: int
    match: str
    pair: tuple[str, str]
    """The firm and the team, by whatever names them."""
    is_reserve: bool
    met: bool | None
    intent: MatchState | None
    """What the sides want: in talks, intent, signed or not interested."""
    reason: ExitReason | None
    next_action: str | None
    next_action_on: date | None
    note: str | None

    @property
    def says_something(self) -> bool:
        """Whether anybody filled it in."""
        told = (self.intent, self.next_action, self.next_action_on, self.note)
        return self.met is not None or any(told)


def steps(state: MatchState, row: OutcomeRow, caller: Caller) -> tuple[Step, ...]:
    """The steps that a row asks of a match in this state; none where it is there already.

    Two sides that met are in talks; a match never goes back by a row. Raises ConflictError for a
    step that the match cannot make, InputError for an exit without its reason.
    """
    target = row.intent or (MatchState.IN_TALKS if row.met else None)
    if target is None or target is state or _is_past(state, target):
        return ()
    way = [target]
    if row.met and target is not MatchState.IN_TALKS and not _is_past(state, MatchState.IN_TALKS):
        way.insert(0, MatchState.IN_TALKS)
    if state in EXITS:
        raise ConflictError(f"匹配已处于“{state}”，须先由工作人员重新打开")
    made = []
    for to in way:
        if to is state:
            continue
        reason = row.reason if to is MatchState.NOT_INTERESTED else None
        made.append(step(state, to, caller.role, reason))
        state = to
    return tuple(made)


def _is_past(state: MatchState, target: MatchState) -> bool:
    """Whether a match has come as far as the target, or further."""
    return state in PATH and target in PATH and PATH.index(state) >= PATH.index(target)


@dataclass(slots=True)
class Tally:
    """What came of some of the meetings."""

    planned: int = 0
    held: int = 0
    """Of the planned ones."""
    not_held: int = 0
    unknown: int = 0
    """Planned ones of which nobody wrote down whether they were held."""
    reserves_held: int = 0
    intents: int = 0
    """Matches with an intent or a contract."""
    talks: int = 0
    """Matches that go on talking."""
    not_interested: int = 0


@dataclass(slots=True)
class EventOutcome:
    """What came of an event."""

    total: Tally = field(default_factory=Tally)
    by_industry: dict[str, Tally] = field(default_factory=dict)
    by_institution: dict[str, Tally] = field(default_factory=dict)


Of = Callable[[OutcomeRow], str]


def outcome(rows: Sequence[OutcomeRow], industry: Of, institution: Of) -> EventOutcome:
    """The result of an event by what was written down; a meeting has several rows.

    A meeting counts in the industry and institution of its first match.
    """
    result = EventOutcome()
    meetings: Mapping[tuple[str, str], list[OutcomeRow]] = defaultdict(list)
    for row in rows:
        meetings[row.pair].append(row)
        for tally in _tallies(result, industry(row), institution(row)):
            _count_match(tally, row)
    for own in meetings.values():
        for tally in _tallies(result, industry(own[0]), institution(own[0])):
            _count_meeting(tally, own)
    result.by_industry = dict(sorted(result.by_industry.items()))
    result.by_institution = dict(sorted(result.by_institution.items()))
    return result


def _tallies(result: EventOutcome, industry: str, institution: str) -> tuple[Tally, ...]:
    return (
        result.total,
        result.by_industry.setdefault(industry, Tally()),
        result.by_institution.setdefault(institution, Tally()),
    )


def _count_match(tally: Tally, row: OutcomeRow) -> None:
    tally.intents += row.intent in (MatchState.INTENT, MatchState.SIGNED)
    tally.talks += row.intent is MatchState.IN_TALKS
    tally.not_interested += row.intent is MatchState.NOT_INTERESTED


def _count_meeting(tally: Tally, own: Sequence[OutcomeRow]) -> None:
    told = {row.met for row in own}
    if all(row.is_reserve for row in own):
        tally.reserves_held += True in told
        return
    tally.planned += 1
    tally.held += True in told
    tally.not_held += True not in told and False in told
    tally.unknown += told == {None}


def check(row: OutcomeRow) -> tuple[tuple[Field, str], ...]:
    """What of a row contradicts itself: the cell, and what to do."""
    problems: list[tuple[Field, str]] = []
    if row.intent is MatchState.NOT_INTERESTED and row.reason is None:
        problems.append(("reason", "请选择不感兴趣的原因"))
    if row.intent is not MatchState.NOT_INTERESTED and row.reason is not None:
        problems.append(("reason", "原因只随“不感兴趣”填写"))
    if row.next_action_on is not None and not row.next_action:
        problems.append(("day", "填了下一步日期，请写明下一步做什么"))
    return tuple(problems)
