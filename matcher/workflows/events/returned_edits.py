"""What the staff wrote into a workbook that came back, as edits of the shortlists.

A workbook says of each need what its list was made of. The staff's columns are read against that
list, not against the one that stands now, so that the same workbook always means the same edits:
those that are there already are not made again, and edits by others in between are told.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from matcher.errors import InputError, MatcherError
from matcher.events.list_stamp import last_edit, stamp
from matcher.events.record import KeptEdit
from matcher.events.shortlist import (
    Edit,
    EditKind,
    Shortlist,
    check,
    shortlist,
)
from matcher.types import PatentId
from matcher.workflows.events.board import Board, BoardNeed

Operation = EditKind | str
Field = Literal["operation", "reason", "number"]
UP, DOWN, TOP = "up", "down", "top"
"""Operations that are edits only of a list that is known: a place further up, down, the first."""
_FIRST = (UP, DOWN, TOP, EditKind.PIN, EditKind.SWAP, EditKind.EXCLUDE, EditKind.ADD)
"""The order in which a need's operations are read, so that one more changes none of the others."""


@dataclass(frozen=True, slots=True)
class ReturnedRow:
    """The staff's columns of one row."""

    row: int
    need: str
    patent: str | None
    stamp: str
    operation: Operation | None
    reason: str
    number: str
    note: str


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A cell of the staff's that cannot be done, and what to do about it."""

    row: int
    field: Field
    mend: str


@dataclass(frozen=True, slots=True)
class ReturnedEdit:
    """An edit that a row asks for."""

    row: int
    need: str
    edit: Edit


@dataclass(frozen=True, slots=True)
class Returned:
    """What a workbook asks for."""

    edits: tuple[ReturnedEdit, ...]
    """In the order in which they are to be made; those that stand already are left out."""
    standing: int
    """How many of its edits stand already."""
    problems: tuple[RowProblem, ...]
    conflicts: tuple[int, ...]
    """Rows that ask for something of a list that others have changed since."""


Find = Callable[[BoardNeed, str], PatentId]
"""A patent by its number in any spelling. Raises MatcherError where there is none."""


def returned_edits(
    board: Board, kept: Sequence[KeptEdit], rows: Sequence[ReturnedRow], find: Find
) -> Returned:
    """The edits that the rows of a workbook ask for, against the event as it stands."""
    edits: list[ReturnedEdit] = []
    problems: list[RowProblem] = []
    conflicts: list[int] = []
    standing = 0
    of_need: Mapping[str, list[ReturnedRow]] = defaultdict(list)
    for row in rows:
        of_need[row.need].append(row)
    for name, own in of_need.items():
        need = board.need(name)
        if need is None:
            asked = [row for row in own if row.operation or row.reason or row.number]
            problems += [_problem(row, "需求已不在本活动中，请重新导出") for row in asked]
            continue
        mine = [one for one in kept if one.need == name and one.undone_at is None]
        reading = _Reading(need, own, mine, board.event.options.shortlist_length, find)
        reading.read()
        problems += reading.problems
        fresh = [one for one in reading.edits if one.edit not in reading.later]
        if fresh and reading.is_changed:
            conflicts += [one.row for one in fresh]
        edits += fresh
        standing += len(reading.edits) - len(fresh)
    return Returned(tuple(edits), standing, tuple(problems), tuple(sorted(set(conflicts))))


