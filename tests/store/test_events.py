"""Events in the database: needs in order, edits that can be undone, versions."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection

from matcher.errors import InputError, NotFoundError
from matcher.events.record import (
    Event,
    EventFirm,
    EventNeedState,
    EventNotFoundError,
    EventOptions,
    EventState,
    EventTeam,
    KeptEdit,
)
from matcher.events.shortlist import Edit, EditKind
from matcher.needs.record import (
    NeedDetails,
    NeedRecord,
    NeedState,
    PublishScope,
)
from matcher.settings import Settings
from matcher.store import event_edits, events, needs
from matcher.store.database import Store
from matcher.types import PatentId

MOMENT = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
EVENT = Event(
    "春季对接会（样例）",
    MOMENT,
    MOMENT,
    day=date(2026, 12, 3),
    slots=("14:00-14:20", "14:20-14:40"),
    tables=("1", "2"),
    options=EventOptions(shortlist_length=3),
)


def need(number: int) -> NeedRecord:
    return NeedRecord(
        id=f"need_{number}",
        created_by="cli",
        details=NeedDetails(title=f"需求{number}", enterprise="甲公司（样例）"),
        contact=None,
        publish_scope=PublishScope.MATCH_ONLY,
        pledge_wish=False,
        state=NeedState.OPEN,
        closed_reason=None,
        expires_on=None,
        created_at=MOMENT,
        updated_at=MOMENT,
        version=1,
    )


def as_kept(edit: Edit) -> KeptEdit:
    return KeptEdit(0, "need_1", edit, MOMENT, "staff")


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    url = Settings(home=tmp_path, database_url=None).url
    with Store(url) as store, store.writing() as connection:
        for number in (1, 2, 3):
            needs.add(connection, need(number))
        events.create(connection, EVENT)
        yield connection


def test_an_event_survives_the_round_trip(connection: Connection) -> None:
    assert events.by_name(connection, EVENT.name) == EVENT
    later = replace(EVENT, state=EventState.REVIEWED, place="天津")
    events.save(connection, later)
    assert events.each(connection) == [later]


def test_a_taken_name_and_an_unknown_name_are_errors(connection: Connection) -> None:
    with pytest.raises(InputError, match="already"):
        events.create(connection, EVENT)
    with pytest.raises(EventNotFoundError, match="春季对接会"):
        events.by_name(connection, "秋季")


def test_needs_keep_their_order_and_come_once(connection: Connection) -> None:
    assert events.add_needs(connection, EVENT.name, ["need_2", "need_1", "need_2"]) == 2
    assert events.add_needs(connection, EVENT.name, ["need_1", "need_3"]) == 1
    listed = events.needs_of(connection, EVENT.name)
    assert [(event_need.need.id, event_need.position) for event_need in listed] == [
        ("need_2", 1),
        ("need_1", 2),
        ("need_3", 3),
    ]
    assert listed[0].need == need(2)
    assert {event_need.state for event_need in listed} == {EventNeedState.WAITING}


def test_a_failed_need_has_its_problem(connection: Connection) -> None:
    events.add_needs(connection, EVENT.name, ["need_1"])
    events.set_answer(connection, EVENT.name, "need_1", problem="the need is empty")
    (event_need,) = events.needs_of(connection, EVENT.name)
    assert (event_need.state, event_need.problem) == (EventNeedState.FAILED, "the need is empty")


def test_teams_and_firms_survive_the_round_trip(connection: Connection) -> None:
    teams = [EventTeam("甲大学（样例）", "一队", ("张样例",), ("14:00-14:20",), "2")]
    firms = [EventFirm("甲公司（样例）", ("李样例",))]
    events.set_teams(connection, EVENT.name, teams)
    events.set_firms(connection, EVENT.name, firms)
    assert events.teams_of(connection, EVENT.name) == teams
    assert events.firms_of(connection, EVENT.name) == firms


def test_edits_are_undone_one_by_one_the_last_first(connection: Connection) -> None:
    pin, lock = Edit(EditKind.PIN, PatentId("A")), Edit(EditKind.LOCK, None, ("A", "B"))
    first = event_edits.add(connection, EVENT.name, as_kept(pin))
    event_edits.add(connection, EVENT.name, as_kept(lock))
    assert event_edits.edits_in_force(connection, EVENT.name) == {"need_1": [pin, lock]}
    assert event_edits.undo(connection, EVENT.name, MOMENT).kind == lock.kind
    assert event_edits.undo(connection, EVENT.name, MOMENT).number == first
    assert event_edits.edits_in_force(connection, EVENT.name) == {}
    with pytest.raises(NotFoundError, match="no edit"):
        event_edits.undo(connection, EVENT.name, MOMENT)
    assert len(event_edits.edits_of(connection, EVENT.name)) == 2


def test_versions_are_numbered_and_keep_their_contents(connection: Connection) -> None:
    for note in ("一", "二"):
        event_edits.add_version(
            connection, EVENT.name, EventState.DRAFT, {"note": note}, moment=MOMENT, by="staff"
        )
    assert [
        event_need["number"] for event_need in event_edits.versions_of(connection, EVENT.name)
    ] == [1, 2]
    assert event_edits.version(connection, EVENT.name, 1) == {"note": "一"}
    with pytest.raises(InputError, match="1, 2"):
        event_edits.version(connection, EVENT.name, 7)
