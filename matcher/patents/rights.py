"""Effective legal status of a patent on a day, and years left of its term."""

from datetime import date

from matcher.types import LegalStatus, Patent

DAYS_PER_YEAR = 365.25


def effective_status(patent: Patent, today: date) -> LegalStatus:
    """Return the recorded status, or LAPSED once the term is over.

    An unknown status stays unknown until the term is over.
    """
    if patent.expiry_date is not None and patent.expiry_date < today:
        return LegalStatus.LAPSED
    return patent.legal_status


def years_left(patent: Patent, today: date) -> float | None:
    """Return the years until the term ends; 0 for a lapsed right, None for an unknown term."""
    if effective_status(patent, today) is LegalStatus.LAPSED:
        return 0.0
    if patent.expiry_date is None:
        return None
    return (patent.expiry_date - today).days / DAYS_PER_YEAR
