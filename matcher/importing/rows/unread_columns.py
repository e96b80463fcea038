"""Columns that nothing reads, told once a table with their first value and what to do."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from matcher.importing.files.cells import clean
from matcher.importing.files.sheet import SheetRow
from matcher.importing.headings.headings import Layout
from matcher.importing.rows.problem import Problem
from matcher.importing.rows.row import FileContext
from matcher.language.messages import _
from matcher.patents import application_numbers, ipc
from matcher.patents.application_numbers import ApplicationNumber
from matcher.patents.publication_numbers import parse_publication_number
from matcher.text.contact_clauses import clear_contacts, is_personal_label

MAX_APART = 5
"""Columns up to which each is a problem of its own; more of them are listed in one."""
MAX_VALUE_CHARACTERS = 40
_MIN_TEXT_CHARACTERS = 60
"""Length from which a value may be an abstract."""


@dataclass(frozen=True, slots=True)
class _Unread:
    heading: str
    """Heading, or the letter of a column without one."""
    value: str
    """First value; `***` for one that may be personal."""
    suggestion: str


def tell_unread(
    context: FileContext, sheet: str | None, layout: Layout, values: Mapping[int, str]
) -> None:
    """Add a problem for the unknown columns that hold values: one each, or one for many.

    `values` are the first ones of the columns, as `FirstValues` finds them.
    """
    unread = [
        _Unread(
            column_name(layout, index),
            shown_value(layout.headings[index], value),
            _field(layout, value),
        )
        for index in layout.unknown
        if (value := values.get(index))
    ]
    if len(unread) <= MAX_APART:
        for column in unread:
            fix = _(
                "this column is not read: if it holds a field of ours, say so with "
                '--map "{field}={heading}"; docs/imports.md lists the fields',
                field=column.suggestion,
                heading=column.heading,
            )
            context.problems.append(
                Problem(context.file, sheet, None, column.heading, column.value, fix)
            )
        return
    listed = "; ".join(f"{column.heading} ({column.value})" for column in unread)
    first = next((column for column in unread if column.suggestion != "FIELD"), unread[0])
    fix = _(
        "{count} columns are not read, here with their first values: {listed}. If one holds a "
        'field of ours, say so with --map "{field}={heading}"; docs/imports.md lists the fields',
        count=len(unread),
        listed=listed,
        field=first.suggestion,
        heading=first.heading,
    )
    context.problems.append(Problem(context.file, sheet, None, None, None, fix))


def unused_headings(layout: Layout, values: Mapping[int, str]) -> list[str]:
    """Return the headings of known columns that hold values which nothing uses."""
    return [layout.headings[index] for index in layout.unused if index in values]


class FirstValues(dict[int, str]):
    """First values of the columns by index; empty columns are missing."""

    def __init__(self, layout: Layout) -> None:
        super().__init__()
        self._empty = set(range(len(layout.headings)))

    def follow(self, rows: Iterable[SheetRow]) -> Iterator[SheetRow]:
        """Yield the rows, and note the first values."""
        for row in rows:
            for index in tuple(self._empty):
                if index < len(row.cells) and (text := clean(row.cells[index])):
                    self[index] = text
                    self._empty.discard(index)
            yield row


def column_name(layout: Layout, index: int) -> str:
    """Return the heading of a column, or its letter."""
    return layout.headings[index] or _("column {letter}, without a heading", letter=_letter(index))


def _letter(index: int) -> str:
    """Return the letter of a column as a spreadsheet shows it: A, B, … Z, AA."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def shown_value(heading: str, value: str) -> str:
    """Return the beginning of a value, to be shown; `***` for one that may be personal."""
    if not heading or is_personal_label(heading) or clear_contacts(value).taken:
        return "***"
    text = " ".join(value.split())
    return text if len(text) <= MAX_VALUE_CHARACTERS else text[: MAX_VALUE_CHARACTERS - 1] + "…"


def _field(layout: Layout, value: str) -> str:
    """Return the field that a value looks like, if the table lacks it; FIELD for another."""
    if layout.kind != "patents":
        return "FIELD"
    is_application = isinstance(
        application_numbers.parse_application_number(value), ApplicationNumber
    )
    looks = (
        ("publication_number", parse_publication_number(value) is not None),
        ("application_number", is_application),
        ("ipc_all", bool(ipc.read_symbols(value)) and len(value) < _MIN_TEXT_CHARACTERS),
        ("abstract", len(value) >= _MIN_TEXT_CHARACTERS),
    )
    return next((name for name, fits in looks if fits and name not in layout.columns), "FIELD")
