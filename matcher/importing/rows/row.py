"""A row of a file, read by field names."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from matcher.importing.files.cells import clean
from matcher.importing.headings.headings import Layout
from matcher.importing.rows.conventions import NO_CONVENTIONS, Conventions
from matcher.importing.rows.problem import Problem
from matcher.labels import COLON, label, listed
from matcher.language.messages import ngettext
from matcher.patents.names import read_organisations, read_people
from matcher.text import dates
from matcher.text.personal_data import has_contact

PERSONAL_FIELDS = frozenset(
    {"contact", "contact_name", "contact_phone", "contact_email"}
    | {"consent_scope", "consent_evidence", "consent_until"}
    | {"consent_purpose", "consent_recipients", "consent_given"}
)
"""Columns whose values leave the row only as a contact to be encrypted, never in a message.

Those of the consent are included: a shifted column puts the phone number there."""
MAX_SHOWN_CHARACTERS = 80
"""Characters of a bad value that a problem repeats."""
MAX_LISTED_ROWS = 10
"""Row numbers that the summary of a shared problem lists."""


@dataclass(slots=True)
class FileContext:
    """Context of reading one file: its name, the date, and the problems so far."""

    file: str
    today: date
    sample: bool = False
    """True for the records of the sample catalogue."""
    problems: list[Problem] = field(default_factory=list)
    tallies: dict[tuple[str | None, str | None, str], list[int]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """Row numbers that share a problem, by sheet, column heading and fix."""
    first_values: dict[tuple[str | None, str | None, str], str | None] = field(default_factory=dict)
    """Value of the first row of a shared problem, where it is shown; by the same key."""

    def all_problems(self) -> tuple[Problem, ...]:
        """Return the problems of single rows, then the summaries of shared ones."""
        return (*self.problems, *self.summaries())

    def summaries(self) -> list[Problem]:
        """Return one problem for each tally of rows."""
        summaries = []
        for (sheet, column, fix), rows in self.tallies.items():
            more = ["…"] if len(rows) > MAX_LISTED_ROWS else []
            shown = listed([*map(str, rows[:MAX_LISTED_ROWS]), *more])
            count = ngettext("{n} row ({rows})", "{n} rows ({rows})", len(rows), rows=shown)
            value = self.first_values.get((sheet, column, fix))
            summaries.append(
                Problem(self.file, sheet, None, column, value, f"{count}{label(COLON)}{fix}")
            )
        return summaries


@dataclass(slots=True)
class Row:
    """A row of data; its problems go to the context of its file."""

    context: FileContext
    layout: Layout
    sheet: str | None
    number: int
    cells: Sequence[str]
    conventions: Conventions = NO_CONVENTIONS
    texts: list[str] = field(init=False)
    """The cells, cleaned."""
    _first_columns: dict[str, int] = field(init=False)
    """The first non-empty column of each field that has one."""

    def __post_init__(self) -> None:
        self.texts = texts = list(map(clean, self.cells))
        self._first_columns = {
            name: index
            for name, columns in self.layout.columns.items()
            for index in reversed(columns)
            if index < len(texts) and texts[index]
        }

    def get(self, name: str) -> str:
        """Return the text of the field's first non-empty column; empty without one."""
        index = self._first_columns.get(name)
        return "" if index is None else self.texts[index]

    def all(self, name: str) -> list[str]:
        """Return the text of each non-empty column of the field."""
        return [text for _, text in self._filled(name)]

    def headed(self, name: str) -> list[tuple[str, str]]:
        """Return heading and text of each non-empty column of the field."""
        return [(self.layout.headings[index], text) for index, text in self._filled(name)]

    def people(self, name: str) -> tuple[str, ...]:
        """Return the people that the field lists, split as its column is."""
        index, text = self._first(name)
        return read_people(text, self.conventions.separators.get(index))

    def organisations(self, name: str) -> tuple[str, ...]:
        """Return the organisations that the field lists, split as its column is."""
        index, text = self._first(name)
        return read_organisations(text, self.conventions.separators.get(index))

    def dates(self, name: str) -> list[date]:
        """Return the dates of the field, day and month in the order of its column."""
        index, text = self._first(name)
        return dates.parse_all(text, day_first=self.conventions.day_first.get(index))

    def column(self, name: str) -> str | None:
        """Return the heading of the column that gives the field; None without a column.

        If all its columns are empty, that of the preferred one.
        """
        columns = self.layout.columns.get(name)
        if not columns:
            return None
        index = next((index for index, _ in self._filled(name)), columns[0])
        return self.layout.headings[index]

    def further_columns(self, name: str) -> list[str]:
        """Return the headings of columns that give the field another text than the first."""
        filled = list(self._filled(name))
        return [self.layout.headings[index] for index, text in filled if text != filled[0][1]]

    def complain(self, name: str | None, fix: str, *, refused: bool = False) -> None:
        """Add a problem of a field or, without a name, of the row; `refused` leaves the row out."""
        value = self._shown_value(name)
        self.context.problems.append(
            Problem(
                file=self.context.file,
                sheet=self.sheet,
                row=self.number,
                column=self.column(name) if name else None,
                value=value,
                fix=fix,
                refused=refused,
            )
        )

    def tally(self, name: str | None, fix: str, *, shows_value: bool = False) -> None:
        """Count the row among those that share a problem; the summary lists them.

        With `shows_value` it shows the value of the first of them, too.
        """
        key = self.sheet, self.column(name) if name else None, fix
        self.context.tallies[key].append(self.number)
        if shows_value:
            self.context.first_values.setdefault(key, self._shown_value(name))

    def _shown_value(self, name: str | None) -> str | None:
        """Value of a field as problems show it: never personal, never long."""
        if name is None or name in PERSONAL_FIELDS:
            return None
        return _without_contacts(self.get(name))[:MAX_SHOWN_CHARACTERS] or None

    def _first(self, name: str) -> tuple[int, str]:
        index = self._first_columns.get(name)
        return (-1, "") if index is None else (index, self.texts[index])

    def _filled(self, name: str) -> Iterator[tuple[int, str]]:
        """Yield index and text of each non-empty column of the field, the preferred one first."""
        if name not in self._first_columns:
            return
        for index in self.layout.columns.get(name, ()):
            if index < len(self.texts) and (text := self.texts[index]):
                yield index, text


def _without_contacts(value: str) -> str:
    return "***" if has_contact(value) else value
