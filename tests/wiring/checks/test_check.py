"""`check` finds each planted fault of its kind, and --repair mends what can be made anew."""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, insert, text, update

from indexes import generations, manifest
from matcher.access.roles import Caller, Role
from matcher.retrieval import learned_ranker
from matcher.settings import Settings
from matcher.store import audit, consents, jobs, servers
from matcher.store.schema.audit import audit_trail
from matcher.store.schema.catalogue import patent_ipc, patents
from matcher.store.schema.contacts import consents as consent_table
from matcher.store.schema.contacts import personal_contacts, relay_requests
from matcher.store.schema.servers import jobs as job_table
from matcher.store.schema.servers import servers as server_table
from matcher.store.schema.times import database_time, now
from matcher.store.servers import Server
from matcher.store.shared import SharedRecords
from matcher.types import ConsentScope
from matcher.wiring.build import build_index
from matcher.wiring.build_lock import build_lock
from matcher.wiring.checks.check import check
from matcher.wiring.checks.finding import Finding, is_clean
from matcher.wiring.earlier_database import CACHE_FILE
from matcher.wiring.open import open_matcher, open_store
from matcher.workflows import record_consent
from matcher.workflows.reveal_contact import reveal
from tests.support import databases
from tests.support.command import run, run_json
from tests.support.contact_samples import CONTACT, KEY, MATCH, add_matches, keep
from tests.support.engines import save, settings_for
from tests.support.samples import ALL, GRIPPER, SEPARATOR, TODAY

STAFF = Caller("0123456789ab", Role.STAFF)
PARTS = [
    "database",
    "audit",
    "contacts",
    "keys",
    "words",
    "vectors",
    "index",
    "ranker",
    "servers",
    "leftovers",
]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home with patents, a contact that was revealed, and an index."""
    home = tmp_path / "home"
    made = settings_for(home, database_url=databases.url_of(home))
    save(made, *ALL)
    with open_store(made) as store, store.writing() as connection:
        add_matches(connection)
        keep(connection, CONTACT)
        see(connection)
    build_index(made)
    return made


def see(connection: Connection) -> None:
    reveal(
        connection,
        STAFF,
        MATCH,
        reason="约定洽谈",
        contact_id=None,
        key=KEY,
        per_day=20,
        moment=now(),
    )


def states(findings: list[Finding]) -> dict[str, str]:
    return {finding.part: finding.state for finding in findings}


def only(findings: list[Finding], state: str) -> Finding:
    """The one finding of this state; nothing else is wrong or mended."""
    (finding,) = [each for each in findings if each.state in ("wrong", "mended")]
    assert finding.state == state
    return finding


def change(settings: Settings, *statements: object) -> None:
    """Change the database behind the program's back."""
    with open_store(settings) as store, store.engine.connect() as connection:
        for statement in statements:
            connection.execute(statement)  # type: ignore[call-overload]
        connection.commit()


def database_file(settings: Settings) -> Path:
    return settings.home / "matcher.sqlite"


def flip(file: Path) -> None:
    """Turn the bit in the middle of a file round."""
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file, but for the logs that SQLite makes and takes away as it reads."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith(("-wal", "-shm", ".lock"))
    }


def test_a_whole_home_is_clean_and_nothing_is_written(settings: Settings) -> None:
    before = contents(settings.home)
    findings = check(settings)
    assert [finding.part for finding in findings] == PARTS
    assert set(states(findings).values()) == {"ok"}
    assert contents(settings.home) == before


def test_an_empty_home_stays_empty(tmp_path: Path) -> None:
    home = tmp_path / "home"
    findings = check(settings_for(home, database_url=databases.url_of(home)))
    assert states(findings) == {"database": "note", "leftovers": "ok"}
    assert not home.exists() or contents(home) == {}


def test_what_waits_for_an_index_is_no_fault(settings: Settings) -> None:
    save(settings, replace(SEPARATOR, title="新的名称"))
    findings = check(settings)
    assert is_clean(findings)
    assert (states(findings)["words"], states(findings)["index"]) == ("note", "note")
    build_index(settings)
    assert set(states(check(settings)).values()) == {"ok"}


