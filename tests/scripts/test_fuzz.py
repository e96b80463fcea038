"""Bad input at volume: none is an error of the program, and what would be one is found."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from api.app import create_app
from matcher.settings import Settings
from scripts.fuzz import drive, mutation, runs, samples
from scripts.fuzz.report import table
from scripts.fuzz.routes import all_routes
from scripts.fuzz.runs import Plan, Ran
from scripts.fuzz.target import Prepared, Target
from scripts.fuzz.targets import TARGETS, shares
from tests.support import app_routes
from tests.support.app_routes import page_routes as pages

INPUTS = 2_000
GENEROUS = "60"
"""Seconds of CPU time: no test goes by the speed of the machine."""
SEEDS = (b"one", b"two")


def made(run: Callable[[bytes], None]) -> Target:
    return Target("made here", lambda _folder: Prepared(run, SEEDS), mutation.text, 1)


def run_here(
    run: Callable[[bytes], None], folder: Path, monkeypatch: pytest.MonkeyPatch, seconds: float = 60
) -> Ran:
    monkeypatch.setitem(TARGETS, "made here", made(run))
    return runs.run(Plan("made here", 7, 30, seconds, is_guided=False), folder / "run")


@pytest.mark.usefixtures("real_clock")
def test_two_thousand_inputs_are_read_or_refused(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "scripts.fuzz", "--unguided", "--seed", "22"]
    ended = subprocess.run(
        [*command, "--inputs", str(INPUTS), "--seconds", GENEROUS, "--folder", str(tmp_path)],
        capture_output=True,
        encoding="utf-8",
        timeout=1800,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.splitlines()[-1].startswith(f"| all | {INPUTS:,} | 0 |")
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_others_in_a_folder_called_as_ours_is_named_by_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known: dict[str, Callable[[bytes], None]] = {}
    code = "def fail(data):\n    raise KeyError(data)\n"
    exec(compile(code, "/elsewhere/matcher/other.py", "exec"), known)
    ran = run_here(known["fail"], tmp_path, monkeypatch)
    assert [kept.find.place for kept in ran.finds] == ["other.py:fail"]


def test_an_error_is_found_once_and_its_input_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(data: bytes) -> None:
        raise KeyError(data)

    ran = run_here(fail, tmp_path, monkeypatch)
    assert ran.inputs == 30
    assert [kept.find.kind for kept in ran.finds] == ["KeyError"]
    assert ran.finds[0].find.place == "test_fuzz.py:fail"
    assert ran.finds[0].input.read_bytes() in SEEDS


def test_an_input_that_ends_its_process_is_found_and_the_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[bytes] = []

    def end(data: bytes) -> None:
        if data == b"one" and not (tmp_path / "ended").exists():
            (tmp_path / "ended").touch()
            os._exit(9)
        ended.append(data)

    ran = run_here(end, tmp_path, monkeypatch)
    assert [(kept.find.kind, kept.input.read_bytes()) for kept in ran.finds] == [("died", b"one")]
    assert ran.inputs == 30


def test_an_input_that_hangs_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(data: bytes) -> None:
        time.sleep(0.0 if (tmp_path / "hung").exists() else 600)

    monkeypatch.setattr(runs, "HANG_SECONDS", 1.0)
    monkeypatch.setattr(runs, "_fault", _noting(runs._fault, tmp_path / "hung"))
    ran = run_here(hang, tmp_path, monkeypatch)
    assert [kept.find.kind for kept in ran.finds] == ["hang"]


def test_memory_counts_from_where_a_process_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "MAX_MEGABYTES", 100)
    ballast, taken = b"x" * 150_000_000, list[bytes]()

    def take(data: bytes) -> None:
        assert ballast
        if data == b"one" and not (tmp_path / "taken").exists():
            (tmp_path / "taken").touch()
            taken.append(b"x" * 150_000_000)
            time.sleep(600)

    ran = run_here(take, tmp_path, monkeypatch)
    assert [(kept.find.kind, kept.input.read_bytes()) for kept in ran.finds] == [("memory", b"one")]
    assert ran.inputs == 30


def _noting(fault: Callable[..., object], file: Path) -> Callable[..., object]:
    def find(process: int, seconds: float, most: int) -> object:
        found = fault(process, seconds, most)
        if found is not None:
            file.touch()
        return found

    return find


def test_a_seed_decides_the_inputs(tmp_path: Path) -> None:
    def inputs(seed: int, name: str) -> list[bytes]:
        target, seen = TARGETS[name], list[bytes]()
        prepared = Prepared(seen.append, target.prepare(tmp_path).seeds)
        drive.drive_by_seed(target, seen.append, prepared, seed, 40)  # type: ignore[arg-type]
        return seen

    for name in ("csv", "xlsx", "json lines", "need form, docx"):
        assert inputs(3, name) == inputs(3, name) != inputs(4, name)


def test_mutations_of_an_archive_keep_most_of_them_archives() -> None:
    import zipfile
    from io import BytesIO

    random = Random(1)
    book = samples.workbooks()[0]
    changed = [mutation.archive(book, random, mutation.change_bytes) for _ in range(60)]
    whole = [data for data in changed if zipfile.is_zipfile(BytesIO(data))]
    assert len(whole) > 50 and len(set(changed)) > 50


def test_requests_go_to_every_route_and_page() -> None:
    app = create_app(Settings(model="fake"))
    asked = all_routes(app)
    assert {f"{method} {path}" for method, path in (*app_routes.routes(app), *pages(app))} <= asked
    assert {"GET /healthz", "GET /readyz", "GET /robots.txt", "POST /sign-in"} <= asked


def test_shares_add_up() -> None:
    counts = shares(INPUTS, list(TARGETS))
    assert sum(counts.values()) == INPUTS and min(counts.values()) > 0
    assert set(counts) == set(TARGETS)


def test_the_table_counts_each_target() -> None:
    ran = [Ran("a", 10, (), 0.5, 100, 1.0), Ran("b", 20, (), 0.1, 200, 1.0)]
    assert table(ran).splitlines()[2:] == [
        "| a | 10 | 0 | 500 | 100 |",
        "| b | 20 | 0 | 100 | 200 |",
        "| all | 30 | 0 | 500 | 200 |",
    ]
