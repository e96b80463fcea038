"""Versions of an event: what stood when it was reviewed or published, and what changed between."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from matcher.errors import ConflictError
from matcher.events.record import EventState
from matcher.store import event_edits, events
from matcher.workflows.events.board import Board, read_board
from matcher.workflows.events.meeting_requests import firm_of

Contents = Mapping[str, Any]
_NEXT = {
    EventState.REVIEWED: (EventState.DRAFT,),
    EventState.PUBLISHED: (EventState.REVIEWED,),
}


def contents(board: Board) -> dict[str, Any]:
    """What a version keeps: the shortlists with their edits, and the plan."""
    return {
        "needs": [
            {
                "id": one.asked.need.id,
                "position": one.asked.position,
                "title": one.asked.need.details.title,
                "firm": firm_of(one),
                "patents": list(one.shortlist.patents),
                "pinned": [e.patent for e in one.shortlist.entries if e.is_pinned],
                "excluded": {e.patent: e.reason for e in one.shortlist.excluded},
                "is_locked": one.shortlist.is_locked,
                "notes": {e.patent: e.note for e in one.shortlist.entries if e.note},
                "note": one.shortlist.note,
                "titles": {
                    listed.entry.patent: (listed.result or {}).get("title") for listed in one.listed
                },
            }
            for one in board.needs
        ],
        "meetings": [] if board.plan is None else list(board.plan["meetings"]),
    }


def advance(connection: Connection, name: str, to: EventState, *, by: str, moment: datetime) -> int:
    """Let an event be reviewed or published, and keep the version; its number.

    Raises ConflictError where the event is not in the state before, or has needs that wait.
    """
    board = read_board(connection, name)
    event = board.event
    if event.state not in _NEXT[to]:
        wanted = " or ".join(state.value for state in _NEXT[to])
        raise ConflictError(
            f"the event is {event.state.value}, and only a {wanted} one can become {to.value}"
        )
    if waiting := sum(one.asked.ranking is None and not one.asked.problem for one in board.needs):
        raise ConflictError(f"{waiting} needs have no shortlist yet: run matcher event match")
    number = event_edits.add_version(connection, name, to, contents(board), moment=moment, by=by)
    events.save(connection, replace(event, state=to, updated_at=moment))
    return number


def difference(old: Contents, new: Contents) -> Iterator[str]:
    """What changed from one version to another, a line each, in Chinese."""
    before = {one["id"]: one for one in old["needs"]}
    after = {one["id"]: one for one in new["needs"]}
    for identity, one in after.items():
        if identity not in before:
            yield f"新增需求 {_name(one)}"
        else:
            yield from _need_changes(before[identity], one)
    for identity, one in before.items():
        if identity not in after:
            yield f"移除需求 {_name(one)}"
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
    kept = [patent for patent in new["patents"] if patent in old["patents"]]
    if kept != [patent for patent in old["patents"] if patent in new["patents"]]:
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
    before = {(one["firm"], one["team"]): one for one in old}
    after = {(one["firm"], one["team"]): one for one in new}
    for pair, one in after.items():
        words = f"{pair[0]} – {pair[1]}"
        earlier = before.get(pair)
        if earlier is None:
            yield f"新增洽谈 {words}: {one['slot']} {one['table']}号桌"
        elif (earlier["slot"], earlier["table"]) != (one["slot"], one["table"]):
            yield (
                f"改期 {words}: {earlier['slot']} {earlier['table']}号桌 → "
                f"{one['slot']} {one['table']}号桌"
            )
    for pair in before.keys() - after.keys():
        yield f"取消洽谈 {pair[0]} – {pair[1]}"


def _name(need: Contents) -> str:
    return f"需求{need['position']} {need['title'] or need['firm']}"
