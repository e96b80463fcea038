"""Versions of an event: its state at each review or publication."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from matcher.errors import ConflictError
from matcher.events.record import EventNeedState, EventState
from matcher.labels import EVENT_STATE, label
from matcher.language.messages import _
from matcher.store import event_edits, events
from matcher.workflows.events.event_view import EventView, read_event_view
from matcher.workflows.events.plan_state import MAX_NAMED, out_of_date, with_list
from matcher.workflows.events.recommend import recommend_listed
from matcher.workflows.events.version_contents import contents, difference

_STATES_BEFORE = {
    EventState.REVIEWED: (EventState.DRAFT,),
    EventState.PUBLISHED: (EventState.REVIEWED,),
}


def advance(connection: Connection, name: str, to: EventState, *, by: str, moment: datetime) -> int:
    """Mark an event as reviewed or published, store the version, and return its number.

    Raises ConflictError if the event is not in the state before, has needs that wait, or a plan
    that is older than the event; it names what changed.
    """
    view = read_event_view(connection, name)
    event = view.event
    if event.state not in _STATES_BEFORE[to]:
        raise ConflictError(_wrong_state(connection, view, to))
    waiting = [need for need in view.needs if need.event_need.state is EventNeedState.WAITING]
    if waiting:
        raise ConflictError(
            _(
                "{count} needs have no shortlist yet ({numbers}): run matcher event match",
                count=len(waiting),
                numbers=_listed([str(need.position) for need in waiting]),
            )
        )
    if (problem := out_of_date(view)) is not None:
        raise ConflictError(problem)
    number = event_edits.add_version(connection, name, to, contents(view), moment=moment, by=by)
    events.save(connection, replace(event, state=to, updated_at=moment))
    recommend_listed(connection, name)
    return number


def store_state(connection: Connection, name: str, moment: datetime) -> None:
    """Store that an event is a draft again, if it changed since its last version."""
    event = events.by_name(connection, name)
    state = read_event_view(connection, name).event.state
    if state is not event.state:
        events.save(connection, replace(event, state=state, updated_at=moment))


def _wrong_state(connection: Connection, view: EventView, to: EventState) -> str:
    wanted = _(" or ").join(label(EVENT_STATE[state]) for state in _STATES_BEFORE[to])
    text = _(
        "the event is {state}, and only a {wanted} one can become {to}",
        state=label(EVENT_STATE[view.event.state]),
        wanted=wanted,
        to=label(EVENT_STATE[to]),
    )
    last = event_edits.last_version(connection, view.event.name)
    if last is None or view.event.state is not EventState.DRAFT:
        return text
    text += _("; changed since version {number}:", number=last["number"])
    return with_list(text, list(difference(last["contents"], contents(view))))


def _listed(lines: Iterable[str]) -> str:
    lines = list(lines)
    more = len(lines) - MAX_NAMED
    semicolon = _("; ")
    return semicolon.join(lines[:MAX_NAMED]) + (f"{semicolon}…" if more > 0 else "")
