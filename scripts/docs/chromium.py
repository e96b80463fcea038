"""A real browser at a real server, for tests, pictures and measurements of pages."""

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from api.app import create_app
from matcher.commands.serve import listen
from matcher.settings import Settings
from matcher.wiring.demo import run_demo

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
WIDE, PHONE = (1280, 900), (390, 844)
"""Width and height of a screen in CSS pixels."""


def chromium() -> str | None:
    """Return the path of an installed Chromium; None where there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def running_server(settings: Settings) -> Iterator[str]:
    """Serve these settings on a free port of the loopback; yield the address."""
    with listen("127.0.0.1", 0) as listener:
        config = uvicorn.Config(create_app(settings), ws="none", log_config=None, access_log=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.02)
        assert server.started
        try:
            yield f"http://localhost:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(timeout=60)


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Start Chromium, without a window."""
    with sync_playwright() as playwright:
        # In a container there is no sandbox; what is opened is our own.
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Visit:
    """A page in a browser of its own, and what went wrong in it."""

    page: Page
    address: str
    faults: list[str] = field(default_factory=list)
    """Errors of scripts and of the policy, and requests to other hosts."""

    def open(self, path: str) -> Page:
        """Open a page of the server."""
        self.page.goto(f"{self.address}{path}")
        return self.page


def new_visit(
    browser: Browser,
    address: str,
    size: tuple[int, int] = WIDE,
    language: str | None = None,
    **options: Any,
) -> Visit:
    """Open a browser window with nothing in it; `language` is chosen beforehand."""
    context: BrowserContext = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, **options
    )
    context.set_default_timeout(60_000)
    if language is not None:
        context.add_cookies([{"name": "lang", "value": language, "url": address}])
    visit = Visit(context.new_page(), address)

    def note_request(request: Any) -> None:
        if not request.url.startswith((address, "data:", "blob:", "about:")):
            visit.faults.append(f"a request to {request.url}")

    def note_message(message: Any) -> None:
        # An answer with a status of 4xx or 5xx is told, too: tests look at these themselves.
        if message.type == "error" and "Failed to load resource" not in message.text:
            visit.faults.append(message.text)

    context.on("request", note_request)
    visit.page.on("console", note_message)
    visit.page.on("pageerror", lambda error: visit.faults.append(str(error)))
    return visit


def sample_home(folder: Path) -> Settings:
    """Make a home with the sample catalogue and its index by the built-in model."""
    settings = sample_settings(folder)
    run_demo(settings, date.today(), announce=lambda sentence: None)
    return settings


def sample_settings(folder: Path, **changes: Any) -> Settings:
    """Return the settings of a server of the samples, in which nothing runs beside requests."""
    given = {"database_url": None, "language": "zh", "background_seconds": 0, "wait_seconds": 120}
    return Settings(home=folder, **{**given, **changes})
