"""How teams share the first results."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import InputError
from matcher.retrieval.diversity import (
    FREE,
    diversify,
    pool_size,
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
def test_off_changes_nothing(ranked: list[tuple[float, str]]) -> None:
    assert order(ranked, 0) == list(range(len(ranked)))


@given(RANKED, STRENGTHS)
def test_all_come_the_best_first_and_each_team_in_its_order(
    ranked: list[tuple[float, str]], strength: float
) -> None:
    found = order(ranked, strength)
    assert sorted(found) == list(range(len(ranked)))
    assert found[:1] == list(range(len(ranked)))[:1]
    for team in "abc":
        own = [place for place in found if ranked[place][1] == team]
        assert own == sorted(own)


@given(RANKED)
def test_in_full_strength_no_team_comes_a_fourth_time_before_all_others_had_their_three(
    ranked: list[tuple[float, str]],
) -> None:
    teams = [team for _, team in ranked]
    due = sum(min(FREE, teams.count(team)) for team in set(teams))
    first = [teams[place] for place in order(ranked, 1)][:due]
    assert all(first.count(team) <= FREE for team in first)


@given(RANKED, STRENGTHS)
def test_three_of_a_team_cost_nothing(ranked: list[tuple[float, str]], strength: float) -> None:
    found = order(ranked, strength)
    teams = [team for _, team in ranked]
    dear = [place for place in found if teams[:place].count(teams[place]) >= FREE]
    rest = [place for place in found if place not in dear]
    assert rest == sorted(rest)


def test_by_hand_a_team_has_to_earn_its_fourth_place() -> None:
    # The distance between best and worst is 4: at 0.25 the fourth of a team costs 1, the fifth 2.
    ranked = [(4.0, "a"), (3.9, "a"), (3.8, "a"), (3.5, "a"), (3.4, "a"), (2.0, "b"), (0.0, "c")]
    assert order(ranked, 0.25) == [0, 1, 2, 3, 5, 4, 6]
    assert order(ranked, 0.05) == list(range(7))
    assert order(ranked, 1) == [0, 1, 2, 5, 6, 3, 4]


def test_equal_scores_are_shared_out() -> None:
    ranked = [(1.0, "a")] * 4 + [(1.0, "b")] * 2
    assert order(ranked, 0.1) == [0, 1, 2, 4, 5, 3]


@pytest.mark.parametrize("strength", [-0.1, 1.1, float("nan")])
def test_a_strength_that_is_none_is_refused(strength: float) -> None:
    with pytest.raises(InputError, match="diversity"):
        diversify([1.0], [SEPARATOR], strength)


def test_the_pool_is_larger_than_the_answer_only_where_there_is_a_choice() -> None:
    assert [pool_size(10, 0), pool_size(3, 0.1), pool_size(50, 0.1)] == [10, 30, 150]


def test_a_team_is_its_name_at_an_institution() -> None:
    one, two = of_team("甲组"), of_team("乙组")
    assert same_team(one, replace(one, inventors=("样例丙",)))
    assert not same_team(one, two)
    elsewhere = replace(one, team=TeamRef("样例研究院", "甲组"))
    assert not same_team(one, elsewhere)


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
