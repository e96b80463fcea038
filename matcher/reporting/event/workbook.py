"""The workbook of an event (.xlsx): nine sheets for the staff to print, edit and return."""

import io
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook

from matcher.disk.output import write_whole
from matcher.reporting.event.model import EventReport
from matcher.reporting.event.workbook_columns import COVER
from matcher.reporting.event.workbook_cover import fill_cover
from matcher.reporting.event.workbook_sheets import TABLES
from matcher.reporting.event.workbook_style import Sheet


def write_workbook(
    report: EventReport, path: Path, *, exported_by: str | None, moment: datetime
) -> None:
    """Write the workbook; a file of this name is replaced.

    The report is the Chinese one; `moment` is aware. Raises OSError.
    """
    book = Workbook()
    assert book.active is not None
    book.active.title = COVER
    fill_cover(book.active, report, exported_by, moment)
    printed = " ".join(filter(None, (exported_by, f"{moment.astimezone():%Y-%m-%d}")))
    footer = f"{report.event.name} · {report.state} · {printed} · 内部资料"
    for table in TABLES:
        sheet = Sheet(book, table)
        for number, group in enumerate(table.groups(report)):
            for row in group:
                sheet.add(row, is_shaded=number % 2 == 1)
        sheet.finish(footer)
    content = io.BytesIO()
    book.save(content)
    write_whole(path, content.getvalue())