class _Reading:
    """The rows of one need, read against the list that they show."""

    def __init__(
        self,
        need: BoardNeed,
        rows: Sequence[ReturnedRow],
        kept: Sequence[KeptEdit],
        length: int,
        find: Find,
    ) -> None:
        self.edits: list[ReturnedEdit] = []
        self.problems: list[RowProblem] = []
        self._need, self._rows, self._find, self._length = need, rows, find, length
        known = last_edit(rows[0].stamp)
        before = [one for one in kept if known is not None and one.number <= known]
        self.later = [one.edit for one in kept if one not in before]
        self._before = [one.edit for one in before]
        made_of = stamp(need.asked.ranking, [one.number for one in before])
        self._is_same = all(row.stamp == made_of for row in rows)
        self._list = self._made()
        self._places = {patent: n for n, patent in enumerate(self._list.patents, 1)}

    @property
    def is_changed(self) -> bool:
        """Whether the list is another than the rows show, but for what the rows ask for."""
        asked = [one.edit for one in self.edits]
        locks = any(edit.kind is EditKind.LOCK for edit in asked)
        others = [
            edit
            for edit in self.later
            if edit not in asked and not (locks and edit.kind is EditKind.LOCK)
        ]
        return not self._is_same or bool(others)

    def read(self) -> None:
        """Read the operations in their order, then the notes, then whether to lock."""
        for operation in _FIRST:
            for row in self._rows:
                if row.operation == operation:
                    self._try(row, self._operation)
        for row in self._rows:
            self._try(row, self._note)
            if row.reason and row.operation != EditKind.EXCLUDE:
                mend = "理由只随“剔除”使用；其他说明请写在备注列"
                self.problems.append(RowProblem(row.row, "reason", mend))
            if row.number and row.operation not in (EditKind.SWAP, EditKind.ADD):
                mend = "填了专利号，请在操作列选“替换”或“增补”"
                self.problems.append(RowProblem(row.row, "number", mend))
        for row in [row for row in self._rows if row.operation == EditKind.LOCK][:1]:
            self._add(row, Edit(EditKind.LOCK, None, tuple(self._list.patents)))

    def _try(self, row: ReturnedRow, read: Callable[[ReturnedRow], Iterator[Edit]]) -> None:
        for edit in read(row):
            try:
                check(edit, self._list)
            except InputError:
                is_there = edit.kind is EditKind.ADD
                mend = "此专利已在名单中" if is_there else "此专利已不在名单中，请重新导出"
                self.problems.append(_problem(row, mend))
                return
            self._add(row, edit)

    def _add(self, row: ReturnedRow, edit: Edit) -> None:
        self.edits.append(ReturnedEdit(row.row, row.need, edit))
        self._list = self._made()

    def _made(self) -> Shortlist:
        edits = [*self._before, *(one.edit for one in self.edits)]
        return shortlist(self._need.proposed, edits, self._length)

    def _operation(self, row: ReturnedRow) -> Iterator[Edit]:
        if row.operation == EditKind.ADD:
            if (number := self._number(row)) is not None:
                yield Edit(EditKind.ADD, number)
            return
        if row.patent is None:
            self.problems.append(_problem(row, "此行没有专利，只能选“增补”或“锁定”"))
            return
        patent = PatentId(row.patent)
        match row.operation:
            case EditKind.EXCLUDE if not row.reason:
                self.problems.append(RowProblem(row.row, "reason", "请填写剔除的理由"))
            case EditKind.EXCLUDE:
                yield Edit(EditKind.EXCLUDE, patent, row.reason)
            case EditKind.PIN:
                yield Edit(EditKind.PIN, patent)
            case EditKind.SWAP:
                if (number := self._number(row)) is not None:
                    yield Edit(EditKind.SWAP, patent, number)
            case _:
                yield from self._moved(row, patent)

    def _moved(self, row: ReturnedRow, patent: PatentId) -> Iterator[Edit]:
        """Edits that bring a patent to another place than the one where the row shows it."""
        if row.operation == TOP:
            yield Edit(EditKind.PIN, patent)
        shown = self._places.get(patent)
        if shown is None:
            self.problems.append(_problem(row, "此专利已不在名单中，请重新导出"))
            return
        place = {UP: shown - 1, DOWN: shown + 1, TOP: 1}[str(row.operation)]
        if not 1 <= place <= len(self._places):
            words = "首位，不能上移" if place < 1 else "末位，不能下移"
            self.problems.append(_problem(row, f"此专利已在{words}"))
            return
        patents = self._list.patents
        if place > len(patents) or patents[place - 1] != patent:
            yield Edit(EditKind.MOVE, patent, place)

    def _number(self, row: ReturnedRow) -> PatentId | None:
        mend = "请填写专利的申请号或公开号"
        if row.number:
            try:
                return self._find(self._need, row.number)
            except MatcherError as error:
                mend = f"目录中没有此专利（{error}）"
        self.problems.append(RowProblem(row.row, "number", mend))
        return None

    def _note(self, row: ReturnedRow) -> Iterator[Edit]:
        """Edits for a note that says something else than the list's."""
        shown = {entry.patent: entry.note or "" for entry in self._list.entries}
        if row.patent is not None and shown.get(PatentId(row.patent), row.note) != row.note:
            yield Edit(EditKind.NOTE, PatentId(row.patent), row.note)
        elif row.patent is None and row.note != (self._list.note or ""):
            yield Edit(EditKind.NOTE, None, row.note)


def _problem(row: ReturnedRow, mend: str) -> RowProblem:
    return RowProblem(row.row, "operation", mend)
