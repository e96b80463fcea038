"""The matches that count as recommended are those that the shortlists of an event show."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from matcher.access.roles import COMMAND_CALLER
from matcher.events.record import EventState
from matcher.events.shortlist import Edit, EditKind
from matcher.matches.funnel import FunnelFilters
from matcher.matches.periods import CountFilters
from matcher.matches.states import MatchState, take_step
from matcher.store import event_facts, match_history
from matcher.store.database import Store
from matcher.store.funnel import funnel
from matcher.store.performance import performance
from matcher.types import PatentId
from matcher.workflows.events.edit import Editor, keep_edit, read_need, undo_edit
from matcher.workflows.events.recommend import recommend_listed
from matcher.workflows.events.versions import advance
from tests.support import databases, small_event

EDITOR = Editor("王编", COMMAND_CALLER, small_event.MOMENT, lambda patent, need: None)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    with Store(databases.url_of(tmp_path)) as store, store.writing() as connection:
        small_event.make(connection)
        recommend_listed(connection, small_event.NAME)
        yield connection


def exclude(connection: Connection, need: str, patent: str) -> None:
    view, found = read_need(connection, small_event.NAME, need)
    edit = Edit(EditKind.EXCLUDE, PatentId(patent), "团队不来")
    keep_edit(connection, view, found, edit, EDITOR)


def recommended(connection: Connection) -> set[tuple[str, str]]:
    found = event_facts.matches_of(connection, small_event.NAME).values()
    return {
        (match.need, match.patent) for match in found if match_history.history(connection, match.id)
    }


def counts(connection: Connection) -> tuple[int, int]:
    total = funnel(connection, COMMAND_CALLER, FunnelFilters()).total
    assert total.matches == total.reached[MatchState.RECOMMENDED]
    done = performance(connection, COMMAND_CALLER, CountFilters())
    return total.matches, done.total.matches


def test_spares_count_once_they_are_in_a_list(connection: Connection) -> None:
    lists = {("need_1", "CN1"), ("need_1", "CN2"), ("need_2", "CN3"), ("need_2", "CN1")}
    lists.add(("need_3", "CN5"))
    assert recommended(connection) == lists and counts(connection) == (5, 5)
    exclude(connection, "need_1", "CN1")
    assert recommended(connection) == lists - {("need_1", "CN1")} | {("need_1", "CN4")}
    assert counts(connection) == (5, 5)
    undo_edit(connection, small_event.NAME, small_event.MOMENT)
    assert recommended(connection) == lists


def test_what_a_published_version_showed_stays_recommended(connection: Connection) -> None:
    for state in (EventState.REVIEWED, EventState.PUBLISHED):
        advance(connection, small_event.NAME, state, by="王编", moment=small_event.MOMENT)
    exclude(connection, "need_1", "CN1")
    assert counts(connection) == (6, 6)


def test_what_was_only_reviewed_counts_no_longer_once_it_is_excluded(
    connection: Connection,
) -> None:
    advance(connection, small_event.NAME, EventState.REVIEWED, by="王编", moment=small_event.MOMENT)
    exclude(connection, "need_1", "CN1")
    assert counts(connection) == (5, 5)


def test_a_match_that_was_followed_up_stays_recommended(connection: Connection) -> None:
    matches = event_facts.matches_of(connection, small_event.NAME).values()
    (match,) = [one for one in matches if (one.need, one.patent) == ("need_1", "CN1")]
    step = take_step(MatchState.RECOMMENDED, MatchState.VIEWED, COMMAND_CALLER.role)
    match_history.add_follow_up(connection, match, COMMAND_CALLER, step=step)
    exclude(connection, "need_1", "CN1")
    assert counts(connection) == (6, 6)


def test_spares_that_an_older_program_recommended_count_no_longer_once_it_is_published(
    connection: Connection,
) -> None:
    spares = event_facts.matches_of(connection, small_event.NAME)
    match_history.add_recommendations(connection, list(spares), COMMAND_CALLER, small_event.MOMENT)
    assert counts(connection) == (6, 6)
    for state in (EventState.REVIEWED, EventState.PUBLISHED):
        advance(connection, small_event.NAME, state, by="王编", moment=small_event.MOMENT)
        assert counts(connection) == (5, 5)
