"""The states of a match: the table as DOMAIN has it, and that only its steps are ever made."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.access.roles import Role
from matcher.errors import ConflictError, InputError
from matcher.matches.states import (
    EXITS,
    PATH,
    REASON_LABELS,
    STATE_LABELS,
    STEPS,
    ExitReason,
    ImpossibleStepError,
    MatchEvent,
    MatchState,
    StepKind,
    may_read_notes,
    possible_states,
    roles_for,
    take_step,
)

WORDS = [
    "推荐",
    "已查看",
    "联系",
    "洽谈",
    "意向",
    "签约",
    "备案",
    "实施",
    "不感兴趣",
    "排除",
    "终止",
]
FIRM = {
    "recommended": "viewed contacted in_talks not_interested",
    "viewed": "contacted in_talks not_interested",
    "contacted": "in_talks intent not_interested ended",
    "in_talks": "intent not_interested ended",
    "intent": "not_interested ended",
    "signed": "ended",
    "recorded": "ended",
    "in_use": "ended",
    "not_interested": "",
    "excluded": "",
    "ended": "",
}
"""Where a firm, or the portal for it, can take a match."""
OFFICE = {
    **FIRM,
    "recommended": "viewed contacted in_talks not_interested excluded",
    "viewed": "contacted in_talks not_interested excluded",
    "contacted": "in_talks intent not_interested excluded ended",
    "in_talks": "intent signed not_interested ended",
    "intent": "signed not_interested ended",
    "signed": "recorded in_use ended",
    "recorded": "in_use ended",
}
"""Where an institution's office can."""
STAFF = {
    "recommended": "viewed contacted in_talks not_interested excluded",
    "viewed": "contacted in_talks not_interested excluded recommended",
    "contacted": "in_talks intent not_interested excluded ended recommended viewed",
    "in_talks": "intent signed not_interested ended recommended viewed contacted",
    "intent": "signed not_interested ended recommended viewed contacted in_talks",
    "signed": "recorded in_use ended recommended viewed contacted in_talks intent",
    "recorded": "in_use ended recommended viewed contacted in_talks intent signed",
    "in_use": "ended recommended viewed contacted in_talks intent signed recorded",
    "not_interested": "viewed contacted in_talks",
    "excluded": "recommended viewed contacted",
    "ended": "contacted in_talks intent",
}
EXPECTED = {
    Role.PORTAL: FIRM,
    Role.ENTERPRISE: FIRM,
    Role.TTO: OFFICE,
    Role.STAFF: STAFF,
    Role.ADMIN: STAFF,
    Role.AUDITOR: dict.fromkeys(FIRM, ""),
    Role.VISITOR: dict.fromkeys(FIRM, ""),
}
BACKWARD = (StepKind.BACK, StepKind.REOPENING)


def test_the_labels_are_those_of_the_programme() -> None:
    assert list(STATE_LABELS.values()) == WORDS
    assert list(STATE_LABELS) == list(MatchState) == [*PATH, *EXITS]
    assert set(REASON_LABELS) == set(ExitReason) and len(ExitReason) == 8


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("state", MatchState)
def test_each_role_can_take_the_steps_of_the_table(state: MatchState, role: Role) -> None:
    expected = set(EXPECTED[role][state].split())
    assert set(possible_states(state, role)) == expected
    for to in MatchState:
        reason = ExitReason.TERMS if to is MatchState.NOT_INTERESTED else None
        if to in expected:
            taken = take_step(state, to, role, reason, "更正")
            assert (taken.origin, taken.to, taken.reason) == (state, to, reason)
        else:
            with pytest.raises(ImpossibleStepError) as refused:
                take_step(state, to, role, reason, "更正")
            assert isinstance(refused.value, ConflictError)
            assert set(refused.value.possible) == expected
            assert all(way in str(refused.value) for way in expected)


def test_a_reason_goes_with_no_interest_and_with_nothing_else() -> None:
    with pytest.raises(InputError, match="too_early"):
        take_step(MatchState.VIEWED, MatchState.NOT_INTERESTED, Role.ENTERPRISE)
    with pytest.raises(InputError, match="reason"):
        take_step(MatchState.VIEWED, MatchState.CONTACTED, Role.ENTERPRISE, ExitReason.TERMS)


@pytest.mark.parametrize("note", [None, "", "  "])
def test_a_correction_and_a_reopening_need_a_note(note: str | None) -> None:
    for origin, ways in STEPS.items():
        for to, kind in ways.items():
            if kind not in BACKWARD:
                continue
            with pytest.raises(InputError, match="note"):
                take_step(origin, to, Role.STAFF, None, note)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(MatchState),
            st.sampled_from(Role),
            st.none() | st.sampled_from(ExitReason),
            st.none() | st.just("更正"),
        ),
        max_size=40,
    )
)
def test_any_sequence_of_steps_is_a_legal_walk(
    tries: list[tuple[MatchState, Role, ExitReason | None, str | None]],
) -> None:
    state = MatchState.RECOMMENDED
    for to, role, reason, note in tries:
        try:
            taken = take_step(state, to, role, reason, note)
        except (ConflictError, InputError):
            continue
        assert taken.origin is state and to in EXPECTED[role][state].split()
        assert (to is MatchState.NOT_INTERESTED) == (taken.reason is not None)
        forward = to in PATH and state in PATH and PATH.index(to) > PATH.index(state)
        assert forward or to in EXITS or (role in (Role.STAFF, Role.ADMIN) and note)
        state = to


def test_every_state_can_be_reached_and_none_is_a_dead_end_for_staff() -> None:
    reached = {MatchState.RECOMMENDED}
    while more := {to for state in reached for to in STEPS[state]} - reached:
        reached |= more
    assert reached == set(MatchState)
    assert all(possible_states(state, Role.STAFF) for state in MatchState)
    assert roles_for(MatchState.RECOMMENDED, MatchState.SIGNED) == frozenset()


@pytest.mark.parametrize(
    ("writer", "readers"),
    [
        (Role.ENTERPRISE, {Role.ENTERPRISE, Role.PORTAL, Role.STAFF, Role.ADMIN}),
        (Role.PORTAL, {Role.ENTERPRISE, Role.PORTAL, Role.STAFF, Role.ADMIN}),
        (Role.TTO, {Role.TTO, Role.STAFF, Role.ADMIN}),
        (Role.STAFF, {Role.STAFF, Role.ADMIN}),
    ],
)
def test_a_note_is_read_by_its_own_side_and_the_programme(writer: Role, readers: set[Role]) -> None:
    event = MatchEvent(
        1, "match_1", datetime(2026, 6, 1, tzinfo=UTC), "key", writer, None, MatchState.RECOMMENDED
    )
    assert {role for role in Role if may_read_notes(role, event)} == readers
