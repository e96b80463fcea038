"""The history of matches in the database: a legal walk, whatever is tried, and what is due."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, true

from matcher.access.roles import Caller, Role
from matcher.errors import ConflictError, InputError
from matcher.ids import new_id
from matcher.matches.record import MatchRecord
from matcher.matches.states import (
    STEPS,
    ExitReason,
    MatchEvent,
    MatchState,
    roles_for,
    take_step,
)
from matcher.needs.record import (
    NeedDetails,
    NeedRecord,
    NeedState,
    PublishScope,
)
from matcher.store import match_history, matches, needs
from matcher.store.database import Store

FIRM = Caller("firm", Role.ENTERPRISE, enterprise="样例电池厂")
TTO = Caller("tto", Role.TTO, institution="样例大学")
STAFF = Caller("staff", Role.STAFF)
CREATED = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    file: Path = tmp_path_factory.mktemp("history") / "matcher.sqlite"
    with Store(f"sqlite:///{file.as_posix()}") as store:
        yield store


def recommend(connection: Connection, institution: str = "样例大学") -> MatchRecord:
    """A match of a new need of the sample firm, with its history begun."""
    need = NeedRecord(
        id=new_id("need"),
        created_by="portal",
        details=NeedDetails(text="隔膜", enterprise=FIRM.enterprise),
        contact=None,
        publish_scope=PublishScope.MATCH_ONLY,
        pledge_wish=False,
        state=NeedState.OPEN,
        closed_reason=None,
        expires_on=None,
        created_at=CREATED,
        updated_at=CREATED,
        version=1,
    )
    needs.add(connection, need)
    match = matches.add(
        connection,
        need=need.id,
        patent="CN201910000001.1",
        institution=institution,
        industry="NM",
        moment=CREATED,
    )
    match_history.add_recommendation(connection, match.id, FIRM)
    return match


def test_a_history_begins_with_the_recommendation(store: Store) -> None:
    with store.writing() as connection:
        match = recommend(connection)
        (event,) = match_history.history(connection, match.id)
    assert (event.from_state, event.to_state) == (None, MatchState.RECOMMENDED)
    assert (event.by, event.role, event.note) == ("firm", Role.ENTERPRISE, None)
    assert event.happened_at.tzinfo is UTC


@settings(
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(
        st.tuples(
            st.none() | st.sampled_from(MatchState),
            st.sampled_from([FIRM, TTO, STAFF]),
            st.none() | st.just(ExitReason.TERMS),
        ),
        max_size=15,
    )
)
def test_a_stored_history_is_a_legal_walk_to_the_present_state(
    store: Store, tries: list[tuple[MatchState | None, Caller, ExitReason | None]]
) -> None:
    with store.writing() as connection:
        match = recommend(connection)
        made = 0
        for to, caller, reason in tries:
            state = MatchState(match.state)
            try:
                taken = None if to is None else take_step(state, to, caller.role, reason, "记录")
            except (ConflictError, InputError):
                continue
            match, _ = match_history.add_follow_up(
                connection, match, caller, step=taken, note="记录"
            )
            made += 1
        first, *later = match_history.history(connection, match.id)
        assert matches.find(connection, match.id) == match
    assert match.version == 1 + made == 1 + len(later)
    state = first.to_state
    for event in later:
        assert event.from_state is state
        assert event.to_state is state or event.role in roles_for(state, event.to_state)
        assert event.to_state is state or event.to_state in STEPS[state]
        state = event.to_state
    assert match.state == state


def test_a_history_is_read_page_by_page(store: Store) -> None:
    with store.writing() as connection:
        match = recommend(connection)
        for note in ("甲", "乙", "丙"):
            match, _ = match_history.add_follow_up(connection, match, FIRM, step=None, note=note)
        first = match_history.history(connection, match.id, limit=2)
        second = match_history.history(connection, match.id, after=first[-1].id, limit=2)
    assert [event.note for event in (*first, *second)] == [None, "甲", "乙", "丙"]


def plan(connection: Connection, match: MatchRecord, caller: Caller, day: int, action: str) -> None:
    """Note a next action for a day of July."""
    match_history.add_follow_up(
        connection,
        match,
        caller,
        step=None,
        next_action=action,
        next_action_on=date(2026, 7, day),
    )


def test_a_next_action_is_due_until_its_side_follows_up_again(tmp_path: Path) -> None:
    with Store(f"sqlite:///{(tmp_path / 'due.sqlite').as_posix()}") as store:
        with store.writing() as connection:
            first, second = recommend(connection), recommend(connection, "样例研究院")
            plan(connection, first, FIRM, 9, "企业试样")
            plan(connection, first, TTO, 3, "寄样品")
            plan(connection, second, TTO, 1, "打电话")
            plan(connection, second, STAFF, 2, "约时间")

        def due(caller: Caller, day: int, **page: object) -> list[str | None]:
            with store.reading() as connection:
                actions = match_history.due_actions(
                    connection,
                    caller,
                    true(),
                    date(2026, 7, day),
                    **page,  # type: ignore[arg-type]
                )
            return [action.event.next_action for action in actions]

        assert due(STAFF, 31) == ["打电话", "约时间", "寄样品", "企业试样"]
        assert due(STAFF, 2) == ["打电话", "约时间"]
        assert due(TTO, 31) == ["打电话", "寄样品"]
        assert due(FIRM, 31) == ["企业试样"]
        assert due(STAFF, 31, limit=1) == ["打电话"]
        assert due(STAFF, 31, after=(date(2026, 7, 2), 10**6)) == ["寄样品", "企业试样"]

        with store.writing() as connection:
            # The firm's follow-up ends its own action, and not the office's.
            match_history.add_follow_up(connection, first, FIRM, step=None, note="已试样")
        assert due(STAFF, 31) == ["打电话", "约时间", "寄样品"]
        with store.reading() as connection:
            history = match_history.history(connection, first.id)
    assert [event.next_action for event in history] == [None, "企业试样", "寄样品", None]
    assert all(isinstance(event, MatchEvent) for event in history)
