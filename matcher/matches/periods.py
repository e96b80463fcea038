"""Stretches of days, and the months, quarters and years by which things are counted."""

from datetime import date
from enum import StrEnum

from matcher.errors import InputError


class Period(StrEnum):
    """How long a period is (统计周期)."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


def period_of(day: date, period: Period) -> str:
    """The period that a day is in: `2026-06`, `2026-Q2` or `2026`."""
    if period is Period.MONTH:
        return f"{day.year:04}-{day.month:02}"
    if period is Period.QUARTER:
        return f"{day.year:04}-Q{(day.month + 2) // 3}"
    return f"{day.year:04}"


def check_days(since: date | None, until: date | None) -> None:
    """Raises InputError for a stretch that ends before it begins."""
    if since and until and until < since:
        raise InputError(f"until {until} is before since {since}: no day lies between them")
