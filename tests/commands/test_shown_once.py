"""Secrets that are shown once: none is valid that was not shown, wherever the command ends."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest

from matcher.access import api_keys
from matcher.settings import Settings
from matcher.store import keys as stored
from matcher.store.schema.audit import audit_trail
from matcher.wiring.open import open_store
from tests.support.command import process_environment, run, run_json
from tests.support.kills import killed

POINTS: list[tuple[str, Literal["before", "after"]]] = [
    ("matcher.store.audit:append", "after"),
    ("matcher.commands.keys:show_once", "before"),
    ("matcher.commands.keys:show_once", "after"),
    ("matcher.store.endings:finish", "after"),
    ("matcher.commands.keys:print_shown", "before"),
    ("matcher.commands.keys:print_shown", "after"),
]
"""Points of the command in order: the secret is shown in the third, and kept before the fifth."""
SHOWN, KEPT = 2, 4


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MATCHER_HOME", str(tmp_path))
    monkeypatch.setenv("MATCHER_MODEL", "fake")
    return tmp_path


def is_valid(key: str) -> bool:
    """True if the key opens something."""
    parts = api_keys.split_key(key.strip())
    assert parts is not None
    identity, secret = parts
    settings = Settings()
    with open_store(settings) as store, store.reading() as connection:
        found = stored.find(connection, identity)
    pepper = api_keys.read_pepper(settings.home, settings.pepper)
    usable = found is not None and found.is_usable(datetime.now(UTC))
    return usable and api_keys.is_secret_of(secret, found, pepper)


def count_rows(action: str) -> int:
    with open_store(Settings()) as store, store.reading() as connection:
        rows = connection.execute(audit_trail.select().where(audit_trail.c.action == action)).all()
    return len(rows)


@pytest.mark.parametrize("number", range(len(POINTS)))
def test_a_killed_create_leaves_no_key_whose_secret_was_not_shown(home: Path, number: int) -> None:
    run("keys", "create", "--role", "staff")
    point, when = POINTS[number]
    shown = killed(point, when, "keys", "create", "--role", "portal", home=home)
    assert bool(shown) == (number >= SHOWN)
    keys = run_json("keys", "list")["keys"]
    assert len(keys) == (2 if number >= KEPT else 1)
    assert count_rows("key.created") == len(keys)
    if shown:
        assert is_valid(shown) == (number >= KEPT)


@pytest.mark.parametrize("number", range(len(POINTS)))
def test_a_killed_rotation_ends_the_old_secret_only_once_the_new_one_was_shown(
    home: Path, number: int
) -> None:
    old = run_json("keys", "create", "--role", "portal")
    point, when = POINTS[number]
    shown = killed(point, when, "keys", "rotate", old["id"], "--json", home=home)
    assert bool(shown) == (number >= SHOWN)
    assert is_valid(old["key"]) == (number < KEPT)
    assert count_rows("key.rotated") == (number >= KEPT)
    if shown:
        assert is_valid(json.loads(shown)["key"]) == (number >= KEPT)


@pytest.mark.parametrize("command", [("create", "--role", "portal"), ("rotate",)])
def test_a_secret_that_cannot_be_written_is_not_valid(home: Path, command: tuple[str, ...]) -> None:
    old = run_json("keys", "create", "--role", "portal")
    named = [old["id"]] if command == ("rotate",) else []
    for stdout in ("full", "broken", "closed"):
        ended = _run_into(stdout, "keys", *command, *named, home=home)
        assert ended.returncode == 1
        assert (
            ended.stderr.decode().startswith("Error: ") and b"nothing was changed" in ended.stderr
        )
    assert [key["id"] for key in run_json("keys", "list")["keys"]] == [old["id"]]
    assert is_valid(old["key"])


def _run_into(stdout: str, *arguments: str, home: Path) -> subprocess.CompletedProcess[bytes]:
    """Run the command with a stdout that takes nothing."""
    command = [sys.executable, "-m", "matcher.cli", *arguments]
    if stdout == "closed":
        command = ["sh", "-c", '"$@" >&-', "sh", *command]
    readable, writable = os.pipe()
    os.close(readable)
    target = os.open("/dev/full", os.O_WRONLY) if stdout == "full" else writable
    try:
        return subprocess.run(
            command,
            env=process_environment(home),
            stdout=target,
            stderr=subprocess.PIPE,
            timeout=120,
            check=False,
        )
    finally:
        for opened in {target, writable}:
            os.close(opened)
