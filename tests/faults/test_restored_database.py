"""A database older than its index: answers are refused until `matcher index`, never mixed."""

import shutil
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from matcher.errors import IndexUnavailableError
from matcher.settings import Settings
from matcher.store.database import Store
from matcher.types import Need
from matcher.wiring.build import build_index, index_state
from matcher.wiring.open import open_matcher
from tests.support.command import run
from tests.support.engines import save, settings_for
from tests.support.samples import ALL, BEARING, GRIPPER, TODAY

pytestmark = pytest.mark.sqlite


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home whose database was put back to before the gripper came, and whose index has it."""
    settings = settings_for(tmp_path / "home", background_seconds=0, wait_seconds=120)
    save(settings, *(patent for patent in ALL if patent != GRIPPER))
    backup = tmp_path / "backup.sqlite"
    with Store(settings.url) as store:
        store.engine.raw_connection().execute("VACUUM INTO ?", (str(backup),))
    save(settings, GRIPPER)
    build_index(settings)
    for file in settings.home.glob("matcher.sqlite*"):
        file.unlink()
    shutil.copy(backup, settings.home / "matcher.sqlite")
    return settings


def test_commands_refuse_until_the_index_is_mended(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHER_HOME", str(settings.home))
    monkeypatch.setenv("MATCHER_MODEL", "fake")
    refused = run("match", "夹爪")
    assert refused.exit_code == 1 and "run matcher index" in refused.stderr
    state = index_state(settings)
    assert state is not None and state.misfit
    assert run("index").exit_code == 0
    answer = run("match", "夹爪", "--json")
    assert answer.exit_code == 0 and GRIPPER.id not in answer.stdout


def test_a_server_refuses_until_the_index_is_mended(settings: Settings) -> None:
    with TestClient(create_app(settings)) as client:
        refused = client.post("/v1/match", json={"need": "夹爪"})
        assert refused.status_code == 503
        assert refused.json()["type"] == "urn:problem-type:matcher:index-unavailable"
        assert client.get(f"/v1/patents/{GRIPPER.id}").status_code == 404
        build_index(settings)
        answer = client.post("/v1/match", json={"need": "夹爪"})
        assert answer.status_code == 200
        ids = [result["id"] for result in answer.json()["results"]]
        assert ids and GRIPPER.id not in ids


def test_what_came_since_the_backup_comes_again(settings: Settings) -> None:
    """A row number may be given again: its vectors are those of the patent that has it now."""
    save(settings, BEARING, GRIPPER)
    with pytest.raises(IndexUnavailableError), open_matcher(settings):
        pass
    build_index(settings)
    with open_matcher(settings) as matcher:
        assert matcher.match(Need("夹爪"), today=TODAY).results[0].patent == GRIPPER
