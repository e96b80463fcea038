"""Pictures of the pages, over the sample catalogue in real Chromium.

    python -m scripts.docs.pictures

Writes docs/pictures/pages/NAME-LANGUAGE-SIZE.png: each page wide in Chinese and English, and on a
phone. Look at every one after a change.
"""

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import typer
from playwright.sync_api import Page

from matcher.access.roles import Role
from scripts.docs.chromium import (
    PHONE,
    WIDE,
    new_visit,
    running_browser,
    running_server,
    sample_home,
)
from scripts.docs.sample_people import PASSWORD, make_account

FOLDER = Path(__file__).parents[2] / "docs" / "pictures" / "pages"
NEED = "锂电池隔膜在高温下收缩，容易短路。希望150℃下热收缩率不大于2%，在现有涂布线上生产。"
PATENTS = ("CN202019930105.X", "CN202119930094.X", "CN201919930088.7")
PAGES: Mapping[str, str] = {
    "ask": "/",
    "answer": f"/?q={quote(NEED)}",
    "patent": f"/patents/{PATENTS[0]}",
    "compare": f"/compare?q={quote(NEED)}&" + "&".join(f"p={number}" for number in PATENTS),
    "basket": "/basket",
    "catalogue": "/catalogue",
    "navigation": "/navigation?industries=NM",
    "import": "/import",
    "account": "/account",
    "sign-in": "/sign-in",
    "error": "/nowhere",
}
"""Pages by the name of their picture."""
HEIGHT = 1600
"""Pixels of a picture; a longer page is cut."""


def main(only: str = "") -> None:
    """Make the pictures of all pages, or of one."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with ExitStack() as opened:
        home = Path(opened.enter_context(TemporaryDirectory())) / "var"
        settings = sample_home(home)
        name = make_account(settings, Role.STAFF)
        address = opened.enter_context(running_server(settings))
        browser = opened.enter_context(running_browser())
        for language in ("zh", "en"):
            for size_name, size in (("wide", WIDE), ("phone", PHONE)):
                visit = new_visit(browser, address, size, language)
                _sign_in(visit.page, address, name)
                _fill_basket(visit.page, address)
                for page_name, path in PAGES.items():
                    if only in ("", page_name):
                        visit.open(path)
                        _take(visit.page, f"{page_name}-{language}-{size_name}", size)
                visit.page.context.close()


def _sign_in(page: Page, address: str, name: str) -> None:
    page.goto(f"{address}/sign-in")
    page.locator("#name").fill(name)
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def _fill_basket(page: Page, address: str) -> None:
    for number in PATENTS[:2]:
        page.goto(f"{address}/patents/{number}")
        page.locator("button[form=basket-form][name=add]").click()
        page.locator("button[form=basket-form][name=remove]").wait_for()


def _take(page: Page, name: str, size: tuple[int, int]) -> None:
    page.wait_for_load_state("networkidle")
    height = page.evaluate("document.documentElement.scrollHeight")
    clip = {"x": 0, "y": 0, "width": size[0], "height": min(height, HEIGHT)}
    path = FOLDER / f"{name}.png"
    page.screenshot(path=path, full_page=True, clip=clip)
    print(path)


if __name__ == "__main__":
    typer.run(main)
