"""The edits of the shortlists that the staff wrote into a returned workbook.

A workbook carries the stamp of each need's list. The staff's columns are read against the list of
that stamp, not against the current one, so that the same workbook always means the same edits:
those that were made already are not made again, and edits by others in between are reported.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from matcher.errors import InputError, MatcherError
from matcher.events.record import KeptEdit
from matcher.events.shortlist import (
    Edit,
    EditKind,
    Shortlist,
    check_edit,
    last_edit_of,
    list_stamp,
    shortlist,
)
from matcher.language.messages import _
from matcher.types import PatentId
from matcher.workflows.events.event_view import EventView, NeedView

Operation = EditKind | str
Field = Literal["operation", "reason", "number"]
UP, DOWN, TOP = "up", "down", "top"
"""Moves whose target depends on the list: one position up, one down, the first."""
_READING_ORDER = (UP, DOWN, TOP, EditKind.PIN, EditKind.SWAP, EditKind.EXCLUDE, EditKind.ADD)
"""The order in which a need's operations are read: a later one does not change an earlier one."""


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
    """A staff cell that cannot be carried out, and how to correct it."""

    row: int
    field: Field
    fix: str


@dataclass(frozen=True, slots=True)
class ReturnedEdit:
    """An edit written in a row."""

    row: int
    need: str
    edit: Edit


@dataclass(frozen=True, slots=True)
class Returned:
    """The edits of a workbook, compared with the current event."""

    edits: tuple[ReturnedEdit, ...]
    """In the order in which they are to be made, without those that were made already."""
    standing: int
    """The number of its edits that were made already."""
    problems: tuple[RowProblem, ...]
    conflicts: tuple[int, ...]
    """Rows with edits of a list that others have changed since."""


FindPatent = Callable[[NeedView, str], PatentId]
"""Finds a patent by its number in any spelling. Raises MatcherError if there is none."""


def returned_edits(
    view: EventView,
    stored: Sequence[KeptEdit],
    rows: Sequence[ReturnedRow],
    find_patent: FindPatent,
) -> Returned:
    """Read the edits in the rows of a workbook, against the current event."""
    edits: list[ReturnedEdit] = []
    problems: list[RowProblem] = []
    conflicts: list[int] = []
    standing = 0
    of_need: Mapping[str, list[ReturnedRow]] = defaultdict(list)
    for row in rows:
        of_need[row.need].append(row)
    for need_id, own_rows in of_need.items():
        need = view.need(need_id)
        if need is None:
            filled_in = [row for row in own_rows if row.operation or row.reason or row.number]
            problems += [
                _problem(row, _("the need is not in the event any more: export anew"))
                for row in filled_in
            ]
            continue
        own = [edit for edit in stored if edit.need == need_id and edit.undone_at is None]
        length = view.event.options.shortlist_length
        reader = _NeedReader(need, own_rows, own, length, find_patent)
        reader.read()
        problems += reader.problems
        new = [returned for returned in reader.edits if returned.edit not in reader.later]
        if new and reader.is_changed:
            conflicts += [returned.row for returned in new]
        edits += new
        standing += len(reader.edits) - len(new)
    return Returned(tuple(edits), standing, tuple(problems), tuple(sorted(set(conflicts))))


