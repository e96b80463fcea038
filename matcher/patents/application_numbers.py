"""Chinese application numbers: parsing of the spellings in use, and the check digit.

Since October 2003 a number has twelve digits and a check digit (year, type, seven digits of
serial), before that eight and a check digit (two digits of year, type, five digits of serial).
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from matcher.text.characters import nfkc
from matcher.types import PatentType

WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
"""Weights of the check digit (ZC 0006-2003): sum of digit times weight, mod 11."""

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
"""Kind code of the publication, which some exports (Lens) append to the application number."""
_SCIENTIFIC = re.compile(r"^\d(?:\.\d+)?E\+?\d+$")
_INTERNATIONAL = re.compile(r"PCT/?([A-Z]{2})/?(\d{2,4})/?(\d{5,6})")
_FOREIGN = re.compile(r"(?!CN|ZL|PCT)[A-Z]{2}(?=(?:.*\d){5})[\dA-Z]+(?:\.\d+)?")
_PUBLICATION = re.compile(r"^CN\d{7,9}[ABCUYSD]\d?$")


class NumberFault(StrEnum):
    """Reason for which a text is no application number; the value is part of messages."""

    SPREADSHEET = "a spreadsheet turned the number into a measure and lost digits"
    PUBLICATION = "this is a publication number"
    UNREADABLE = "this is no application number that can be read"


@dataclass(frozen=True, slots=True)
class ApplicationNumber:
    """An application number in canonical form, such as `CN201710117081.7`."""

    canonical: str
    patent_type: PatentType = PatentType.UNKNOWN
    check_digit_is_wrong: bool = False
    """True for a number that may be mistyped; it is kept as written."""


def check_digit(digits: str) -> str:
    """Return the check digit of eight or twelve digits: `0` to `9` or `X`."""
    remainder = sum(int(d) * weight for d, weight in zip(digits, WEIGHTS, strict=False)) % 11
    return "X" if remainder == 10 else str(remainder)


def parse_application_number(written: str) -> ApplicationNumber | NumberFault:
    """Return the number in canonical form, or its fault.

    A missing check digit is computed. Numbers of other offices are kept as written, in capitals
    and without blanks, commas, slashes and hyphens.
    """
    text = _normalised(written)
    if _SCIENTIFIC.match(text):
        return NumberFault.SPREADSHEET
    if _PUBLICATION.match(text):
        return NumberFault.PUBLICATION
    if match := _DIGITS.fullmatch(_PREFIX.sub("", _KIND.sub("", text))):
        return _chinese(match[1], match[2])
    if match := _INTERNATIONAL.fullmatch(text):
        return ApplicationNumber(f"PCT/{match[1]}{match[2]}/{match[3]}")
    if _FOREIGN.fullmatch(foreign := re.sub("[/-]", "", text)):
        return ApplicationNumber(foreign)
    return NumberFault.UNREADABLE


def canonical_or_none(written: str) -> str | None:
    """Return the canonical form of a number in any spelling; None for an unreadable one."""
    number = parse_application_number(written)
    return number.canonical if isinstance(number, ApplicationNumber) else None


def _normalised(written: str) -> str:
    """NFKC in capitals, without blanks, quotes, commas, labels, and hyphens between digits."""
    text = nfkc(written).upper()
    text = re.sub(r"[\s\u00ad\ufeff\u200b'\"=,:]", "", text).replace("。", ".").replace("·", ".")
    text = text.removeprefix("专利号").removeprefix("申请号")
    if re.fullmatch(r"(?:CN|ZL)?[-\d.]+X?", text):
        text = text.replace("-", "")
    return text


def _chinese(digits: str, check: str | None) -> ApplicationNumber | NumberFault:
    is_long = len(digits) == 12
    patent_type = _TYPES.get(digits[4] if is_long else digits[2])
    year = int(digits[:4]) if is_long else int(digits[:2])
    # The short form was in use from 1985 to September 2003, the long one since.
    year_is_possible = 2003 <= year <= 2099 if is_long else year >= 85 or year <= 3
    if patent_type is None or not year_is_possible:
        return NumberFault.SPREADSHEET if digits.endswith("000000") else NumberFault.UNREADABLE
    if not int(digits[5 if is_long else 3 :]):
        # The digits of 2.017E+12 written out; serial numbers start at 1.
        return NumberFault.SPREADSHEET
    expected = check_digit(digits)
    return ApplicationNumber(
        canonical=f"CN{digits}.{check or expected}",
        patent_type=patent_type,
        check_digit_is_wrong=check is not None and check != expected,
    )
