"""Shortages of slots, worked out by hand and against trying every choice."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from matcher.events.planning.assignment import short_slots


def test_shortages_by_hand() -> None:
    assert short_slots([]) == short_slots([(0, 1), (0, 1)]) == short_slots([(0,), (0, 1)]) == set()
    assert short_slots([(0,), (0,), (1, 2)]) == {0}
    assert short_slots([(0, 1), (1, 2), (0, 2), (0, 1, 2), (3,)]) == {0, 1, 2}
    assert short_slots([(0, 1), (2,), (1, 2), (0, 2)]) == {0, 1, 2}


@given(st.lists(st.lists(st.integers(0, 3), min_size=1, unique=True), max_size=5))
def test_slots_are_short_where_no_choice_gives_each_its_own(meetings: list[list[int]]) -> None:
    slots = short_slots(meetings)
    can = any(len(set(choice)) == len(choice) for choice in product(*meetings))
    assert can == (not slots)
    if slots:
        assert sum(slots.issuperset(meeting) for meeting in meetings) > len(slots)
