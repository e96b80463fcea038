"""Answers as users see them."""

import pytest

from matcher.types import Patent, PatentId
from scripts.quality.answers import diversity_figures, ranked_ids
from tests.scripts.quality.examples import answer, match


def test_a_folded_patent_is_ranked_behind_the_one_it_is_folded_into() -> None:
    one, two = (Patent(PatentId(name), name) for name in "12")
    assert ranked_ids([match(one, family=("3",)), match(two)]) == [("1", 1), ("3", 1), ("2", 1)]


def test_diversified_answers_are_compared_with_plain_ones() -> None:
    a, b = (Patent(PatentId(name), name) for name in "ab")
    plain, diversified = (
        {"n": answer("n", match(a), match(b))},
        {"n": answer("n", match(b), match(a))},
    )
    reference, engine = diversity_figures(diversified, plain, {"n": {"a": 1, "b": 0}})
    assert (reference.run, dict(reference.values)) == ("reference", {"n": 1.0})
    assert engine.run == "engine" and engine.values["n"] == pytest.approx(0.6309)
