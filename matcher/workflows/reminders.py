"""Reminders (到期提醒): the terms of records, and the next steps of matches that have a day."""

from datetime import date

from sqlalchemy import Connection

from matcher.access.roles import Caller
from matcher.language.messages import _
from matcher.programme.kinds import KINDS
from matcher.store import match_history, programme
from matcher.store.match_history import NextAction
from matcher.store.schema.needs import matches
from matcher.store.visibility import matches_seen_by
from matcher.types import Json
from matcher.workflows.programme_json import reminder_json


def due_reminders(
    connection: Connection,
    caller: Caller,
    *,
    until: date,
    today: date,
    institution: str | None = None,
) -> list[Json]:
    """Return everything due until a day as JSON objects, the earliest first.

    A next step stands until its side follows the match up again. Its `record` is the id of the
    match. Where an institution is given, only what is its own.
    """
    records = programme.reminders(
        connection, list(KINDS.values()), until=until, today=today, institution=institution
    )
    seen = matches_seen_by(caller)
    if institution is not None:
        seen &= matches.c.institution == institution
    actions = match_history.due_actions(connection, caller, seen, until)
    listed = [reminder_json(reminder, today) for reminder in records]
    listed += [next_step_json(action, today) for action in actions]
    return sorted(listed, key=lambda reminder: str(reminder["due_on"]))


def next_step_json(action: NextAction, today: date) -> Json:
    """Return a next step with a day in the form of a reminder."""
    day = action.event.next_action_on
    assert day is not None
    return {
        "due_on": day.isoformat(),
        "is_overdue": day < today,
        "what": _("next step: {text}", text=action.event.next_action),
        "kind": "match",
        "record": action.event.match,
        "number": None,
        "patent": action.patent,
        "institution": action.institution,
        "enterprise": action.enterprise,
    }
