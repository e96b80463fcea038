"""Every page for everybody: axe, a narrow phone, large letters, paper."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from matcher.access.roles import Role
from matcher.settings import Settings
from matcher.store import needs
from matcher.wiring.open import open_store
from scripts.docs.chromium import PHONE, WIDE, new_visit
from tests.browser.checks import cut_text, overflow, shifts, unfold, violations, watch_shifts
from tests.browser.conftest import Visiting
from tests.browser.steps import put_on_list, save_import, send_files, sign_in
from tests.support.accounts import make_account
from tests.support.import_files import BOTH, GRIPPER, HEADINGS, delimited
from tests.support.page_addresses import ANSWER, ERRORS, FIRST, OTHERS, SENT, SHOWN, routes_of_pages
from tests.support.small_event import need

NARROW, LARGE, PAPER = (360, 740), (640, 450), (718, 1000)
"""The narrowest phone; letters twice as large on a screen of 1280; the text width of A4."""
PRINTED = (ANSWER, f"/patents/{FIRST}", "/basket", *SHOWN["/compare"])
NAMELESS = ("", "", "", "没有号也没有名称", "样例大学", "", "", "")
ALL = [address for addresses in SHOWN.values() for address in addresses] + list(ERRORS)


@dataclass(frozen=True)
class Prepared:
    """Cookies of an administrator with two patents on the list; two imports and a need."""

    cookies: Any
    ids: Mapping[str, str]

    def path(self, written: str) -> str:
        """Return an address of the table with the ids of its records."""
        return written.format(**self.ids)


@pytest.fixture(scope="module")
def state(chromium_browser: Browser, address: str, settings: Settings) -> Prepared:
    """Records that the pages are about."""
    make_account(settings, Role.ADMIN)
    page = new_visit(chromium_browser, address, language="zh").page
    sign_in(page, address)
    put_on_list(page, address, FIRST, OTHERS[0])
    saved = send_files(page, address, {"样例导出.csv": delimited(BOTH).encode()})
    save_import(page)
    broken = {"样例导出.csv": delimited((HEADINGS, GRIPPER, NAMELESS)).encode()}
    staged = send_files(page, address, {**broken, "坏文件.xlsx": b"PK\x03\x04 broken"})
    cookies = [cookie for cookie in page.context.cookies() if cookie["name"] != "lang"]
    page.context.close()
    record = need(1, "样例电池（样例）")
    with open_store(settings) as store, store.writing() as connection:
        needs.add(connection, record)
    return Prepared(cookies, {"saved": saved, "staged": staged, "need": record.id})


def opened(visiting: Visiting, state: Prepared, path: str, language: str, **options: Any) -> Page:
    """Open an address, signed in unless it is the sign-in's, in one of the languages."""
    kept = [] if path.startswith("/sign-in") else state.cookies
    visit = visiting(language=language, storage_state={"cookies": kept}, **options)
    watch_shifts(visit.page)
    page = visit.open(state.path(path))
    page.wait_for_load_state("networkidle")
    unfold(page)
    return page


def test_no_page_is_forgotten() -> None:
    assert {*SHOWN, *SENT} == routes_of_pages()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", ALL, ids=range(len(ALL)))
def test_every_page_is_for_everybody(
    visiting: Visiting, state: Prepared, path: str, language: str
) -> None:
    page = opened(visiting, state, path, language, size=WIDE if language == "zh" else PHONE)
    problems = shifts(page)
    if language == "zh":
        problems += violations(page)
    for size in (WIDE, LARGE, NARROW, PHONE):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        problems += [f"{size}: {part}" for part in (*overflow(page), *cut_text(page))]
    assert [*problems, *violations(page)] == []


def test_axe_sees_what_is_wrong(visiting: Visiting, state: Prepared) -> None:
    page = opened(visiting, state, "/", "en")
    page.evaluate(
        """() => {
          document.querySelector("label[for=q]").replaceWith("What do you need?");
          document.querySelector(".lead").style.color = "#ccc";
          document.querySelector("main h2").outerHTML = "<h6>For example</h6>";
          for (const button of document.querySelectorAll(".who a"))
            button.style = "font-size: 9px; padding: 0; line-height: 1; margin: 0";
          document.querySelector(".lead").style.width = "3000px";
          document.querySelector(".lead").style.maxWidth = "none";
        }"""
    )
    found = " ".join(violations(page))
    for rule in ("label", "color-contrast", "heading-order"):
        assert f" {rule}: " in found
    assert overflow(page) != []


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", PRINTED)
def test_paper_shows_all_of_the_page(
    visiting: Visiting, state: Prepared, path: str, language: str
) -> None:
    page = opened(visiting, state, path, language, size=PAPER)
    page.emulate_media(media="print")
    assert overflow(page) == [] and cut_text(page) == []
    shown = page.locator("body").inner_text()
    assert len(shown) > 200 and "csrf" not in shown
    assert page.get_by_role("button").filter(visible=True).count() == 0
    assert page.get_by_role("navigation").filter(visible=True).count() == 0
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_nothing_moves_for_who_wants_no_motion(visiting: Visiting, state: Prepared) -> None:
    page = opened(visiting, state, ANSWER, "zh", reduced_motion="reduce")
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((element) => {
          const style = getComputedStyle(element);
          return style.animationName !== "none" || style.transitionDuration !== "0s"
            || style.scrollBehavior === "smooth";
        }).map((element) => element.outerHTML.slice(0, 80))"""
    )
    assert moving == []
