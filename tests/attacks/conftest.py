"""The server under attack."""

from collections.abc import Iterator

import pytest

from tests.support.two_sides import TwoSides, two_sides


@pytest.fixture(scope="package")
def sides(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoSides]:
    """A server with two sides; no test changes their records."""
    with two_sides(tmp_path_factory.mktemp("two sides") / "home") as made:
        yield made
