"""The edits of a workbook that came back, read against the event and then made."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from matcher.access.roles import Caller
from matcher.errors import NotFoundError
from matcher.events.shortlist import Edit, EditKind, shortlist
from matcher.store import event_edits, patents
from matcher.workflows.events.board import Board
from matcher.workflows.events.edit import Look, keep_edit, named_patent
from matcher.workflows.events.returned_edits import (
    Returned,
    ReturnedEdit,
    ReturnedRow,
    returned_edits,
)

_WORDS: Mapping[EditKind, str] = {
    EditKind.EXCLUDE: "剔除 {patent}（{value}）",
    EditKind.PIN: "保留 {patent}，并安排洽谈",
    EditKind.ADD: "增补 {patent}",
    EditKind.SWAP: "把 {patent} 换成 {value}",
    EditKind.MOVE: "把 {patent} 移到第 {value} 位",
    EditKind.LOCK: "锁定整个名单",
    EditKind.NOTE: "备注 {patent}：{value}",
}


def read_returned(connection: Connection, board: Board, rows: Sequence[ReturnedRow]) -> Returned:
    """What the rows of a workbook ask for, against the event as it stands."""
    kept = event_edits.edits_of(connection, board.event.name)
    return returned_edits(
        board, kept, rows, lambda need, words: named_patent(connection, need, words)
    )


def change_words(connection: Connection, board: Board, one: ReturnedEdit) -> str:
    """An edit in one Chinese line, with its need and the titles of its patents."""
    need = board.need(one.need)
    assert need is not None
    asked, edit = need.asked, one.edit
    titles: dict[str, str] = {
        listed.entry.patent: listed.result["title"] for listed in need.listed if listed.result
    }

    def named(patent: str) -> str:
        title = titles.get(patent) or _title(connection, patent)
        return f"《{title}》{patent}" if title else patent

    value = named(str(edit.value)) if edit.kind is EditKind.SWAP else edit.value or "（清空）"
    head = f"需求 {asked.position}"
    head += f" {asked.need.details.title}" if asked.need.details.title else ""
    told = _WORDS[edit.kind].format(patent=named(edit.patent) if edit.patent else "", value=value)
    return f"{head}：{' '.join(told.split())}"


def make(
    connection: Connection,
    board: Board,
    edits: Sequence[ReturnedEdit],
    *,
    by: str,
    moment: datetime,
    caller: Caller,
    look: Look,
) -> list[int]:
    """Make the edits in their order; their numbers. Raises InputError, and then makes none."""
    standing: dict[str, list[Edit]] = defaultdict(list)
    standing.update(event_edits.standing(connection, board.event.name))
    numbers = []
    for one in edits:
        need = board.need(one.need)
        assert need is not None
        made = standing[one.need]
        as_it_stands = shortlist(need.proposed, made, board.event.options.shortlist_length)
        numbers.append(
            keep_edit(
                connection,
                board,
                replace(need, shortlist=as_it_stands),
                one.edit,
                by=by,
                moment=moment,
                caller=caller,
                look=look,
            )
        )
        made.append(one.edit)
    return numbers


def _title(connection: Connection, patent: str) -> str | None:
    try:
        return patents.by_identifier(connection, patent).title
    except NotFoundError:
        return None
