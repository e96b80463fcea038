"""The outcome of an event: the rows of the follow-up sheet, their state changes, and the counts."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from matcher.access.roles import Caller
from matcher.errors import ConflictError
from matcher.labels import MATCH_STATE, label
from matcher.language.messages import _
from matcher.matches.states import (
    EXITS,
    PATH,
    ExitReason,
    MatchState,
    Step,
    take_step,
)

Field = Literal["met", "intent", "reason", "day"]


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """A row of 跟进表: the outcome of one match, or of a meeting without one."""

    row: int
    match: str | None
    """None for a meeting placed by hand of two that no shortlist brings together."""
    pair: tuple[str, str]
    """The firm and the team, by any names that tell them apart."""
    is_reserve: bool
    met: bool | None
    intent: MatchState | None
    """The intent of both sides: in talks, intent, signed or not interested."""
    reason: ExitReason | None
    next_action: str | None
    next_action_on: date | None
    note: str | None

    @property
    def is_filled_in(self) -> bool:
        """True if the staff filled in any cell."""
        cells = (self.intent, self.next_action, self.next_action_on, self.note)
        return self.met is not None or any(cells)


def steps(state: MatchState, row: OutcomeRow, caller: Caller) -> tuple[Step, ...]:
    """Return the state changes from `state` to the state of a row; none if it is there already.

    Two sides that met are in talks; a match never goes back by a row. Raises ConflictError for a
    step that the match cannot make, InputError for an exit without its reason.
    """
    target = row.intent or (MatchState.IN_TALKS if row.met else None)
    if target is None or target is state or _is_past(state, target):
        return ()
    targets = [target]
    if row.met and target is not MatchState.IN_TALKS and not _is_past(state, MatchState.IN_TALKS):
        targets.insert(0, MatchState.IN_TALKS)
    if state in EXITS:
        raise ConflictError(
            _('the match is "{state}": the staff reopen it first', state=label(MATCH_STATE[state]))
        )
    changes = []
    for to in targets:
        if to is state:
            continue
        reason = row.reason if to is MatchState.NOT_INTERESTED else None
        changes.append(take_step(state, to, caller.role, reason))
        state = to
    return tuple(changes)


def _is_past(state: MatchState, target: MatchState) -> bool:
    """True if a state is the target or a later one on the path."""
    return state in PATH and target in PATH and PATH.index(state) >= PATH.index(target)


@dataclass(slots=True)
class Tally:
    """Counts of meetings and of the matches that they were about."""

    planned: int = 0
    held: int = 0
    """Planned meetings that were held."""
    not_held: int = 0
    unknown: int = 0
    """Planned meetings without a record of being held or not."""
    reserves_held: int = 0
    intents: int = 0
    """Matches with an intent and no contract yet."""
    signed: int = 0
    """Matches with a contract."""
    talks: int = 0
    """Matches whose talks go on."""
    not_interested: int = 0


@dataclass(slots=True)
class EventOutcome:
    """The counts of an event, in total, by industry and by institution."""

    total: Tally = field(default_factory=Tally)
    by_industry: dict[str, Tally] = field(default_factory=dict)
    by_institution: dict[str, Tally] = field(default_factory=dict)


GroupOf = Callable[[OutcomeRow], str]
"""Returns the group in which a row is counted."""


def count_outcome(
    rows: Sequence[OutcomeRow], industry: GroupOf, institution: GroupOf
) -> EventOutcome:
    """Count the rows of an event; a meeting has several rows.

    A meeting counts in the industry and institution of its first match.
    """
    result = EventOutcome()
    meetings: Mapping[tuple[str, str], list[OutcomeRow]] = defaultdict(list)
    for row in rows:
        meetings[row.pair].append(row)
        for tally in _tallies(result, industry(row), institution(row)):
            _count_match(tally, row)
    for own_rows in meetings.values():
        for tally in _tallies(result, industry(own_rows[0]), institution(own_rows[0])):
            _count_meeting(tally, own_rows)
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
    tally.intents += row.intent is MatchState.INTENT
    tally.signed += row.intent is MatchState.SIGNED
    tally.talks += row.intent is MatchState.IN_TALKS
    tally.not_interested += row.intent is MatchState.NOT_INTERESTED


def _count_meeting(tally: Tally, rows: Sequence[OutcomeRow]) -> None:
    answers = {row.met for row in rows}
    if all(row.is_reserve for row in rows):
        tally.reserves_held += True in answers
        return
    tally.planned += 1
    tally.held += True in answers
    tally.not_held += True not in answers and False in answers
    tally.unknown += answers == {None}


def consistent(row: OutcomeRow) -> tuple[OutcomeRow, tuple[tuple[Field, str], ...]]:
    """Return the row without the cells that lack another or contradict it, and their problems.

    The other cells of the row hold: a firm that came and is not interested has met the team, even
    if the reason is missing. Each problem says how to correct its cell.
    """
    problems: list[tuple[Field, str]] = []
    if row.intent is MatchState.NOT_INTERESTED and row.reason is None:
        fix = _("choose the reason of no interest; until then, the intent is not recorded")
        problems.append(("reason", fix))
        row = replace(row, intent=None)
    elif row.intent is not MatchState.NOT_INTERESTED and row.reason is not None:
        fix = _("a reason goes with 不感兴趣 only; this one is not recorded")
        problems.append(("reason", fix))
        row = replace(row, reason=None)
    if row.next_action_on is not None and not row.next_action:
        fix = _("the next step has a day: say what it is; until then, the day is not recorded")
        problems.append(("day", fix))
        row = replace(row, next_action_on=None)
    return row, tuple(problems)
