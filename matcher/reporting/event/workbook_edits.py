"""Reading of the staff's columns of 匹配总表 from a returned workbook."""

from collections.abc import Mapping, Sequence

from openpyxl.workbook import Workbook

from matcher.events.shortlist import EditKind
from matcher.labels import listed
from matcher.language.messages import _
from matcher.reporting.event import workbook_columns
from matcher.reporting.event.workbook_reading import CellProblem, SheetRow, read_rows
from matcher.reporting.event.workbook_sheets import MATCH_TABLE
from matcher.workflows.events import returned_edits
from matcher.workflows.events.returned_edits import (
    Field,
    Operation,
    ReturnedRow,
    RowProblem,
)

_KINDS: Mapping[str, Operation] = {
    workbook_columns.UP: returned_edits.UP,
    workbook_columns.DOWN: returned_edits.DOWN,
    workbook_columns.TOP: returned_edits.TOP,
    workbook_columns.KEEP: EditKind.PIN,
    workbook_columns.EXCLUDE: EditKind.EXCLUDE,
    workbook_columns.SWAP: EditKind.SWAP,
    workbook_columns.ADD: EditKind.ADD,
    workbook_columns.LOCK: EditKind.LOCK,
}
_HEADINGS: Mapping[Field, str] = {
    "operation": workbook_columns.OPERATION,
    "reason": workbook_columns.REASON,
    "number": workbook_columns.PATENT,
}


class MatchSheet:
    """The rows of 匹配总表, and their cells that cannot be read."""

    def __init__(self, book: Workbook) -> None:
        self._rows = {row.number: row for row in read_rows(book, MATCH_TABLE)}
        self.problems: list[CellProblem] = []
        read = [self._read(row) for row in self._rows.values()]
        self.rows = [row for row in read if row is not None]

    def cells(self, problems: Sequence[RowProblem]) -> list[CellProblem]:
        """Return the cells of problems that were detected after reading."""
        return [
            self._rows[problem.row].problem(_HEADINGS[problem.field], problem.fix)
            for problem in problems
        ]

    def _read(self, row: SheetRow) -> ReturnedRow | None:
        operation = row.text(workbook_columns.OPERATION)
        need = row.text(workbook_columns.NEED_ID)
        if operation and operation not in _KINDS:
            fix = _("choose one of {choices}", choices=listed(_KINDS))
            self.problems.append(row.problem(workbook_columns.OPERATION, fix))
        if not need:
            if operation:
                fix = _(
                    "this row was not exported; to add a patent, choose 增补 in a row of its need "
                    "and give the number"
                )
                self.problems.append(row.problem(workbook_columns.OPERATION, fix))
            return None
        return ReturnedRow(
            row=row.number,
            need=need,
            patent=row.text(workbook_columns.PATENT_ID) or None,
            stamp=row.text(workbook_columns.STAMP),
            operation=_KINDS.get(operation),
            reason=row.text(workbook_columns.REASON),
            number=row.text(workbook_columns.PATENT),
            note=row.text(workbook_columns.NOTE),
        )
