"""Homes to back up and to restore into."""

from pathlib import Path

import pytest

from matcher.settings import Settings
from tests.support import databases
from tests.support.engines import settings_for
from tests.support.whole_homes import whole_home


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home with something of everything."""
    return whole_home(tmp_path / "home")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Settings:
    """A home without anything."""
    home = tmp_path / "elsewhere"
    return settings_for(home, database_url=databases.url_of(home))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "backups" / "样例.tar.gz"
