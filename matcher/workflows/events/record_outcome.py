"""After an event: what the follow-up sheet says becomes the matches' history."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from matcher.access.roles import Caller
from matcher.errors import ConflictError, InputError
from matcher.events.outcome import EventOutcome, OutcomeRow, outcome, steps
from matcher.matches.record import MatchRecord
from matcher.matches.states import STATE_WORDS, MatchState
from matcher.patents.ipc import industry_names
from matcher.store import event_facts, match_history

UNKNOWN = "未知"


@dataclass(frozen=True, slots=True)
class Refused:
    """A row whose step is not possible."""

    row: int
    words: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a follow-up sheet did."""

    moved: int
    """Matches that are in another state now."""
    noted: int
    """Matches that only got a note or a next step."""
    unchanged: int
    """Filled-in rows whose match was as they say already."""
    refused: tuple[Refused, ...]
    outcome: EventOutcome


def record(
    connection: Connection, name: str, rows: Sequence[OutcomeRow], caller: Caller
) -> Recorded:
    """Move the matches of an event as the rows say; a step that is not possible is refused, and
    the others go on. The same rows again change nothing."""
    known = event_facts.matches_of(connection, name)
    counts = {"moved": 0, "noted": 0, "unchanged": 0}
    refused = []
    for row in rows:
        if row.match not in known:
            refused.append(Refused(row.row, "没有这条匹配，或不属于本活动"))
            continue
        if not row.says_something:
            continue
        try:
            counts[_follow_up(connection, known[row.match], row, caller)] += 1
        except (ConflictError, InputError):
            refused.append(Refused(row.row, _impossible(known[row.match], row)))
    rows = [row for row in rows if row.match in known]
    names = industry_names()

    def industry(row: OutcomeRow) -> str:
        code = known[row.match].industry
        return names.get(code, code) if code else UNKNOWN

    result = outcome(rows, industry, lambda row: known[row.match].institution or UNKNOWN)
    return Recorded(refused=tuple(refused), outcome=result, **counts)


def _follow_up(connection: Connection, match: MatchRecord, row: OutcomeRow, caller: Caller) -> str:
    """Make a row's steps, the last with its note and next action; what that did to the match."""
    words = (row.note, row.next_action, row.next_action_on)
    made = steps(MatchState(match.state), row, caller)
    if not made and (not any(words) or words in _said(connection, match)):
        return "unchanged"
    for one in made[:-1]:
        match, _ = match_history.follow_up(connection, match, caller, step=one)
    match_history.follow_up(
        connection,
        match,
        caller,
        step=made[-1] if made else None,
        note=row.note,
        next_action=row.next_action,
        next_action_on=row.next_action_on,
    )
    return "moved" if made else "noted"


def _said(connection: Connection, match: MatchRecord) -> set[tuple[object, ...]]:
    """Notes and next actions that the match's history has already."""
    return {
        (one.note, one.next_action, one.next_action_on)
        for one in match_history.history(connection, match.id)
    }


def _impossible(match: MatchRecord, row: OutcomeRow) -> str:
    here = STATE_WORDS[MatchState(match.state)]
    wanted = STATE_WORDS[row.intent or MatchState.IN_TALKS]
    met = "" if row.met else "（未填已见面）"
    return f"匹配处于“{here}”，不能直接变为“{wanted}”{met}"
