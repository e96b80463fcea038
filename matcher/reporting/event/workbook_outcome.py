"""The staff's columns of 跟进表, read back from a workbook."""

from collections.abc import Mapping
from datetime import date
from typing import TypeVar

from openpyxl.workbook import Workbook

from matcher.events.outcome import Field, OutcomeRow, check
from matcher.matches.states import REASON_WORDS
from matcher.reporting.event import workbook_columns
from matcher.reporting.event.workbook_columns import (
    FOLLOW_UP,
    INTENTS,
    NO,
    RESERVE,
    YES,
)
from matcher.reporting.event.workbook_reading import CellProblem, SheetRow, rows_of
from matcher.text import dates

T = TypeVar("T")
_MET: Mapping[str, bool] = {YES: True, NO: False}
_REASONS = {words: reason for reason, words in REASON_WORDS.items()}
_HEADINGS: Mapping[Field, str] = {
    "met": workbook_columns.MET,
    "intent": workbook_columns.INTENT,
    "reason": workbook_columns.EXIT_REASON,
    "day": workbook_columns.NEXT_DAY,
}


class FollowUpSheet:
    """The rows of 跟进表, and the cells that cannot be taken; a row with one has no say in it."""

    def __init__(self, book: Workbook) -> None:
        self._rows = {
            row.number: row for row in rows_of(book, FOLLOW_UP, workbook_columns.FOLLOW_UP_COLUMNS)
        }
        self.problems: list[CellProblem] = []
        self.rows: list[OutcomeRow] = []
        for row in self._rows.values():
            if row.text(workbook_columns.MATCH_ID):
                self._read(row)

    def cell(self, row: int, field: Field, mend: str) -> CellProblem:
        """The cell of a problem that was found later."""
        return self._rows[row].problem(FOLLOW_UP, _HEADINGS[field], mend)

    def _read(self, row: SheetRow) -> None:
        before = len(self.problems)
        met = _choice(self, row, workbook_columns.MET, _MET)
        intent = _choice(self, row, workbook_columns.INTENT, INTENTS)
        reason = _choice(self, row, workbook_columns.EXIT_REASON, _REASONS)
        read = OutcomeRow(
            row=row.number,
            match=row.text(workbook_columns.MATCH_ID),
            pair=(row.text("企业"), row.text(workbook_columns.TEAM_ID)),
            is_reserve=row.text(workbook_columns.KIND) == RESERVE,
            met=met,
            intent=intent,
            reason=reason,
            next_action=row.text(workbook_columns.NEXT_STEP) or None,
            next_action_on=self._day(row),
            note=row.text(workbook_columns.REMARK) or None,
        )
        self.problems += [self.cell(row.number, field, mend) for field, mend in check(read)]
        if len(self.problems) > before:
            read = _without_words(read)
        self.rows.append(read)

    def _day(self, row: SheetRow) -> date | None:
        words = row.text(workbook_columns.NEXT_DAY)
        found = row.day(workbook_columns.NEXT_DAY) or (dates.parse(words) if words else None)
        if words and found is None:
            mend = "请写成 2026-12-10 这样的日期"
            self.problems.append(row.problem(FOLLOW_UP, workbook_columns.NEXT_DAY, mend))
        return found


def _choice(
    sheet: FollowUpSheet, row: SheetRow, heading: str, choices: Mapping[str, T]
) -> T | None:
    words = row.text(heading)
    if words and words not in choices:
        mend = f"请选 {'、'.join(choices)} 之一"
        sheet.problems.append(row.problem(FOLLOW_UP, heading, mend))
    return choices.get(words)


def _without_words(row: OutcomeRow) -> OutcomeRow:
    """The meeting still counts as planned; whatever else the row says waits until it is mended."""
    return OutcomeRow(
        row.row, row.match, row.pair, row.is_reserve, None, None, None, None, None, None
    )
