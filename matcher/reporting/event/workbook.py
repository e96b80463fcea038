"""An event as one workbook (.xlsx) of nine sheets, for the staff to print, edit and return."""

import io
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook

from matcher.reporting.event import workbook_columns, workbook_sheets
from matcher.reporting.event.model import EventReport
from matcher.reporting.event.workbook_columns import SHEETS, Column
from matcher.reporting.event.workbook_cover import fill_cover
from matcher.reporting.event.workbook_style import Sheet


def write_workbook(report: EventReport, path: Path, *, exported_by: str, moment: datetime) -> None:
    """Write the workbook; a file that is there already is replaced.

    The report is the Chinese one; `moment` is aware. Raises OSError.
    """
    book = Workbook()
    assert book.active is not None
    book.active.title = workbook_columns.COVER
    fill_cover(book.active, report, exported_by, moment)
    match_rows = workbook_sheets.rows_of(report.needs)
    firm_rows = workbook_sheets.rows_of(need for firm in report.firms for need in firm.needs)
    filled: tuple[tuple[str, tuple[Column, ...], Callable[[Sheet], None]], ...] = (
        (
            workbook_columns.MATCHES,
            workbook_columns.MATCH_COLUMNS,
            lambda sheet: workbook_sheets.fill_matches(sheet, report, firm_rows),
        ),
        (
            workbook_columns.FIRMS,
            workbook_columns.FIRM_COLUMNS,
            lambda sheet: workbook_sheets.fill_firms(sheet, report.firms, match_rows),
        ),
        (
            workbook_columns.TEAMS,
            workbook_columns.TEAM_COLUMNS,
            lambda sheet: workbook_sheets.fill_teams(sheet, report, match_rows),
        ),
        (
            workbook_columns.TIMETABLE,
            workbook_columns.TIMETABLE_COLUMNS,
            lambda sheet: workbook_sheets.fill_timetable(sheet, report),
        ),
        (
            workbook_columns.UNMATCHED,
            workbook_columns.UNMATCHED_COLUMNS,
            lambda sheet: workbook_sheets.fill_unmatched(sheet, report, match_rows),
        ),
        (
            workbook_columns.UNASSIGNED,
            workbook_columns.UNASSIGNED_COLUMNS,
            lambda sheet: workbook_sheets.fill_unassigned(sheet, report),
        ),
        (
            workbook_columns.PROBLEMS,
            workbook_columns.PROBLEM_COLUMNS,
            lambda sheet: workbook_sheets.fill_problems(sheet, report, match_rows),
        ),
        (
            workbook_columns.FOLLOW_UP,
            workbook_columns.FOLLOW_UP_COLUMNS,
            lambda sheet: workbook_sheets.fill_follow_up(sheet, report, match_rows),
        ),
    )
    footer = f"{report.event.name} · {report.state} · {exported_by} {moment:%Y-%m-%d} · 内部资料"
    for name, own, fill in filled:
        sheet = Sheet(book, name, SHEETS[name], own)
        fill(sheet)
        sheet.finish(footer)
    content = io.BytesIO()
    book.save(content)
    path.write_bytes(content.getvalue())
