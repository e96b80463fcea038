"""A home with the sample patents and their index, and the API over it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from matcher.settings import Settings
from matcher.store import institutions, patents
from matcher.types import Patent
from matcher.wiring.build import build_index
from matcher.wiring.open import open_store
from tests.support import databases
from tests.support.samples import ALL, TTO
from tests.support.slow_model import SlowEncoder


def save(settings: Settings, *records: Patent) -> None:
    """Put patents into the database, as an import would."""
    with open_store(settings) as store, store.writing() as connection:
        patents.save(connection, records)


@pytest.fixture
def empty(tmp_path: Path) -> Settings:
    """Settings of an empty home, with no job in the background that would race with a test.

    On a busy machine requests wait rather than fail.
    """
    home = tmp_path / "home with space"
    return Settings(
        model="fake",
        home=home,
        database_url=databases.url_of(home) if databases.server else None,  # for other processes
        background_seconds=0,
        wait_seconds=120,
    )


@pytest.fixture
def imported(empty: Settings) -> Settings:
    """A home with the sample patents and a TTO, but without an index."""
    save(empty, *ALL)
    with open_store(empty) as store, store.writing() as connection:
        institutions.save_tto(connection, [TTO])
    return empty


@pytest.fixture
def settings(imported: Settings) -> Settings:
    """A home with the sample patents and their index."""
    build_index(imported)
    return imported


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    """The running API."""
    with TestClient(create_app(settings)) as client:
        yield client


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowEncoder]:
    """The model that the API loads; it is released at the end of the test."""
    encoder = SlowEncoder()
    monkeypatch.setattr("api.engine.live.load_encoder", lambda _settings: encoder)
    yield encoder
    encoder.go_on.set()
