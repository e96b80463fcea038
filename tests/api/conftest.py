"""A home with the sample patents and their index, and the API over it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from matcher.settings import Settings
from matcher.store import institutions as contacts
from matcher.store import patents
from matcher.types import Patent
from matcher.wiring import build as index_wiring
from matcher.wiring import open as wiring
from tests.support.samples import ALL, TTO


def save(settings: Settings, *records: Patent) -> None:
    """Put patents into the database, as an import would."""
    with wiring.open_store(settings) as store, store.writing() as connection:
        patents.save(connection, records)


@pytest.fixture
def empty(tmp_path: Path) -> Settings:
    """The settings of a home that holds nothing yet."""
    return Settings(model="fake", home=tmp_path / "home with space", database_url=None)


@pytest.fixture
def imported(empty: Settings) -> Settings:
    """A home with the sample patents and a TTO, but without an index."""
    save(empty, *ALL)
    with wiring.open_store(empty) as store, store.writing() as connection:
        contacts.save_tto(connection, [TTO])
    return empty


@pytest.fixture
def settings(imported: Settings) -> Settings:
    """A home with the sample patents and their index."""
    index_wiring.build_index(imported)
    return imported


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    """The running API."""
    with TestClient(create_app(settings)) as client:
        yield client
