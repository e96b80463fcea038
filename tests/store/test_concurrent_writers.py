"""Many writers of one PostgreSQL database: all get through, nothing is lost, an import waits alone.

Nothing here is about time: a writer that has to wait for what it must not wait for fails by the
database's own limit (`LOCK_TIMEOUT`).
"""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Barrier, Event

import pytest
from sqlalchemy import Connection, event, select, text, update

from matcher.access.sessions import Session
from matcher.errors import ConflictError, StoreError
from matcher.ids import new_id
from matcher.progress import Step
from matcher.store import (
    audit,
    keys,
    match_history,
    matches,
    needs,
    new_patents,
    patents,
    personal_contacts,
    sessions,
)
from matcher.store.database import Store
from matcher.store.schema.catalogue import catalogue_states
from matcher.store.schema.needs import matches as matches_table
from matcher.store.schema.times import now
from matcher.workflows.events import edit as editing
from matcher.workflows.reveal_contact import RevealLimitError
from tests.support import databases, small_event
from tests.support.contact_samples import ELSEWHERE, MATCH
from tests.support.small_writes import (
    ROWS,
    STAFF,
    bring_in,
    export,
    fill,
    follow_up,
    opened,
    see,
    send,
)

pytestmark = pytest.mark.skipif(databases.server is None, reason="this is about PostgreSQL")

