"""Records that servers share are opened by several processes at once, and never wait for a save."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from matcher.settings import Settings
from matcher.store import jobs
from matcher.store.shared import FILE, SharedRecords
from matcher.wiring.open import open_store
from tests.support.engines import settings_for


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return settings_for(tmp_path)


def test_of_several_processes_one_creates_the_tables(home: Settings) -> None:
    def opened(number: int) -> set[str]:
        with closing(SharedRecords(home.url)) as shared:
            with shared.writing() as connection:
                jobs.begin(connection, f"import_{number}", f"run_{number}", "read")
            with shared.reading() as connection:
                return jobs.active(connection)

    with ThreadPoolExecutor(8) as threads:
        seen = list(threads.map(opened, range(8)))
    assert all(f"import_{number}" in active for number, active in enumerate(seen))


def test_of_two_that_claim_their_turn_at_once_one_has_it(home: Settings) -> None:
    with closing(SharedRecords(home.url)) as shared, ThreadPoolExecutor(8) as threads:
        for number in range(8):
            with shared.writing() as connection:
                jobs.begin(connection, f"import_{number}", f"run_{number}", "read")

        def claimed(number: int) -> bool:
            with shared.writing() as connection:
                return jobs.claim(connection, f"run_{number}")

        assert sum(threads.map(claimed, range(8))) == 1


def test_progress_is_recorded_while_an_import_saves(home: Settings) -> None:
    with (
        open_store(home) as store,
        store.changing_catalogue(),
        closing(SharedRecords(home.url)) as shared,
    ):
        with shared.writing() as connection:
            jobs.begin(connection, "import_a", "run_a", "save")
        with shared.writing() as connection:
            assert jobs.record(connection, "run_a", stage="saving", done=3, total=9) == "held"
        with shared.reading() as connection:
            state = jobs.find(connection, "import_a")
    assert state is not None and (state.stage, state.done, state.total) == ("saving", 3, 9)


@pytest.mark.sqlite
def test_a_file_that_is_no_database_is_begun_anew(home: Settings) -> None:
    home.home.mkdir(exist_ok=True)
    (home.home / FILE).write_bytes(b"no database" * 100)
    with closing(SharedRecords(home.url)) as shared:
        with shared.writing() as connection:
            jobs.begin(connection, "import_a", "run_a", "save")
        with shared.reading() as connection:
            assert jobs.find(connection, "import_a") is not None
