"""Database of the tests (see tests.support.databases), their language and their day."""

import gc
import os
from collections.abc import Callable, Iterator
from datetime import datetime
from types import ModuleType

import hypothesis
import pytest
import time_machine
from hypothesis import HealthCheck

from matcher.language.choice import speaking
from tests.support import attack_counts, databases

_STORING = (
    "api",
    "matcher.cli",
    "matcher.store",
    "matcher.wiring",
    "tests.support.command",
    "tests.support.engines",
)
"""What a test module imports from if its tests use a database."""


_TRAVELS: list[time_machine.travel] = []
"""The journey to noon."""


def pytest_configure(config: pytest.Config) -> None:
    """Find the server, declare the marks, speak English whatever the locale, and begin at noon."""
    os.environ["MATCHER_LANGUAGE"] = "en"
    # Ray reads these once in a process, whoever starts it there first.
    os.environ |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": "0" * 64}
    hypothesis.settings.register_profile(
        "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    hypothesis.settings.load_profile("any machine")
    # No test meets midnight: today is one day, however long the tests run.
    noon = datetime.now().astimezone().replace(hour=12, minute=0, second=0, microsecond=0)
    _TRAVELS.append(time_machine.travel(noon, tick=True))
    _TRAVELS[0].start()
    if not _only_hands_out(config):
        databases.start()
    for line in (
        "database: uses a database (set by itself, from what the test's module imports)",
        "sqlite: is about SQLite, so it does not run on PostgreSQL",
    ):
        config.addinivalue_line("markers", line)
    if databases.server is not None:
        # A thread that outlives its app gives its connection back to a pool that is closed.
        ignored = "ignore:<psycopg.Connection object:ResourceWarning"
        config.addinivalue_line("filterwarnings", ignored)


def _only_hands_out(config: pytest.Config) -> bool:
    """True for the process that gives tests to others, which inherit the server's URL from it."""
    return bool(getattr(config.option, "tx", None)) and not hasattr(config, "workerinput")


@pytest.fixture(scope="module", autouse=True)
def old_heap() -> Iterator[None]:
    """Leave what earlier modules made out of collections: a closed index asks for a whole one."""
    yield
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="module")
def real_clock() -> Iterator[None]:
    """The clock of the machine: gRPC, and the times of files, know no other."""
    _TRAVELS[0].stop()
    yield
    _TRAVELS[0].start()


def pytest_unconfigure() -> None:
    """Drop what the tests left."""
    if databases.server is not None:
        databases.server.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses a database, and leave out what is about SQLite."""
    for item in items:
        if isinstance(item, pytest.Function) and _stores(item.module):
            item.add_marker("database")
        if databases.server is not None and item.get_closest_marker("sqlite"):
            item.add_marker(pytest.mark.skip(reason="this is about SQLite"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """After the fixtures have closed what they opened, drop the test's databases."""
    folder = getattr(item, "funcargs", {}).get("tmp_path")
    yield
    if databases.server is not None and folder is not None:
        databases.server.drop_below(folder)


def _stores(module: ModuleType) -> bool:
    origins = {
        value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
        for value in vars(module).values()
    }
    return any(f"{origin}.".startswith(f"{name}.") for origin in origins for name in _STORING)


@pytest.fixture
def chinese() -> Iterator[None]:
    """Messages of the test are in Chinese."""
    with speaking("zh"):
        yield


@pytest.fixture
def tried(request: pytest.FixtureRequest) -> Callable[[int], None]:
    """Compare a count with that in docs/security.md; see `attack_counts`."""
    name = f"{request.path.name}::{request.node.name}"
    return lambda count: attack_counts.check(name, count)
