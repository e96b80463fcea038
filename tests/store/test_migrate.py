"""Databases of earlier versions are brought up to date with their data, or are left as they are."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, delete, insert, inspect, select, text, update

from matcher.access import encryption
from matcher.errors import InputError, StoreError
from matcher.programme.kinds import POOL_PATENTS
from matcher.settings import Settings
from matcher.store import (
    consents,
    patents,
    personal_contacts,
    programme,
    revision,
)
from matcher.store import (
    institutions as contacts,
)
from matcher.store import (
    migrate as migrating,
)
from matcher.store.database import Store
from matcher.store.migrate import Migration, migrate
from matcher.store.schema import catalogue
from matcher.store.schema.all import metadata
from matcher.store.schema.catalogue import institutions, meta
from matcher.types import ConsentScope, Need, TeamRef
from matcher.wiring.build import build_index
from matcher.wiring.open import (
    open_matcher,
    open_store,
)
from tests.support import databases
from tests.support.command import process, run
from tests.support.engines import settings_for
from tests.support.old_databases import EXPIRES, KEY, PHONE, engine_of, make_old
from tests.support.samples import (
    SEPARATOR,
    TODAY,
    TTO,
)


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """The settings of a home without a database."""
    return settings_for(tmp_path)


def triggers(connection: Connection) -> set[tuple[str, ...]]:
    """The database's own rules, with their text."""
    if connection.dialect.name == "postgresql":
        query = (
            "SELECT tgname, pg_get_triggerdef(t.oid), prosrc FROM pg_trigger t "
            "JOIN pg_proc p ON p.oid = tgfoid JOIN pg_class c ON c.oid = tgrelid "
            "WHERE NOT tgisinternal AND c.relnamespace = current_schema()::regnamespace"
        )
    else:
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    schema = connection.dialect.default_schema_name
    rows = connection.execute(text(query)).all()
    return {tuple(str(part).replace(f"{schema}.", "") for part in row) for row in rows}


def differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


def test_the_last_migration_is_the_required_revision() -> None:
    script = ScriptDirectory.from_config(migrating.config())
    assert script.get_heads() == [revision.HEAD]
    assert script.get_bases() == [revision.FIRST]


def test_a_migrated_database_has_the_tables_of_a_new_one(home: Settings, tmp_path: Path) -> None:
    make_old(home)
    assert migrate(home.url) == Migration("0001", revision.HEAD)
    new = settings_for(tmp_path / "new")
    assert migrate(new.url) == Migration(None, revision.HEAD)
    with engine_of(home) as engine, engine.connect() as connection:
        assert differences(connection) == []
        migrated = triggers(connection)
        counters = set(connection.execute(select(meta.c.key)).scalars())
    with engine_of(new) as engine, engine.connect() as connection:
        assert differences(connection) == []
        assert triggers(connection) == migrated
        assert set(connection.execute(select(meta.c.key)).scalars()) == counters
    assert migrated


def test_the_comparison_finds_a_missing_column(home: Settings) -> None:
    migrate(home.url)
    with engine_of(home) as engine, engine.begin() as connection:
        connection.execute(text("ALTER TABLE needs DROP COLUMN pledge_wish"))
        assert [change[0] for change in differences(connection)] == ["add_column"]  # type: ignore[index]


def test_an_old_database_is_refused_until_it_is_migrated_and_then_answers(home: Settings) -> None:
    make_old(home)
    with pytest.raises(StoreError, match=r"revision 0001.*run matcher migrate"):
        Store(home.url)
    migrate(home.url)
    build_index(home)
    with open_matcher(home) as matcher:
        best = matcher.match(Need("锂电池隔膜在高温下收缩"), today=TODAY).results[0]
    assert best.patent == SEPARATOR
    with open_store(home) as store, store.reading() as connection:
        assert contacts.tto_contact(connection, TTO.institution) == TTO
        assert contacts.counts(connection)["teams"] == 1
        own = institutions.c.name == TTO.institution
        row = connection.execute(select(institutions).where(own)).one()
        (held,) = personal_contacts.of_institution(connection, None)
        (consent,) = consents.of_contact(connection, held.id)
    assert row.id.startswith("inst_") and row.version == 1 and row.created_at.tzinfo
    assert (held.person, held.team) == ("样例甲", "储能材料团队")
    assert encryption.unseal(encryption.cipher(KEY), held.sealed) == PHONE
    assert consent.scope is ConsentScope.EVENT and consent.recorded_by == consents.IMPORT
    assert (consent.evidence, consent.expires_on, consent.recipients) == (
        "样例同意书",
        EXPIRES,
        (),
    )


def test_a_migration_that_fails_leaves_everything_as_it_was(home: Settings) -> None:
    make_old(home)
    with engine_of(home) as engine, engine.begin() as connection:
        # Somebody's own table stands where a new one has to go.
        connection.execute(text("CREATE TABLE webhooks (mine INTEGER)"))
        before = inspect(connection).get_table_names()
    with pytest.raises(StoreError, match=r"nothing was changed.*webhooks"):
        migrate(home.url)
    with engine_of(home) as engine, engine.begin() as connection:
        assert inspect(connection).get_table_names() == before
        assert revision.revision_of(connection) == "0001"
        connection.execute(text("DROP TABLE webhooks"))
    assert migrate(home.url).before == "0001"


