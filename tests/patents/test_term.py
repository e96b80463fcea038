from datetime import date

import pytest

from matcher.patents.term import expiry_date
from matcher.types import PatentType


@pytest.mark.parametrize(
    ("filed", "patent_type", "ends"),
    [
        (date(2017, 3, 1), PatentType.INVENTION, date(2037, 3, 1)),
        (date(2017, 3, 1), PatentType.UTILITY_MODEL, date(2027, 3, 1)),
        (date(2021, 5, 31), PatentType.DESIGN, date(2031, 5, 31)),
        (date(2021, 6, 1), PatentType.DESIGN, date(2036, 6, 1)),
        (date(2017, 3, 1), PatentType.UNKNOWN, None),
        (None, PatentType.INVENTION, None),
    ],
)
def test_the_term_runs_from_the_filing_date(
    filed: date | None, patent_type: PatentType, ends: date | None
) -> None:
    assert expiry_date(filed, patent_type) == ends
