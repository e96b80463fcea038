"""What writers do in the tests: imports, steps of a match, reveals, requests."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import event

from matcher.access.roles import Caller, Role
from matcher.importing.read_file import ReadFile
from matcher.progress import Step, silent
from matcher.store import audit, events, idempotency, match_history, matches, patents
from matcher.store.database import Store
from matcher.store.idempotency import InProgressError, KeyedRequest, keyed_request
from matcher.store.schema.times import now
from matcher.workflows.import_patents import save_files
from matcher.workflows.reveal_contact import reveal
from tests.support import databases, small_event
from tests.support.contact_samples import KEY, MATCH, add_matches, keep
from tests.support.import_files import HEADINGS, read, write_csv
from tests.support.samples import SEPARATOR

ROWS = 30
"""Patents of a file."""
LOCK_TIMEOUT = "20s"
STAFF = Caller("0123456789ab", Role.STAFF)


def fill(store: Store) -> None:
    """Add a patent, a match with a person behind it, and an event."""
    with store.changing_catalogue() as connection:
        patents.save(connection, [SEPARATOR])
    with store.writing() as connection:
        add_matches(connection)
        keep(connection)
        events.create(connection, small_event.EVENT)


def opened(home: Path, lock_timeout: str = LOCK_TIMEOUT) -> Store:
    """A store as another process would have it, whose writers do not wait for ever."""
    store = Store(f"sqlite:///{home / 'matcher.sqlite'}")

    if databases.server is None:
        return store

    @event.listens_for(store.engine, "connect")
    def limit(connection: object, _record: object) -> None:
        connection.execute(f"SET lock_timeout = '{lock_timeout}'")  # type: ignore[attr-defined]
        connection.commit()  # type: ignore[attr-defined]

    store.engine.dispose()
    return store


def application(number: int) -> str:
    """An application number with its check digit."""
    digits = f"20191{number:07}"
    weights = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
    check = sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11
    return f"CN{digits}.{'X' if check == 10 else check}"


def export(folder: Path, name: str, first: int) -> ReadFile:
    """A file of patents of its own."""
    rows = [
        (
            application(n),
            "",
            f"隔膜 {n}（样例）",
            "涂覆陶瓷层。",
            "样例大学",
            "",
            "2019.03.01",
            "授权",
        )
        for n in range(first, first + ROWS)
    ]
    return read(write_csv(folder / f"{name}.csv", (HEADINGS, *rows)))


def bring_in(store: Store, file: ReadFile, report: Callable[[Step], None] = silent) -> None:
    """Import a file of new patents."""
    (result,) = save_files(store, [file], contact_key=None, replace=False, report=report).files
    assert (result.new, result.refused) == (ROWS, 0)


def follow_up(store: Store, match_id: str, note: str) -> None:
    """Add a note to the history of a match."""
    with store.writing(f"match {match_id}") as connection:
        before = matches.visible_match(connection, STAFF, match_id)
        match_history.add_follow_up(connection, before, STAFF, step=None, note=note)


def see(store: Store, caller: Caller = STAFF, per_day: int = 1000) -> None:
    """Reveal the contact behind the match."""
    with store.writing(f"reveals {caller.key}") as connection:
        reveal(
            connection,
            caller,
            MATCH,
            reason="约定洽谈",
            contact_id=None,
            key=KEY,
            per_day=per_day,
            moment=now(),
        )


def request(number: int) -> KeyedRequest:
    """Make a request with an Idempotency-Key."""
    return keyed_request(b"pepper", STAFF.key, f"key-{number}", b"POST /v1/needs")


def send(store: Store, number: int) -> str:
    """Send a request under a key: done, replayed, or refused as it is still under way."""
    keyed = request(number)
    try:
        with store.adding(keyed.name) as connection:
            if idempotency.begin(connection, keyed) is not None:
                return "replayed"
    except InProgressError:
        return "under way"
    with store.writing() as connection:
        audit.append(connection, by=STAFF, action="need.created", subject=f"request_{number}")
    with store.adding(keyed.name) as connection:
        idempotency.finish(connection, keyed, 201, {}, b"{}")
    return "done"
