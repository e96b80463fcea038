"""Check of the database: can it be opened, is it whole, do its records fit one another."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from matcher.language.messages import _
from matcher.settings import Settings
from matcher.store import audit, contradictions, database, integrity, patents
from matcher.store.database import Store
from matcher.store.revision import FIRST, HEAD, revision_of
from matcher.wiring.checks.finding import Finding, named
from matcher.wiring.earlier_database import had_database
from matcher.wiring.pepper import needed_pepper


def sqlite_file(settings: Settings) -> Path | None:
    """Return the file of a SQLite database; None for another database."""
    url = make_url(settings.url)
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    return Path(url.database)


def check_openable(settings: Settings, *, repair: bool) -> Iterator[Finding]:
    """Find what keeps the database from being opened; nothing where it can be. Raises StoreError.

    Of a SQLite file every page is checked; nothing is created where there is none.
    """
    file = sqlite_file(settings)
    if file is not None:
        if not file.exists() or not file.stat().st_size:
            yield _missing(settings, file)
            return
        finding = _check_pages(file, repair=repair)
        if finding is not None:
            yield finding
        if finding is not None and finding.state == "wrong":
            return
    revision = _revision(settings.url)
    if revision is None:
        yield Finding("database", "note", _("it is empty so far"))
    elif FIRST <= revision < HEAD:
        yield Finding(
            "database",
            "note",
            _(
                "it is at revision {revision}, this program needs {head}: make a backup, then run "
                "matcher migrate; the rest is checked after that",
                revision=revision,
                head=HEAD,
            ),
        )
    else:
        Store(settings.url).close()


def check_records(connection: Connection) -> Iterator[Finding]:
    """Check references, constraints, and the hashes of patents."""
    faults = [
        _(
            "{count:,} rows of {table} refer to a row of {other} that is not there",
            count=count,
            table=table,
            other=other,
        )
        for table, other, count in integrity.broken_references(connection)
    ]
    invalid = integrity.invalid_constraints(connection)
    faults += [_("{name} is not valid", name=name) for name in invalid]
    changed = list(integrity.changed_patents(connection))
    faults += [_("the patent {id} is not as it was saved", id=identity) for identity in changed]
    count = patents.count(connection)
    if faults:
        yield Finding(
            "database",
            "wrong",
            _(
                "{faults}; this cannot be made anew from anything else: restore a backup (matcher "
                "restore), or import what is named again",
                faults=named(faults),
            ),
        )
    else:
        found = _("revision {revision}, {count:,} patents", revision=HEAD, count=count)
        yield Finding("database", "ok", found)


def check_audit(connection: Connection) -> Iterator[Finding]:
    """Check the chain of the audit trail."""
    check = audit.verify(connection)
    if check.is_intact:
        text = _("{rows:,} rows, head {head}", rows=check.rows, head=check.head)
        yield Finding("audit", "ok", text)
    else:
        yield Finding(
            "audit",
            "wrong",
            _(
                "the chain is broken at row {first_bad}: {reason}; it cannot be mended: compare it "
                "with a backup, and keep both",
                first_bad=check.first_bad,
                reason=check.reason,
            ),
        )


def check_keys(settings: Settings, connection: Connection) -> Iterator[Finding]:
    """Check that keys and sign-ins can be verified. Raises InputError without their pepper."""
    is_needed = needed_pepper(settings, connection) is not None
    text = _("their pepper is there") if is_needed else _("there are no keys and no accounts")
    yield Finding("keys", "ok", text)


def check_contacts(connection: Connection) -> Iterator[Finding]:
    """Check contacts, consents and reveals against one another; no contact is opened."""
    faults = list(contradictions.contradictions(connection))
    if faults:
        text = _(
            "{faults}; decide each by hand (matcher contacts, matcher audit export)",
            faults=named(faults),
        )
        yield Finding("contacts", "wrong", text)
    else:
        yield Finding("contacts", "ok", _("contacts, consents and reveals agree"))


def _missing(settings: Settings, file: Path) -> Finding:
    if had_database(settings):
        return Finding(
            "database",
            "wrong",
            _(
                "there is an index, or there are vectors or keys, but no database {file}: restore "
                "a backup (matcher restore), or look whether MATCHER_HOME and MATCHER_DATABASE_URL "
                "are right",
                file=file,
            ),
        )
    return Finding("database", "note", _("there is none so far: matcher import FILE makes it"))


def _check_pages(file: Path, *, repair: bool) -> Finding | None:
    faults = integrity.sqlite_faults(file)
    if not faults:
        return None
    if integrity.sqlite_faults(file, quick=True):
        return Finding(
            "database",
            "wrong",
            _(
                "the file is damaged ({faults}); it cannot be made anew from anything else: keep "
                "a copy of it and restore a backup (matcher restore)",
                faults=named(faults),
            ),
        )
    if repair:
        integrity.rebuild_sqlite_indexes(file)
        if not integrity.sqlite_faults(file):
            text = _("the database's own indexes were damaged and are made anew")
            return Finding("database", "mended", text)
    return Finding(
        "database",
        "wrong",
        _(
            "the database's own indexes do not fit its tables ({faults}): matcher check --repair "
            "makes them anew",
            faults=named(faults),
        ),
    )


def _revision(url: str) -> str | None:
    """Return the revision of a database, None for an empty one. Raises StoreError."""
    try:
        engine = database.open_engine(url)
        try:
            with engine.connect() as connection:
                return revision_of(connection)
        finally:
            engine.dispose()
    except (ArgumentError, SQLAlchemyError, OSError) as problem:
        raise database.open_error(problem) from problem
