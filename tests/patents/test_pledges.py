"""Warnings of a pledge."""

from datetime import date

import pytest

from matcher.patents.pledges import PledgeDates, pledge_of
from tests.support.samples import SEPARATOR, TODAY, sibling

pytestmark = pytest.mark.usefixtures("chinese")

HELD = PledgeDates(date(2025, 3, 1), None)
RELEASED = PledgeDates(date(2024, 1, 1), date(2025, 1, 1))


def test_a_recorded_pledge_in_force_gives_its_day() -> None:
    pledge = pledge_of(SEPARATOR, [RELEASED, HELD], TODAY)
    assert pledge is not None and pledge.state == "pledged"
    assert "2025-03-01" in pledge.note and "质权人同意" in pledge.note


@pytest.mark.parametrize(
    ("dates", "warns"),
    [
        (PledgeDates(TODAY, None), True),
        (PledgeDates(date(2026, 6, 2), None), False),  # begins tomorrow
        (PledgeDates(date(2025, 1, 1), TODAY), False),  # ends today
        (PledgeDates(date(2025, 1, 1), date(2026, 6, 2)), True),
    ],
)
def test_a_pledge_is_in_force_from_registration_to_release(dates: PledgeDates, warns: bool) -> None:
    assert (pledge_of(SEPARATOR, [dates], TODAY) is not None) == warns


@pytest.mark.parametrize(
    ("text", "count", "state"),
    [
        ("质押", None, "pledged"),
        ("专利权质押合同登记的生效", None, "pledged"),
        ("专利权质押合同登记的注销", None, None),
        ("质押解除", 0, None),
        ("授权", 2, "possible"),
        ("授权", 0, None),
        (None, None, None),
    ],
)
def test_without_a_record_the_source_decides(
    text: str | None, count: int | None, state: str | None
) -> None:
    patent = sibling(SEPARATOR, SEPARATOR.id, legal_status_text=text, pledge_count=count)
    pledge = pledge_of(patent, [], TODAY)
    assert (pledge and pledge.state) == state


def test_a_recorded_release_overrides_the_source() -> None:
    patent = sibling(SEPARATOR, SEPARATOR.id, legal_status_text="质押", pledge_count=1)
    assert pledge_of(patent, [RELEASED], TODAY) is None
