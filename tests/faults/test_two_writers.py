"""Two writers at once: one waits for the other, or is told that it is in the way."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from matcher.errors import StoreError
from matcher.settings import Settings
from matcher.store import database, patents
from matcher.wiring.build import build_index, index_state
from matcher.wiring.open import open_store
from tests.support.command import PATENTS, process_environment, write_csv
from tests.support.engines import save, settings_for
from tests.support.samples import ALL


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = settings_for(tmp_path / "home")
    save(settings, *ALL[:1])
    return settings


def start(settings: Settings, *arguments: str | Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "matcher.cli", *map(str, arguments)],
        env=process_environment(settings.home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(started: "subprocess.Popen[str]") -> tuple[int, str]:
    _output, errors = started.communicate(timeout=300)
    return started.returncode, errors


def test_two_imports_at_once_save_both_files(settings: Settings, tmp_path: Path) -> None:
    files = [write_csv(tmp_path / f"{n}.csv", [row]) for n, row in enumerate(PATENTS)]
    running = [start(settings, "import", file) for file in files]
    assert [finished(each)[0] for each in running] == [0] * len(files)
    with open_store(settings) as store, store.reading() as connection:
        assert patents.count(connection) == len(PATENTS)


def test_of_two_builds_at_once_one_builds_and_the_other_is_told(settings: Settings) -> None:
    running = [start(settings, "index", "--full") for _ in range(3)]
    ends = [finished(each) for each in running]
    assert 0 in [code for code, _errors in ends]
    for code, errors in ends:
        assert code == 0 or "another process is building an index" in errors, errors
        assert "unexpected" not in errors and "Traceback" not in errors
    state = index_state(settings)
    assert state is not None and state.misfit is None


def test_an_import_waits_for_one_that_is_saving(settings: Settings, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "导出.csv", PATENTS)
    with open_store(settings) as store:
        with store.changing_catalogue():
            waiting = start(settings, "import", file)
            with pytest.raises(subprocess.TimeoutExpired):
                waiting.wait(0.5)  # however slow the machine is, it cannot be done
        assert finished(waiting)[0] == 0
        with store.reading() as connection:
            assert patents.count(connection) == len(PATENTS)


@pytest.mark.sqlite
def test_a_writer_that_waits_for_too_long_is_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "LOCK_SECONDS", 0.1)
    with (
        open_store(settings) as holding,
        open_store(settings) as other,
        holding.writing(),
        pytest.raises(StoreError, match="another process has been writing"),
        other.writing(),
    ):
        pass


def test_readers_go_on_while_a_writer_is_at_work(settings: Settings) -> None:
    build_index(settings)

    def count() -> int:
        with open_store(settings) as store, store.reading() as connection:
            return patents.count(connection)

    with (
        open_store(settings) as store,
        store.changing_catalogue() as connection,
        ThreadPoolExecutor(4) as threads,
    ):
        patents.save(connection, ALL)
        counts = [thread.result() for thread in [threads.submit(count) for _ in range(8)]]
    assert set(counts) == {1} and count() == len(ALL)
