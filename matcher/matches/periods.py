"""Periods by which matches and contracts are counted, and the filters of the counts."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from matcher.errors import InputError
from matcher.language.messages import _


class Period(StrEnum):
    """Length of a period (统计周期)."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class CountFilters:
    """Filters of the counted matches and contracts; None does not narrow."""

    since: date | None = None
    """First day, in UTC: of the first recommendation of a match, of the signing of a contract."""
    until: date | None = None
    """Last day, in UTC."""
    institution: str | None = None

    def __post_init__(self) -> None:
        """Raises InputError for days that end before they begin."""
        if self.since and self.until and self.until < self.since:
            raise InputError(
                _(
                    "until {until} is before since {since}: no day lies between them",
                    until=self.until,
                    since=self.since,
                )
            )


def period_of(day: date, period: Period) -> str:
    """Return the period of a day: `2026-06`, `2026-Q2` or `2026`."""
    if period is Period.MONTH:
        return f"{day.year:04}-{day.month:02}"
    if period is Period.QUARTER:
        return f"{day.year:04}-Q{(day.month + 2) // 3}"
    return f"{day.year:04}"