WRITERS = 16
ROUNDS = 4
AT_ONCE = "20ms"
NORMAL_LOCKS = {"AccessShareLock", "RowShareLock", "RowExclusiveLock"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a patent, a match with a person behind it, and an event."""
    with opened(tmp_path) as store:
        fill(store)
    return tmp_path


def each_of(count: int, work: Callable[[int], object]) -> list[object]:
    """Do the work in as many threads, all of which begin together; raise what one raises."""
    start = Barrier(count)

    def begun(number: int) -> object:
        start.wait()
        return work(number)

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(begun, range(count)))


def rows_of(store: Store, action: str) -> int:
    with store.reading() as connection:
        return len(audit.page(connection, action=action))


def test_sixteen_writers_lose_nothing(home: Path, tmp_path: Path) -> None:
    files = [export(tmp_path, f"file {n}", 100 * n) for n in range(4)]
    with ExitStack() as stack:
        stores = [stack.enter_context(opened(home)) for _ in range(WRITERS)]
        before, state = stores[0].version().revision, stores[0].catalogue_state().number
        sent: Counter[object] = Counter()

        def work(number: int) -> None:
            store = stores[number]
            if number < len(files):
                bring_in(store, files[number])
            for turn in range(ROUNDS):
                follow_up(store, MATCH if number % 2 else ELSEWHERE, f"{number} {turn}")
                see(store)
                with store.adding() as connection:
                    audit.append(connection, by=STAFF, action="test", subject=f"{number}_{turn}")
                with store.writing(f"need {number}") as connection:
                    needs.add(connection, small_event.need(1000 + number * ROUNDS + turn, None))
                sent[send(store, number // 2 * ROUNDS + turn)] += 1

        each_of(WRITERS, work)
        store = stores[0]
        assert store.version().revision == before + len(files)
        assert store.catalogue_state().number == state + len(files)
        with store.reading() as connection:
            assert patents.count(connection) == 1 + ROWS * len(files)
            assert len(new_patents.each(connection)) == ROWS * len(files)
            verified = audit.verify(connection)
            assert verified.is_intact, verified.reason
            counters = connection.execute(select(matches_table.c.id, matches_table.c.version)).all()
            for match_id, version in counters:
                history = match_history.history(connection, match_id)
                assert len(history) == WRITERS // 2 * ROUNDS == version - 1
            numbers = connection.execute(select(catalogue_states.c.number)).scalars().all()
            assert sorted(numbers) == list(range(state + len(files) + 1))
            made = connection.execute(text("SELECT count(*) FROM needs")).scalar_one()
            assert made == 2 + WRITERS * ROUNDS
        assert rows_of(store, "test") == rows_of(store, "contact.revealed") == WRITERS * ROUNDS
        assert rows_of(store, "need.created") == sent["done"] == WRITERS // 2 * ROUNDS
        assert sum(sent.values()) == WRITERS * ROUNDS


def test_a_limit_holds_for_reveals_at_the_same_moment(home: Path) -> None:
    with opened(home) as store:

        def work(_number: int) -> bool:
            try:
                see(store, per_day=5)
            except RevealLimitError:
                return False
            return True

        assert sum(map(bool, each_of(WRITERS, work))) == 5
        assert rows_of(store, "contact.revealed") == 5


@pytest.fixture
def importing(home: Path, tmp_path: Path) -> Iterator[Store]:
    """A store while an import has saved its patents, and is not at its end."""
    reached, go_on = Event(), Event()

    def pause(step: Step) -> None:
        if step.done:
            reached.set()
            go_on.wait()

    with opened(home) as store, ThreadPoolExecutor(1) as threads:
        job = threads.submit(bring_in, store, export(tmp_path, "file", 0), pause)
        try:
            assert reached.wait(60)
            yield store
            assert not job.done()
        finally:
            go_on.set()
        job.result()
        with store.reading() as connection:
            assert patents.count(connection) == 1 + ROWS


def test_small_changes_go_through_while_an_import_is_under_way(
    importing: Store, home: Path
) -> None:
    before = importing.version()
    moment = now()
    with opened(home) as store:
        follow_up(store, MATCH, "看过（样例）")
        see(store)
        with store.writing() as connection:
            needs.add(connection, small_event.need(7, None))
            editing.back_to_draft(connection, small_event.NAME, moment)
            match = matches.visible_match(connection, STAFF, MATCH)
            match_history.add_recommendations(connection, [match.id], STAFF, moment)
            contact = personal_contacts.of_institution(connection, None)[0]
            personal_contacts.erase(connection, [contact])
        with store.adding() as connection:
            audit.append(connection, by=STAFF, action="test", subject="x")
            keys.record_use(connection, STAFF.key, moment)
            sessions.add(connection, Session("a" * 64, None, None, moment, moment))
        assert send(store, 1) == "done" and send(store, 1) == "replayed"
        assert store.version() == before  # what the import saved is not to be seen yet
        with store.reading() as connection:
            assert patents.count(connection) == 1
            assert audit.verify(connection).is_intact


def test_an_import_of_another_file_waits_for_the_one_under_way(
    importing: Store, home: Path, tmp_path: Path
) -> None:
    file = export(tmp_path, "second", 500)
    with opened(home, AT_ONCE) as store, pytest.raises(StoreError, match="in the way"):
        bring_in(store, file)


def test_an_import_takes_no_lock_of_a_table_that_keeps_others_out(
    home: Path, tmp_path: Path
) -> None:
    modes: set[str] = set()
    with opened(home) as store:

        @event.listens_for(store.engine, "commit")
        def note(connection: Connection) -> None:
            query = (
                "SELECT mode FROM pg_locks WHERE locktype = 'relation' AND pid = pg_backend_pid()"
            )
            modes.update(connection.execute(text(query)).scalars())

        bring_in(store, export(tmp_path, "file", 0))
    assert "RowExclusiveLock" in modes and modes <= NORMAL_LOCKS


def test_writers_in_each_others_way_get_an_error_that_says_so(home: Path) -> None:
    with opened(home) as store:
        both = Barrier(2)
        ids = (MATCH, ELSEWHERE)

        def work(number: int) -> bool:
            order = ids if number else ids[::-1]
            try:
                with store.writing(f"test {number}") as connection:
                    for turn, match_id in enumerate(order):
                        here = matches_table.c.id == match_id
                        connection.execute(update(matches_table).where(here).values(version=7))
                        if not turn:
                            both.wait()
            except StoreError as problem:
                assert "in the way" in str(problem)
                return False
            return True

        assert sorted(map(bool, each_of(2, work))) == [False, True]

        def enter(_number: int) -> bool:
            try:
                with store.writing(new_id("test")) as connection:
                    needs.add(connection, small_event.need(7, None))
            except ConflictError as problem:
                assert "same moment" in str(problem)
                return False
            return True

        assert sorted(map(bool, each_of(2, enter))) == [False, True]


def test_a_change_of_all_records_waits_for_those_that_name_theirs(home: Path) -> None:
    with opened(home) as store, opened(home, AT_ONCE) as other:
        with store.writing("match 1"):
            with pytest.raises(StoreError, match="in the way"), other.writing():
                pass
            with pytest.raises(StoreError, match="in the way"), other.writing("match 1"):
                pass
            with other.writing("match 2"):
                pass
        with store.writing():
            with pytest.raises(StoreError, match="in the way"), other.writing("match 2"):
                pass
            with other.adding("match 2"):
                pass
