"""Dates as export tools, spreadsheets and people write them."""

import re
from calendar import monthrange
from datetime import date, timedelta

from matcher.text.characters import nfkc

_PLAIN = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})(?!\d)\s*日?")
_COMPACT = re.compile(r"(?<!\d)(\d{4})(\d{2})(\d{2})(?!\d)")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_MONTH_NAMED = re.compile(
    rf"({'|'.join(_MONTHS)})[A-Z]*\.?\s+(\d{{1,2}}),?\s+(\d{{4}})"
    rf"|(\d{{1,2}})[\s-]+({'|'.join(_MONTHS)})[A-Z]*\.?,?[\s-]+(\d{{4}})"
)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_SERIAL_EPOCH = date(1899, 12, 30)
"""Day 0 of the spreadsheets' 1900 calendar, its false leap day taken into account."""


def parse(written: str) -> date | None:
    """Return the first date in the text; None without a date that exists.

    Reads 2017-03-01, 2017.3.1, 2017/03/01, 2017年3月1日, 20170301, 1 March 2017, and a
    spreadsheet's day number such as 42795.
    """
    return next(iter(parse_all(written)), None)


def parse_all(written: str) -> list[date]:
    """Return every date in the text, in the order of the text."""
    text = nfkc(written).strip().upper()
    if _SERIAL.fullmatch(text):
        return [_SERIAL_EPOCH + timedelta(days=int(float(text)))]
    dated: list[tuple[int, date]] = []
    for pattern in (_PLAIN, _COMPACT):
        for match in pattern.finditer(text):
            _add(dated, match.start(), int(match[1]), int(match[2]), int(match[3]))
    for match in _MONTH_NAMED.finditer(text):
        if match[1]:
            _add(dated, match.start(), int(match[3]), _MONTHS.index(match[1]) + 1, int(match[2]))
        else:
            _add(dated, match.start(), int(match[6]), _MONTHS.index(match[5]) + 1, int(match[4]))
    return [day for _, day in sorted(dated)]


def months_before(day: date, months: int) -> date:
    """Return the same day so many months earlier, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def years_after(day: date, years: int) -> date:
    """Return the anniversary; 28 February for a 29 February that the year does not have."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _add(dated: list[tuple[int, date]], start: int, year: int, month: int, day: int) -> None:
    if not 1850 <= year <= 2199:
        return
    try:
        dated.append((start, date(year, month, day)))
    except ValueError:
        return