@pytest.mark.sqlite
def test_a_database_that_is_gone_from_an_index_is_no_new_database(settings: Settings) -> None:
    database_file(settings).unlink()
    assert "restore a backup" in only(check(settings, repair=True), "wrong").text
    assert not database_file(settings).exists()


@pytest.mark.sqlite
def test_garbage_in_the_database_is_told_and_never_mended(settings: Settings) -> None:
    file = database_file(settings)
    content = bytearray(file.read_bytes())
    content[4096 * 5 : 4096 * 8] = os.urandom(4096 * 3)
    file.write_bytes(content)
    finding = only(check(settings, repair=True), "wrong")
    assert finding.part == "database" and "the file is damaged" in finding.text
    assert file.read_bytes() == bytes(content)


@pytest.mark.sqlite
def test_an_index_of_the_database_is_made_anew_from_its_table(settings: Settings) -> None:
    query = "SELECT rowid, type, name, tbl_name, rootpage, sql FROM sqlite_schema WHERE name = ?"
    with closing(sqlite3.connect(database_file(settings), isolation_level=None)) as hidden:
        hidden.execute("PRAGMA writable_schema=ON")
        row = hidden.execute(query, ["ix_patents_institution"]).fetchone()
        hidden.execute("DELETE FROM sqlite_schema WHERE name = 'ix_patents_institution'")
    with closing(sqlite3.connect(database_file(settings), isolation_level=None)) as changed:
        changed.execute("UPDATE patents SET institution = institution || '分校'")
        changed.execute("PRAGMA writable_schema=ON")
        changed.execute("INSERT INTO sqlite_schema VALUES (?, ?, ?, ?, ?)", row[1:])
    assert "do not fit its tables" in only(check(settings), "wrong").text
    assert only(check(settings, repair=True), "mended").part == "database"
    assert is_clean(check(settings))


def forget_foreign_keys(settings: Settings) -> None:
    """Let the database take rows that refer to nothing."""
    if databases.server is None:
        with closing(sqlite3.connect(database_file(settings))) as connection, connection:
            connection.execute("INSERT INTO patent_ipc (patent, symbol) VALUES (999, 'H01M')")
        return
    dropped = text("ALTER TABLE patent_ipc DROP CONSTRAINT patent_ipc_patent_fkey")
    change(settings, dropped, insert(patent_ipc).values(patent=999, symbol="H01M"))


def test_a_row_that_refers_to_nothing_is_told(settings: Settings) -> None:
    forget_foreign_keys(settings)
    finding = only(check(settings, repair=True), "wrong")
    assert (finding.part, "1 rows of patent_ipc" in finding.text) == ("database", True)


@pytest.mark.skipif(databases.server is None, reason="this is about PostgreSQL")
def test_a_constraint_that_was_never_checked_is_told(settings: Settings) -> None:
    change(settings, text("ALTER TABLE patents ADD CONSTRAINT late CHECK (row > 1) NOT VALID"))
    assert "late is not valid" in only(check(settings), "wrong").text


def test_a_patent_that_changed_on_the_disk_is_named(settings: Settings) -> None:
    changed = update(patents).where(patents.c.id == GRIPPER.id)
    change(settings, changed.values(record={"id": GRIPPER.id, "title": "别的"}))
    finding = only(check(settings, repair=True), "wrong")
    assert finding.part == "database" and GRIPPER.id in finding.text


def disarm(settings: Settings) -> None:
    """Take away what makes the database refuse changes of the audit trail."""
    if databases.server is not None:
        change(settings, text("ALTER TABLE audit_trail DISABLE TRIGGER USER"))
        return
    names = ("audit_trail_no_update", "audit_trail_no_delete", "audit_trail_no_replace")
    change(settings, *(text(f"DROP TRIGGER {name}") for name in names))


