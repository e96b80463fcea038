"""Reading of the staff's columns of 跟进表 from a returned workbook."""

from collections.abc import Mapping
from datetime import date
from typing import TypeVar

from openpyxl.workbook import Workbook

from matcher.events.outcome import Field, OutcomeRow, consistent
from matcher.labels import listed
from matcher.language.messages import _
from matcher.matches.states import REASON_LABELS
from matcher.patents.licence_terms import read_yes_no
from matcher.reporting.event import workbook_columns
from matcher.reporting.event.workbook_columns import (
    INTENTS,
    NO,
    RESERVE,
    YES,
)
from matcher.reporting.event.workbook_reading import CellProblem, SheetRow, read_rows
from matcher.reporting.event.workbook_sheets import FOLLOW_UP_TABLE
from matcher.text import dates

T = TypeVar("T")
_MET: Mapping[str, bool] = {YES: True, NO: False}
_REASONS = {label: reason for reason, label in REASON_LABELS.items()}
_HEADINGS: Mapping[Field, str] = {
    "met": workbook_columns.MET,
    "intent": workbook_columns.INTENT,
    "reason": workbook_columns.EXIT_REASON,
    "day": workbook_columns.NEXT_DAY,
}


class FollowUpSheet:
    """The rows of 跟进表, and their cells that cannot be read.

    Such a cell counts as empty; the other cells of its row hold.
    """

    def __init__(self, book: Workbook) -> None:
        self._rows = {row.number: row for row in read_rows(book, FOLLOW_UP_TABLE)}
        self.problems: list[CellProblem] = []
        self.rows: list[OutcomeRow] = []
        for row in self._rows.values():
            ids = (workbook_columns.MATCH_ID, workbook_columns.TEAM_ID)
            if any(row.text(heading) for heading in ids):
                self._read(row)
            else:
                fix = _("this row was not exported, and is not read: fill in the rows of the event")
                self.problems.append(row.problem(workbook_columns.MET, fix))

    def _read(self, row: SheetRow) -> None:
        met = read_yes_no(row.text(workbook_columns.MET))
        if met is None:
            met = self._choice(row, workbook_columns.MET, _MET)
        intent = self._choice(row, workbook_columns.INTENT, INTENTS)
        reason = self._choice(row, workbook_columns.EXIT_REASON, _REASONS)
        read = OutcomeRow(
            row=row.number,
            match=row.text(workbook_columns.MATCH_ID) or None,
            pair=(row.text(workbook_columns.FIRM), row.text(workbook_columns.TEAM_ID)),
            is_reserve=row.text(workbook_columns.KIND) == RESERVE,
            met=met,
            intent=intent,
            reason=reason,
            next_action=row.text(workbook_columns.NEXT_STEP) or None,
            next_action_on=self._day(row),
            note=row.text(workbook_columns.REMARK) or None,
        )
        read, problems = consistent(read)
        self.problems += [row.problem(_HEADINGS[field], fix) for field, fix in problems]
        self.rows.append(read)

    def _day(self, row: SheetRow) -> date | None:
        text = row.text(workbook_columns.NEXT_DAY)
        day = row.day(workbook_columns.NEXT_DAY) or (dates.parse(text) if text else None)
        if text and day is None:
            fix = _("write it as a day such as 2026-12-10")
            self.problems.append(row.problem(workbook_columns.NEXT_DAY, fix))
        return day

    def _choice(self, row: SheetRow, heading: str, choices: Mapping[str, T]) -> T | None:
        text = row.text(heading)
        if text and text not in choices:
            fix = _("choose one of {choices}", choices=listed(choices))
            self.problems.append(row.problem(heading, fix))
        return choices.get(text)
