"""Of two builds in one index folder the second is refused, on either database."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexes import generations
from indexes.generations import BuildingError
from matcher.store.database import Store
from matcher.wiring.build_lock import IDENTITY, build_lock
from tests.support import databases
from tests.support.waiting import wait_for

KILLED = """
import os, sys
from pathlib import Path
from indexes import generations
from matcher.store.database import Store
from matcher.wiring.build_lock import build_lock
with Store(sys.argv[1]).reading() as connection:
    with generations.building(Path(sys.argv[2]), build_lock(connection)):
        print("building", flush=True)
        sys.stdin.read()
"""


def build(store: Store, root: Path) -> None:
    with (
        store.reading() as connection,
        generations.building(root, build_lock(connection)) as folder,
    ):
        (folder / "content").write_text("whole")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(f"sqlite:///{tmp_path / 'matcher.sqlite'}") as opened:
        yield opened


def test_a_second_build_is_refused_in_the_same_folder_only(store: Store, tmp_path: Path) -> None:
    root, other = tmp_path / "index", tmp_path / "other"
    with (
        store.reading() as connection,
        generations.building(root, build_lock(connection)) as folder,
    ):
        with pytest.raises(BuildingError, match="another process is building"):
            build(store, root)
        with store.reading() as tidying:
            generations.tidy(root, build_lock(tidying))
        build(store, other)
        (folder / "content").write_text("first")
    published = generations.current(root)
    assert published is not None and (published / "content").read_text() == "first"
    build(store, root)  # the lock is free again, also for a connection of the same pool


def test_a_killed_build_leaves_no_lock(store: Store, tmp_path: Path) -> None:
    root = tmp_path / "index"
    command = [sys.executable, "-c", KILLED, databases.url_of(tmp_path), str(root)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as builder:
        assert builder.stdout is not None and builder.stdout.readline() == "building\n"
        with pytest.raises(BuildingError):
            build(store, root)
        builder.kill()
        builder.wait()
    # PostgreSQL frees the lock when it notices that the connection has gone, a moment later.
    wait_for(lambda: succeeds(store, root))


def succeeds(store: Store, root: Path) -> bool:
    try:
        build(store, root)
    except BuildingError:
        return False
    return True


@pytest.mark.parametrize("file", [generations.LOCK, IDENTITY])
def test_each_database_has_its_lock(store: Store, tmp_path: Path, file: str) -> None:
    root = tmp_path / "index"
    with store.reading() as connection, generations.building(root, build_lock(connection)):
        assert (root / file).exists() == ((file == IDENTITY) == (databases.server is not None))
