"""Term of protection, counted from the filing date."""

from datetime import date

from matcher.text.dates import years_after
from matcher.types import PatentType

_TERM_YEARS = {PatentType.INVENTION: 20, PatentType.UTILITY_MODEL: 10}
_LONG_DESIGN_TERM_START = date(2021, 6, 1)
"""Designs filed from this day on last 15 years, earlier ones 10 (Patent Law, fourth amendment)."""


def expiry_date(filing_date: date | None, patent_type: PatentType) -> date | None:
    """Return the day on which the term ends; None without filing date or patent type."""
    if filing_date is None:
        return None
    if patent_type is PatentType.DESIGN:
        return years_after(filing_date, 15 if filing_date >= _LONG_DESIGN_TERM_START else 10)
    years = _TERM_YEARS.get(patent_type)
    return None if years is None else years_after(filing_date, years)