class _NeedReader:
    """Reads the rows of one need against the list that they show."""

    def __init__(
        self,
        need: NeedView,
        rows: Sequence[ReturnedRow],
        stored: Sequence[KeptEdit],
        length: int,
        find_patent: FindPatent,
    ) -> None:
        self.edits: list[ReturnedEdit] = []
        self.problems: list[RowProblem] = []
        self._need, self._rows, self._length = need, rows, length
        self._find_patent = find_patent
        last = last_edit_of(rows[0].stamp)
        before = [edit for edit in stored if last is not None and edit.number <= last]
        self.later = [edit.edit for edit in stored if edit not in before]
        self._before = [edit.edit for edit in before]
        stamp = list_stamp(need.event_need.ranking, [edit.number for edit in before])
        self._is_same = all(row.stamp == stamp for row in rows)
        self._list = self._current_list()
        self._positions = {patent: n for n, patent in enumerate(self._list.patents, 1)}

    @property
    def is_changed(self) -> bool:
        """True if the list differs from the one in the rows by more than the edits of the rows."""
        own = [returned.edit for returned in self.edits]
        locks = any(edit.kind is EditKind.LOCK for edit in own)
        others = [
            edit
            for edit in self.later
            if edit not in own and not (locks and edit.kind is EditKind.LOCK)
        ]
        return not self._is_same or bool(others)

    def read(self) -> None:
        """Read the operations in their order, then the notes, then a lock."""
        for operation in _READING_ORDER:
            for row in self._rows:
                if row.operation == operation:
                    self._try(row, self._operation)
        for row in self._rows:
            self._try(row, self._note)
            if row.reason and row.operation != EditKind.EXCLUDE:
                fix = _("a reason goes with 剔除 only; other remarks go in the column 备注")
                self.problems.append(RowProblem(row.row, "reason", fix))
            if row.number and row.operation not in (EditKind.SWAP, EditKind.ADD):
                fix = _("there is a patent number: choose 替换 or 增补 as the operation")
                self.problems.append(RowProblem(row.row, "number", fix))
        locking = [row for row in self._rows if row.operation == EditKind.LOCK]
        if locking:
            self._add(locking[0], Edit(EditKind.LOCK, None, tuple(self._list.patents)))

    def _try(self, row: ReturnedRow, read: Callable[[ReturnedRow], Iterator[Edit]]) -> None:
        for edit in read(row):
            try:
                check_edit(edit, self._list)
            except InputError:
                is_there = edit.kind is EditKind.ADD
                fix = _("the patent is in the list already") if is_there else _gone()
                self.problems.append(_problem(row, fix))
                return
            self._add(row, edit)

    def _add(self, row: ReturnedRow, edit: Edit) -> None:
        self.edits.append(ReturnedEdit(row.row, row.need, edit))
        self._list = self._current_list()

    def _current_list(self) -> Shortlist:
        edits = [*self._before, *(returned.edit for returned in self.edits)]
        return shortlist(self._need.proposed, edits, self._length)

    def _operation(self, row: ReturnedRow) -> Iterator[Edit]:
        if row.operation == EditKind.ADD:
            if (number := self._number(row)) is not None:
                yield Edit(EditKind.ADD, number)
            return
        if row.patent is None:
            self.problems.append(
                _problem(row, _("the row has no patent: only 增补 or 锁定 can be chosen"))
            )
            return
        patent = PatentId(row.patent)
        match row.operation:
            case EditKind.EXCLUDE if not row.reason:
                self.problems.append(RowProblem(row.row, "reason", _("say why it is taken out")))
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
        """Yield the edits that move a patent from the position that the row shows."""
        if row.operation == TOP:
            yield Edit(EditKind.PIN, patent)
        shown = self._positions.get(patent)
        if shown is None:
            self.problems.append(_problem(row, _gone()))
            return
        position = {UP: shown - 1, DOWN: shown + 1, TOP: 1}[str(row.operation)]
        if not 1 <= position <= len(self._positions):
            first = _("the patent is the first already, and cannot move up")
            last = _("the patent is the last already, and cannot move down")
            self.problems.append(_problem(row, first if position < 1 else last))
            return
        patents = self._list.patents
        if position > len(patents) or patents[position - 1] != patent:
            yield Edit(EditKind.MOVE, patent, position)

    def _number(self, row: ReturnedRow) -> PatentId | None:
        fix = _("write the application or publication number of the patent")
        if row.number:
            try:
                return self._find_patent(self._need, row.number)
            except MatcherError as error:
                fix = _("the catalogue has no such patent ({error})", error=error)
        self.problems.append(RowProblem(row.row, "number", fix))
        return None

    def _note(self, row: ReturnedRow) -> Iterator[Edit]:
        """Yield the edit for a note that differs from the note of the list."""
        shown = {entry.patent: entry.note or "" for entry in self._list.entries}
        if row.patent is not None and shown.get(PatentId(row.patent), row.note) != row.note:
            yield Edit(EditKind.NOTE, PatentId(row.patent), row.note)
        elif row.patent is None and row.note != (self._list.note or ""):
            yield Edit(EditKind.NOTE, None, row.note)


def _problem(row: ReturnedRow, fix: str) -> RowProblem:
    return RowProblem(row.row, "operation", fix)


def _gone() -> str:
    return _("the patent is not in the list any more: export anew")