def test_a_changed_row_of_the_audit_trail_is_told_and_left_alone(settings: Settings) -> None:
    disarm(settings)
    change(settings, update(audit_trail).where(audit_trail.c.seq == 1).values(role="portal"))
    finding = only(check(settings, repair=True), "wrong")
    assert finding.part == "audit" and "broken at row 1" in finding.text


def drop_consents(settings: Settings) -> str:
    change(settings, delete(consent_table))
    return "kept without any consent"


def unseal(settings: Settings) -> str:
    change(settings, update(personal_contacts).values(sealed=b'{"phone": "13800001234"}'))
    return "is not encrypted"


def withdraw_in_silence(settings: Settings) -> str:
    change(settings, update(consent_table).values(withdrawn_at=now()))
    return "do not agree whether it was withdrawn"


def revive(settings: Settings) -> str:
    """Let a withdrawn consent count again."""
    with open_store(settings) as store, store.writing() as connection:
        (row,) = connection.execute(consent_table.select()).all()
        consents.withdraw(connection, row.id, STAFF)
    change(settings, update(consent_table).values(withdrawn_at=None))
    return "do not agree whether it was withdrawn"


def consent_by_hand(settings: Settings) -> str:
    """A consent that somebody wrote into the table."""
    with open_store(settings) as store, store.reading() as connection:
        (row,) = connection.execute(consent_table.select()).all()
    own = {**row._mapping, "id": "consent_by_hand", "recorded_by": STAFF.key}
    change(settings, insert(consent_table).values(own))
    return "does not know of the consent consent_by_hand"


def reveal_without_consent(settings: Settings) -> str:
    with open_store(settings) as store, store.writing() as connection:
        (row,) = connection.execute(consent_table.select()).all()
        consents.withdraw(connection, row.id, STAFF)
        details = {"contact": row.contact, "consent": row.id, "tier": "public", "reason": "样例"}
        audit.append(
            connection, by=STAFF, action="contact.revealed", subject=MATCH, details=details
        )
    return "no consent permitted the reveal"


def message_to_nobody(settings: Settings) -> str:
    values = {"id": "relay_1", "match": MATCH, "institution": "样例大学", "asked_by": STAFF.key}
    values |= {"contact": "contact_gone", "state": "asked", "message": "您好（样例）"}
    times = {"asked_at": now(), "changed_at": now()}
    change(settings, insert(relay_requests).values(**values, **times))
    return "relay_1 names a contact that is not kept"


@pytest.mark.parametrize(
    "plant",
    [
        drop_consents,
        unseal,
        withdraw_in_silence,
        revive,
        consent_by_hand,
        reveal_without_consent,
        message_to_nobody,
    ],
)
def test_a_contradiction_about_contacts_is_told_and_left_alone(
    settings: Settings, plant: Callable[[Settings], str]
) -> None:
    reason = plant(settings)
    finding = only(check(settings, repair=True), "wrong")
    assert finding.part == "contacts" and reason in finding.text
    assert "1380000" not in finding.text


def test_what_the_program_does_with_consents_is_no_contradiction(settings: Settings) -> None:
    given = replace(
        CONTACT, scope=ConsentScope.GRANTED, recipients=(MATCH,), phone=None, email=None
    )
    with open_store(settings) as store:
        with store.writing() as connection:
            added = record_consent.record(
                connection, given, by=STAFF, own=None, key=KEY, today=TODAY
            )
        with store.writing() as connection:
            see(connection)
            consents.withdraw(connection, added.id, STAFF)
            keep(connection, replace(CONTACT, evidence="样例同意书2号"))
            see(connection)
    assert only_contacts(settings) == "ok"


def only_contacts(settings: Settings) -> str:
    return states(check(settings))["contacts"]


def test_a_flipped_bit_of_the_words_is_found_and_mended(settings: Settings) -> None:
    with closing(sqlite3.connect(settings.words_file)) as connection, connection:
        query = "SELECT id, block FROM words_data ORDER BY length(block) DESC"
        place, block = connection.execute(query).fetchone()
        flipped = bytes([*block[:-3], block[-3] ^ 1, *block[-2:]])
        connection.execute("UPDATE words_data SET block = ? WHERE id = ?", (flipped, place))
    assert only(check(settings), "wrong").part == "words"
    assert only(check(settings, repair=True), "mended").part == "words"
    assert set(states(check(settings)).values()) == {"ok"}


