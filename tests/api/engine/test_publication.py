"""A newly published index is used soon, also by a server that nobody asks."""

import time

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.engine import publication
from api.engine.live import LiveEngine
from matcher.settings import Settings
from matcher.wiring.build import build_index, current_generation
from tests.support.waiting import wait_for


def test_looks_come_often_enough() -> None:
    assert publication.LOOK_SECONDS <= publication.SEEN_SECONDS / 2
    assert publication.SEEN_SECONDS <= 5


def test_an_idle_server_takes_over_what_is_published(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publication, "LOOK_SECONDS", 0.05)
    app = create_app(settings)
    with TestClient(app):
        engine: LiveEngine = app.state.engine
        before = current_generation(settings)
        assert engine._current is not None and engine._current.name == before
        build_index(settings, full=True)
        after = current_generation(settings)
        assert after != before
        wait_for(lambda: engine._current is not None and engine._current.name == after)


def test_a_look_that_fails_is_logged_once_and_the_next_one_succeeds(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(publication, "LOOK_SECONDS", 0.02)
    app = create_app(settings)
    looks: list[float] = []

    def fail() -> None:
        looks.append(time.monotonic())
        raise OSError("secret place")

    with TestClient(app) as client:
        monkeypatch.setattr(app.state.engine, "refresh", fail)
        wait_for(lambda: len(looks) >= 3)
        monkeypatch.undo()
        assert client.get("/healthz").status_code == 200
    assert caplog.text.count("OSError") == 1 and "secret place" not in caplog.text