def test_the_state_of_the_catalogue_goes_on_from_the_former_counter(home: Settings) -> None:
    make_old(home)
    migrate(home.url)
    with open_store(home) as store:
        state = store.catalogue_state()
        assert state.number == 3 and len(state.id) == 32
        with store.reading() as connection:
            numbers = connection.execute(select(catalogue.patents.c.searchable_state)).scalars()
            assert set(numbers) == {3}
        with store.writing() as connection:
            patents.save(connection, [replace(SEPARATOR, title="新的名称")])
        assert store.catalogue_state().number == 4


def test_what_was_in_a_pool_before_it_had_to_be_accepted_stays_in_it(home: Settings) -> None:
    entered = datetime(2026, 3, 5, 8, 30)
    with engine_of(home) as engine, engine.connect() as connection:
        revision.lock(connection)
        migrating.upgrade(connection, "0006")
        old = MetaData()
        old.reflect(connection)
        times = {"created_at": entered, "updated_at": entered}
        pooled = {"id": "pooled_1", "pool": "样例池", "patent": SEPARATOR.id, "version": 1}
        connection.execute(insert(old.tables["pool_patents"]).values({**pooled, **times}))
        connection.commit()
    assert migrate(home.url).before == "0006"
    with open_store(home) as store, store.reading() as connection:
        (record,) = programme.each(connection, POOL_PATENTS)
    assert record.values["accepted_on"] == entered.date()


@pytest.mark.parametrize("found", [f"{int(revision.HEAD) + 1:04}", "9999", "b3f1"])
def test_a_newer_database_is_refused_and_left_alone(home: Settings, found: str) -> None:
    with Store(home.url) as store, store.writing() as connection:
        connection.execute(update(revision.stamp).values(version_num=found))
        connection.execute(delete(meta).where(meta.c.key == "oldest_program"))
    for attempt in (Store, migrate):
        with pytest.raises(StoreError, match=f"revision {found}.*program version that wrote it"):
            attempt(home.url)


def test_an_unknown_version_without_migrations_is_refused(home: Settings) -> None:
    make_old(home)
    with engine_of(home) as engine, engine.begin() as connection:
        where = meta.c.key == "schema_version"
        connection.execute(update(meta).where(where).values(value=7))
    with pytest.raises(StoreError, match="schema version 7"):
        migrate(home.url)


def test_the_command_prints_both_revisions(home: Settings) -> None:
    make_old(home)
    refused = run("info", "--home", home.home)
    assert refused.exit_code == 1 and "run matcher migrate" in refused.stderr
    runs = [run("migrate", "--home", home.home) for _ in range(2)]
    assert runs[0].stdout == f"The database went from revision 0001 to {revision.HEAD}.\n"
    assert runs[1].stdout == f"The database is at revision {revision.HEAD} already.\n"
    assert run("info", "--home", home.home).exit_code == 0


def test_the_command_makes_the_tables_of_an_empty_database(home: Settings) -> None:
    made = process("migrate", "--json", home=home.home)
    assert json.loads(made.stdout) == {"before": None, "after": revision.HEAD}
    again = run("migrate", "--json", "--home", home.home)
    assert json.loads(again.stdout) == {"before": revision.HEAD, "after": revision.HEAD}


def test_opening_a_database_does_not_load_alembic(tmp_path: Path) -> None:
    code = (
        "import sys; from matcher.store.database import Store; Store(sys.argv[1]).close(); "
        "Store(sys.argv[1]).close(); sys.exit('alembic' in sys.modules)"
    )
    command = [sys.executable, "-c", code, databases.url_of(tmp_path)]
    assert subprocess.run(command, check=False).returncode == 0


def test_of_several_processes_one_creates_the_tables(home: Settings) -> None:
    def opened(_number: int) -> int:
        with closing(Store(home.url)) as store:
            return store.version().revision

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(opened, range(8))) == [0] * 8


def test_writers_wait_for_one_another(home: Settings) -> None:
    with Store(home.url) as store, ThreadPoolExecutor(8) as threads:

        def count(_number: int) -> None:
            with store.writing() as connection:
                query = select(meta.c.value).where(meta.c.key == "revision")
                value = connection.execute(query).scalar_one() + 1
                where = meta.c.key == "revision"
                connection.execute(update(meta).where(where).values(value=value))

        list(threads.map(count, range(40)))
        assert store.version().revision == 40


def test_the_input_error_for_a_text_that_no_column_holds_does_not_quote_it(home: Settings) -> None:
    long = replace(SEPARATOR, team=TeamRef("长" * 201))
    with Store(home.url) as store:
        if databases.server is None:  # SQLite holds whatever it is given
            with store.writing() as connection:
                assert patents.save(connection, [long]) == ["new"]
            return
        with pytest.raises(InputError, match="nothing") as caught, store.writing() as connection:
            patents.save(connection, [SEPARATOR, long])
        assert "长" not in str(caught.value) and caught.value.__cause__ is None
        with store.reading() as connection:
            assert patents.count(connection) == 0


@pytest.mark.sqlite
def test_sqlite_writes_ahead_so_that_readers_never_wait(home: Settings) -> None:
    with Store(home.url) as store, store.writing() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        connection.execute(update(meta).values(value=5))
        assert store.version().revision == 0
