"""Publication numbers and their kind codes."""

import re
import unicodedata
from dataclasses import dataclass

from matcher.types import PatentType

GRANTED_KINDS = frozenset("BCUYSD")
"""Publications of a right that was granted: B (and C before 2010) granted invention, U (and Y)
utility model, S (and D) design. A is a published application."""

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


_LONGEST_CHINESE = 9
"""Digits of a Chinese publication number: 7 to 9."""

_IN_LINK = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{5,}[A-Z]?\d?(?![A-Z0-9])")


@dataclass(frozen=True, slots=True)
class PublicationNumber:
    """A publication number, `CN101234567B`: its stem `CN101234567` and its kind code `B`."""

    stem: str
    kind: str | None

    @property
    def written(self) -> str:
        """The number in full."""
        return self.stem + (self.kind or "")

    @property
    def is_granted(self) -> bool:
        """Whether this Chinese publication stands for a right that was granted."""
        return self.stem.startswith("CN") and (self.kind or "?")[0] in GRANTED_KINDS

    @property
    def patent_type(self) -> PatentType:
        """The kind of right, as far as a Chinese kind code tells."""
        if not self.stem.startswith("CN") or not self.kind:
            return PatentType.UNKNOWN
        return _TYPES.get(self.kind[0], PatentType.UNKNOWN)


def parse(written: str) -> PublicationNumber | None:
    """The number without blanks, hyphens and slashes, None where it is no publication number."""
    plain = unicodedata.normalize("NFKC", written).upper()
    plain = re.sub(r"[\s\u00ad\ufeff\u200b'\"=,./-]", "", plain)
    if re.fullmatch(r"\d{7,9}[ABCUYSD]\d?", plain):
        plain = "CN" + plain
    found = _NUMBER.fullmatch(plain)
    digits = re.sub(r"\D", "", found[1]) if found else ""
    # A longer Chinese number is an application number that stands in the wrong column.
    longest = _LONGEST_CHINESE if plain.startswith("CN") else len(digits)
    if not found or not 5 <= len(digits) <= longest:
        return None
    return PublicationNumber(stem=found[1], kind=found[2])


def split_cell(cell: str) -> list[str]:
    """The numbers of one cell; Espacenet puts those of a whole family into it, line by line.

    Where a cell is a link to a publication (CNKI, Google Patents), the number in the link.
    """
    if "://" in cell:
        return _IN_LINK.findall(cell.upper()) or [cell]
    parts = [part.strip() for part in re.split(r"[\n;；|]+", cell) if part.strip()]
    if len(parts) == 1 and re.fullmatch(
        r"(?:[A-Z]{2}\d+[A-Z]\d?\s+)+[A-Z]{2}\d+[A-Z]\d?", parts[0]
    ):
        return parts[0].split()
    return parts


def best(cells: list[str]) -> tuple[int, PublicationNumber] | None:
    """The publication to keep of several: a granted one first, then a Chinese one, then the first.

    With its place in the list, because dates may be listed in the same order.
    """
    numbers = [(place, number) for place, cell in enumerate(cells) if (number := parse(cell))]
    if not numbers:
        return None
    return min(
        numbers,
        key=lambda found: (not found[1].is_granted, not found[1].stem.startswith("CN"), found[0]),
    )
