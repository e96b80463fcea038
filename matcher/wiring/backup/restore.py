"""Return of a backup into a home, all of it or nothing."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, delete, select, update
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from indexes.words import SqliteWordIndex
from matcher.access.roles import COMMAND_CALLER
from matcher.errors import (
    ConflictError,
    InputError,
    MatcherError,
    StoreError,
    StoreUnavailableError,
)
from matcher.language.messages import _, ngettext
from matcher.progress import Report, Step, silent
from matcher.settings import Settings
from matcher.store import audit, database, migrate, revision, servers
from matcher.store.copies import postgresql, sqlite
from matcher.store.copies.sqlite import in_use
from matcher.store.revision import HEAD, revision_of
from matcher.store.schema import servers as shared
from matcher.store.schema.accounts import sessions
from matcher.store.schema.audit import audit_trail
from matcher.store.schema.catalogue import meta
from matcher.store.shared import FILE
from matcher.wiring.backup import container
from matcher.wiring.backup.container import BackupError, Manifest
from matcher.wiring.backup.drafts import draft_folder
from matcher.wiring.backup.home_files import is_kept, put_back
from matcher.wiring.build import index_state
from matcher.wiring.checks.database import sqlite_file
from matcher.wiring.pepper import needed_pepper

DRAFTS = ".restoring"
"""Folder of a restore under way, beside the database."""
PROTECTING = (
    "consent.withdrawn",
    "subject.erased",
    "key.revoked",
    "key.rotated",
    "account.disabled",
    "account.password_set",
    "contact_key.rotated",
)
"""Acts that protect somebody: a restore takes those since the backup back."""


@dataclass(frozen=True, slots=True)
class Restored:
    """Result of a restore."""

    made_at: str
    """Time of the backup."""
    revision_before: str
    """Of the backup, which was migrated from there."""
    kept_as: str | None
    """File or schema of the database that was there before."""
    files: int
    """Files of the home that were put back."""
    undone: tuple[tuple[str, str], ...]
    """Acts since the backup that protected somebody, each with its record, the oldest first."""
    index: str | None
    """Reason to run `matcher index`; None where the index fits."""
    pepper: str | None
    """Reason why no key and no sign-in can be verified; None where they can, or are not needed."""


def restore(
    settings: Settings, file: Path, *, force: bool = False, report: Report = silent
) -> Restored:
    """Check a backup, migrate it, and let its database be that of the home.

    Raises BackupError; ConflictError where there is a database already, unless with `force`, and
    while a server runs; StoreError while other processes use the database; InputError without file.
    """
    container.check_there(file)
    place = sqlite_file(settings)
    _check_no_server(settings, place)
    if place is not None:
        _check_free(place.exists() and place.stat().st_size > 0, force=force)
    beside = settings.home if place is None else place.parent
    beside.mkdir(mode=0o700, parents=True, exist_ok=True)
    with draft_folder(beside / DRAFTS) as folder:
        report(Step(_("checking the backup"), 0))
        manifest = container.unpack(file, folder)
        _check_kind(manifest, place)
        if not all(is_kept(name) for name in manifest.files if name.startswith(container.HOME)):
            raise container.damaged(file)
        report(Step(_("restoring the database"), 0))
        aside = f"before_{datetime.now(UTC):%Y%m%dt%H%M%S%f}"
        words = _words_revision(settings)
        if place is None:
            kept_as, undone = _into_postgresql(
                settings.url, manifest, folder, aside, words, file, force=force
            )
        else:
            _check_copy(folder / container.DATABASE, manifest, file)
            kept_as, undone = _into_sqlite(place, manifest, folder, aside, words)
        files = put_back(folder / container.HOME, settings.home)
    return Restored(
        made_at=manifest.made_at,
        revision_before=manifest.revision,
        kept_as=kept_as,
        files=files,
        undone=tuple(undone),
        index=_index_outdated(settings),
        pepper=_pepper_missing(settings),
    )


def _check_copy(copy: Path, manifest: Manifest, file: Path) -> None:
    """Raise BackupError for a copy of a database that is not the one of the manifest."""
    if not copy.is_file():
        raise container.damaged(file)
    try:
        with _engine(f"sqlite:///{copy.as_posix()}") as engine, engine.connect() as connection:
            is_same = revision_of(connection) == manifest.revision
            is_it = is_same and _has_trail(connection, manifest)
    except (StoreError, SQLAlchemyError):
        is_it = False
    if not is_it:
        raise container.damaged(file)


def _has_trail(connection: Connection, manifest: Manifest) -> bool:
    """True if the audit trail of a copy ends as the manifest says."""
    if not connection.dialect.has_table(connection, audit_trail.name):
        return manifest.audit_rows == 0
    last = select(audit_trail.c.seq, audit_trail.c.digest).order_by(audit_trail.c.seq.desc())
    found = connection.execute(last.limit(1)).first()
    ends = (0, audit.FIRST_PREVIOUS) if found is None else (found.seq, found.digest)
    return ends == (manifest.audit_rows, manifest.audit_head)


def _into_sqlite(
    place: Path, manifest: Manifest, folder: Path, aside: str, words: int
) -> tuple[str | None, Sequence[tuple[str, str]]]:
    """Put the copy in the place of a file, migrated; return the name of the old one."""
    draft = folder / container.DATABASE
    url = f"sqlite:///{draft.as_posix()}"
    migrate.migrate(url, contracts=True)
    with _engine(url) as engine, engine.begin() as connection:
        _begin_anew(connection, manifest, words)
    kept = place.with_name(f"{place.stem}_{aside}.sqlite")
    if not sqlite.put_in_place(draft, place, kept):
        return None, ()
    return str(kept), _undone_in(kept, manifest)


def _into_postgresql(
    url: str, manifest: Manifest, folder: Path, aside: str, words: int, file: Path, *, force: bool
) -> tuple[str | None, Sequence[tuple[str, str]]]:
    """Fill the schema in one transaction; return the name of the one that has the old tables."""
    undone: Sequence[tuple[str, str]] = ()
    with _engine(url) as engine, engine.begin() as connection:
        revision.lock(connection)
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{migrate.LOCK_TIMEOUT}'")
        held = revision_of(connection)
        _check_free(held is not None, force=force)
        if held is not None:
            undone = _undone(connection, manifest)
        kept_as = _put_aside(connection, aside)
        tables = folder / container.TABLES
        postgresql.read_copy(connection, manifest.revision, manifest.tables, tables)
        if not _has_trail(connection, manifest):
            raise container.damaged(file)
        if manifest.revision != HEAD:
            migrate.to_head(connection, manifest.revision, contracts=True)
        _begin_anew(connection, manifest, words)
    return kept_as, undone


def _put_aside(connection: Connection, mark: str) -> str | None:
    """Move the present tables into a schema of their own; return its name. Raises StoreError."""
    try:
        return postgresql.put_aside(connection, mark)
    except DBAPIError as problem:
        if getattr(problem.orig, "sqlstate", None) == _NO_LOCK:
            raise in_use() from None
        raise StoreError(
            _(
                "nothing was restored, because the present tables cannot be moved to another "
                "schema ({problem}): the role needs the right CREATE on the database",
                problem=type(problem.orig).__name__,
            )
        ) from None


_NO_LOCK = "55P03"
"""State of PostgreSQL: no lock in time."""


def _begin_anew(connection: Connection, manifest: Manifest, words: int) -> None:
    """Let a restored database go on: nobody is signed in, and no version of it was there before."""
    for table in (sessions, shared.jobs, shared.servers):
        connection.execute(delete(table))
    here = meta.c.key == "revision"
    present = connection.execute(select(meta.c.value).where(here)).scalar_one()
    connection.execute(update(meta).where(here).values(value=max(present, words) + 1))
    details = {"made_at": manifest.made_at, "revision": manifest.revision}
    audit.append(
        connection,
        by=COMMAND_CALLER,
        action="database.restored",
        subject="database",
        details=details,
    )


def _undone_in(kept: Path, manifest: Manifest) -> Sequence[tuple[str, str]]:
    """Return the acts of the database that was put aside; none where it cannot be read."""
    try:
        with _engine(f"sqlite:///{kept.as_posix()}") as engine, engine.connect() as connection:
            return _undone(connection, manifest)
    except (StoreError, SQLAlchemyError):
        return ()


def _undone(connection: Connection, manifest: Manifest) -> Sequence[tuple[str, str]]:
    """Return the acts of PROTECTING since the backup, where this is a later state of it."""
    if not connection.dialect.has_table(connection, audit_trail.name):
        return ()
    columns = audit_trail.c
    if manifest.audit_rows:
        last = select(columns.digest).where(columns.seq == manifest.audit_rows)
        if connection.execute(last).scalar_one_or_none() != manifest.audit_head:
            return ()
    query = (
        select(columns.action, columns.subject)
        .where(columns.seq > manifest.audit_rows, columns.action.in_(PROTECTING))
        .order_by(columns.seq)
    )
    return [(action, subject) for action, subject in connection.execute(query)]


def _check_no_server(settings: Settings, place: Path | None) -> None:
    """Refuse while a server gives signs of life. Raises ConflictError."""
    if running := _servers_at(settings.url) if place is None else _servers_in(place.parent / FILE):
        raise ConflictError(
            ngettext(
                "nothing was restored, because {n} server is running: stop it, then try again. "
                "One that was killed counts as running for half a minute",
                "nothing was restored, because {n} servers are running: stop them, then try "
                "again. One that was killed counts as running for half a minute",
                running,
            )
        )


def _servers_at(url: str) -> int:
    """Count the servers that a database knows of, of whatever revision it is."""
    with _engine(url) as engine, engine.connect() as connection:
        is_there = engine.dialect.has_table(connection, shared.servers.name)
        return servers.running(connection) if is_there else 0


def _servers_in(file: Path) -> int:
    """Count the servers that the file beside a SQLite database knows of; none if it is damaged."""
    if not file.exists():
        return 0
    try:
        return _servers_at(f"sqlite:///{file.as_posix()}")
    except StoreUnavailableError:
        return 0


def _check_free(is_there: bool, *, force: bool) -> None:
    if is_there and not force:
        raise ConflictError(
            _(
                "nothing was restored, because there is a database already: choose another home "
                "(--home), or add --force; then the present one is kept under another name"
            )
        )


def _check_kind(manifest: Manifest, place: Path | None) -> None:
    here = "postgresql" if place is None else "sqlite"
    if manifest.database != here:
        raise BackupError(
            _(
                "the backup is of a database of {kind}, and the settings name one of {here}: set "
                "MATCHER_DATABASE_URL to one of its kind",
                kind=manifest.database,
                here=here,
            )
        )


def _words_revision(settings: Settings) -> int:
    """Return the revision of the database that the words were written from; 0 without any."""
    try:
        version = SqliteWordIndex(settings.words_file).version()
    except sqlite3.DatabaseError:  # damaged: it is made anew
        version = None
    return 0 if version is None else int(version.rpartition("-")[2])


def _index_outdated(settings: Settings) -> str | None:
    try:
        state = index_state(settings)
    except MatcherError as problem:
        return str(problem)
    return _("there is none so far") if state is None else state.misfit


def _pepper_missing(settings: Settings) -> str | None:
    with database.Store(settings.url) as store, store.reading() as connection:
        try:
            needed_pepper(settings, connection)
        except InputError as problem:
            return str(problem)
    return None


@contextmanager
def _engine(url: str) -> Iterator[Engine]:
    """Open a database. Raises StoreError."""
    try:
        engine = database.open_engine(url)
        try:
            yield engine
        finally:
            engine.dispose()
    except (ArgumentError, SQLAlchemyError) as problem:
        raise database.open_error(problem) from problem
