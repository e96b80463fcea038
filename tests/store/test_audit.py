"""The audit trail: whatever is done to its rows shows."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, insert, select, text, update
from sqlalchemy.exc import DatabaseError

from matcher.access.roles import Caller, Role
from matcher.store import audit
from matcher.store.database import Store
from matcher.store.schema.audit import audit_trail

BY = Caller("0123456789ab", Role.STAFF)
ROWS = 7
TRIGGERS = ("audit_trail_no_update", "audit_trail_no_delete", "audit_trail_no_replace")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A trail of seven rows in a database that no longer defends itself."""
    folder: Path = tmp_path_factory.mktemp("audit")
    with Store(f"sqlite:///{folder / 'matcher.sqlite'}") as opened:
        with opened.writing() as connection:
            for number in range(ROWS):
                audit.append(
                    connection,
                    by=BY,
                    action="contact.revealed",
                    subject=f"match_{number}",
                    details={"contact": number, "reason": "样例：洽谈", "until": None},
                )
            disarm(connection)
        yield opened


def disarm(connection: Connection) -> None:
    """Take away what makes the database refuse changes."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("ALTER TABLE audit_trail DISABLE TRIGGER USER"))
        return
    for trigger in TRIGGERS:
        connection.execute(text(f"DROP TRIGGER {trigger}"))


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Store]:
    """A trail of one row in a database as it is made."""
    with Store(f"sqlite:///{tmp_path / 'matcher.sqlite'}") as opened:
        with opened.writing() as connection:
            audit.append(connection, by=BY, action="key.created", subject="key_1")
        yield opened


def after_tampering(store: Store, *statements: object) -> audit.Verification:
    """What verify says after the statements, which are then undone."""
    with store.engine.connect() as connection:
        for statement in statements:
            connection.execute(statement)  # type: ignore[call-overload]
        result = audit.verify(connection)
        connection.rollback()
    return result


def rows(connection: Connection) -> list[dict[str, object]]:
    return [dict(row) for row in connection.execute(select(audit_trail).order_by("seq")).mappings()]


def test_an_untouched_trail_is_intact_and_returns_its_head(store: Store) -> None:
    with store.reading() as connection:
        result = audit.verify(connection)
        assert (result.is_intact, result.rows, result.first_bad) == (True, ROWS, None)
        assert result.head == rows(connection)[-1]["digest"]
        assert audit.verify(connection, result.head).is_intact


def test_an_empty_trail_is_intact(tmp_path: Path) -> None:
    with Store(f"sqlite:///{tmp_path / 'm.sqlite'}") as store, store.reading() as connection:
        assert audit.verify(connection) == audit.Verification(True, 0, audit.FIRST_PREVIOUS)


@settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    seq=st.integers(1, ROWS),
    column=st.sampled_from(["at", "by", "role", "action", "subject", "details", "previous"]),
    value=st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=20),
)
def test_any_changed_cell_is_found_at_its_row(
    store: Store, seq: int, column: str, value: str
) -> None:
    with store.reading() as connection:
        held = rows(connection)[seq - 1][column]
    if value == held:
        return
    changed = text(f'UPDATE audit_trail SET "{column}" = :value WHERE seq = :seq')
    result = after_tampering(store, changed.bindparams(value=value, seq=seq))
    assert (result.is_intact, result.first_bad) == (False, seq)


@pytest.mark.sqlite  # which puts anything into any column
def test_a_cell_of_another_type_is_reported_without_an_error(store: Store) -> None:
    changed = text("UPDATE audit_trail SET details = X'00FF', at = 7 WHERE seq = 2")
    assert after_tampering(store, changed).first_bad == 2


@given(seq=st.integers(1, ROWS - 1))
def test_any_row_taken_out_before_the_last_is_found(store: Store, seq: int) -> None:
    result = after_tampering(store, delete(audit_trail).where(audit_trail.c.seq == seq))
    assert (result.is_intact, result.first_bad) == (False, seq)


@given(seq=st.integers(1, ROWS - 1))
def test_taking_a_row_out_and_closing_the_gap_is_found(store: Store, seq: int) -> None:
    result = after_tampering(
        store,
        delete(audit_trail).where(audit_trail.c.seq == seq),
        # In two steps, so that no two rows have one number on the way.
        update(audit_trail).where(audit_trail.c.seq > seq).values(seq=-audit_trail.c.seq),
        update(audit_trail).where(audit_trail.c.seq < 0).values(seq=-audit_trail.c.seq - 1),
    )
    assert (result.is_intact, result.first_bad) == (False, seq)


@given(pair=st.lists(st.integers(1, ROWS), min_size=2, max_size=2, unique=True))
def test_any_two_swapped_rows_are_found_at_the_first(store: Store, pair: list[int]) -> None:
    first, other = sorted(pair)
    seq = audit_trail.c.seq
    result = after_tampering(
        store,
        update(audit_trail).where(seq == first).values(seq=-1),
        update(audit_trail).where(seq == other).values(seq=first),
        update(audit_trail).where(seq == -1).values(seq=other),
    )
    assert (result.is_intact, result.first_bad) == (False, first)


@given(seq=st.integers(-3, ROWS + 3).filter(lambda seq: not 1 <= seq <= ROWS))
def test_an_inserted_row_is_found(store: Store, seq: int) -> None:
    with store.reading() as connection:
        copy = rows(connection)[2]
    result = after_tampering(store, insert(audit_trail).values({**copy, "seq": seq}))
    assert not result.is_intact
    assert result.first_bad == (1 if seq < 1 else ROWS + 1)


@given(kept=st.integers(0, ROWS - 1))
def test_a_cut_off_end_is_detected_only_with_a_noted_head(store: Store, kept: int) -> None:
    with store.engine.connect() as connection:
        head = audit.verify(connection).head
        connection.execute(delete(audit_trail).where(audit_trail.c.seq > kept))
        assert audit.verify(connection).is_intact
        result = audit.verify(connection, head)
        assert (result.is_intact, result.first_bad) == (False, kept + 1)
        connection.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_trail SET action = 'x'",
        "DELETE FROM audit_trail",
        pytest.param(
            "INSERT OR REPLACE INTO audit_trail SELECT * FROM audit_trail",
            marks=pytest.mark.sqlite,
        ),
        "INSERT INTO audit_trail SELECT 0, at, by, role, action, subject, details, previous, "
        "digest FROM audit_trail",
    ],
)
def test_the_database_itself_refuses_every_change(guarded: Store, statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), guarded.writing() as connection:
        connection.execute(text(statement))
    with guarded.reading() as connection:
        assert audit.verify(connection).rows == 1


def test_a_row_stands_or_falls_with_its_transaction(guarded: Store) -> None:
    with pytest.raises(RuntimeError), guarded.writing() as connection:
        audit.append(connection, by=BY, action="contact.revealed", subject="match_1")
        raise RuntimeError
    with guarded.reading() as connection:
        assert audit.verify(connection).rows == 1


def test_pages_follow_one_another_and_filters_narrow(store: Store) -> None:
    with store.reading() as connection:
        first = audit.page(connection, limit=3)
        rest = audit.page(connection, after=first[-1].seq)
        assert [row.seq for row in first + rest] == list(range(1, ROWS + 1))
        assert [row.seq for row in audit.page(connection, subject="match_4")] == [5]
        assert audit.page(connection, action="key.created") == []
        later = audit.page(connection, since=first[1].at)
        assert [row.seq for row in later] == list(range(2, ROWS + 1))
        assert first[0].details == {"contact": 0, "reason": "样例：洽谈", "until": None}
        assert (first[0].by, first[0].role) == (BY.key, "staff")
