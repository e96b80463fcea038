"""Fit labels from features."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.evidence.fit_label import (
    MODELS,
    FitFeatures,
    FitModel,
    fit,
    fit_basis,
    fit_probability,
    label_of,
    nothing_fits,
)
from matcher.types import Claim, FitBasis, Patent, PatentId

PLAIN = FitModel(0.0, 1.0)
BASES: tuple[FitBasis, ...] = ("title", "abstract", "claims")


def features(
    nearness: float, coverage: float | None = None, best_part: float = 0.0, length: int = 200
) -> FitFeatures:
    return FitFeatures(nearness, best_part, length, coverage)


@pytest.mark.parametrize(
    ("probability", "best_part", "label"),
    [
        (0.0, 3.79, "weak"),
        (0.59, 3.79, "weak"),
        (0.6, 3.79, "fair"),  # of the same topic only
        (0.0, 3.8, "fair"),
        (0.59, 3.8, "fair"),
        (0.6, 3.8, "strong"),
    ],
)
def test_a_fair_patent_answers_a_part_and_a_strong_one_is_near_besides(
    probability: float, best_part: float, label: str
) -> None:
    assert label_of(probability, best_part, "claims") == label


def test_a_title_is_too_short_to_answer_a_part() -> None:
    assert label_of(0.55, 0.0, "title") == "strong"
    assert label_of(0.54, 3.6, "title") == "fair" and label_of(0.54, 3.5, "title") == "weak"


def test_the_probability_is_logistic_and_never_overflows() -> None:
    model = FitModel(-1.0, 0.5, max_nearness=3.0, coverage=2.0, log_length=-1.0)
    expected = -1 + 0.5 * 2 + 2 * 0.25 - math.log(200)
    found = fit_probability(features(2.0, 0.25), model)
    assert found == pytest.approx(1 / (1 + math.exp(-expected)))
    assert fit_probability(features(9.0, 0.25), model) == fit_probability(
        features(3.0, 0.25), model
    )
    assert fit_probability(features(1e6), PLAIN) == pytest.approx(1.0)
    assert fit_probability(features(-1e6), PLAIN) == pytest.approx(0.0)


@given(st.sampled_from(BASES), st.floats(-9, 9), st.floats(0, 1), st.floats(0, 9))
def test_more_nearness_or_coverage_never_lowers_the_probability(
    basis: FitBasis, nearness: float, coverage: float, more: float
) -> None:
    model = MODELS[basis]
    least = fit_probability(features(nearness, coverage), model)
    assert fit_probability(features(nearness + more, coverage), model) >= least
    assert fit_probability(features(nearness, min(1.0, coverage + more)), model) >= least


def test_a_title_alone_is_praised_only_if_the_need_has_its_words() -> None:
    assert fit(features(6.0, 0.9), "title").label == "strong"
    assert fit(features(6.0, 0.3, best_part=4.0), "title").label == "fair"
    assert fit(features(0.0, 0.0), "title").label == "weak"
    assert fit(features(4.5, None, 4.0), "title").label == "fair"  # in the other language


@pytest.mark.parametrize("basis", ["abstract", "claims"])
def test_features_near_the_background_are_weak_and_clear_ones_strong(basis: FitBasis) -> None:
    assert fit(features(1.0), basis).label == "weak"
    assert fit(features(6.0, best_part=5.0), basis).label == "strong"
    assert fit(features(6.0, best_part=5.0), basis).basis == basis


def test_nothing_fits_where_every_judged_result_is_weak() -> None:
    assert nothing_fits(["weak", "weak"]) and nothing_fits(["weak", None])
    assert not nothing_fits(["weak", "fair"]) and not nothing_fits(["strong"])
    assert not nothing_fits([]) and not nothing_fits([None])


@pytest.mark.parametrize(
    ("title", "abstract", "claims", "basis"),
    [
        ("柴油车催化剂产业化", "", (), "title"),
        ("", "柴油车催化剂产业化", (), "title"),
        ("Ball valve", "Ball valve", (), "title"),
        ("", "Ball valve with a spring", (), "title"),
        ("球阀", "本发明公开了一种球阀，阀体内有密封圈。", (), "abstract"),
        ("Valve", "A valve with a seal. It lasts.", (), "abstract"),
        ("球阀", "", ("一种球阀，其特征在于有密封圈。",), "claims"),
        ("球阀", "", (" ",), "title"),
    ],
)
def test_the_basis_is_the_richest_text(
    title: str, abstract: str, claims: tuple[str, ...], basis: str
) -> None:
    listed = tuple(Claim(number, text) for number, text in enumerate(claims, start=1))
    patent = Patent(PatentId("local:1"), title, abstract, claims=listed)
    assert fit_basis(patent) == basis
