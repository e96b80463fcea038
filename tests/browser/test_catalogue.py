"""The way of a visitor through the catalogue: search, filters, a list, an institution, a phone."""

import re

from playwright.sync_api import expect

from scripts.docs.chromium import PHONE
from tests.browser.conftest import Visiting

INSTITUTION = "津海理工大学（样例）"


def test_from_a_search_to_a_team(visiting: Visiting) -> None:
    page = visiting().open("/catalogue")
    page.get_by_role("searchbox").fill("陶瓷")
    page.get_by_role("searchbox").press("Enter")
    results = page.get_by_role("region", name="件专利")
    expect(page.locator("mark").first).to_have_text("陶瓷")  # the answer is there
    before = results.get_by_role("article").count()
    assert before > 1

    page.locator(".chip", has_text="生物医药").click()  # applies at once
    expect(page).to_have_url(re.compile("industries=BIO"))
    expect(page.locator(".chip:has(input:checked)", has_text="生物医药")).to_be_visible()
    count = int(page.locator(".chip", has_text="生物医药").locator(".count").inner_text())
    assert 0 < count < before
    expect(page.get_by_role("heading", name=f"{count} 件专利")).to_be_visible()

    page.get_by_role("button", name="加入清单").first.click()
    expect(page.locator("[data-basket-count]")).to_have_text("1")
    expect(page).to_have_url(re.compile("industries=BIO"))

    page.get_by_role("link", name="按机构", exact=True).click()
    page.get_by_role("link", name=INSTITUTION).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(INSTITUTION)
    page.get_by_role("rowheader").first.get_by_role("link").click()
    expect(page.get_by_role("heading", name="团队专利")).to_be_visible()
    expect(page.get_by_role("article").first).to_be_visible()


def test_filters_are_folded_on_a_phone_and_work_without_scripts(visiting: Visiting) -> None:
    page = visiting(PHONE).open("/catalogue")
    expect(page.locator(".chip", has_text="新材料")).to_be_hidden()
    page.get_by_text("筛选", exact=True).click()
    expect(page.locator(".chip", has_text="新材料")).to_be_visible()

    page = visiting(java_script_enabled=False).open("/catalogue")
    page.get_by_text("新材料", exact=True).click()
    page.get_by_role("button", name="应用").click()
    expect(page).to_have_url(re.compile("industries=NM"))


def test_nothing_leads_on(visiting: Visiting) -> None:
    page = visiting().open("/catalogue?words=电池隔膜涂层")
    page.get_by_role("link", name="电池隔膜 涂层").click()
    expect(page.get_by_role("article")).to_have_count(1)
