"""The staff's columns of 匹配总表, read back from a workbook."""

from collections.abc import Mapping, Sequence

from openpyxl.workbook import Workbook

from matcher.events.shortlist import EditKind
from matcher.reporting.event import workbook_columns
from matcher.reporting.event.workbook_reading import CellProblem, SheetRow, rows_of
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
    """The rows of 匹配总表, and the cells of them that say nothing known."""

    def __init__(self, book: Workbook) -> None:
        self._rows = {
            row.number: row
            for row in rows_of(book, workbook_columns.MATCHES, workbook_columns.MATCH_COLUMNS)
        }
        self.problems: list[CellProblem] = []
        self.rows = [read for row in self._rows.values() if (read := self._read(row)) is not None]

    def cells(self, problems: Sequence[RowProblem]) -> list[CellProblem]:
        """The cells of problems that were found later."""
        return [
            self._rows[one.row].problem(workbook_columns.MATCHES, _HEADINGS[one.field], one.mend)
            for one in problems
        ]

    def _read(self, row: SheetRow) -> ReturnedRow | None:
        words = row.text(workbook_columns.OPERATION)
        need = row.text(workbook_columns.NEED_ID)
        if words and words not in _KINDS:
            mend = f"请选 {'、'.join(_KINDS)} 之一"
            self.problems.append(
                row.problem(workbook_columns.MATCHES, workbook_columns.OPERATION, mend)
            )
        if not need:
            if words:
                mend = "此行不是导出的行；增补专利请在该需求的行上选“增补”并填专利号"
                self.problems.append(
                    row.problem(workbook_columns.MATCHES, workbook_columns.OPERATION, mend)
                )
            return None
        return ReturnedRow(
            row=row.number,
            need=need,
            patent=row.text(workbook_columns.PATENT_ID) or None,
            stamp=row.text(workbook_columns.STAMP),
            operation=_KINDS.get(words),
            reason=row.text(workbook_columns.REASON),
            number=row.text(workbook_columns.PATENT),
            note=row.text(workbook_columns.NOTE),
        )
