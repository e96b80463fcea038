"""Reading of a file whose content nobody named: patents, teams, needs or programme records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from matcher.errors import InputError
from matcher.importing.files.formats import DOCUMENT_SUFFIXES, detect_format
from matcher.importing.files.open_file import open_sheets
from matcher.importing.files.source_file import suffix_of
from matcher.importing.forms.labels import Labels
from matcher.importing.forms.sheets import read_form_sheets
from matcher.importing.headings.headings import Layout
from matcher.importing.headings.template_columns import NOTES_SHEET
from matcher.importing.read_file import (
    ReadFile,
    RowProgress,
    Watch,
    read_file,
    unheard,
    unwatched,
)
from matcher.importing.read_need_files import NeedsFile, read_needs_file
from matcher.importing.read_programme_file import (
    EXPORT_NOTES,
    RecordsFile,
    programme_headings,
    programme_layout,
    read_records,
)
from matcher.importing.rows.heading_rows import find_table, is_blank, read_head
from matcher.importing.rows.sheet_columns import SheetColumns, sheet_columns
from matcher.language.messages import _
from matcher.programme.kinds import KINDS

PATENTS, NEEDS = "patents", "needs"
IMPORT_KINDS: tuple[str, ...] = (PATENTS, NEEDS, *KINDS)
"""Kinds that a file may be read as; patents and teams are one."""

AnyFile = ReadFile | NeedsFile | RecordsFile
"""Content of a file, as it was read."""


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file, the name that people know it by, and how it is to be read."""

    path: Path
    name: str
    """Name in records, problems and errors; the path is never shown."""
    kind: str | None = None
    """One of `IMPORT_KINDS`; None to recognise it."""
    mapping: Mapping[str, str] = field(default_factory=dict)
    """Heading of some of our fields."""


def read_any_file(
    file: NamedFile,
    *,
    today: date,
    progress: RowProgress = unheard,
    watch: Watch = unwatched,
) -> AnyFile:
    """Read a file as what it was said to be, or by its own headings.

    `watch` sees the rows of patents and teams. Raises InputError, in one line, for a file or a
    mapping that cannot be used.
    """
    try:
        kind = file.kind or recognise_kind(file.path, file.mapping)
        if kind == NEEDS:
            return read_needs_file(file.path, today=today, mapping=file.mapping, name=file.name)
        if kind in KINDS:
            return read_records(
                file.path, KINDS[kind], today=today, name=file.name, mapping=file.mapping
            )
        read = read_file(
            file.path,
            mapping=file.mapping,
            today=today,
            progress=progress,
            name=file.name,
            watch=watch,
        )
        if read.kind != NEEDS:
            return read
        if file.kind is None:
            return read_needs_file(file.path, today=today, mapping=file.mapping, name=file.name)
        raise InputError(_("{name} holds needs: read it as needs", name=file.name))
    except InputError as problem:
        raise InputError(str(problem).replace(file.path.name, file.name)) from None


def recognise_kind(path: Path, mapping: Mapping[str, str]) -> str:
    """Return what a file looks like, one of `IMPORT_KINDS`; patents where nothing fits.

    Of a table, the kind that reads the most of its columns. Raises InputError for a file that is
    no readable table or document.
    """
    if suffix_of(path) in DOCUMENT_SUFFIXES or read_form_sheets(path, Labels()) is not None:
        return NEEDS
    best, recognised = 0, PATENTS
    known = {name: name for kind in KINDS.values() for name in programme_headings(kind)}
    with open_sheets(detect_format(path), {**known, **mapping}) as sheets:
        for sheet in sheets:
            if sheet.name in (NOTES_SHEET, EXPORT_NOTES):
                continue
            head = read_head(sheet)
            if (table := find_table(sheet, head, mapping)) is not None:
                best = _columns_read(table.layout)
                recognised = NEEDS if table.layout.kind == NEEDS else PATENTS
            for kind in KINDS.values():
                for row in head:
                    layout = programme_layout(kind, row.cells, mapping)
                    if layout is not None and _columns_read(layout) > max(best, 1):
                        best, recognised = _columns_read(layout), kind.name
            if best:
                break
    return recognised


def offered_columns(path: Path) -> tuple[SheetColumns, ...]:
    """Return the columns of the row that most looks like headings, to be mapped by hand.

    For a file in which no heading was recognised: the fullest of the first rows of each sheet,
    the row below it for values. Raises InputError for a file that is no readable table.
    """
    offered = []
    with open_sheets(detect_format(path), {}) as sheets:
        for sheet in sheets:
            head = [row for row in read_head(sheet) if not is_blank(row.cells)]
            if sheet.is_hidden or not head:
                continue
            filled = [sum(bool(cell.strip()) for cell in row.cells) for row in head]
            index = filled.index(max(filled))
            headings = tuple(" ".join(cell.split()) for cell in head[index].cells)
            below = head[index + 1].cells if index + 1 < len(head) else ()
            values = {number: cell for number, cell in enumerate(below) if cell.strip()}
            unknown = tuple(range(len(headings)))
            layout = Layout(PATENTS, "custom", headings, {}, unknown)
            offered.append(sheet_columns(sheet.name, layout, values))
    return tuple(offered)


def _columns_read(layout: Layout) -> int:
    return len({index for indices in layout.columns.values() for index in indices})
