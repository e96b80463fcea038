"""Publication numbers and their kind codes."""

import re
from dataclasses import dataclass

from matcher.text.characters import nfkc
from matcher.types import PatentType

GRANTED_KINDS = frozenset("BCUYSD")
"""Kind codes of granted rights: B (and C before 2010) granted invention, U (and Y) utility model,
S (and D) design. A is a published application."""

_TYPES = {
    "A": PatentType.INVENTION,
    "B": PatentType.INVENTION,
    "C": PatentType.INVENTION,
    "U": PatentType.UTILITY_MODEL,
    "Y": PatentType.UTILITY_MODEL,
    "S": PatentType.DESIGN,
    "D": PatentType.DESIGN,
}
_NUMBER = re.compile(r"([A-Z]{2}[A-Z]?\d[\dA-Z]*?)([A-Z]\d?)?")


_MAX_CHINESE_DIGITS = 9
"""A Chinese publication number has 7 to 9 digits."""

_IN_LINK = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{5,}[A-Z]?\d?(?![A-Z0-9])")


@dataclass(frozen=True, slots=True)
class PublicationNumber:
    """A publication number, `CN101234567B`: its stem `CN101234567` and its kind code `B`."""

    stem: str
    kind: str | None

    @property
    def written(self) -> str:
        """Full number, with its kind code."""
        return self.stem + (self.kind or "")

    @property
    def is_granted(self) -> bool:
        """True for the Chinese publication of a granted right."""
        return self.stem.startswith("CN") and (self.kind or "?")[0] in GRANTED_KINDS

    @property
    def patent_type(self) -> PatentType:
        """Patent type by the Chinese kind code; UNKNOWN without one."""
        if not self.stem.startswith("CN") or not self.kind:
            return PatentType.UNKNOWN
        return _TYPES.get(self.kind[0], PatentType.UNKNOWN)


def parse_publication_number(written: str) -> PublicationNumber | None:
    """Return the number without blanks, hyphens and slashes; None for another text."""
    text = nfkc(written).upper()
    text = re.sub(r"[\s\u00ad\ufeff\u200b'\"=,./-]", "", text)
    if re.fullmatch(r"\d{7,9}[ABCUYSD]\d?", text):
        text = "CN" + text
    match = _NUMBER.fullmatch(text)
    digits = re.sub(r"\D", "", match[1]) if match else ""
    # A longer Chinese number is an application number in the wrong column.
    max_digits = _MAX_CHINESE_DIGITS if text.startswith("CN") else len(digits)
    if not match or not 5 <= len(digits) <= max_digits:
        return None
    return PublicationNumber(stem=match[1], kind=match[2])


def split_cell(cell: str) -> list[str]:
    """Return the numbers of one cell; Espacenet lists those of a whole family, line by line.

    Of a link to a publication (CNKI, Google Patents) the number in the link.
    """
    if "://" in cell:
        return _IN_LINK.findall(cell.upper()) or [cell]
    parts = [part.strip() for part in re.split(r"[\n;；|]+", cell) if part.strip()]
    if len(parts) == 1 and re.fullmatch(
        r"(?:[A-Z]{2}\d+[A-Z]\d?\s+)+[A-Z]{2}\d+[A-Z]\d?", parts[0]
    ):
        return parts[0].split()
    return parts


def best_publication(cells: list[str]) -> tuple[int, PublicationNumber] | None:
    """Return the publication to keep of several, with its position in the list.

    A granted one takes precedence, then a Chinese one, then the first. A cell of dates may be in
    the same order, hence the position.
    """
    numbers = [
        (index, number)
        for index, cell in enumerate(cells)
        if (number := parse_publication_number(cell))
    ]
    if not numbers:
        return None
    return min(
        numbers,
        key=lambda item: (not item[1].is_granted, not item[1].stem.startswith("CN"), item[0]),
    )
