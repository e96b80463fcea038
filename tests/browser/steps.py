"""Steps that a person takes in a browser."""

import re
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import Visiting
from tests.support.accounts import NAME, PASSWORD
from tests.support.page_addresses import NEED


def sign_in(page: Page, address: str) -> None:
    """Sign in with the sample account."""
    page.goto(f"{address}/sign-in")
    page.locator("#name").fill(NAME)
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def signed_in(visiting: Visiting, **options: Any) -> Page:
    """Return a page of somebody who has signed in with the sample account."""
    visit = visiting(**options)
    sign_in(visit.page, visit.address)
    return visit.page


def ask(page: Page, address: str, need: str = NEED) -> None:
    """Write a need into the box of the Chinese page, and send it."""
    page.goto(f"{address}/")
    page.get_by_label("您需要什么技术？").fill(need)
    page.get_by_role("button", name="查找专利").click()


def put_on_list(page: Page, address: str, *numbers: str) -> None:
    """Put patents on one's list, on their pages."""
    for number in numbers:
        page.goto(f"{address}/patents/{number}")
        page.locator("button[form=basket-form][name=add]").click()
        page.locator("button[form=basket-form][name=remove]").wait_for()


def send_files(page: Page, address: str, files: Mapping[str, bytes]) -> str:
    """Send files to an import, and wait until they are read; the id of the import."""
    page.goto(f"{address}/import")
    page.locator("#files").set_input_files(
        [
            FilePayload(name=name, mimeType="application/octet-stream", buffer=content)
            for name, content in files.items()
        ]
    )
    page.locator("#send button").click()
    expect(page).to_have_url(re.compile("/import/.+"))
    page.locator("main table").first.wait_for()
    return page.url.partition("/import/")[2].partition("?")[0]


def save_import(page: Page) -> None:
    """Save the import that the page shows, and wait for its index."""
    page.locator("form[action$='/save'] button.first").click()
    page.locator(".notice.good").wait_for()
