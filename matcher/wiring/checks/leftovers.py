"""Check for what processes left that were killed. None of it is wrong; all of it can be deleted.

Locks are those of the operating system or of a session of the database: they end with their
process, so that none is ever left.
"""

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from indexes import generations, words
from indexes.generations import BuildingError
from matcher.importing.rows import problem_file
from matcher.language.messages import _, ngettext
from matcher.settings import Settings
from matcher.store import jobs, servers
from matcher.store.database import Store
from matcher.store.schema.times import now
from matcher.store.shared import FILE, SharedRecords
from matcher.wiring.build_lock import build_lock
from matcher.wiring.checks.database import sqlite_file
from matcher.wiring.checks.finding import Finding, named
from matcher.workflows.imports.staged import StagedImports

MIN_SECONDS = 3600
"""Age from which a file that is written under a passing name counts as left."""
_IN_HOME = re.compile(r"tmp[a-z0-9_]{8}|\.ranker\.json\.\d+|\.restoring")
_IN_INDEXES = re.compile(r"\.identity\.[0-9a-f]{8}|probes\.json\.[0-9a-f]{8}")
"""Names under which files are written before they get their own."""


def check_servers(settings: Settings, *, repair: bool) -> Iterator[Finding]:
    """Look for servers and jobs that ended without a word."""
    file = sqlite_file(settings)
    if file is not None and not file.with_name(FILE).exists():
        yield Finding("servers", "ok", _("none is running"))
        return
    shared = SharedRecords(settings.url)
    try:
        with shared.reading() as connection:
            running, gone = servers.running(connection), servers.gone(connection)
            lost = jobs.lost(connection)
        if gone or lost:
            left = _(
                "{servers:,} servers and {jobs:,} import jobs ended without a word",
                servers=gone,
                jobs=lost,
            )
            if repair:
                with shared.writing() as connection:
                    servers.forget_gone(connection)
                    jobs.interrupt_lost(connection)
                yield Finding("servers", "mended", _("{left}; that is noted", left=left))
            else:
                text = _("{left}; the next server notes it", left=left)
                yield Finding("servers", "note", text)
        elif running:
            text = ngettext("{n} server is running", "{n} servers are running", running)
            yield Finding("servers", "ok", text)
        else:
            yield Finding("servers", "ok", _("none is running"))
    finally:
        shared.close()


def check_files(settings: Settings, store: Store | None, *, repair: bool) -> Iterator[Finding]:
    """Look for files of killed processes in the home; with `repair` delete them."""
    aged = [*_aged_files(settings), *_expired_imports(settings, store)]
    built = _of_builds(settings, store, repair=repair)
    found = [str(path.relative_to(settings.home)) for path in (*built, *aged)]
    if not found:
        yield Finding("leftovers", "ok", _("none"))
        return
    if repair:
        for path in aged:
            _delete(path)
        yield Finding("leftovers", "mended", _("deleted: {files}", files=named(found)))
        return
    text = _(
        "left by a killed process: {files}; matcher check --repair deletes them", files=named(found)
    )
    yield Finding("leftovers", "note", text)


def _of_builds(settings: Settings, store: Store | None, *, repair: bool) -> list[Path]:
    """Folders of builds that were killed; none while a build is under way."""
    root = settings.index_folder
    if store is None or not root.is_dir() or not _of_generations(settings):
        return []
    with (
        suppress(BuildingError, OSError),
        store.reading() as connection,
        build_lock(connection)(root),
    ):
        left = _of_generations(settings)
        for path in left if repair else ():
            _delete(path)
        return left
    return []


def _of_generations(settings: Settings) -> list[Path]:
    return generations.leftovers(settings.index_folder, settings.keep_generations)


def _aged_files(settings: Settings) -> Iterator[Path]:
    """Files under passing names that nobody writes any more."""
    home, root = settings.home, settings.index_folder
    candidates = [
        *_named(home, _IN_HOME),
        *_named(root, _IN_INDEXES),
        *words.drafts(settings.words_file),
    ]
    problems = home / problem_file.FOLDER
    if problems.is_dir():
        candidates += [path for path in problems.glob("*.csv") if not path.stat().st_size]
    for path in candidates:
        with suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > MIN_SECONDS:
                yield path


def _named(folder: Path, names: re.Pattern[str]) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if names.fullmatch(path.name))


def _expired_imports(settings: Settings, store: Store | None) -> list[Path]:
    """Folders of files that were sent in and should be gone by now."""
    imports = StagedImports(settings.home)
    if store is None or not imports.root.is_dir():
        return []
    file = sqlite_file(settings)
    running: set[str] = set()
    if file is None or file.with_name(FILE).exists():
        shared = SharedRecords(settings.url)
        try:
            with shared.reading() as connection:
                running = jobs.active(connection)
        finally:
            shared.close()
    return imports.expired(now(), running)


def _delete(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
