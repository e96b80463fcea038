"""Servers of an earlier program go on over tables to which a later one only added."""

import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from matcher.access.sessions import Session
from matcher.errors import StoreError
from matcher.settings import Settings
from matcher.store import audit, database, patents, revision, sessions
from matcher.store import migrate as migrating
from matcher.store.database import Store
from matcher.store.migrate import Migration, migrate
from matcher.store.schema.times import now
from matcher.workflows.events import edit as editing
from matcher.workflows.events.event_view import read_event_view
from tests.support import newer_schema, small_event
from tests.support.accounts import make_account
from tests.support.command import run
from tests.support.contact_samples import MATCH
from tests.support.engines import settings_for
from tests.support.newer_schema import (
    CONTRACTING,
    EXPANDING,
    NEXT,
    narrowing,
    newer_program,
    statements_of,
)
from tests.support.small_writes import ROWS, bring_in, export, fill, follow_up, opened, see, send


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return settings_for(tmp_path)


@pytest.fixture
def versions(tmp_path: Path) -> Path:
    """Folder of the newer program's migration."""
    return tmp_path / "versions"


@pytest.fixture
def running(home: Settings) -> Iterator[Store]:
    """A server of this program that began before the newer one came."""
    with Store(home.url) as store:
        yield store


def test_after_a_migration_that_only_adds_this_program_goes_on_and_starts(
    home: Settings, versions: Path, running: Store
) -> None:
    before = running.version()
    with newer_program(versions):
        assert migrate(home.url) == Migration(revision.HEAD, NEXT)
    assert running.version() == before
    with Store(home.url) as started:
        assert started.version() == before


def test_this_program_does_its_work_on_tables_that_a_newer_one_added_to(
    tmp_path: Path, versions: Path
) -> None:
    with opened(tmp_path) as running:
        with newer_program(versions):
            migrate(settings_for(tmp_path).url)
        fill(running)
        bring_in(running, export(tmp_path, "file", 0))
        follow_up(running, MATCH, "看过（样例）")
        see(running)
        assert send(running, 1) == "done" and send(running, 1) == "replayed"
        with running.writing() as connection:
            editing.back_to_draft(connection, small_event.NAME, now())
            read_event_view(connection, small_event.NAME)
        account = make_account(settings_for(tmp_path))
        moment = account.created_at
        with running.writing() as connection:
            sessions.add(connection, Session("a" * 64, account.id, None, moment, moment))
            assert sessions.find(connection, "a" * 64, moment) is not None
        with running.reading() as connection:
            assert patents.count(connection) == 1 + ROWS
            assert audit.verify(connection).is_intact


def test_a_migration_that_takes_away_has_to_be_asked_for_and_shuts_this_program_out(
    home: Settings, versions: Path, running: Store
) -> None:
    with newer_program(versions, CONTRACTING, "contract"):
        with pytest.raises(StoreError, match=f"before revision {NEXT}.*migrate --contract"):
            migrate(home.url)
        assert running.version().revision == 0
        refused = run("migrate", "--home", home.home)
        assert refused.exit_code == 1 and "nothing was changed" in refused.stderr
        assert run("migrate", "--contract", "--home", home.home).exit_code == 0
    shut_out = f"revision {NEXT} and later.*{revision.HEAD}: update the program"
    with pytest.raises(StoreError, match=shut_out):
        running.version()
    for attempt in (Store, migrate):
        with pytest.raises(StoreError, match=shut_out):
            attempt(home.url)


def test_a_new_database_is_as_open_to_programs_as_a_migrated_one(home: Settings) -> None:
    modules = [
        each.module for each in ScriptDirectory.from_config(migrating.config()).walk_revisions()
    ]
    left = [step.oldest_program for step in modules if getattr(step, "kind", None) == "contract"]
    assert max(left) == revision.OLDEST_PROGRAM
    with Store(home.url) as store, store.reading() as connection:
        assert revision.oldest_program(connection) == int(revision.OLDEST_PROGRAM)


def test_every_migration_says_what_it_is_and_one_that_expands_does_nothing_else(
    home: Settings,
) -> None:
    for each in ScriptDirectory.from_config(migrating.config()).walk_revisions():
        if each.revision < migrating.FIRST_ASKED:
            continue
        kind = getattr(each.module, "kind", None)
        assert kind in ("expand", "contract"), f"{each.path} does not declare its kind"
        if kind == "contract":
            assert revision.FIRST <= each.module.oldest_program <= each.revision
        else:
            assert narrowing(statements(home, str(each.down_revision), each.revision)) == []


def test_the_migration_of_these_tests_only_expands(home: Settings, versions: Path) -> None:
    with newer_program(versions):
        made = statements(home, revision.HEAD, NEXT)
    assert narrowing(made) == []
    assert sum("ADD COLUMN" in each for each in made) == 24


def statements(home: Settings, before: str, after: str) -> list[str]:
    """What the migration from one revision to another says to the database."""
    engine = database.open_engine(home.url)
    try:
        with engine.connect() as connection:
            revision.lock(connection)
            migrating.upgrade(connection, before)
            with statements_of(connection) as noted:
                migrating.upgrade(connection, after)
            connection.rollback()
    finally:
        engine.dispose()
    return noted


@pytest.mark.parametrize(
    "steps",
    [
        'op.drop_table("arrivals")',
        'op.drop_index("ix_needs_state")',
        'op.rename_table("arrivals", "queue")',
        'op.add_column("needs", sa.Column("newer", sa.Integer(), nullable=False))',
        'op.create_index("ix_newer", "needs", ["record"])',
        'op.create_index("ix_newer", "needs", ["enterprise"], unique=True)',
        'with op.batch_alter_table("needs") as batch: batch.drop_column("pledge_wish")',
        'with op.batch_alter_table("needs") as batch:'
        ' batch.alter_column("state", type_=sa.String(30))',
        'with op.batch_alter_table("needs") as batch:'
        ' batch.alter_column("enterprise", nullable=False)',
        'with op.batch_alter_table("needs") as batch:'
        ' batch.alter_column("state", new_column_name="stage")',
        'op.execute("DELETE FROM arrivals")',
    ],
)
def test_the_guard_finds_what_an_earlier_program_would_stumble_over(
    home: Settings, versions: Path, steps: str
) -> None:
    with newer_program(versions, EXPANDING.splitlines()[1] + "\n" + steps):
        try:
            made = statements(home, revision.HEAD, NEXT)
        except SQLAlchemyError:  # SQLite refuses some of them itself
            return
        assert narrowing(made)


def test_a_migration_without_a_kind_is_found(versions: Path) -> None:
    file = newer_schema.write_migration(versions, EXPANDING, "expand")
    assert runpy.run_path(str(file))["kind"] == "expand"
