"""A browser at the sample catalogue, in Chinese."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from matcher.settings import Settings
from tests.support.browsers import served


@pytest.fixture
def browser(settings: Settings) -> Iterator[TestClient]:
    """A browser of whoever comes while there are no keys."""
    with served(settings, language="zh") as client:
        yield client
