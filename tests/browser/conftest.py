"""The sample catalogue behind a real server, seen in real Chromium."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, expect

from matcher.settings import Settings
from scripts.docs.chromium import (
    WIDE,
    Visit,
    chromium,
    new_visit,
    running_browser,
    running_server,
    sample_home,
    sample_settings,
)

Visiting = Callable[..., Visit]

expect.set_options(timeout=60_000)  # no test may depend on how fast the machine is


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the tests of this folder where there is no browser, and say so.

    With BROWSER_TESTS=required, as in CI, they fail there.
    """
    if chromium() is None and os.environ.get("BROWSER_TESTS") != "required":
        reason = "no Chromium on this machine: apt-get install chromium"
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def made_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the indexed samples, made once for all processes of a run."""
    shared = tmp_path_factory.getbasetemp().parent / "sample home of browsers"
    with FileLock(f"{shared}.lock"):
        if not (shared / "done").exists():
            sample_home(shared)
            (shared / "done").touch()
    return shared


@pytest.fixture(scope="module")
def settings(made_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a server of this module's own."""
    home = tmp_path_factory.mktemp("home with space") / "var"
    shutil.copytree(made_home, home)
    return sample_settings(home)


@pytest.fixture(scope="module")
def address(settings: Settings) -> Iterator[str]:
    """The address of the server."""
    with running_server(settings) as address:
        yield address


@pytest.fixture(scope="module")
def chromium_browser() -> Iterator[Browser]:
    """Chromium, without a window.

    One for each module: as long as it is there, an event loop runs in this thread, and other tests
    of the same process could run none.
    """
    with running_browser() as browser:
        yield browser


@pytest.fixture
def visiting(chromium_browser: Browser, address: str) -> Iterator[Visiting]:
    """Opens windows; at the end, no script failed and no foreign host was asked."""
    visits: list[Visit] = []

    def visit(size: tuple[int, int] = WIDE, language: str = "zh", **options: Any) -> Visit:
        visits.append(new_visit(chromium_browser, address, size, language, **options))
        return visits[-1]

    with ExitStack() as closing:
        yield visit
        for opened in visits:
            closing.callback(opened.page.context.close)
            assert opened.faults == []
