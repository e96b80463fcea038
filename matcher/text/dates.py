"""Dates as export tools, spreadsheets and people write them."""

import re
import unicodedata
from calendar import monthrange
from datetime import date, timedelta

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
    """The first date in the text, None where there is none that exists.

    Reads 2017-03-01, 2017.3.1, 2017/03/01, 2017年3月1日, 20170301, 1 March 2017, and a
    spreadsheet's day number such as 42795.
    """
    found = parse_all(written)
    return found[0] if found else None


def parse_all(written: str) -> list[date]:
    """Every date in the text, in the order of the text."""
    text = unicodedata.normalize("NFKC", written).strip().upper()
    if _SERIAL.fullmatch(text):
        return [_SERIAL_EPOCH + timedelta(days=int(float(text)))]
    dated: list[tuple[int, date]] = []
    for pattern in (_PLAIN, _COMPACT):
        for found in pattern.finditer(text):
            _add(dated, found.start(), int(found[1]), int(found[2]), int(found[3]))
    for found in _MONTH_NAMED.finditer(text):
        if found[1]:
            _add(dated, found.start(), int(found[3]), _MONTHS.index(found[1]) + 1, int(found[2]))
        else:
            _add(dated, found.start(), int(found[6]), _MONTHS.index(found[5]) + 1, int(found[4]))
    return [day for _, day in sorted(dated)]


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def years_after(day: date, years: int) -> date:
    """The anniversary; 28 February for a 29 February that the year does not have."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _add(dated: list[tuple[int, date]], place: int, year: int, month: int, day: int) -> None:
    if not 1850 <= year <= 2199:
        return
    try:
        dated.append((place, date(year, month, day)))
    except ValueError:
        return
