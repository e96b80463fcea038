"""Sheets that are filled forms: labels in a column and values to their right, one need a sheet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from matcher.importing.files.cells import clean
from matcher.importing.files.docx import Document, Rows
from matcher.importing.files.formats import detect_format
from matcher.importing.files.open_file import open_sheets
from matcher.importing.files.sheet import Sheet, SheetRow
from matcher.importing.forms.labels import CONTACT_FIELDS, Labels, could_be_label
from matcher.importing.rows.need import TEXT_FIELDS

_MAX_ROWS = 300
"""Rows of a sheet up to which it may be a form."""
_MIN_LABELLED_ROWS = 2
_MIN_FIELDS = 3
_MIN_SHARE = 1 / 3
"""Share of the rows of a form that begin with a label that we know."""
_MIN_HEADINGS = 3
"""Labels side by side that are the headings of a table."""
_NEED_FIELDS = frozenset({"title", *TEXT_FIELDS})


@dataclass(slots=True)
class FormSheets:
    """The forms of a workbook, each enterprise's sheets together."""

    documents: list[tuple[str | None, Document]] = field(default_factory=list)
    """Name of the first sheet, and the sheets as tables."""
    left_out: list[str | None] = field(default_factory=list)
    """Names of visible sheets that are no form."""


def read_form_sheets(path: Path, labels: Labels) -> FormSheets | None:
    """Return the forms of a workbook or a text file; None for a table with one need a row.

    A sheet that names an enterprise begins the form of another one. Raises InputError for a file
    that cannot be read.
    """
    file = detect_format(path)
    if file.content == "json":
        return None
    found = FormSheets()
    names: set[str] = set()
    with open_sheets(file, labels.mapping) as sheets:
        for sheet in sheets:
            rows = _rows(sheet)
            fields = _form_fields(rows, labels) if rows is not None else None
            if rows is None or fields is None:
                return None
            if not fields or sheet.is_hidden:
                found.left_out += [sheet.name] if rows and not sheet.is_hidden else []
                continue
            names |= fields
            if "enterprise" in fields or not found.documents:
                found.documents.append((sheet.name, Document([])))
            found.documents[-1][1].blocks.append(list(_with_values_below(rows, labels)))
    return found if names & _NEED_FIELDS else None


def _rows(sheet: Sheet) -> Rows | None:
    """Return the filled rows of a sheet as a form has them; None for a sheet too long for one."""
    read = list(islice(sheet.rows, _MAX_ROWS + 1))
    if len(read) > _MAX_ROWS:
        return None
    rows: Rows = []
    for row in read:
        cells = list(_cells(row))
        if any(cells) and cells not in rows[-1:]:  # a value merged over rows stands in each
            rows.append(cells)
    width = max(map(len, rows), default=0)
    used = [index for index in range(width) if any(cells[index : index + 1] for cells in rows)]
    filled = [index for index in used if any("".join(cells[index : index + 1]) for cells in rows)]
    return [[cells[index] for index in filled if index < len(cells)] for cells in rows]


def _cells(row: SheetRow) -> Iterator[str]:
    """Yield the cells of a row, one merged across columns once."""
    covered = {index for first, last in row.spans for index in range(first + 1, last + 1)}
    return (clean(cell) for index, cell in enumerate(row.cells) if index not in covered)


def _with_values_below(rows: Rows, labels: Labels) -> Iterator[list[str]]:
    """Yield the rows; labels whose values stand below, and those values, without blanks beside.

    A label alone has its value below only if a text stands there: it may be left unfilled.
    """
    width = 0
    for row, below in zip(rows, [*rows[1:], [""]], strict=True):
        filled = list(filter(None, row))
        if row[: len(filled)] != filled:
            width = 0
            yield row
        elif all(name and not value for name, value in map(labels.split, filled)):
            texts = list(filter(None, below))
            is_open = len(texts) == 1 and below[0] and not could_be_label(below[0])
            width = len(filled) if len(filled) > 1 or is_open else 0
            yield filled if width else row
        else:
            width = width if len(filled) <= width else 0
            yield row[:width] if width else row


def _form_fields(rows: Rows, labels: Labels) -> frozenset[str] | None:
    """Return the fields that label the rows of a form; none if it is no form.

    None for a table of needs, whose headings stand side by side.
    """
    named: set[str] = set()
    labelled = 0
    for row in rows:
        kinds = [labels.split(cell) for cell in row]
        bare = [name if not value else None for name, value in kinds]
        if _are_headings(bare):
            return None
        if label := _label_at_start(row, kinds):
            labelled += 1
            named |= {label, *(name for name, _value in kinds if name)}
    is_form = (
        labelled >= _MIN_LABELLED_ROWS
        and labelled >= len(rows) * _MIN_SHARE
        and len(named) >= _MIN_FIELDS
    )
    return frozenset(named) if is_form else frozenset()


def _are_headings(names: Sequence[str | None]) -> bool:
    """Return True for labels side by side, some of them those of a need's text."""
    run: set[str] = set()
    for name in [*names, None]:
        if name:
            run.add(name)
            continue
        if len(run) >= _MIN_HEADINGS and run & _NEED_FIELDS:
            return True
        run.clear()
    return False


def _label_at_start(row: Sequence[str], kinds: Sequence[tuple[str | None, str]]) -> str | None:
    """Return the field that a row begins with, perhaps behind the caption of a group of rows."""
    filled = [index for index, cell in enumerate(row) if cell][:2]
    for index in filled:
        name, value = kinds[index]
        behind = kinds[index + 1][0] if index + 1 < len(kinds) else None
        if name and (value or behind is None or name in CONTACT_FIELDS):
            return name
    return None
