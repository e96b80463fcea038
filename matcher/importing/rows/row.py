"""One row of a file, read by the names of our fields."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from matcher.importing.files.cells import clean
from matcher.importing.headings.headings import Layout
from matcher.importing.rows.problem import Problem

PERSONAL_FIELDS = frozenset(
    {"contact", "contact_name", "contact_phone", "contact_email"}
    | {"consent_scope", "consent_evidence", "consent_until"}
    | {"consent_purpose", "consent_recipients", "consent_given"}
)
"""Columns whose values never leave the row except as a contact to be sealed; those of the consent
too, because a slipped column puts the phone there."""
SHOWN = 80
"""Characters of a bad value that a problem repeats."""
LISTED_ROWS = 10


_CONTACT = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+|(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")
"""E-mail addresses and mobile numbers, which may stand in a wrong column."""


@dataclass(slots=True)
class Reading:
    """What reading one file goes by, and what it has found wrong so far."""

    file: str
    today: date
    sample: bool = False
    problems: list[Problem] = field(default_factory=list)
    tallies: dict[tuple[str | None, str | None, str], list[int]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def summaries(self) -> list[Problem]:
        """One problem for each thing that many rows share."""
        summaries = []
        for (sheet, column, mend), rows in self.tallies.items():
            listed = ", ".join(map(str, rows[:LISTED_ROWS]))
            more = ", …" if len(rows) > LISTED_ROWS else ""
            count = f"{len(rows)} row{'s' if len(rows) > 1 else ''} ({listed}{more})"
            summaries.append(Problem(self.file, sheet, None, column, None, f"{count}: {mend}"))
        return summaries


@dataclass(slots=True)
class Row:
    """A row of data; complaints about it go to the reading it belongs to."""

    reading: Reading
    layout: Layout
    sheet: str | None
    number: int
    cells: Sequence[str]

    def get(self, name: str) -> str:
        """The field's text: of its columns the first that is not empty; empty if there is none."""
        for place in self.layout.columns.get(name, ()):
            if place < len(self.cells) and (text := clean(self.cells[place])):
                return text
        return ""

    def all(self, name: str) -> list[str]:
        """The field's text in each of its columns, those that are empty left out."""
        places = self.layout.columns.get(name, ())
        texts = (clean(self.cells[place]) for place in places if place < len(self.cells))
        return [text for text in texts if text]

    def column(self, name: str) -> str | None:
        """The heading of the column that gave the field, or would have."""
        places = self.layout.columns.get(name, ())
        for place in places:
            if place < len(self.cells) and clean(self.cells[place]):
                return self.layout.headings[place]
        return self.layout.headings[places[0]] if places else None

    def complain(self, name: str | None, mend: str, *, refused: bool = False) -> None:
        """Note what is wrong with a field or, without one, with the row."""
        value = None
        if name is not None and name not in PERSONAL_FIELDS:
            value = _without_contacts(self.get(name))[:SHOWN] or None
        self.reading.problems.append(
            Problem(
                file=self.reading.file,
                sheet=self.sheet,
                row=self.number,
                column=self.column(name) if name else None,
                value=value,
                mend=mend,
                refused=refused,
            )
        )

    def tally(self, name: str | None, mend: str) -> None:
        """Count the row among those that share this; they are told in one problem."""
        column = self.column(name) if name else None
        self.reading.tallies[self.sheet, column, mend].append(self.number)


def _without_contacts(value: str) -> str:
    return _CONTACT.sub("***", value)
