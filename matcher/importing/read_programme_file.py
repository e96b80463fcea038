"""A file as records of one kind of the programme, and its problems."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from matcher.errors import InputError
from matcher.importing.files.cells import clean
from matcher.importing.files.formats import tell_content
from matcher.importing.files.open_file import open_sheets
from matcher.importing.files.sheet import Sheet
from matcher.importing.headings.headings import Layout, normalise
from matcher.importing.headings.template_columns import NOTES_SHEET, is_example_row
from matcher.importing.read_file import is_whole
from matcher.importing.rows.heading_rows import find_table, is_blank, read_head
from matcher.importing.rows.problem import Problem
from matcher.importing.rows.programme_record import read_record
from matcher.importing.rows.row import Reading, Row
from matcher.programme.kind import RecordKind, Value

EXPORT_NOTES = "导出说明"
"""Opens the last line of a table that the program exported, and names that sheet: no data."""


@dataclass(frozen=True, slots=True)
class ReadRecord:
    """The values of one row, and where it stands."""

    values: Mapping[str, Value]
    sheet: str | None
    row: int


@dataclass(frozen=True, slots=True)
class RecordsFile:
    """What a file says."""

    file: str
    kind: RecordKind
    rows: int
    """Rows of data, the refused ones too."""
    records: tuple[ReadRecord, ...]
    problems: tuple[Problem, ...]


def read_records(path: Path, kind: RecordKind, *, today: date) -> RecordsFile:
    """Read a table of records; a bad row becomes a problem and stops no other.

    The columns are told by their headings, ours or the kind's other ones.
    Raises InputError, in one line, for a file that cannot be used.
    """
    reading = Reading(path.name, today)
    content = tell_content(path)
    gathered = _Gathered(reading, kind, content == "delimited", [])
    found = False
    with open_sheets(path, content, _headings(kind)) as sheets:
        for sheet in sheets:
            found |= _read_sheet(gathered, sheet)
    if not found:
        wanted = "、".join(field.headings[0] for field in kind.fields if field.is_required)
        raise InputError(
            f"{path.name}: no heading row with {wanted} was found: these columns are what a table "
            f"of {kind.name} needs at least"
        )
    problems = (*reading.problems, *reading.summaries())
    # Several cells of one row may refuse it.
    refused = {(problem.sheet, problem.row) for problem in problems if problem.refused}
    rows = len(gathered.records) + len(refused)
    return RecordsFile(path.name, kind, rows, tuple(gathered.records), problems)


@dataclass(frozen=True, slots=True)
class _Gathered:
    reading: Reading
    kind: RecordKind
    cells_must_fit: bool
    records: list[ReadRecord]


def _headings(kind: RecordKind) -> dict[str, str]:
    """Every heading of the kind, in the form of a mapping of headings that are wanted."""
    return {name: name for field in kind.fields for name in (field.name, *field.headings)}


def _read_sheet(gathered: _Gathered, sheet: Sheet) -> bool:
    """Read a sheet, if it is a table of the kind."""
    if sheet.name in (NOTES_SHEET, EXPORT_NOTES):
        return False
    kind, reading = gathered.kind, gathered.reading
    head = read_head(sheet)
    table = find_table(sheet, head, _headings(kind), lambda row, _: _layout(kind, row))
    if table is None:
        if not sheet.is_hidden and any(not is_blank(row.cells) for row in head):
            mend = "no heading row was found: the sheet was left out"
            reading.problems.append(Problem(reading.file, sheet.name, None, None, None, mend))
        return False
    for found in table.rows:
        row = Row(reading, table.layout, table.sheet, found.number, found.cells)
        if is_example_row(row.cells):
            row.tally(None, "the example row of the template was left out")
            continue
        if row.cells and clean(row.cells[0]) == EXPORT_NOTES:
            continue
        if is_whole(row, found.fault, gathered.cells_must_fit):
            values = read_record(row, kind)
            if values is not None:
                gathered.records.append(ReadRecord(values, table.sheet, found.number))
    return True


def _layout(kind: RecordKind, headings: Sequence[str]) -> Layout | None:
    """Which field each column holds; None where one that must be there has no column."""
    names = [normalise(heading) for heading in headings]
    columns: dict[str, tuple[int, ...]] = {}
    for field in kind.fields:
        wanted = [normalise(name) for name in (*field.headings, field.name)]
        places = tuple(p for name in wanted for p, found in enumerate(names) if found == name)
        if places:
            columns[field.name] = places
        elif field.is_required:
            return None
    return Layout(kind.name, kind.name, tuple(headings), columns)
