"""Order of the publications of one application: by kind, then by date."""

import re
from dataclasses import dataclass
from datetime import date

from matcher.patents.publication_numbers import parse_publication_number
from matcher.types import Patent

_LEVELS = {"T": 1, "A": 2, "B": 4, "E": 4, "C": 5, "Y": 5}
"""Kind letters from the first publication to the last: translation, application, other kinds (3),
grant, and what follows a grant (C, Y: limited, partly invalid, re-examined; the grants of old)."""
_OTHER_LEVEL = 3
_FORMS = (
    (re.compile(r"US20\d{9}|KR[1-4]0(?:19|20)\d{9}|JP(?:19|20)\d{8}|WO\d{10}"), "A"),
    (re.compile(r"US(?:RE|D|PP)?\d{5,8}|KR[1-4]0\d{7}|JP\d{7}"), "B"),
)
"""Numbers without a kind code whose form tells an application or a grant."""
GRANT_LEVEL = 3
"""From this level on claims are granted ones: U and S of China are registered rights."""


@dataclass(frozen=True, slots=True)
class Publication:
    """A publication, for comparison: its number with kind code, and its date."""

    number: str | None
    kind: str | None
    day: date | None

    @property
    def level(self) -> int | None:
        """Level of the kind letter, or of the form of the number; None where neither tells it."""
        letter = self.kind[0] if self.kind else _letter_of_form(self.number or "")
        return _LEVELS.get(letter, _OTHER_LEVEL) if letter else None

    @property
    def written(self) -> str:
        """Number and date, from which `read_publication` restores it."""
        return f"{self.number or '-'} {self.day or ''}".strip()


def _letter_of_form(number: str) -> str | None:
    return next((letter for form, letter in _FORMS if form.fullmatch(number)), None)


def publication_of(patent: Patent) -> Publication:
    """Return the publication that a record describes, or the newest one that it is merged from."""
    return Publication(patent.publication_number, patent.kind_code, patent.publication_date)


def read_publication(written: str) -> Publication:
    """Restore a publication from its `written` form."""
    number, _, day = written.partition(" ")
    parsed = parse_publication_number(number)
    return Publication(
        None if number == "-" else number,
        parsed.kind if parsed else None,
        date.fromisoformat(day) if day else None,
    )


def compare_publications(first: Publication, second: Publication) -> int:
    """Return -1, 0 or 1: the first is older than, as old as or newer than the second.

    By kind letter, then by date, then by the digit of the kind (A1 before A8). What one of the
    two lacks is not compared; two records of one publication are equal, whatever their dates.
    """
    if first.number is not None and first.kind and first.number == second.number:
        return 0
    if first.level is not None and second.level is not None and first.level != second.level:
        return -1 if first.level < second.level else 1
    if first.day is not None and second.day is not None and first.day != second.day:
        return -1 if first.day < second.day else 1
    if first.kind and second.kind and first.kind != second.kind:
        return -1 if first.kind < second.kind else 1
    return 0
