"""Publication numbers and their kind codes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from matcher.patents.international_numbers import (
    former_international_publications,
    read_international,
    read_international_publication,
)
from matcher.patents.national_numbers import read_national, western_year
from matcher.patents.number_text import bare, plain_number, with_office
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
_MODELS = frozenset("UY")
"""Kind codes of utility models; the United States use none of them."""
_CHINESE = re.compile(r"CN(\d{7}|8[5-9]\d{6}|[1-3]\d{8})([A-Z]\d?)?")
"""Seven digits, until 1989 the eight of the application number, since 2007 nine. Other Chinese
numbers are application numbers in the wrong column."""
_CHECK_DIGIT = re.compile(r"\.\d$")
"""End of application numbers of EP, DE and HK."""
_BARE_CHINESE = re.compile(r"\d{7,9}[ABCUYSD]\d?|[1-3]\d{8}")
_AMERICAN = re.compile(r"\d{1,2},\d{3},\d{3}(?:\s*[A-Z]\d?)?")
"""Only the United States write commas into their numbers."""
_NUMBER = re.compile(r"([A-Z]{2}[A-Z]{0,5}(?=(?:.*\d){3})\d[\dA-Z]*?)([A-Z]\d?)?")
_SINGAPORE = re.compile(r"(SG\d{10,11}[A-Z])([A-Z]\d?)?")
"""The last letter of a Singapore number is a check letter, not a kind code."""
_MAX_US_DIGITS = 11
"""Digits of a published application; a number with more is that of an application (Lens)."""
_PADDED = re.compile(r"^([A-Z]{2}(?:RE|PP|[DHTIM])?)0+(?=\d)")
_US_APPLICATION = re.compile(r"US(20\d{2})0?(\d{6})")
_JAPANESE_ERA = re.compile(r"JP([HSR])(\d{2})(\d{1,6})")
_JAPANESE_YEAR = re.compile(r"JP(?:19|20)\d{8}")
_EXAMINED_UNTIL = 1996
"""Year until which Japan counted examined applications (B, Y) apart from published ones (A, U)."""
_COUNTED_APART = re.compile(r"(?:JP|AT|CZ|FI|UA)\d+|DE\d{7}")
"""Numbers of offices that count patents, utility models and designs each from 1."""

_BETWEEN_NUMBERS = re.compile(r"[\n;；|]+|[,，、]\s*(?=[A-Za-z]{2}\s?\d{4}|PCT|\d{12})")
"""Commas stand within US numbers, too: they part where another number begins."""
_BETWEEN_BLANKS = re.compile(r"(?:[A-Z]{2}\d+[A-Z]\d?\s+)+[A-Z]{2}\d+[A-Z]\d?")
_IN_LINK = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{5,}[A-Z]?\d?(?![A-Z0-9])")


@dataclass(frozen=True, slots=True)
class PublicationNumber:
    """A publication number, `CN101234567B`: its stem `CN101234567` and its kind code `B`."""

    stem: str
    kind: str | None

    @property
    def key(self) -> str:
        """The stem in the one spelling by which numbers of different sources are compared."""
        return number_key(self.stem, self.kind)

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
        """Patent type by the Chinese kind code, or by a form that tells it; else UNKNOWN."""
        letter = (self.kind or "?")[0]
        if self.stem.startswith("CN"):
            return _TYPES.get(letter, PatentType.UNKNOWN)
        if self.stem.startswith("US"):
            return PatentType.DESIGN if self.stem.startswith("USD") else PatentType.UNKNOWN
        national = read_national(self.written)
        if national is not None and national.patent_type is not PatentType.UNKNOWN:
            return national.patent_type
        if letter in _MODELS:
            return PatentType.UTILITY_MODEL
        return PatentType.DESIGN if letter == "S" else PatentType.UNKNOWN


@lru_cache(maxsize=64)  # several readers of a row ask for the same number
def parse_publication_number(written: str, office: str | None = None) -> PublicationNumber | None:
    """Return the number without blanks, hyphens and slashes; None for another text.

    `office`, from the row's country column, completes a bare number. Application numbers that can
    be told apart (Chinese, PCT, US 15/123,456) are None.
    """
    text = plain_number(written)
    if read_international(text, office) is not None or _CHECK_DIGIT.search(text):
        return None
    if office in (None, "CN") and (chinese := _CHINESE.fullmatch(text)):
        return PublicationNumber(f"CN{chinese[1]}", chinese[2])
    if office is None and _AMERICAN.fullmatch(written.strip()):
        text = "US" + text
    if office in (None, "CN") and _BARE_CHINESE.fullmatch(bare(text)):
        text = "CN" + text
    number = with_office(text, office)
    if number is not None and number.startswith("CN"):
        return _split_number(bare(number))
    if number is not None and read_international(bare(number)) is not None:
        return None
    if number is not None and number.startswith("WO"):
        stem_and_kind = read_international_publication(number)
        return PublicationNumber(*stem_and_kind) if stem_and_kind else None
    national = read_national(number or text)
    if national is not None:
        if national.is_publication is False:
            return None
        return PublicationNumber(national.stem, national.kind)
    return _split_number(bare(number)) if number is not None else None


def number_key(stem: str, kind: str | None = None) -> str:
    """Return the stem of a publication in the one spelling by which numbers are compared.

    Short forms of EPO databases are written out: US2019198156 is US20190198156, KR20210001234
    KR1020210001234; zeros that pad a number are left out. JP3212345U is the utility model of that
    number, JP3212345 the patent: offices that count them apart need the mark of the series.
    """
    if stem.startswith(("CN", "WO")):
        return stem
    if match := _US_APPLICATION.fullmatch(stem):
        return f"US{match[1]}0{match[2]}"
    if match := _JAPANESE_ERA.fullmatch(stem):
        stem = f"JP{western_year(match[1], int(match[2]))}{match[3].zfill(6)}"
    if _JAPANESE_YEAR.fullmatch(stem):
        return stem + _series_of_year(int(stem[2:6]), kind)
    if stem.startswith("KR"):
        return _korean_key(stem, kind)
    stem = _PADDED.sub(r"\1", stem)
    return stem + (_series(kind) if _COUNTED_APART.fullmatch(stem) else "")


def spellings(number: PublicationNumber) -> tuple[str, ...]:
    """Return the stems under which a catalogue may hold the number, its own first."""
    key = number.key
    others = {key}
    if key.startswith("WO"):
        others.update(former_international_publications(key))
    elif match := _US_APPLICATION.fullmatch(key):
        others.add(f"US{match[1]}{match[2]}")
    elif key.startswith("KR"):
        others.add("KR" + key[4:])
        others.add(key + "0000")
    others.discard(number.stem)
    return (number.stem, *sorted(others))


def former_keys(number: PublicationNumber) -> tuple[str, ...]:
    """Return the spellings that mean this number alone: the stem may be the key of another series.

    JP3212345 is none of the utility model JP3212345U, since a patent has that number.
    """
    stem = number.stem
    is_of_another = stem != number.key and number_key(stem) == stem
    return tuple(s for s in spellings(number) if not (is_of_another and s == stem))


def _split_number(text: str) -> PublicationNumber | None:
    """Split a number that begins with its office into stem and kind code."""
    if text.startswith(("ZL", "PCT")):
        return None
    if text.startswith("CN"):
        match = _CHINESE.fullmatch(text)
        return PublicationNumber("CN" + match[1], match[2]) if match else None
    match = _SINGAPORE.fullmatch(text) or _NUMBER.fullmatch(text)
    if match is None:
        return None
    is_long = len(re.sub(r"\D", "", match[1])) > _MAX_US_DIGITS
    if text.startswith("US") and is_long:
        return None
    return PublicationNumber(stem=match[1], kind=match[2])


def _korean_key(stem: str, kind: str | None) -> str:
    """Key of a Korean number: with the two digits of its type before year and serial."""
    digits = stem[2:]
    if len(digits) == 13 and digits.endswith("0000"):
        digits = digits[:9]
    if len(digits) in (7, 11) and digits.isdigit():
        digits = {"U": "20", "S": "30"}.get(_series(kind), "10") + digits
    return "KR" + digits


def _series(kind: str | None) -> str:
    """Mark of a utility model or a design, where these are counted apart; empty for a patent."""
    letter = (kind or "?")[0]
    return "U" if letter in _MODELS else "S" if letter == "S" else ""


def _series_of_year(year: int, kind: str | None) -> str:
    """Mark of a Japanese number by years, whose examined applications were once a series, too."""
    letter = (kind or "?")[0]
    return letter if letter in "BY" and year <= _EXAMINED_UNTIL else _series(kind)


def split_cell(cell: str) -> list[str]:
    """Return the numbers of one cell; Espacenet lists those of a whole family, line by line.

    Of a link to a publication (CNKI, Google Patents) the number in the link.
    """
    if "://" in cell:
        return _IN_LINK.findall(cell.upper()) or [cell]
    parts = [part.strip() for part in _BETWEEN_NUMBERS.split(cell) if part.strip()]
    if len(parts) == 1 and _BETWEEN_BLANKS.fullmatch(parts[0]):
        return parts[0].split()
    return parts


def best_publication(cells: list[str]) -> tuple[int, PublicationNumber] | None:
    """Return the publication to keep of several, with its position in the list.

    A granted one takes precedence, then a Chinese one, then the first. A cell of dates may be in
    the same order, hence the position.
    """
    index, best = best_publication_of([parse_publication_number(cell) for cell in cells])
    return None if best is None else (index, best)


def best_publication_of(
    numbers: Sequence[PublicationNumber | None],
) -> tuple[int, PublicationNumber | None]:
    """Return the publication to keep of several, as `best_publication`; 0 and None without one."""
    readable = [(index, number) for index, number in enumerate(numbers) if number is not None]
    return min(
        readable,
        key=lambda item: (not item[1].is_granted, not item[1].stem.startswith("CN"), item[0]),
        default=(0, None),
    )
