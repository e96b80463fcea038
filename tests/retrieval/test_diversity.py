"""Diversification of results by teams."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import InputError
from matcher.retrieval.diversity import (
    FREE_PER_TEAM,
    diversify,
    diversity_depth,
    same_team,
)
from matcher.types import Patent, PatentId, TeamRef
from tests.support.samples import SEPARATOR

RANKED = st.lists(
    st.tuples(st.floats(-5, 5, allow_subnormal=False), st.sampled_from("abc")), max_size=12
).map(lambda pairs: sorted(pairs, key=lambda pair: -pair[0]))
STRENGTHS = st.floats(0, 1)


def of_team(name: str) -> Patent:
    return Patent(id=PatentId("x"), title="x", team=TeamRef("样例大学", name))


def order(ranked: list[tuple[float, str]], strength: float) -> list[int]:
    return diversify([s for s, _ in ranked], [of_team(t) for _, t in ranked], strength)


@given(RANKED)
def test_at_strength_zero_the_order_stays(ranked: list[tuple[float, str]]) -> None:
    assert order(ranked, 0) == list(range(len(ranked)))


@given(RANKED, STRENGTHS)
def test_the_result_is_a_permutation_with_the_best_first_and_each_team_in_order(
    ranked: list[tuple[float, str]], strength: float
) -> None:
    new_order = order(ranked, strength)
    assert sorted(new_order) == list(range(len(ranked)))
    assert new_order[:1] == list(range(len(ranked)))[:1]
    for team in "abc":
        own = [index for index in new_order if ranked[index][1] == team]
        assert own == sorted(own)


@given(RANKED)
def test_at_full_strength_each_team_has_at_most_three_results_before_all_others_have_theirs(
    ranked: list[tuple[float, str]],
) -> None:
    teams = [team for _, team in ranked]
    due = sum(min(FREE_PER_TEAM, teams.count(team)) for team in set(teams))
    first = [teams[index] for index in order(ranked, 1)][:due]
    assert all(first.count(team) <= FREE_PER_TEAM for team in first)


@given(RANKED, STRENGTHS)
def test_the_first_three_results_of_a_team_keep_their_order(
    ranked: list[tuple[float, str]], strength: float
) -> None:
    new_order = order(ranked, strength)
    teams = [team for _, team in ranked]
    discounted = [
        index for index in new_order if teams[:index].count(teams[index]) >= FREE_PER_TEAM
    ]
    rest = [index for index in new_order if index not in discounted]
    assert rest == sorted(rest)


def test_the_discount_grows_from_the_fourth_result_of_a_team() -> None:
    # The distance between best and worst is 4: at 0.25 the fourth of a team costs 1, the fifth 2.
    ranked = [(4.0, "a"), (3.9, "a"), (3.8, "a"), (3.5, "a"), (3.4, "a"), (2.0, "b"), (0.0, "c")]
    assert order(ranked, 0.25) == [0, 1, 2, 3, 5, 4, 6]
    assert order(ranked, 0.05) == list(range(7))
    assert order(ranked, 1) == [0, 1, 2, 5, 6, 3, 4]


def test_with_equal_scores_another_team_comes_before_the_fourth_result() -> None:
    ranked = [(1.0, "a")] * 4 + [(1.0, "b")] * 2
    assert order(ranked, 0.1) == [0, 1, 2, 4, 5, 3]


@pytest.mark.parametrize("strength", [-0.1, 1.1, float("nan")])
def test_a_strength_outside_0_to_1_is_refused(strength: float) -> None:
    with pytest.raises(InputError, match="diversity"):
        diversify([1.0], [SEPARATOR], strength)


def test_the_depth_is_k_at_strength_zero_and_three_times_k_otherwise() -> None:
    assert [diversity_depth(10, 0), diversity_depth(3, 0.1), diversity_depth(50, 0.1)] == [
        10,
        30,
        150,
    ]


def test_teams_with_one_name_at_one_institution_are_the_same() -> None:
    first, second = of_team("甲组"), of_team("乙组")
    assert same_team(first, replace(first, inventors=("样例丙",)))
    assert not same_team(first, second)
    elsewhere = replace(first, team=TeamRef("样例研究院", "甲组"))
    assert not same_team(first, elsewhere)


def test_without_named_teams_a_common_inventor_of_one_institution_makes_a_team() -> None:
    plain = Patent(
        id=PatentId("x"), title="x", owners=("样例大学",), inventors=("样例甲", "样例乙")
    )
    assert same_team(plain, replace(plain, inventors=("样例乙", "样例丙")))
    assert not same_team(plain, replace(plain, inventors=("样例丙",)))
    assert not same_team(plain, replace(plain, owners=("样例研究院",)))
    assert not same_team(replace(plain, owners=()), replace(plain, owners=()))
    assert same_team(plain, replace(plain, team=TeamRef("样例大学", "甲组")))
    unknown = replace(plain, inventors=())
    assert not same_team(unknown, unknown)