def test_words_that_lack_a_patent_are_found_and_mended(settings: Settings) -> None:
    gone = delete(patents).where(patents.c.id == GRIPPER.id)
    change(settings, gone)  # behind the back of the program: no state tells of it
    finding = next(each for each in check(settings) if each.part == "words")
    assert finding.state == "wrong" and "does not hold the patents" in finding.text
    findings = states(check(settings, repair=True))
    assert (findings["words"], findings["index"]) == ("mended", "mended")
    assert set(states(check(settings)).values()) == {"ok"}


def test_every_file_of_an_index_is_checked_and_named(settings: Settings) -> None:
    folder = generations.current(settings.index_folder)
    assert folder is not None
    named = manifest.read(folder).files
    files = [name for name in named if (folder / name).stat().st_size]
    assert len(files) > 5
    for name in files:
        flip(folder / name)
        finding = only(check(settings), "wrong")
        assert finding.part == "index" and name in finding.text
        flip(folder / name)
    assert is_clean(check(settings))


@pytest.mark.parametrize("fault", ["manifest", "file", "pointer", "folder"])
def test_a_damaged_index_is_built_from_the_database(settings: Settings, fault: str) -> None:
    folder = generations.current(settings.index_folder)
    assert folder is not None
    if fault == "manifest":
        flip(folder / manifest.FILE)
    elif fault == "file":
        (folder / next(iter(manifest.read(folder).files))).unlink()
    elif fault == "folder":
        shutil.rmtree(folder)
    else:
        (settings.index_folder / generations.POINTER).write_text("000099-00000000\n")
    assert "matcher index" in only(check(settings), "wrong").text
    mended = only(check(settings, repair=True), "mended")
    assert mended.part == "index" and "0 texts embedded anew" in mended.text
    assert is_clean(check(settings))
    with open_matcher(settings) as matcher:
        assert matcher.generation in mended.text


def test_damaged_vectors_are_deleted_and_computed_anew(settings: Settings) -> None:
    file = settings.index_folder / CACHE_FILE
    with closing(sqlite3.connect(file)) as connection, connection:
        (text_key, vector) = connection.execute("SELECT text, vector FROM vectors").fetchone()
        flipped = bytes([vector[0] ^ 1, *vector[1:]])
        connection.execute("UPDATE vectors SET vector = ? WHERE text = ?", (flipped, text_key))
    assert only(check(settings), "wrong").text.startswith("1 of ")
    assert only(check(settings, repair=True), "mended").part == "vectors"
    assert is_clean(check(settings))
    (settings.index_folder / generations.POINTER).unlink()
    assert build_index(settings).embedded == 1


def test_a_damaged_file_of_vectors_is_deleted(settings: Settings) -> None:
    file = settings.index_folder / CACHE_FILE
    file.write_bytes(b"no database at all" * 1000)
    assert only(check(settings), "wrong").part == "vectors"
    assert only(check(settings, repair=True), "mended").part == "vectors"
    assert not file.exists()


def test_a_damaged_ranker_is_named_and_left(settings: Settings) -> None:
    file = settings.home / learned_ranker.FILE
    file.write_text("{", encoding="utf-8")
    finding = only(check(settings), "wrong")
    assert finding.part == "ranker" and "matcher learn, or delete the file" in finding.text
    check(settings, repair=True)
    assert file.read_text(encoding="utf-8") == "{"


