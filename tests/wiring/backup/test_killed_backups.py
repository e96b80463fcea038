"""A kill leaves no half backup, and the old database or the new one."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from matcher.settings import Settings
from matcher.wiring.backup.back_up import back_up
from matcher.wiring.backup.restore import restore
from matcher.wiring.build import build_index
from matcher.wiring.checks.check import check
from matcher.wiring.checks.finding import is_clean
from tests.support import databases
from tests.support.backups import backed_up
from tests.support.command import process_environment
from tests.support.engines import save
from tests.support.samples import SEPARATOR
from tests.support.whole_homes import record_rows

KILLED = """
import os, signal, sqlite3, sys
from pathlib import Path
import importlib

point, work, file = sys.argv[1:4]


def die(*_arguments, **_named):
    os.kill(os.getpid(), signal.SIGKILL)


class Dying:
    "A database whose copy is cut off in its middle."

    def __init__(self, connection):
        self.connection = connection

    def backup(self, target):
        def half(_status, remaining, total):
            if remaining < total / 2:
                die()
        self.connection.backup(target, pages=4, progress=half)

    def close(self):
        self.connection.close()


module, name, moment = point.split(":")
owner = importlib.import_module(module)
own = getattr(owner, name)


def instead(*arguments, **named):
    if moment == "before":
        die()
    result = own(*arguments, **named)
    if moment == "after":
        die()
    return Dying(result)


setattr(owner, name, instead)
from matcher.settings import Settings
if work == "backup":
    from matcher.wiring.backup.back_up import back_up
    back_up(Settings(), Path(file), force=True)
else:
    from matcher.wiring.backup.restore import restore
    restore(Settings(), Path(file), force=True)
"""


def killed(settings: Settings, point: str, work: str, file: Path) -> None:
    """Run a backup or a restore in its own process, which is killed at a point."""
    command = [sys.executable, "-c", KILLED, point, work, str(file)]
    environment = process_environment(settings.home, MATCHER_DATABASE_URL=settings.url)
    ended = subprocess.run(command, env=environment, capture_output=True, timeout=120, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()


@pytest.mark.parametrize(
    "point",
    [
        "matcher.wiring.backup.back_up:_copy_database:after",
        "matcher.wiring.backup.container:pack:after",
        "matcher.wiring.backup.container:_header:before",
    ],
)
def test_a_killed_backup_leaves_nothing_under_its_name(
    settings: Settings, file: Path, point: str
) -> None:
    file.parent.mkdir()
    killed(settings, point, "backup", file)
    assert not file.exists()
    backed_up(settings, file)
    content = file.read_bytes()
    killed(settings, point, "backup", file)
    assert file.read_bytes() == content
    back_up(settings, file, force=True)
    assert os.listdir(file.parent) == [file.name]


POINTS = {
    "sqlite": [
        ("matcher.wiring.backup.container:unpack:after", False),
        ("matcher.store.copies.sqlite:_copy:after", False),
        ("matcher.store.copies.sqlite:open_to_read:half", False),
        ("matcher.store.copies.sqlite:put_in_place:after", True),
    ],
    "postgresql": [
        ("matcher.wiring.backup.container:unpack:after", False),
        ("matcher.store.copies.postgresql:put_aside:after", False),
        ("matcher.store.copies.postgresql:read_copy:after", False),
        ("matcher.wiring.backup.restore:put_back:before", True),
    ],
}
"""Where a restore is killed, and whether the new database is there by then."""
KIND = "sqlite" if databases.server is None else "postgresql"


@pytest.mark.parametrize(("point", "is_new"), POINTS[KIND])
def test_a_killed_restore_leaves_the_old_database_or_the_new_one(
    settings: Settings, file: Path, point: str, is_new: bool
) -> None:
    backed_up(settings, file)
    then = record_rows(settings)
    save(settings, replace(SEPARATOR, title="后来的名称"))
    build_index(settings)
    later = record_rows(settings)
    killed(settings, point, "restore", file)
    assert record_rows(settings) == (then if is_new else later)
    assert is_clean(check(settings))
    restore(settings, file, force=True)
    assert record_rows(settings) == then


@pytest.mark.sqlite
def test_a_restore_that_is_killed_in_an_empty_home_leaves_none_or_all(
    settings: Settings, elsewhere: Settings, file: Path
) -> None:
    backed_up(settings, file)
    killed(elsewhere, "matcher.store.copies.sqlite:_move_logs:before", "restore", file)
    assert not (elsewhere.home / "matcher.sqlite").exists()
    restore(elsewhere, file)
    assert record_rows(elsewhere) == record_rows(settings)
