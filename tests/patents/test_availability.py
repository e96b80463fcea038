"""How readily a patent can be had, and how that changes an order."""

from dataclasses import replace
from datetime import date

import pytest

from matcher.errors import InputError
from matcher.patents.availability import availability, by_availability
from matcher.types import Availability, LegalStatus, LicenceTerms, Patent, PatentId

TODAY = date(2026, 11, 24)
PLAIN = Patent(PatentId("A"), "一种装置")
BEST = replace(
    PLAIN,
    legal_status=LegalStatus.IN_FORCE,
    expiry_date=date(2040, 1, 1),
    licence=LicenceTerms(open_licence=True),
    readiness="可以量产",
)


def test_everything_known_and_good_is_one() -> None:
    found = availability(BEST, TODAY)
    assert (found.score, found.level) == (1.0, "high")
    assert found.reasons == ("有权", "已声明开放许可", "成熟度: 可以量产", "剩余 13.1 年")


def test_nothing_known_is_said_to_be_unknown() -> None:
    found = availability(PLAIN, TODAY)
    assert (found.score, found.level) == (0.4, "low")
    assert found.reasons == ("法律状态未知", "许可条件未知", "成熟度未知", "剩余期限未知")


def test_a_lapsed_right_cannot_be_had() -> None:
    lapsed = replace(BEST, expiry_date=date(2026, 1, 1))
    assert availability(lapsed, TODAY).score == 0
    assert "已失效" in availability(lapsed, TODAY).reasons


def test_a_pledge_is_told_and_costs_something() -> None:
    pledged = availability(replace(BEST, pledge_count=1), TODAY)
    assert pledged.score == pytest.approx(1 - 0.35 * 0.2)
    assert any("质押" in reason for reason in pledged.reasons)


@pytest.mark.parametrize(
    ("words", "value"),
    [("通过中试", 0.8), ("TRL 9", 1.0), ("3级", 1 / 3), ("正在研发", 0.2), ("不详", 0.4)],
)
def test_readiness_in_words_and_levels(words: str, value: float) -> None:
    found = availability(replace(BEST, readiness=words), TODAY)
    assert found.score == pytest.approx(1 - 0.15 * (1 - value), abs=1e-3)


def ready(score: float) -> Availability:
    return Availability(score, "low", ())


def test_a_weight_of_nothing_changes_nothing() -> None:
    assert by_availability([3.0, 2.0, 1.0], [ready(0), ready(1), ready(1)], 0) == [0, 1, 2]


def test_a_ready_patent_overtakes_one_that_is_a_little_better() -> None:
    # the spread is 2; at a weight of 0.6 readiness is worth 1.2
    assert by_availability([3.0, 2.0, 1.0], [ready(0), ready(1), ready(0)], 0.6) == [1, 0, 2]
    assert by_availability([3.0, 2.0, 1.0], [ready(0), ready(1), ready(0)], 0.4) == [0, 1, 2]


def test_a_weight_outside_the_scale_is_refused() -> None:
    with pytest.raises(InputError, match="from 0"):
        by_availability([1.0], [ready(0)], 2)
