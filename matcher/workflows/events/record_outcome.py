"""Recording of the outcome of an event: the follow-up sheet becomes the history of the matches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from matcher.access.roles import Caller
from matcher.errors import ConflictError, InputError
from matcher.events.outcome import EventOutcome, OutcomeRow, count_outcome, steps
from matcher.labels import MATCH_STATE, Label, label
from matcher.language.messages import _
from matcher.matches.record import MatchRecord
from matcher.matches.states import MatchState
from matcher.patents.ipc import industry_names
from matcher.store import event_facts, match_history
from matcher.workflows.events.event_view import read_event_view
from matcher.workflows.events.plan_state import placements_of

UNKNOWN: Label = {"zh": "未知", "en": "not known"}


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row whose step is not possible."""

    row: int
    problem: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """The effect of a follow-up sheet, in counts of matches."""

    moved: int
    """Matches whose state changed."""
    noted: int
    """Matches that only got a note or a next step."""
    unchanged: int
    """Matches of filled-in rows that had this state and these notes already."""
    refused: tuple[RefusedRow, ...]
    outcome: EventOutcome
    outdated: tuple[RefusedRow, ...] = ()
    """Rows of meetings that the plan has no more: the sheet is older, and they were read all the
    same."""
    missing: tuple[str, ...] = ()
    """Planned meetings that the sheet does not have, by the names of the two."""


def record(
    connection: Connection, name: str, rows: Sequence[OutcomeRow], caller: Caller
) -> Recorded:
    """Change the states of an event's matches by the rows of the follow-up sheet.

    A step that is not possible is refused, and the others go on. The same rows again change
    nothing. A meeting without a match counts as held or not; nothing else can be kept of it.
    Where the plan has changed since the sheet was written, rows and meetings are named.
    """
    outdated, missing = _compared_with_plan(connection, name, rows)
    known = event_facts.matches_of(connection, name)
    counts = {"moved": 0, "noted": 0, "unchanged": 0}
    refused = []
    counted = []
    for row in rows:
        if row.match is None:
            counted.append(replace(row, intent=None, reason=None))
            if any((row.intent, row.next_action, row.next_action_on, row.note)):
                refused.append(RefusedRow(row.row, _without_match()))
            continue
        if row.match not in known:
            refused.append(
                RefusedRow(row.row, _("there is no such match, or it is of another event"))
            )
            continue
        counted.append(row)
        if not row.is_filled_in:
            continue
        try:
            counts[_follow_up(connection, known[row.match], row, caller)] += 1
        except (ConflictError, InputError):
            refused.append(RefusedRow(row.row, _impossible(known[row.match], row)))
            # The meeting took place or not; an intent that is not recorded does not count.
            counted[-1] = replace(row, intent=None, reason=None)
    result = _outcome(known, counted)
    return Recorded(
        refused=tuple(refused), outcome=result, outdated=outdated, missing=missing, **counts
    )


def _outcome(known: Mapping[str, MatchRecord], rows: Sequence[OutcomeRow]) -> EventOutcome:
    """Count the rows by the industry and the institution of their matches."""
    names = industry_names()

    def industry(row: OutcomeRow) -> str:
        code = known[row.match].industry if row.match else None
        return names.get(code, code) if code else label(UNKNOWN)

    def institution(row: OutcomeRow) -> str:
        own = known[row.match].institution if row.match else row.pair[1].split("/")[0]
        return own or label(UNKNOWN)

    return count_outcome(rows, industry, institution)


def _compared_with_plan(
    connection: Connection, name: str, rows: Sequence[OutcomeRow]
) -> tuple[tuple[RefusedRow, ...], tuple[str, ...]]:
    """Return the rows of meetings that the plan has no more, and its meetings without a row."""
    planned = {here.pair for here in placements_of(read_event_view(connection, name).plan)}
    if not planned:
        return (), ()
    outdated = tuple(
        RefusedRow(
            row.row,
            _(
                "the meeting {firm} – {team} was cancelled after the export; its outcome is read "
                "all the same",
                firm=row.pair[0],
                team=row.pair[1],
            ),
        )
        for row in rows
        if not row.is_reserve and all(row.pair) and row.pair not in planned
    )
    there = {row.pair for row in rows}
    return outdated, tuple(f"{firm} – {team}" for firm, team in sorted(planned - there))


def _follow_up(connection: Connection, match: MatchRecord, row: OutcomeRow, caller: Caller) -> str:
    """Make the steps of a row, the last with its note and next action.

    Returns the count to which the match adds: moved, noted or unchanged.
    """
    notes = (row.note, row.next_action, row.next_action_on)
    changes = steps(MatchState(match.state), row, caller)
    if not changes and (not any(notes) or notes in _earlier_notes(connection, match)):
        return "unchanged"
    for change in changes[:-1]:
        match, _event = match_history.add_follow_up(connection, match, caller, step=change)
    match_history.add_follow_up(
        connection,
        match,
        caller,
        step=changes[-1] if changes else None,
        note=row.note,
        next_action=row.next_action,
        next_action_on=row.next_action_on,
    )
    return "moved" if changes else "noted"


def _earlier_notes(connection: Connection, match: MatchRecord) -> set[tuple[object, ...]]:
    """Return the notes and next actions in the history of the match."""
    return {
        (step.note, step.next_action, step.next_action_on)
        for step in match_history.history(connection, match.id)
    }


def _without_match() -> str:
    return _(
        "no match stands behind this meeting: it is counted, but intent, next step and note "
        "cannot be kept; add a patent of the team to the need (matcher event add), and fill in a "
        "new workbook"
    )


def _impossible(match: MatchRecord, row: OutcomeRow) -> str:
    text = _(
        'the match is "{current}" and cannot become "{target}" at once',
        current=label(MATCH_STATE[match.state]),
        target=label(MATCH_STATE[row.intent or MatchState.IN_TALKS]),
    )
    return text if row.met else text + _(" (that they met is not filled in)")
