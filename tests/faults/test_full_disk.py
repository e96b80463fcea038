"""A full disk: one line names the folder, nothing is half done, and with space it goes on."""

import logging
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from matcher.errors import DiskFullError
from matcher.settings import Settings
from matcher.types import Need
from matcher.wiring.build import build_index, current_generation
from matcher.wiring.open import open_matcher
from tests.support import databases
from tests.support.broken_disks import full, small_disk
from tests.support.command import PATENTS, process_environment, run, run_json, write_csv
from tests.support.engines import save, settings_for
from tests.support.real_servers import serving
from tests.support.samples import ALL, GRIPPER, TODAY
from tests.support.staged_imports import stage
from tests.support.waiting import wait_for

DISK_BYTES = 24 * 2**20
STEP_BYTES = 20_000
"""Space that each attempt has more than the one before."""
NAMED = "nothing more can be written to"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk."""
    with small_disk(tmp_path / "disk", DISK_BYTES) as mounted:
        yield mounted


@pytest.fixture
def home(disk: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home on the small disk, which the environment names."""
    monkeypatch.setenv("MATCHER_HOME", str(disk / "home"))
    monkeypatch.setenv("MATCHER_MODEL", "fake")
    (disk / "home").mkdir()
    return disk / "home"


@pytest.fixture
def settings(home: Path) -> Settings:
    """A home on the small disk with patents and their index."""
    settings = settings_for(home, background_seconds=0, wait_seconds=120)
    save(settings, *ALL)
    build_index(settings)
    return settings


def refused(*arguments: str | Path) -> str:
    """Run a command, which must fail with one line that says that the disk is full."""
    result = run(*arguments)
    assert result.exit_code == 1, result.stdout
    assert NAMED in result.stderr and "free some space there" in result.stderr, result.stderr
    assert len(result.stderr.splitlines()) == 1
    return result.stderr


@pytest.mark.sqlite
def test_an_import_is_refused_whole_and_goes_on_with_space(
    home: Path, disk: Path, tmp_path: Path
) -> None:
    first = write_csv(tmp_path / "first.csv", PATENTS[:1])
    others = write_csv(tmp_path / "others.csv", PATENTS[1:])
    assert run("import", first).exit_code == 0
    with full(disk):
        assert str(home) in refused("import", others)
        assert str(home) in refused("index")
    assert run_json("info")["patents"] == 1
    assert run_json("import", others)["files"][0]["new"] == 2
    assert run("index").exit_code == 0
    assert run("match", "夹爪").exit_code == 0


@pytest.mark.sqlite
def test_wherever_the_space_ends_the_published_index_answers(
    settings: Settings, disk: Path
) -> None:
    published = current_generation(settings)
    refusals: set[str] = set()
    space = 0
    while True:
        with full(disk, but=space):
            try:
                built = build_index(settings, full=True)
            except DiskFullError as refusal:
                refusals.add(str(refusal))
            else:
                break
        assert current_generation(settings) == published
        assert not (settings.index_folder / ".building").exists()
        with open_matcher(settings) as matcher:
            assert matcher.match(Need("夹爪"), today=TODAY).results[0].patent == GRIPPER
        space += STEP_BYTES
    assert space > 2 * STEP_BYTES and built.generation != published
    assert all(NAMED in refusal and str(settings.home) in refusal for refusal in refusals)
    with open_matcher(settings) as matcher:
        assert matcher.match(Need("夹爪"), today=TODAY).results[0].patent == GRIPPER


def test_a_table_or_form_that_finds_no_space_names_its_folder(
    settings: Settings, disk: Path, tmp_path: Path
) -> None:
    with full(disk):
        assert str(disk) in refused("template", "needs", "-o", disk / "form.xlsx")
        assert str(disk) in refused("landscape", "--output", disk / "landscape.xlsx")
    assert run("template", "needs", "-o", tmp_path / "form.xlsx").exit_code == 0


def test_an_output_that_finds_no_space_is_named(tmp_path: Path) -> None:
    """The device /dev/full is a disk that is always full."""
    home = tmp_path / "home"
    save(settings_for(home), *ALL)
    with open("/dev/full", "wb") as output:
        done = subprocess.run(
            [sys.executable, "-m", "matcher.cli", "info"],
            env=process_environment(home),
            stdout=output,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert f"{NAMED} the output" in done.stderr and len(done.stderr.splitlines()) == 1


@pytest.mark.sqlite
def test_a_limit_to_the_size_of_files_is_named_as_well(tmp_path: Path) -> None:
    """The same without the right to mount a disk: the system refuses to let a file grow."""
    home = tmp_path / "home"
    file = write_csv(tmp_path / "导出.csv", PATENTS)

    def limited(most: int) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "matcher.cli", "import", str(file)],
            env=process_environment(home),
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
            capture_output=True,
            text=True,
            check=False,
        )

    stopped = limited(100_000)
    assert stopped.returncode == 1 and len(stopped.stderr.splitlines()) == 1
    assert f"{NAMED} {home}" in stopped.stderr, stopped.stderr
    assert limited(resource.RLIM_INFINITY).returncode == 0


@pytest.mark.sqlite
def test_the_api_answers_507_without_the_place_and_goes_on_with_space(
    settings: Settings, disk: Path, caplog: pytest.LogCaptureFixture
) -> None:
    need = {"title": "夹爪（样例）", "text": "抓取易碎的零件", "enterprise": "样例公司"}
    with TestClient(create_app(settings)) as client:
        before = client.get("/v1/patents").json()["total"]
        with full(disk), caplog.at_level(logging.ERROR):
            answers = [client.post("/v1/needs", json=need) for _ in range(2)]
            assert client.get("/v1/patents").json()["total"] == before
            assert client.post("/v1/match", json={"need": "夹爪"}).status_code == 200
        for refused_ in answers:
            assert refused_.status_code == 507, refused_.text
            assert refused_.headers["content-type"] == "application/problem+json"
            assert refused_.json()["type"] == "urn:problem-type:matcher:storage-full"
            assert str(disk) not in refused_.text
        assert str(settings.home) in caplog.text
        assert client.post("/v1/needs", json=need).status_code == 201


def test_a_file_that_is_sent_in_finds_no_space_and_is_not_half_kept(home: Path, disk: Path) -> None:
    free = 50_000
    stage(home, {"导出.csv": b""})
    with full(disk, but=free), pytest.raises(DiskFullError, match=str(home)):
        stage(home, {"导出.csv": bytes(2 * free)})
    assert not [file for file in home.rglob("*.csv") if file.stat().st_size]


@pytest.mark.skipif(databases.server is not None, reason="the server's log, not its database")
def test_a_log_that_finds_no_space_stops_no_answer(disk: Path, tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "home")
    save(settings, *ALL)
    build_index(settings)
    with serving(settings.home, disk / "log") as server:
        wait_for(lambda: server.ask("GET", "/readyz").status_code == 200)
        with full(disk):
            answers = [server.ask("GET", "/v1/patents").status_code for _ in range(200)]
        assert set(answers) == {200}
