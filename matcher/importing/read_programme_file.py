"""Reading of a table file as records of one kind of the programme."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from matcher.errors import InputError
from matcher.importing.files.cells import clean
from matcher.importing.files.formats import detect_format
from matcher.importing.files.open_file import open_sheets
from matcher.importing.files.sheet import Sheet
from matcher.importing.headings.headings import Layout, normalise
from matcher.importing.headings.template_columns import NOTES_SHEET, is_example_row
from matcher.importing.read_file import check_row
from matcher.importing.rows.heading_rows import find_table, is_blank, read_head
from matcher.importing.rows.problem import Problem
from matcher.importing.rows.programme_record import read_record
from matcher.importing.rows.row import FileContext, Row
from matcher.labels import listed
from matcher.language.choice import current_language
from matcher.language.messages import _
from matcher.programme.fields import Value
from matcher.programme.record import RecordKind

EXPORT_NOTES = "导出说明"
"""First cell of the last line of an exported table, and name of its notes sheet: no data."""


@dataclass(frozen=True, slots=True)
class ReadRecord:
    """Values of one row, with its sheet and row number."""

    values: Mapping[str, Value]
    sheet: str | None
    row: int


@dataclass(frozen=True, slots=True)
class RecordsFile:
    """Records and problems of a file."""

    file: str
    kind: RecordKind
    rows: int
    """Rows of data, refused ones included."""
    records: tuple[ReadRecord, ...]
    problems: tuple[Problem, ...]


def read_records(path: Path, kind: RecordKind, *, today: date) -> RecordsFile:
    """Read a table of records; a bad row becomes a problem and stops no other.

    Columns are recognised by the headings of the kind's fields.
    Raises InputError, in one line, for a file that cannot be used.
    """
    context = FileContext(path.name, today)
    file = detect_format(path)
    gathered = _Gathered(context, kind, [])
    has_table = False
    with open_sheets(file, _headings(kind)) as sheets:
        for sheet in sheets:
            has_table |= _read_sheet(gathered, sheet)
    if not has_table:
        wanted = listed(field.headings[0] for field in kind.fields if field.is_required)
        raise InputError(
            _(
                "{name}: no heading row with {wanted} was found: these columns are what a "
                "table of {other} needs at least",
                name=path.name,
                wanted=wanted,
                other=kind.chinese if current_language() == "zh" else kind.name,
            )
        )
    problems = context.all_problems()
    # Several cells of one row may refuse it.
    refused = {(problem.sheet, problem.row) for problem in problems if problem.refused}
    rows = len(gathered.records) + len(refused)
    return RecordsFile(path.name, kind, rows, tuple(gathered.records), problems)


@dataclass(frozen=True, slots=True)
class _Gathered:
    context: FileContext
    kind: RecordKind
    records: list[ReadRecord]


def _headings(kind: RecordKind) -> dict[str, str]:
    """Every heading of the kind, as a mapping that makes the delimiter detection look for it."""
    return {name: name for field in kind.fields for name in (field.name, *field.headings)}


def _read_sheet(gathered: _Gathered, sheet: Sheet) -> bool:
    """Read a sheet; True if it is a table of the kind."""
    if sheet.name in (NOTES_SHEET, EXPORT_NOTES):
        return False
    kind, context = gathered.kind, gathered.context
    head = read_head(sheet)
    table = find_table(sheet, head, _headings(kind), lambda row, _: _layout(kind, row))
    if table is None:
        if not sheet.is_hidden and any(not is_blank(row.cells) for row in head):
            fix = _("no heading row was found: the sheet was left out")
            context.problems.append(Problem(context.file, sheet.name, None, None, None, fix))
        return False
    for sheet_row in list(table.rows):  # whether a row is too short, all of them tell together
        row = Row(context, table.layout, table.sheet, sheet_row.number, sheet_row.cells)
        if is_example_row(row.cells):
            row.tally(None, _("the example row of the template was left out"))
            continue
        if row.cells and clean(row.cells[0]) == EXPORT_NOTES:
            continue
        if check_row(row, sheet_row.fault, table.row_widths):
            values = read_record(row, kind)
            if values is not None:
                gathered.records.append(ReadRecord(values, table.sheet, sheet_row.number))
    return True


def _layout(kind: RecordKind, headings: Sequence[str]) -> Layout | None:
    """Return the columns of each field; None where a required field has no column."""
    names = [normalise(heading) for heading in headings]
    columns: dict[str, tuple[int, ...]] = {}
    for field in kind.fields:
        wanted = [normalise(name) for name in (*field.headings, field.name)]
        indices = tuple(n for name in wanted for n, other in enumerate(names) if other == name)
        if indices:
            columns[field.name] = indices
        elif field.is_required:
            return None
    return Layout(kind.name, kind.name, tuple(headings), columns)
