"""Pictures of the pages, over the sample catalogue in real Chromium.

    python -m scripts.docs.pictures

Writes docs/pictures/pages/NAME-LANGUAGE-SIZE.png: each page wide in Chinese, some in English and
on a phone; with --all every page in both languages and sizes. Look at every one after a change.
"""

from collections.abc import Mapping
from contextlib import ExitStack
from io import BytesIO
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated
from urllib.parse import quote

import typer
from PIL import Image
from playwright.sync_api import Page

from matcher.access.api_keys import make_pepper
from matcher.commands.users import AccountOptions
from matcher.settings import Settings
from matcher.store import accounts
from matcher.wiring.open import open_store
from scripts.docs.chromium import (
    PHONE,
    WIDE,
    new_visit,
    running_browser,
    running_server,
    sample_home,
)

NAME, PASSWORD = "yangli.yuan", "春江花月夜里的那个人 7 号"
"""Account of an invented member of staff."""
FOLDER = Path(__file__).parents[2] / "docs" / "pictures" / "pages"
NEED = "锂电池隔膜在高温下收缩，容易短路。希望150℃下热收缩率不大于2%，在现有涂布线上生产。"
PATENTS = ("CN202019930105.X", "CN202119930094.X", "CN201919930088.7")
SIGN_IN = "sign-in"
PAGES: Mapping[str, str] = {
    "ask": "/",
    "answer": f"/?q={quote(NEED)}",
    "patent": f"/patents/{PATENTS[0]}",
    "compare": f"/compare?q={quote(NEED)}&" + "&".join(f"p={number}" for number in PATENTS),
    "basket": "/basket",
    "catalogue": f"/catalogue?words={quote('电池')}",
    "institution": f"/institutions/{quote('津门材料研究所（样例）')}",
    "navigation": "/navigation?industries=NM",
    "import": "/import",
    "account": "/account",
    SIGN_IN: "/sign-in",
    "error": "/nowhere",
}
"""Pages by the name of their picture."""
SIZES = {"wide": WIDE, "phone": PHONE}
SHOWN: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("zh", "wide"): tuple(PAGES),
    ("en", "wide"): ("answer", "navigation"),
    ("zh", "phone"): ("ask", "answer", "patent"),
}
"""Pages whose pictures are kept, by language and size."""
HEIGHT = 1400
"""Pixels of a picture; a longer page is cut."""
COLOURS = 96
"""Colours of a picture: pages have few, and the files stay small."""


def main(
    folder: Annotated[Path, typer.Option(help="Folder of the pictures.")] = FOLDER,
    everything: Annotated[bool, typer.Option("--all", help="All languages and sizes.")] = False,
) -> None:
    """Make the pictures of the pages."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as opened:
        home = Path(opened.enter_context(TemporaryDirectory())) / "var"
        settings = sample_home(home)
        _add_account(settings)
        address = opened.enter_context(running_server(settings))
        browser = opened.enter_context(running_browser())
        for language, size_name in product(("zh", "en"), SIZES):
            names = tuple(PAGES) if everything else SHOWN.get((language, size_name), ())
            visit = new_visit(browser, address, SIZES[size_name], language)
            if SIGN_IN in names:
                visit.open(PAGES[SIGN_IN])
                _take(visit.page, folder / f"{SIGN_IN}-{language}-{size_name}.png")
            _sign_in(visit.page, address)
            _fill_basket(visit.page, address)
            for name in names:
                if name != SIGN_IN:
                    visit.open(PAGES[name])
                    _take(visit.page, folder / f"{name}-{language}-{size_name}.png")
            visit.page.context.close()


def _add_account(settings: Settings) -> None:
    """Add a member of staff, as `matcher users add` does."""
    account = AccountOptions("staff").make_account(NAME, PASSWORD)
    make_pepper(settings.home, settings.pepper)
    with open_store(settings) as store, store.writing() as connection:
        accounts.add(connection, account)


def _sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/sign-in")
    page.locator("#name").fill(NAME)
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def _fill_basket(page: Page, address: str) -> None:
    for number in PATENTS[:2]:
        page.goto(f"{address}/patents/{number}")
        page.locator("button[form=basket-form][name=add]").click()
        page.locator("button[form=basket-form][name=remove]").wait_for()


def _take(page: Page, path: Path) -> None:
    page.wait_for_load_state("networkidle")
    size = page.viewport_size
    assert size is not None
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": min(height, HEIGHT)})
    taken = Image.open(BytesIO(page.screenshot()))
    taken.convert("RGB").quantize(COLOURS).save(path, optimize=True)
    page.set_viewport_size(size)
    print(path)


if __name__ == "__main__":
    typer.run(main)
