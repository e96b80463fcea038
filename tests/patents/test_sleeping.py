from dataclasses import replace
from datetime import date

import pytest

from matcher.patents.sleeping import sleeping, unused_since
from matcher.types import LegalStatus, Patent
from tests.support.samples import SEPARATOR, TODAY

pytestmark = pytest.mark.usefixtures("chinese")

GRANT = date(2021, 3, 1)


@pytest.mark.parametrize(
    ("today", "asleep"),
    [(date(2023, 2, 28), False), (date(2023, 3, 1), True), (date(2026, 6, 1), True)],
)
def test_a_patent_is_sleeping_from_the_given_months_after_grant(today: date, asleep: bool) -> None:
    result = sleeping(SEPARATOR, today, 24)
    assert result.is_sleeping is asleep
    assert "授权" in result.reason


@pytest.mark.parametrize(
    ("patent", "reason"),
    [
        (replace(SEPARATOR, transfer_count=1), "转让"),
        (replace(SEPARATOR, licence_count=2), "许可"),
        (replace(SEPARATOR, legal_status_text="专利实施许可合同备案的生效"), "已运用"),
        (replace(SEPARATOR, grant_date=None), "授权日未知"),
        (replace(SEPARATOR, legal_status=LegalStatus.PENDING), "尚未授权"),
        (replace(SEPARATOR, legal_status=LegalStatus.LAPSED), "失效"),
        (replace(SEPARATOR, legal_status=LegalStatus.UNKNOWN), "未知"),
        (replace(SEPARATOR, expiry_date=date(2026, 5, 31)), "失效"),
        (replace(SEPARATOR, sleeping_override=False), "在用"),
        # The TTO's word wakes no dead right.
        (replace(SEPARATOR, sleeping_override=True, legal_status=LegalStatus.LAPSED), "失效"),
    ],
)
def test_a_patent_that_is_not_sleeping_has_a_reason(patent: Patent, reason: str) -> None:
    result = sleeping(patent, TODAY, 24)
    assert not result.is_sleeping
    assert reason in result.reason


def test_the_declaration_of_the_tto_overrides_the_record() -> None:
    declared = replace(SEPARATOR, sleeping_override=True, transfer_count=1)
    assert sleeping(declared, TODAY, 24).is_sleeping


@pytest.mark.parametrize(
    ("patent", "since"),
    [
        (SEPARATOR, GRANT),
        (replace(SEPARATOR, transfer_count=1), None),
        (replace(SEPARATOR, sleeping_override=False), None),
        (replace(SEPARATOR, sleeping_override=True, transfer_count=1), date.min),
    ],
)
def test_the_day_since_which_no_use_is_on_record(patent: Patent, since: date | None) -> None:
    assert unused_since(patent) == since


def test_missing_counts_have_another_reason_than_counts_of_zero() -> None:
    known = sleeping(SEPARATOR, TODAY, 24).reason
    unknown = sleeping(replace(SEPARATOR, transfer_count=None), TODAY, 24).reason
    assert "数据源未见" in unknown
    assert "数据源未见" not in known
