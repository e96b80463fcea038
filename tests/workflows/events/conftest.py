"""A database for one test, with the small event in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from matcher.store.database import Store
from tests.support import databases


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    """A transaction in an empty database."""
    with Store(databases.url_of(tmp_path)) as store, store.writing() as connection:
        yield connection
