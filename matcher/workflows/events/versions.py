"""Versions of an event: its state at each review or publication, and the changes between them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from matcher.errors import ConflictError
from matcher.events.record import EventState
from matcher.store import event_edits, events
from matcher.workflows.events.event_view import EventView, NeedView, read_event_view
from matcher.workflows.events.meeting_requests import firm_of

Contents = Mapping[str, Any]
_STATES_BEFORE = {
    EventState.REVIEWED: (EventState.DRAFT,),
    EventState.PUBLISHED: (EventState.REVIEWED,),
}


def contents(view: EventView) -> dict[str, Any]:
    """Return the contents of a version: the shortlists with their edits, and the plan."""
    return {
        "needs": [_need_contents(need) for need in view.needs],
        "meetings": [] if view.plan is None else list(view.plan["meetings"]),
    }


def _need_contents(need: NeedView) -> dict[str, Any]:
    shortlist = need.shortlist
    return {
        "id": need.id,
        "position": need.position,
        "title": need.need.details.title,
        "firm": firm_of(need),
        "patents": list(shortlist.patents),
        "pinned": [entry.patent for entry in shortlist.entries if entry.is_pinned],
        "excluded": {out.patent: out.reason for out in shortlist.excluded},
        "is_locked": shortlist.is_locked,
        "notes": {entry.patent: entry.note for entry in shortlist.entries if entry.note},
        "note": shortlist.note,
        "titles": {
            listed.entry.patent: listed.shown.title if listed.shown else None
            for listed in need.listed
        },
    }


def advance(connection: Connection, name: str, to: EventState, *, by: str, moment: datetime) -> int:
    """Mark an event as reviewed or published, store the version, and return its number.

    Raises ConflictError if the event is not in the state before, or has needs that wait.
    """
    view = read_event_view(connection, name)
    event = view.event
    if event.state not in _STATES_BEFORE[to]:
        wanted = " or ".join(state.value for state in _STATES_BEFORE[to])
        raise ConflictError(
            f"the event is {event.state.value}, and only a {wanted} one can become {to.value}"
        )
    needs = [need.event_need for need in view.needs]
    if waiting := sum(need.ranking is None and not need.problem for need in needs):
        raise ConflictError(f"{waiting} needs have no shortlist yet: run matcher event match")
    number = event_edits.add_version(connection, name, to, contents(view), moment=moment, by=by)
    events.save(connection, replace(event, state=to, updated_at=moment))
    return number


def difference(old: Contents, new: Contents) -> Iterator[str]:
    """Yield the changes from one version to another, a line each, in Chinese."""
    before = {need["id"]: need for need in old["needs"]}
    after = {need["id"]: need for need in new["needs"]}
    for need_id, need in after.items():
        if need_id not in before:
            yield f"新增需求 {_name(need)}"
        else:
            yield from _need_changes(before[need_id], need)
    for need_id, need in before.items():
        if need_id not in after:
            yield f"移除需求 {_name(need)}"
    yield from _meeting_changes(old["meetings"], new["meetings"])


def _need_changes(old: Contents, new: Contents) -> Iterator[str]:
    head = _name(new)
    titles = {**old["titles"], **new["titles"]}

    def named(patent: str) -> str:
        return f"《{titles[patent]}》({patent})" if titles.get(patent) else patent

    for patent in new["patents"]:
        if patent not in old["patents"]:
            yield f"{head}: 加入 {named(patent)}"
    for patent in old["patents"]:
        if patent not in new["patents"]:
            reason = new["excluded"].get(patent)
            yield f"{head}: 移出 {named(patent)}" + (f", 理由: {reason}" if reason else "")
    common = [patent for patent in new["patents"] if patent in old["patents"]]
    if common != [patent for patent in old["patents"] if patent in new["patents"]]:
        yield f"{head}: 顺序改为 {'、'.join(named(patent) for patent in new['patents'])}"
    for patent in new["pinned"]:
        if patent not in old["pinned"]:
            yield f"{head}: 置顶 {named(patent)}"
    for patent in old["pinned"]:
        if patent not in new["pinned"]:
            yield f"{head}: 取消置顶 {named(patent)}"
    if old["is_locked"] != new["is_locked"]:
        yield f"{head}: {'锁定' if new['is_locked'] else '取消锁定'}"
    if (old["note"], old["notes"]) != (new["note"], new["notes"]):
        yield f"{head}: 备注有改动"


def _meeting_changes(old: list[Contents], new: list[Contents]) -> Iterator[str]:
    before = {(meeting["firm"], meeting["team"]): meeting for meeting in old}
    after = {(meeting["firm"], meeting["team"]): meeting for meeting in new}
    for pair, meeting in after.items():
        parties, seat = f"{pair[0]} – {pair[1]}", _seat(meeting)
        if pair not in before:
            yield f"新增洽谈 {parties}: {seat}"
        elif _seat(before[pair]) != seat:
            yield f"改期 {parties}: {_seat(before[pair])} → {seat}"
    for pair in before.keys() - after.keys():
        yield f"取消洽谈 {pair[0]} – {pair[1]}"


def _seat(meeting: Contents) -> str:
    return f"{meeting['slot']} {meeting['table']}号桌"


def _name(need: Contents) -> str:
    return f"需求{need['position']} {need['title'] or need['firm']}"
