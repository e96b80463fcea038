"""Backup of a home into one file, while servers serve and others write."""

import os
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from matcher.errors import ConflictError, InputError, StoreError
from matcher.language.messages import _
from matcher.progress import Report, Step, silent
from matcher.settings import Settings
from matcher.store import audit, database, revision
from matcher.store.copies import postgresql, sqlite
from matcher.store.schema.audit import audit_trail
from matcher.store.schema.catalogue import patents
from matcher.wiring.backup import container
from matcher.wiring.backup.container import Manifest
from matcher.wiring.backup.drafts import draft_folder
from matcher.wiring.backup.home_files import kept_files
from matcher.wiring.checks.database import sqlite_file


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made."""

    file: str
    bytes: int
    made_at: str
    revision: str
    patents: int
    audit_rows: int
    audit_head: str


def back_up(
    settings: Settings, file: Path, *, force: bool = False, report: Report = silent
) -> Backup:
    """Write a backup of the home; the file is there when it is whole, readable by its owner only.

    With `force` it takes the place of another backup, and of nothing else. Raises StoreError,
    InputError without the folder, ConflictError while another process writes the same file, and
    for what is no backup, and FileExistsError where it is there already without `force`.
    """
    file = file.resolve()  # a link goes on leading there
    if force and file.exists() and not (file.is_file() and container.is_backup(file)):
        raise ConflictError(
            _("{file} is no backup, and is not replaced: choose another name", file=file)
        )
    if not file.parent.is_dir():
        raise InputError(_("there is no folder {folder}", folder=file.parent))
    with draft_folder(file.with_name(f".{file.name}.partial")) as folder:
        report(Step(_("copying the database"), 0))
        manifest, count = _copy_database(settings, folder)
        report(Step(_("writing the backup"), 0))
        packed = folder / "packed"
        container.pack(_with_files(manifest, settings, folder), folder, packed)
        size = packed.stat().st_size
        _publish(packed, file, force=force)
    return Backup(
        file=str(file),
        bytes=size,
        made_at=manifest.made_at,
        revision=manifest.revision,
        patents=count,
        audit_rows=manifest.audit_rows,
        audit_head=manifest.audit_head,
    )


def _copy_database(settings: Settings, folder: Path) -> tuple[Manifest, int]:
    """Copy the database as of one moment; return its manifest without files, and its patents."""
    file = sqlite_file(settings)
    if file is not None and (not file.exists() or not file.stat().st_size):
        raise StoreError(_("there is no database {file} to back up", file=file))
    if file is None:
        return _described(settings.url, folder, is_copy=False)
    copy = folder / container.DATABASE
    sqlite.write_copy(file, copy)
    return _described(f"sqlite:///{copy.as_posix()}", folder, is_copy=True)


def _described(url: str, folder: Path, *, is_copy: bool) -> tuple[Manifest, int]:
    """Describe a database, and copy that of PostgreSQL in the same snapshot. Raises StoreError."""
    try:
        engine = database.open_engine(url)
        try:
            return _describe(engine, folder, is_copy=is_copy)
        finally:
            engine.dispose()
    except (ArgumentError, SQLAlchemyError) as problem:
        raise database.open_error(problem) from problem


def _describe(engine: Engine, folder: Path, *, is_copy: bool) -> tuple[Manifest, int]:
    with database.snapshot(engine) as connection:
        present = revision.revision_of(connection)
        if present is None:
            raise StoreError(_("the database is empty: there is nothing to back up"))
        revision.check_known(connection, present)
        rows, head = 0, audit.FIRST_PREVIOUS
        if engine.dialect.has_table(connection, audit_trail.name):
            last = select(audit_trail.c.seq, audit_trail.c.digest)
            found = connection.execute(last.order_by(audit_trail.c.seq.desc()).limit(1)).first()
            rows, head = (rows, head) if found is None else (found.seq, found.digest)
        count = connection.execute(select(func.count()).select_from(patents)).scalar_one()
        tables = {}
        if not is_copy:
            (folder / container.TABLES).mkdir()
            tables = postgresql.write_copy(connection, present, folder / container.TABLES)
    made = Manifest(
        version=version("matcher"),
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        database="sqlite" if is_copy else "postgresql",
        revision=present,
        audit_rows=rows,
        audit_head=head,
        tables=tables,
    )
    return made, count


def _with_files(manifest: Manifest, settings: Settings, folder: Path) -> Manifest:
    """Copy the files of the home beside the database, and describe all of them."""
    for name, source in kept_files(settings.home):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):  # gone meanwhile
            target.write_bytes(source.read_bytes())
    names = [container.DATABASE, *(f"{container.TABLES}/{t}.copy" for t in manifest.tables)]
    home = folder / container.HOME
    names += sorted(path.relative_to(folder).as_posix() for path in home.rglob("*"))
    present = {name: folder / name for name in names if (folder / name).is_file()}
    return replace(
        manifest, files={name: container.entry_of(path) for name, path in present.items()}
    )


def _publish(packed: Path, file: Path, *, force: bool) -> None:
    """Give the finished file its name. Raises FileExistsError."""
    if force:
        packed.replace(file)
    else:
        try:
            os.link(packed, file)
        except FileExistsError:
            raise
        except OSError:  # a disk without links
            packed.rename(file)
    sqlite.sync_folder(file)
