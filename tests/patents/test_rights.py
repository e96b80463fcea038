from dataclasses import replace
from datetime import date

import pytest

from matcher.patents.rights import effective_status, years_left
from matcher.types import LegalStatus
from tests.support.samples import SEPARATOR

END = date(2039, 3, 1)


@pytest.mark.parametrize("recorded", LegalStatus)
def test_a_right_lapses_the_day_after_its_term_for_any_recorded_status(
    recorded: LegalStatus,
) -> None:
    patent = replace(SEPARATOR, legal_status=recorded, expiry_date=END)
    assert effective_status(patent, END) is recorded
    assert effective_status(patent, date(2039, 3, 2)) is LegalStatus.LAPSED


def test_without_a_known_term_the_recorded_status_counts() -> None:
    patent = replace(SEPARATOR, legal_status=LegalStatus.UNKNOWN, expiry_date=None)
    assert effective_status(patent, date(2099, 1, 1)) is LegalStatus.UNKNOWN


@pytest.mark.parametrize(
    ("status", "expiry", "today", "years"),
    [
        (LegalStatus.IN_FORCE, END, date(2035, 3, 1), 4.0),
        (LegalStatus.UNKNOWN, END, date(2038, 8, 31), 0.5),
        (LegalStatus.IN_FORCE, END, END, 0.0),
        (LegalStatus.IN_FORCE, END, date(2039, 3, 2), 0.0),
        (LegalStatus.LAPSED, END, date(2026, 6, 1), 0.0),
        (LegalStatus.IN_FORCE, None, date(2026, 6, 1), None),
    ],
)
def test_years_left(
    status: LegalStatus, expiry: date | None, today: date, years: float | None
) -> None:
    patent = replace(SEPARATOR, legal_status=status, expiry_date=expiry)
    left = years_left(patent, today)
    assert left == (None if years is None else pytest.approx(years, abs=0.01))
