"""The staff's edits to the shortlists of an event: checked against the list as it stands, kept."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from matcher.access.roles import Caller
from matcher.errors import InputError
from matcher.events.record import EventState, KeptEdit
from matcher.events.shortlist import Edit, EditKind, check
from matcher.needs.record import NeedRecord
from matcher.search.answer_json import answer_json
from matcher.store import event_edits, events, patents, rankings
from matcher.types import Answer, Patent, PatentId
from matcher.workflows.events.board import Board, BoardNeed, read_board

Look = Callable[[Patent, NeedRecord], Answer | None]
"""What the engine says of one patent for one need; None where there is no engine to ask."""


def named_need(board: Board, words: str) -> BoardNeed:
    """The need by its number in the event (1, 2 …) or its id. Raises InputError."""
    for one in board.needs:
        if words in (str(one.asked.position), one.asked.need.id):
            return one
    last = len(board.needs)
    raise InputError(
        f"the event has no need {words[:60]!r}: give its number, 1 to {last}, or its id"
        if last
        else "the event has no needs yet: matcher event set EVENT --needs FILE"
    )


def named_patent(connection: Connection, need: BoardNeed, words: str) -> PatentId:
    """A patent by `#` and its place in the shortlist, or by number in any spelling.

    Raises InputError for a place that is not there, NotFoundError for an unknown number.
    """
    if words.startswith("#"):
        shown = need.shortlist.patents
        place = int(words[1:]) if words[1:].isdecimal() else 0
        if not 1 <= place <= len(shown):
            raise InputError(f"the shortlist has places #1 to #{len(shown)}, not {words[:20]}")
        return shown[place - 1]
    if PatentId(words) in need.shortlist.patents:
        return PatentId(words)
    return patents.by_identifier(connection, words).id


def keep_edit(
    connection: Connection,
    board: Board,
    need: BoardNeed,
    edit: Edit,
    *,
    by: str,
    moment: datetime,
    caller: Caller,
    look: Look,
) -> int:
    """Keep one edit; its number. A patent that was never shown for the need is looked at first,
    so that the papers can say why it stands there. The event becomes a draft again.

    Raises InputError where the edit makes no sense of the list as it stands.
    """
    check(edit, need.shortlist)
    newcomer = _newcomer(edit)
    if newcomer is not None and not _was_shown(need, newcomer):
        _show(connection, need, newcomer, caller, look, moment)
    name = board.event.name
    number = event_edits.add(connection, name, KeptEdit(0, need.asked.need.id, edit, moment, by))
    back_to_draft(connection, name, moment)
    return number


def undo_edit(
    connection: Connection, name: str, moment: datetime, number: int | None = None
) -> KeptEdit:
    """Take back an edit, by default the last. Raises NotFoundError where there is none."""
    events.named(connection, name)
    undone = event_edits.undo(connection, name, moment, number)
    back_to_draft(connection, name, moment)
    return undone


def back_to_draft(connection: Connection, name: str, moment: datetime) -> None:
    """What was reviewed or published is changed: it has to be looked at again."""
    event = events.named(connection, name)
    events.save(connection, replace(event, state=EventState.DRAFT, updated_at=moment))


def lock(need: BoardNeed) -> Edit:
    """The edit that keeps a shortlist as it stands now."""
    return Edit(EditKind.LOCK, None, tuple(need.shortlist.patents))


def current(connection: Connection, name: str, words: str) -> tuple[Board, BoardNeed]:
    """The event as it stands, and one of its needs. Raises EventNotFoundError, InputError."""
    board = read_board(connection, name)
    return board, named_need(board, words)


def _newcomer(edit: Edit) -> PatentId | None:
    if edit.kind in (EditKind.ADD, EditKind.PIN):
        return edit.patent
    if edit.kind is EditKind.SWAP and isinstance(edit.value, str):
        return PatentId(edit.value)
    return None


def _was_shown(need: BoardNeed, patent: PatentId) -> bool:
    listed = {one.entry.patent for one in need.listed if one.result is not None}
    return patent in listed | {one.patent for one in need.proposed}


def _show(
    connection: Connection,
    need: BoardNeed,
    patent: PatentId,
    caller: Caller,
    look: Look,
    moment: datetime,
) -> None:
    asked = need.asked.need
    answer = look(patents.by_identifier(connection, patent), asked)
    if answer is not None:
        rankings.keep(connection, asked, caller, answer, answer_json(answer, moment.date()))
