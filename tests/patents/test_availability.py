"""Availability of a patent, and reordering by it."""

from dataclasses import replace
from datetime import date

import pytest

from matcher.errors import InputError
from matcher.patents.availability import availability, by_availability
from matcher.types import Availability, LegalStatus, LicenceTerms, Patent, PatentId

pytestmark = pytest.mark.usefixtures("chinese")

TODAY = date(2026, 11, 24)
PLAIN = Patent(PatentId("A"), "一种装置")
BEST = replace(
    PLAIN,
    legal_status=LegalStatus.IN_FORCE,
    expiry_date=date(2040, 1, 1),
    licence=LicenceTerms(open_licence=True),
    readiness="可以量产",
)


def test_the_best_factors_give_an_availability_of_one() -> None:
    result = availability(BEST, TODAY)
    assert (result.score, result.level) == (1.0, "high")
    assert result.reasons == ("有权", "已声明开放许可", "成熟度：可以量产", "剩余 13.1 年")


def test_unknown_factors_are_named_unknown() -> None:
    result = availability(PLAIN, TODAY)
    assert (result.score, result.level) == (0.4, "low")
    assert result.reasons == ("法律状态未知", "许可条件未知", "成熟度未知", "剩余期限未知")


def test_a_lapsed_right_has_no_availability() -> None:
    lapsed = replace(BEST, expiry_date=date(2026, 1, 1))
    assert availability(lapsed, TODAY).score == 0
    assert "已失效" in availability(lapsed, TODAY).reasons


def test_a_pledge_lowers_the_availability_and_is_a_reason() -> None:
    pledged = availability(replace(BEST, pledge_count=1), TODAY)
    assert pledged.score == pytest.approx(1 - 0.35 * 0.2)
    assert any("质押" in reason for reason in pledged.reasons)


@pytest.mark.parametrize(
    ("readiness", "value"),
    [("通过中试", 0.8), ("TRL 9", 1.0), ("3级", 1 / 3), ("正在研发", 0.2), ("不详", 0.4)],
)
def test_readiness_in_words_and_levels(readiness: str, value: float) -> None:
    result = availability(replace(BEST, readiness=readiness), TODAY)
    assert result.score == pytest.approx(1 - 0.15 * (1 - value), abs=1e-3)


def ready(score: float) -> Availability:
    return Availability(score, "low", ())


def test_a_weight_of_zero_keeps_the_order() -> None:
    assert by_availability([3.0, 2.0, 1.0], [ready(0), ready(1), ready(1)], 0) == [0, 1, 2]


def test_an_available_patent_overtakes_one_with_a_slightly_better_score() -> None:
    # the spread is 2; at a weight of 0.6 readiness is worth 1.2
    assert by_availability([3.0, 2.0, 1.0], [ready(0), ready(1), ready(0)], 0.6) == [1, 0, 2]
    assert by_availability([3.0, 2.0, 1.0], [ready(0), ready(1), ready(0)], 0.4) == [0, 1, 2]


def test_a_weight_outside_0_to_1_is_refused() -> None:
    with pytest.raises(InputError, match="须为 0"):
        by_availability([1.0], [ready(0)], 2)
