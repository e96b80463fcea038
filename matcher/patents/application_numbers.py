"""Chinese application numbers in every spelling that files use, and their check digit.

Since October 2003 a number has twelve digits and a check digit (year, type, seven digits of
serial), before that eight and a check digit (two digits of year, type, five digits of serial).
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from matcher.types import PatentType

WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
"""ZC 0006-2003, the office's standard for these numbers: sum of digit times weight, mod 11."""

_TYPES = {
    "1": PatentType.INVENTION,
    "2": PatentType.UTILITY_MODEL,
    "3": PatentType.DESIGN,
    "8": PatentType.INVENTION,
    "9": PatentType.UTILITY_MODEL,
}
_PREFIX = re.compile(r"^(?:CN|ZL)+(?=\d)")
_DIGITS = re.compile(r"(\d{12}|\d{8})\.?([\dX])?")
_KIND = re.compile(r"(?<=\d)[ABCUYSD]\d?$")
"""Some exports (Lens) write the kind of the publication behind the application number."""
_SCIENTIFIC = re.compile(r"^\d(?:\.\d+)?E\+?\d+$")
_INTERNATIONAL = re.compile(r"PCT/?([A-Z]{2})/?(\d{2,4})/?(\d{5,6})")
_FOREIGN = re.compile(r"(?!CN|ZL|PCT)[A-Z]{2}(?=(?:.*\d){5})[\dA-Z]+(?:\.\d+)?")
_PUBLICATION = re.compile(r"^CN\d{7,9}[ABCUYSD]\d?$")


class NumberFault(StrEnum):
    """What is wrong with an application number."""

    SPREADSHEET = "a spreadsheet turned the number into a measure and lost digits"
    PUBLICATION = "this is a publication number"
    UNREADABLE = "this is no application number that can be read"


@dataclass(frozen=True, slots=True)
class ApplicationNumber:
    """An application number in canonical form, such as `CN201710117081.7`."""

    canonical: str
    patent_type: PatentType = PatentType.UNKNOWN
    check_digit_is_wrong: bool = False
    """The number is kept as it was written; it may be mistyped."""


def check_digit(digits: str) -> str:
    """The check digit of eight or twelve digits: `0` to `9` or `X`."""
    remainder = sum(int(d) * weight for d, weight in zip(digits, WEIGHTS, strict=False)) % 11
    return "X" if remainder == 10 else str(remainder)


def parse(written: str) -> ApplicationNumber | NumberFault:
    """The number in canonical form, or what is wrong with it.

    A missing check digit is computed. Numbers of other offices are kept as they are written,
    in capitals and without blanks, commas, slashes and hyphens.
    """
    plain = _plain(written)
    if _SCIENTIFIC.match(plain):
        return NumberFault.SPREADSHEET
    if _PUBLICATION.match(plain):
        return NumberFault.PUBLICATION
    found = _DIGITS.fullmatch(_PREFIX.sub("", _KIND.sub("", plain)))
    if found:
        return _chinese(found[1], found[2])
    if found := _INTERNATIONAL.fullmatch(plain):
        return ApplicationNumber(f"PCT/{found[1]}{found[2]}/{found[3]}")
    if _FOREIGN.fullmatch(foreign := re.sub("[/-]", "", plain)):
        return ApplicationNumber(foreign)
    return NumberFault.UNREADABLE


def canonical_or_none(written: str) -> str | None:
    """The canonical form of a number in any spelling, None where it cannot be read."""
    number = parse(written)
    return number.canonical if isinstance(number, ApplicationNumber) else None


def _plain(written: str) -> str:
    """Capitals, half width, without blanks, quotes, commas, and the dashes of typists."""
    text = unicodedata.normalize("NFKC", written).upper()
    text = re.sub(r"[\s\u00ad\ufeff\u200b'\"=,:]", "", text).replace("。", ".").replace("·", ".")
    text = text.removeprefix("专利号").removeprefix("申请号")
    if re.fullmatch(r"(?:CN|ZL)?[-\d.]+X?", text):
        text = text.replace("-", "")
    return text


def _chinese(digits: str, check: str | None) -> ApplicationNumber | NumberFault:
    long = len(digits) == 12
    patent_type = _TYPES.get(digits[4] if long else digits[2])
    year = int(digits[:4]) if long else int(digits[:2])
    # The old form ran from 1985 to September 2003; the long one began then.
    year_is_possible = 2003 <= year <= 2099 if long else year >= 85 or year <= 3
    if patent_type is None or not year_is_possible:
        return NumberFault.SPREADSHEET if digits.endswith("000000") else NumberFault.UNREADABLE
    if not int(digits[5 if long else 3 :]):
        # 2.017E+12 written out: serials start at 1.
        return NumberFault.SPREADSHEET
    expected = check_digit(digits)
    return ApplicationNumber(
        canonical=f"CN{digits}.{check or expected}",
        patent_type=patent_type,
        check_digit_is_wrong=check is not None and check != expected,
    )
