"""Reading of one table file, in any supported format, as patents, teams or needs."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path

from matcher.errors import InputError
from matcher.importing.files.formats import detect_format
from matcher.importing.files.open_file import open_sheets
from matcher.importing.files.sheet import Sheet, SheetRow
from matcher.importing.files.text_files import REPLACED
from matcher.importing.headings.heading_tables import Kind
from matcher.importing.headings.headings import Layout, check_mapping, read_mapping
from matcher.importing.headings.other_lists import OtherList
from matcher.importing.rows.cell_counts import count_fault
from matcher.importing.rows.conventions import Conventions, read_conventions
from matcher.importing.rows.duplicate_rows import fold_patents, fold_teams
from matcher.importing.rows.heading_rows import (
    Table,
    find_foreign_list,
    find_table,
    is_blank,
    read_head,
)
from matcher.importing.rows.lengths import names_fit
from matcher.importing.rows.missing_headings import suggest_headings
from matcher.importing.rows.need import TEXT_FIELDS, read_need
from matcher.importing.rows.need_form import NeedForm, read_form
from matcher.importing.rows.patent import read_patent
from matcher.importing.rows.problem import Problem
from matcher.importing.rows.record import PatentRecord, TeamRecord
from matcher.importing.rows.record_spool import RecordSpool
from matcher.importing.rows.row import FileContext, Row
from matcher.importing.rows.row_spool import RowSpool
from matcher.importing.rows.sheet_columns import SheetColumns, sheet_columns
from matcher.importing.rows.team import read_team
from matcher.importing.rows.unread_columns import FirstValues, tell_unread, unused_headings
from matcher.labels import RECORD_KIND, label
from matcher.language.messages import _
from matcher.patents.application_numbers import canonical_or_none
from matcher.patents.publication_numbers import parse_publication_number
from matcher.types import Need

__all__ = ["Problem", "ReadFile", "read_file"]

_NOTE = re.compile(
    r"[(（【\[*＊※\s]*(?:备\s*注|附\s*注|注意?|说\s*明|填[表写报](?:说明|须知|要求)|(?:合|总|小|共)\s*计"
    r"|備\s*註|備\s*注|註|說明|填表說明|(?:合|總|小|共)\s*計|notes?|remarks?|total)"
    r"(?:事项|事項|\s*\d{1,2})?\s*(?:[)）】\]]|[:：]|$)",
    re.IGNORECASE,
)
"""Line below a table that is about the table: 备注：以上需求请联系…, 合计."""
RowProgress = Callable[[int, int | None], None]
"""Callback that receives the number of rows: of those read, then of those recognised and of all."""


def unheard(rows: int, total: int | None) -> None:
    """Ignore the progress."""


_PROGRESS_STEP = 200
"""Rows between two calls of the progress callback."""


@dataclass(frozen=True, slots=True)
class ReadFile:
    """Records and problems of a file. Rows of one case are one record; blank rows do not count."""

    file: str
    format: str
    kind: str
    rows: int
    """Rows of data, refused ones included."""
    patents: Sequence[PatentRecord]
    teams: tuple[TeamRecord, ...]
    needs: tuple[Need, ...]
    problems: tuple[Problem, ...]
    forms: tuple[NeedForm, ...] = ()
    """Needs with their terms and contact persons, if requested; `needs` is then empty."""
    unused: tuple[str, ...] = ()
    """Headings of known columns whose values nothing uses."""
    sheets: tuple[SheetColumns, ...] = ()
    """Columns of each sheet, as they were recognised."""


Watch = Callable[[Row, PatentRecord | TeamRecord | NeedForm | Need | None], None]
"""Callback that receives each row of data with its own record; None for a refused row."""


def unwatched(row: Row, record: PatentRecord | TeamRecord | NeedForm | Need | None) -> None:
    """Ignore the row."""


@dataclass(slots=True)
class _Gathered:
    """Records read from a file so far, and the options of the reading."""

    context: FileContext
    mapping: Mapping[str, str]
    progress: RowProgress
    wants_forms: bool
    watch: Watch
    layouts: list[Layout] = field(default_factory=list)
    rows: int = 0
    patents: RecordSpool = field(default_factory=RecordSpool)
    teams: list[TeamRecord] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)
    forms: list[NeedForm] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    sheets: list[SheetColumns] = field(default_factory=list)
    suggested: list[str] | None = None
    """Headings for a sheet of patents that has none."""
    foreign: OtherList | None = None
    """Kind of a sheet that was left out because it holds neither patents nor needs."""

    @property
    def kind(self) -> str | None:
        """Kind of record of the first table; None before a table is found."""
        return self.layouts[0].kind if self.layouts else None


def read_file(
    path: Path,
    *,
    mapping: Mapping[str, str],
    today: date,
    sample: bool = False,
    forms: bool = False,
    expected: Kind = "patents",
    progress: RowProgress = unheard,
    name: str | None = None,
    watch: Watch = unwatched,
) -> ReadFile:
    """Read a table of patents, teams or needs; a bad row becomes a problem and stops no other.

    `mapping` gives the heading of a field of ours, `expected` the kind whose headings a refusal
    names. With `forms`, needs come with their contact persons, to be stored; without it no personal
    data of a need is read. `name` is what records and problems call the file. Raises InputError,
    in one line, for a file or a mapping that cannot be used.
    """
    context = FileContext(name or path.name, today, sample)
    file = detect_format(path)
    gathered = _Gathered(context, read_mapping(mapping), progress, forms, watch)
    with open_sheets(file, gathered.mapping) as sheets:
        for sheet in sheets:
            _read_sheet(gathered, sheet)
    if gathered.kind is None and gathered.foreign is not None:
        raise InputError(
            _(
                "{name} is a list of {what}, not of patents or needs: {advice}",
                name=path.name,
                what=gathered.foreign.description(),
                advice=gathered.foreign.advice(),
            )
        )
    if gathered.kind is None:
        raise InputError(_without_headings(path.name, expected, gathered.suggested))
    check_mapping(gathered.mapping, gathered.layouts, path.name)
    progress(gathered.rows, gathered.rows)
    fold_patents(gathered.patents, context)
    return ReadFile(
        file=context.file,
        format=gathered.layouts[0].format,
        kind=gathered.kind,
        rows=gathered.rows,
        patents=gathered.patents,
        teams=tuple(fold_teams(gathered.teams)),
        needs=tuple(gathered.needs),
        problems=context.all_problems(),
        forms=tuple(gathered.forms),
        unused=tuple(dict.fromkeys(gathered.unused)),
        sheets=tuple(gathered.sheets),
    )


def _without_headings(file: str, expected: Kind, suggested: Sequence[str] | None) -> str:
    """Return what to do with a file in which no heading row was found."""
    if expected == "needs":
        return _(
            "{file}: no heading row was found in its first rows: give the table headings such as "
            "需求名称, 主要问题, 企业名称, or name yours with --map title=HEADING",
            file=file,
        )
    if suggested is None:
        return _(
            "{file}: no heading row was found in its first rows: give the table headings "
            "such as 申请号, 发明名称, 摘要, or name yours with --map title=HEADING",
            file=file,
        )
    return _(
        "{file}: no heading row was found; its first rows look like a list of patents: insert a "
        "row above them with headings, which by their content may be {headings}",
        file=file,
        headings=" | ".join(heading or "?" for heading in suggested),
    )


def _read_sheet(gathered: _Gathered, sheet: Sheet) -> None:
    from matcher.importing.headings.template_columns import NOTES_SHEET

    if sheet.name == NOTES_SHEET:
        return
    head = read_head(sheet)
    table = find_table(sheet, head, gathered.mapping)
    if foreign := find_foreign_list(head, table):
        gathered.foreign = foreign
        fix = _(
            "this sheet is a list of {what}, not of patents or needs: it was left out",
            what=foreign.description(),
        )
        _leave_out(gathered, sheet.name, fix)
        return
    if table is None:
        if not sheet.is_hidden and any(not is_blank(row.cells) for row in head):
            _leave_out(gathered, sheet.name, _("no heading row was found: the sheet was left out"))
            gathered.suggested = gathered.suggested or suggest_headings(head)
        return
    kind = gathered.kind or table.layout.kind
    if "needs" in (kind, table.layout.kind) and kind != table.layout.kind:
        # Needs are matched, not imported: one file gives either.
        _leave_out(
            gathered,
            sheet.name,
            _(
                "this sheet holds {kind}, the first one {other}: it was left out; save it as a "
                "file of its own",
                kind=label(RECORD_KIND[table.layout.kind]),
                other=kind,
            ),
        )
        return
    gathered.layouts.append(table.layout)
    # What a column is, its cells tell only together: the rows are read once, then each by itself.
    rows, values = RowSpool(), FirstValues(table.layout)
    conventions = read_conventions(
        table.layout, values.follow(rows.keep(_counted(gathered, table)))
    )
    before, total = gathered.rows, gathered.rows + len(rows)
    for number, sheet_row in enumerate(rows, start=before + 1):
        if number % _PROGRESS_STEP == 0:
            gathered.progress(number, total)
        _read_row(gathered, table, sheet_row, conventions)
    tell_unread(gathered.context, table.sheet, table.layout, values)
    gathered.unused += unused_headings(table.layout, values)
    gathered.sheets.append(sheet_columns(table.sheet, table.layout, values))


def _counted(gathered: _Gathered, table: Table) -> Iterator[SheetRow]:
    """Yield the rows of a table, and report their number."""
    for number, row in enumerate(table.rows, start=1):
        yield row
        if number % _PROGRESS_STEP == 0:
            gathered.progress(gathered.rows + number, None)


def _leave_out(gathered: _Gathered, sheet: str | None, fix: str) -> None:
    context = gathered.context
    context.problems.append(Problem(context.file, sheet, None, None, None, fix))


def _read_row(
    gathered: _Gathered, table: Table, sheet_row: SheetRow, conventions: Conventions
) -> None:
    row = Row(
        gathered.context,
        table.layout,
        table.sheet,
        sheet_row.number,
        sheet_row.cells,
        conventions,
    )
    if _is_no_record(row):
        return
    gathered.rows += 1
    is_readable = check_row(row, sheet_row.fault, table.row_widths)
    gathered.watch(row, _add_record(gathered, row) if is_readable else None)


def check_row(row: Row, fault: str | None, widths: Mapping[int, int] | None) -> bool:
    """True if the row could be read; a fault or an undecodable character becomes a problem.

    `widths` of the sheet's rows are given where the number of cells must fit the headings.
    """
    if fault is None and widths is not None:
        fault = count_fault(row, widths)
    if fault is not None:
        row.complain(None, fault, refused=True)
        return False
    if any(REPLACED in cell for cell in row.cells):
        row.tally(
            None, _("a character could not be read: compare with the source, export as UTF-8")
        )
    return True


def _add_record(
    gathered: _Gathered, row: Row
) -> PatentRecord | TeamRecord | NeedForm | Need | None:
    """Add the record of a row, and return it; None for a refused row."""
    if row.layout.kind == "patents":
        if names_fit(row) and (patent := read_patent(row)):
            gathered.patents.append(patent)
            return patent
    elif row.layout.kind == "teams":
        if names_fit(row) and (team := read_team(row)):
            gathered.teams.append(team)
            return team
    elif gathered.wants_forms:
        if form := read_form(row):
            gathered.forms.append(form)
            return form
    elif need := read_need(row):
        gathered.needs.append(need)
        return need
    return None


def _is_no_record(row: Row) -> bool:
    """True for the template's example row, and for captions such as 一、材料学院 or 合计：12 件."""
    from matcher.importing.headings.template_columns import is_example_row

    if is_example_row(row.texts):
        row.tally(None, _("the example row of the template was left out"))
        return True
    filled = list(islice(filter(None, row.texts), 3))
    if row.layout.kind == "needs" and _is_note(filled, len(row.layout.columns)):
        row.tally(None, _("a note or a total below the table was left out: it is no need"))
        return True
    if len(filled) != 1 or len(row.layout.columns) < 3 or _names_a_record(row):
        return False
    row.tally(
        None,
        _(
            "only one cell is filled, so it was taken for a caption and left out; fill in "
            "more cells if it is none"
        ),
    )
    return True


def _is_note(filled: Sequence[str], columns: int) -> bool:
    """Return True for the only filled cell, or the first of two, that names a note or a total."""
    if columns < 2 or not filled or len(filled) > 2:
        return False
    match = _NOTE.match(filled[0])
    return match is not None and (len(filled) == 1 or match.end() == len(filled[0]))


def _names_a_record(row: Row) -> bool:
    """True if a single cell makes a record: the text of a need, or the number of a patent."""
    if row.layout.kind == "needs":
        return any(row.get(name) for name in ("title", *TEXT_FIELDS))
    return (
        canonical_or_none(row.get("application_number")) is not None
        or parse_publication_number(row.get("publication_number")) is not None
    )
