"""What a patent's right is worth on a day: its status once the term is over, its years left."""

from datetime import date

from matcher.types import LegalStatus, Patent

DAYS_PER_YEAR = 365.25


def effective_status(patent: Patent, today: date) -> LegalStatus:
    """The recorded status, except that a right whose term is over has lapsed.

    A status of unknown stays unknown until the term is over.
    """
    if patent.expiry_date is not None and patent.expiry_date < today:
        return LegalStatus.LAPSED
    return patent.legal_status


def years_left(patent: Patent, today: date) -> float | None:
    """Years until the term ends, 0 for a lapsed right, None where the term is not known."""
    if effective_status(patent, today) is LegalStatus.LAPSED:
        return 0.0
    if patent.expiry_date is None:
        return None
    return (patent.expiry_date - today).days / DAYS_PER_YEAR
