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
from matcher.importing.rows.sheet_columns import SheetColumns, sheet_columns
from matcher.importing.rows.unread_columns import FirstValues
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
    sheets: tuple[SheetColumns, ...] = ()
    """Columns of each sheet, as they were recognised."""


def read_records(
    path: Path,
    kind: RecordKind,
    *,
    today: date,
    name: str | None = None,
    mapping: Mapping[str, str] | None = None,
) -> RecordsFile:
    """Read a table of records; a bad row becomes a problem and stops no other.

    Columns are recognised by the headings of the kind's fields, and by those that `mapping` gives
    some of them. `name` is what problems call the file. Raises InputError, in one line, for a file
    that cannot be used.
    """
    context = FileContext(name or path.name, today)
    file = detect_format(path)
    gathered = _Gathered(context, kind, mapping or {}, [], [])
    has_table = False
    with open_sheets(file, {**programme_headings(kind), **gathered.mapping}) as sheets:
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
    return RecordsFile(
        context.file, kind, rows, tuple(gathered.records), problems, tuple(gathered.sheets)
    )


@dataclass(frozen=True, slots=True)
class _Gathered:
    context: FileContext
    kind: RecordKind
    mapping: Mapping[str, str]
    records: list[ReadRecord]
    sheets: list[SheetColumns]


def programme_headings(kind: RecordKind) -> dict[str, str]:
    """Return every heading of the kind, as a mapping: so the delimiter detection looks for it."""
    return {name: name for field in kind.fields for name in (field.name, *field.headings)}


def _read_sheet(gathered: _Gathered, sheet: Sheet) -> bool:
    """Read a sheet; True if it is a table of the kind."""
    if sheet.name in (NOTES_SHEET, EXPORT_NOTES):
        return False
    kind, context = gathered.kind, gathered.context
    head = read_head(sheet)
    mapping = gathered.mapping
    known = programme_headings(kind) | {field: mapping[field] for field in mapping}
    table = find_table(sheet, head, known, lambda row, _: programme_layout(kind, row, mapping))
    if table is None:
        if not sheet.is_hidden and any(not is_blank(row.cells) for row in head):
            fix = _("no heading row was found: the sheet was left out")
            context.problems.append(Problem(context.file, sheet.name, None, None, None, fix))
        return False
    values = FirstValues(table.layout)
    # Whether a row is too short, all of them tell together.
    for sheet_row in list(values.follow(table.rows)):
        row = Row(context, table.layout, table.sheet, sheet_row.number, sheet_row.cells)
        if is_example_row(row.cells):
            row.tally(None, _("the example row of the template was left out"))
            continue
        if row.cells and clean(row.cells[0]) == EXPORT_NOTES:
            continue
        if check_row(row, sheet_row.fault, table.row_widths):
            record = read_record(row, kind)
            if record is not None:
                gathered.records.append(ReadRecord(record, table.sheet, sheet_row.number))
    gathered.sheets.append(sheet_columns(table.sheet, table.layout, values))
    return True


def programme_layout(
    kind: RecordKind, headings: Sequence[str], mapping: Mapping[str, str]
) -> Layout | None:
    """Return the columns of each field; None where a required field has no column.

    `mapping` gives the heading of some fields; it takes precedence over their own headings.
    """
    names = [normalise(heading) for heading in headings]
    mapped = {normalise(heading) for heading in mapping.values()}
    columns: dict[str, tuple[int, ...]] = {}
    for field in kind.fields:
        wanted = [normalise(name) for name in (*field.headings, field.name)]
        wanted = [name for name in wanted if name not in mapped]
        if field.name in mapping:
            wanted = [normalise(mapping[field.name])]
        indices = tuple(n for name in wanted for n, other in enumerate(names) if other == name)
        if indices:
            columns[field.name] = indices
        elif field.is_required:
            return None
    read = {index for indices in columns.values() for index in indices}
    unknown = tuple(index for index in range(len(headings)) if index not in read)
    return Layout(kind.name, kind.name, tuple(headings), columns, unknown)
