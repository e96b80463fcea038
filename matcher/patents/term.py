"""How long a right lasts: its term runs from the filing date."""

from datetime import date

from matcher.text.dates import years_after
from matcher.types import PatentType

_YEARS = {PatentType.INVENTION: 20, PatentType.UTILITY_MODEL: 10}
_LONGER_DESIGN_TERM = date(2021, 6, 1)
"""Designs filed from this day on last 15 years, earlier ones 10 (Patent Law, fourth amendment)."""


def expiry_date(filing_date: date | None, patent_type: PatentType) -> date | None:
    """The day on which the term ends, None where filing date or kind of right is not known."""
    if filing_date is None:
        return None
    if patent_type is PatentType.DESIGN:
        return years_after(filing_date, 15 if filing_date >= _LONGER_DESIGN_TERM else 10)
    years = _YEARS.get(patent_type)
    return None if years is None else years_after(filing_date, years)
