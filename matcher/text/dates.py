"""Dates as export tools, spreadsheets and people write them."""

import re
from calendar import monthrange
from collections.abc import Iterable, Set
from datetime import date, timedelta
from functools import lru_cache

from matcher.text.characters import nfkc
from matcher.text.numerals import with_arabic_dates

_PLAIN = re.compile(
    r"(?<!\d)(\d{4})\s*[-./年년]\s*(\d{1,2})\s*[-./月월]\s*(\d{1,2})(?!\d)\s*[日일]?"
)
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})\s*([-./])\s*(\d{1,2})\s*\2\s*(\d{4})(?!\d)")
"""Day and month in the order of a country, and the year."""
_COMPACT = re.compile(r"(?<!\d)(\d{4})(\d{2})(\d{2})(?!\d)")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_MONTH_NAMED = re.compile(
    rf"({'|'.join(_MONTHS)})[A-Z]*\.?\s+(\d{{1,2}}),?\s+(\d{{4}})"
    rf"|(?<!\d)(\d{{1,2}})[\s-]+({'|'.join(_MONTHS)})[A-Z]*\.?,?[\s-]+(\d{{4}})"
)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_SERIAL_EPOCH = date(1899, 12, 30)
"""Day 0 of the spreadsheets' 1900 calendar, its false leap day taken into account."""


def parse(written: str, *, day_first: bool | None = None) -> date | None:
    """Return the first date in the text; None without a date that exists.

    Reads 2017-03-01, 2017.3.1, 2017/03/01, 2017年3月1日, 20170301, 1 March 2017, 01.03.2017, and a
    spreadsheet's day number such as 42795, also in Chinese numerals. `day_first` as in `parse_all`.
    """
    return next(iter(parse_all(written, day_first=day_first)), None)


def parse_all(written: str, *, day_first: bool | None = None) -> list[date]:
    """Return every date in the text, in the order of the text.

    `day_first` tells the order in 01/03/2017; without it such a date is not read, unless one of
    the numbers is no month. With dots the day is always first.
    """
    return list(_parse_all(written, day_first))


@lru_cache(maxsize=4096)  # a table gives few days many times
def _parse_all(written: str, day_first: bool | None) -> tuple[date, ...]:
    text = with_arabic_dates(nfkc(written)).strip().upper()
    if _SERIAL.fullmatch(text):
        return (_SERIAL_EPOCH + timedelta(days=int(float(text))),)
    dated: list[tuple[int, date]] = []
    for pattern in (_PLAIN, _COMPACT):
        for match in pattern.finditer(text):
            _add(dated, match.start(), int(match[1]), int(match[2]), int(match[3]))
    for match in _MONTH_NAMED.finditer(text):
        if match[1]:
            _add(dated, match.start(), int(match[3]), _MONTHS.index(match[1]) + 1, int(match[2]))
        else:
            _add(dated, match.start(), int(match[6]), _MONTHS.index(match[5]) + 1, int(match[4]))
    for match in _YEAR_LAST.finditer(text):
        order = _day_is_first(match)
        first, second = int(match[1]), int(match[3])
        if (order := day_first if order is None else order) is not None:
            day, month = (first, second) if order else (second, first)
            _add(dated, match.start(), int(match[4]), month, day)
    return tuple(day for _, day in sorted(dated))


def day_comes_first(texts: Iterable[str]) -> bool | None:
    """Return the order of day and month in dates such as 01/03/2017 of one column.

    A number above twelve tells it. None where no date does, or dates contradict each other.
    """
    return order_of({order for text in texts for order in day_orders(text)})


@lru_cache(maxsize=4096)
def day_orders(text: str) -> frozenset[bool]:
    """Return the orders of day and month that the dates of a text tell."""
    return frozenset(
        order
        for match in _YEAR_LAST.finditer(nfkc(text))
        if match[2] != "." and (order := _day_is_first(match)) is not None
    )


def order_of(orders: Set[bool]) -> bool | None:
    """Return the one order of a column; None where no date tells it, or dates contradict."""
    return next(iter(orders)) if len(orders) == 1 else None


def order_is_open(written: str) -> bool:
    """True for a date such as 01/03/2017, of which either number may be the month."""
    return any(_day_is_first(match) is None for match in _YEAR_LAST.finditer(nfkc(written)))


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


def _day_is_first(match: re.Match[str]) -> bool | None:
    """Tell the order of a date by itself; None if its day and month can be exchanged."""
    first, second = int(match[1]), int(match[3])
    if match[2] == "." or first > 12 or first == second:
        return True
    return False if second > 12 else None


def _add(dated: list[tuple[int, date]], start: int, year: int, month: int, day: int) -> None:
    if not 1850 <= year <= 2199:
        return
    try:
        dated.append((start, date(year, month, day)))
    except ValueError:
        return