@pytest.mark.usefixtures("real_clock")
def test_what_killed_processes_left_is_told_and_deleted(settings: Settings) -> None:
    root = settings.index_folder
    (root / generations.BUILDING).mkdir()
    (root / generations.BUILDING / "half").write_text("…")
    (root / "000099-0123abcd").mkdir()
    (root / "000099-0123abcd" / "whole").write_text("…")
    (root / f"{generations.POINTER}.new").write_text("000099-0123abcd")
    aged = [
        settings.home / "tmpab12cd_9",
        settings.home / ".ranker.json.77",
        root / "words.sqlite.0123abcd.new",
        root / ".identity.0123abcd",
    ]
    before = contents(settings.home)
    for path in aged:
        path.write_text("…")
        os.utime(path, (1, 1))
    (settings.home / "tmpyoung_99").write_text("in use")
    finding = next(each for each in check(settings) if each.part == "leftovers")
    assert finding.state == "note" and is_clean(check(settings))
    assert only(check(settings, repair=True), "mended").part == "leftovers"
    gone = {name for name in before if "BUILDING" in name or "000099" in name or ".new" in name}
    assert contents(settings.home).keys() == {
        "tmpyoung_99",
        *(name for name in before.keys() - gone if ".building" not in name),
    }
    assert next(e for e in check(settings) if e.part == "leftovers").state == "ok"


def test_the_folder_of_a_build_under_way_is_no_leftover(settings: Settings) -> None:
    with (
        open_store(settings) as store,
        store.reading() as connection,
        generations.building(settings.index_folder, build_lock(connection)) as folder,
    ):
        (folder / "half").write_text("…")
        assert states(check(settings, repair=True))["leftovers"] == "ok"
        assert (folder / "half").exists()


def test_generations_that_the_setting_keeps_are_no_leftovers(settings: Settings) -> None:
    kept = settings.model_copy(update={"keep_generations": 4})
    for number in range(4):
        save(kept, replace(SEPARATOR, title=f"第{number}个名称"))
        build_index(kept)
    assert len(generations.folders(kept.index_folder)) == 4
    assert states(check(kept))["leftovers"] == "ok"
    assert states(check(settings))["leftovers"] == "note"
    assert only(check(settings, repair=True), "mended").part == "leftovers"
    assert len(generations.folders(kept.index_folder)) == 2
    assert is_clean(check(settings))


def test_servers_that_ended_without_a_word_are_told_and_forgotten(settings: Settings) -> None:
    shared = SharedRecords(settings.url)
    with shared.writing() as connection:
        servers.announce(connection, Server("server_1", "h", None, False))
        jobs.begin(connection, "import_1", "run_1", "save")
    assert states(check(settings))["servers"] == "ok"
    with shared.writing() as connection:
        past = database_time(connection) - timedelta(minutes=5)
        connection.execute(update(server_table).values(leased_until=past))
        connection.execute(update(job_table).values(leased_until=past))
    finding = next(each for each in check(settings) if each.part == "servers")
    assert finding.state == "note" and finding.text.startswith("1 servers and 1 import jobs")
    assert only(check(settings, repair=True), "mended").part == "servers"
    assert states(check(settings))["servers"] == "ok"
    with shared.reading() as connection:
        assert connection.execute(job_table.select()).one().state == "interrupted"
    shared.close()


@pytest.fixture
def named_home(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    monkeypatch.setenv("MATCHER_HOME", str(settings.home))
    monkeypatch.setenv("MATCHER_MODEL", "fake")
    monkeypatch.setenv("MATCHER_DATABASE_URL", settings.url)
    yield settings


def test_the_command_prints_a_line_a_part_and_its_exit_code_tells(named_home: Settings) -> None:
    result = run("check")
    assert result.exit_code == 0
    lines = [line for line in result.stdout.splitlines() if line[:1].strip()]
    assert [line.split("  ")[0] for line in lines][:3] == ["database", "audit trail", "contacts"]
    assert run_json("check")["clean"] is True
    named_home.words_file.write_bytes(b"no database" * 999)
    broken = run("check", "--json")
    assert broken.exit_code == 1
    told = json.loads(broken.stdout)
    assert told["clean"] is False
    assert [each["part"] for each in told["findings"] if each["state"] == "wrong"] == ["words"]
    assert "WRONG" in run("check").stdout
    assert run("check", "--repair").exit_code == 0
    assert run("check").exit_code == 0
