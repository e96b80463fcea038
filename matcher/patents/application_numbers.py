"""Application numbers: parsing of the spellings in use, and the check digit of Chinese ones.

Since October 2003 a number has twelve digits and a check digit (year, type, seven digits of
serial), before that eight and a check digit (two digits of year, type, five digits of serial).
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from operator import mul

from matcher.patents.international_numbers import former_international, read_international
from matcher.patents.national_numbers import read_national
from matcher.patents.number_text import plain_number, with_office
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
_PREFIX = re.compile(r"^(?:CN-?|ZL)+(?=\d)")
_DIGITS = re.compile(r"(\d{12}|\d{8})\.?([\dX])?")
_KIND = re.compile(r"(?<=\d)[ABCUYSD]\d?$")
"""Kind code of the publication, which some exports (Lens) append to the application number."""
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+?\d+")
_WITHOUT_ZERO = re.compile(r"(\d{6,7})\.([\dX])")
"""A number of 2000 to 2003 whose first zeros a spreadsheet took off."""
_ROUNDED = re.compile(r"(?:19|20)\d{2,}0{8,}(?:\.0)?")
_CHINESE_PUBLICATION = re.compile(
    r"(?:CN-?)?[1-9]\d{8}-?[ABCUYSD]?\d?|(?:CN-?\d{7}-?[ABCUYSD]?|\d{7}[ABCUYSD])\d?"
)
"""A Chinese publication number has seven or nine digits, an application number eight or twelve and
a check digit. Nine digits with an early year (85 to 03) are tried as an application number first:
publication numbers of nine digits begin with 1, 2 or 3."""
_PUBLICATION = re.compile(r"[A-Z]{2}[A-Z]*[\dA-Z]*\d(?:[A-Z]\d|[BC])|WO\d{7,10}[A-Z]?\d?")
"""A kind code with a digit, or of a grant; application numbers carry one letter at most."""
_KOREAN = re.compile(r"[1-4]0-(?:19|20)\d{2}-\d{7}")
_KOREAN_WITH_KIND = re.compile(r"KR[1-4]0(?:19|20)\d{9}[A-Z]")
_FOREIGN = re.compile(r"[A-Z]{2}(?=(?:.*\d){3})[\dA-Z]+(?:\.\d+)?")
_CHECKED_OFFICES = ("EP", "DE", "HK")
_WITH_CHECK_DIGIT = re.compile(r"((?:EP|DE|HK)\d{7,12})\.\d[A-Z]?")
_EUROPEAN = re.compile(r"EP(?:(\d{8})[\dA]?|(?:19|20)(\d{2})0(\d{6})A?)")
"""Year and serial, then the check digit whose dot was lost, or the kind letter of Lens; in the
databases of the EPO the year has four digits and the serial seven."""


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
    remainder = sum(map(mul, map(int, digits), WEIGHTS)) % 11
    return "X" if remainder == 10 else str(remainder)


@lru_cache(maxsize=64)  # several readers of a row ask for the same number
def parse_application_number(
    written: str, office: str | None = None
) -> ApplicationNumber | NumberFault:
    """Return the number in canonical form, or its fault; `office` completes a bare number.

    A missing check digit of a Chinese number is computed, and PCT numbers in all spellings are
    `PCT/CN2019/076543`. Numbers of other offices are kept as written, in capitals and without
    blanks, commas, slashes and hyphens.
    """
    text = plain_number(written)
    if _SCIENTIFIC.fullmatch(text):
        return NumberFault.SPREADSHEET
    if (international := read_international(text, office)) is not None:
        return ApplicationNumber(international)
    is_korean = office is None and _KOREAN.fullmatch(text)
    if (office in (None, "CN") and not is_korean) or _PREFIX.match(text):
        number = _read_chinese(text)
        if number is not NumberFault.UNREADABLE or _PREFIX.match(text):
            return number
    return _read_foreign(text, office)


def canonical_or_none(written: str) -> str | None:
    """Return the canonical form of a number in any spelling; None for an unreadable one."""
    number = parse_application_number(written)
    return number.canonical if isinstance(number, ApplicationNumber) else None


def former_ids(canonical: str) -> tuple[str, ...]:
    """Return the ids that earlier versions gave to the case of this application number."""
    if canonical.startswith("PCT/"):
        return former_international(canonical)
    if canonical.startswith(_CHECKED_OFFICES):
        return tuple(f"{canonical}.{digit}" for digit in range(10))
    return tuple(canonical + letter for letter in "AUDS") if canonical.startswith("KR") else ()


def _read_chinese(text: str) -> ApplicationNumber | NumberFault:
    plain = text.replace("-", "")
    digits = _PREFIX.sub("", _KIND.sub("", plain))
    number: ApplicationNumber | NumberFault = NumberFault.UNREADABLE
    if match := _DIGITS.fullmatch(digits):
        number = _chinese(match[1], match[2])
    if not isinstance(number, ApplicationNumber) and _CHINESE_PUBLICATION.fullmatch(text):
        return NumberFault.PUBLICATION
    if number is NumberFault.UNREADABLE and (match := _WITHOUT_ZERO.fullmatch(digits)):
        padded = match[1].zfill(8)
        number = _chinese(padded, match[2]) if check_digit(padded) == match[2] else number
    if number is NumberFault.UNREADABLE and _ROUNDED.fullmatch(digits):
        # The digits of 2.0170E+12, written out.
        return NumberFault.SPREADSHEET
    return number


def _read_foreign(text: str, office: str | None) -> ApplicationNumber | NumberFault:
    number = with_office(text, office)
    national = read_national(number or text)
    if national is not None:
        plain = national.stem + (national.kind or "")
        if national.is_publication or _PUBLICATION.fullmatch(plain):
            return NumberFault.PUBLICATION
        # The two digits of its type make the letter behind a Korean number needless.
        canonical = national.stem if _KOREAN_WITH_KIND.fullmatch(plain) else plain
        return ApplicationNumber(canonical, national.patent_type)
    if number is None or number.startswith(("CN", "ZL", "PCT")):
        return NumberFault.UNREADABLE
    plain = _without_check_digit(re.sub("[/-]", "", number))
    if (international := read_international(plain)) is not None:
        return ApplicationNumber(international)
    if _PUBLICATION.fullmatch(plain):
        return NumberFault.PUBLICATION
    return ApplicationNumber(plain) if _FOREIGN.fullmatch(plain) else NumberFault.UNREADABLE


def _without_check_digit(plain: str) -> str:
    """Leave out the check digits of EP, DE and HK, which half of the sources give."""
    plain = _WITH_CHECK_DIGIT.sub(r"\1", plain)
    match = _EUROPEAN.fullmatch(plain)
    return f"EP{match[1] or match[2] + match[3]}" if match else plain


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
