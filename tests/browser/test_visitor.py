"""The way of somebody who has not signed in: what is published, and nothing else."""

import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote, urlsplit
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, Page, expect

from matcher.access import encryption
from matcher.access.roles import Role
from matcher.settings import Settings
from matcher.store import needs
from matcher.wiring.open import open_store
from scripts.docs.chromium import new_visit, running_server
from tests.browser.conftest import Visiting
from tests.browser.steps import ask
from tests.support import contact_samples
from tests.support.callers import header
from tests.support.page_addresses import ANSWER, FIRST, SHOWN, example, routes_of_pages
from tests.support.small_event import need

PHONE, MAIL, PERSON = "13911112222", "siren@sample.example", "欧阳样例"
NEED_PERSON, NEED_PHONE = "上官样例", "13933334444"
NEED_TEXT = "未公开的样例需求：防爆隔膜"
SECRETS = (PHONE, MAIL, PERSON, NEED_PERSON, NEED_PHONE, NEED_TEXT, "样例防爆公司")
COOKIES = {"lang", "basket", "__Host-matcher-form"}
PER_KIND = 1
"""Addresses of a kind that the walk over all links opens."""


@pytest.fixture(scope="module")
def settings(settings: Settings) -> Settings:
    """A server for the public with people's contact data behind it."""
    header(settings, Role.ADMIN)  # from the first key on, who has not signed in is a visitor
    team = next(path for path in SHOWN if "teams" in path)
    _empty, _institutions, institution, _teams, name = unquote(SHOWN[team][0]).split("/")
    contact = replace(
        contact_samples.CONTACT,
        person=PERSON,
        institution=institution,
        team=name,
        phone=PHONE,
        email=MAIL,
    )
    sealed = encryption.seal(
        encryption.cipher(contact_samples.KEY), {"person": NEED_PERSON, "phone": NEED_PHONE}
    )
    record = replace(need(1, "样例防爆公司", text=NEED_TEXT), contact=sealed)
    with open_store(settings) as store, store.writing() as connection:
        contact_samples.keep(connection, contact)
        needs.add(connection, record)
    shown = {"public_pages": True, "contact_key": contact_samples.KEY, "rate_per_minute": 0}
    return settings.model_copy(update=shown)


@pytest.fixture
def visitor(visiting: Visiting) -> Iterator[Page]:
    """A page of a visitor, which names no person and no need at the end."""
    page = visiting().page
    yield page
    check_clean(page.url, page.content().encode())


def check_clean(address: str, body: bytes) -> None:
    """Look for secrets in what was sent, also in packed documents."""
    texts = [body]
    if body.startswith(b"PK"):
        with ZipFile(io.BytesIO(body)) as packed:
            texts = [packed.read(name) for name in packed.namelist()]
    assert [s for s in SECRETS if any(s.encode() in text for text in texts)] == [], address


def test_a_visitor_asks_reads_and_browses(visitor: Page, address: str) -> None:
    ask(visitor, address)
    visitor.get_by_role("article").first.get_by_role("link").first.click()
    expect(visitor.get_by_role("heading", level=1)).to_contain_text("锂电池隔膜")
    assert FIRST in visitor.url
    visitor.get_by_role("link", name="专利目录").first.click()
    expect(visitor.get_by_role("article").first).to_be_visible()
    visitor.get_by_role("link", name="专利导航").first.click()
    expect(visitor.get_by_role("img").first).to_be_visible()
    menu = visitor.get_by_role("banner")
    expect(menu.get_by_role("link", name="登录")).to_be_visible()
    for name in ("导入", "我的账号"):
        expect(menu.get_by_role("link", name=name)).to_have_count(0)


def test_the_language_stays_as_it_was_chosen(visitor: Page, address: str) -> None:
    visitor.goto(f"{address}{ANSWER}")
    visitor.get_by_role("link", name="English").click()
    expect(visitor.get_by_role("region", name="How it was understood")).to_be_visible()
    expect(visitor.get_by_role("article").first).to_be_visible()
    visitor.goto(f"{address}/patents/{FIRST}")
    expect(visitor.locator("html")).to_have_attribute("lang", "en")
    visitor.get_by_role("link", name="中文").click()
    expect(visitor.locator("html")).to_have_attribute("lang", "zh-CN")
    visitor.goto(f"{address}/catalogue")
    expect(visitor.locator("html")).to_have_attribute("lang", "zh-CN")


@pytest.mark.parametrize(
    "path", ["/import", "/account", "/navigation/demand", f"/patents/{FIRST}/needs"]
)
def test_what_is_not_for_visitors_leads_to_the_sign_in(
    visitor: Page, address: str, path: str
) -> None:
    visitor.goto(f"{address}{path}")
    assert urlsplit(visitor.url).path == "/sign-in"
    expect(visitor.get_by_label("登录名")).to_be_visible()


def test_every_link_leads_somewhere_and_no_page_names_a_person(visitor: Page, address: str) -> None:
    ahead, seen, kinds = ["/", ANSWER], {"/", ANSWER}, Counter[str]()
    while ahead:
        path = ahead.pop(0)
        answer = visitor.request.get(f"{address}{path}", max_redirects=0)
        assert answer.status in (200, 303), (path, answer.status)
        if answer.status == 303:
            assert answer.headers["location"].startswith("/sign-in"), path
            continue
        check_clean(path, answer.body())
        if "html" not in answer.headers["content-type"]:
            continue
        for link in re.findall(r'<a\s[^>]*href="([^"#]+)', answer.text()):
            href = link.replace("&amp;", "&")
            kind = re.sub(r"[^/]*[.%\d（][^/]*", "*", href.partition("?")[0])
            kind += str(sorted(set(re.findall(r"[?&](\w+)=", href))))
            assert not href.startswith(("http", "//")), (path, href)
            if href.startswith("/") and href not in seen and kinds[kind] < PER_KIND:
                kinds[kind] += 1
                seen.add(href)
                ahead.append(href)
    assert len(seen) > 20


def test_the_only_cookies_are_those_that_are_needed(visitor: Page, address: str) -> None:
    for path in ("/", ANSWER, f"/patents/{FIRST}", "/catalogue", "/sign-in"):
        visitor.goto(f"{address}{path}")
    kept = visitor.context.cookies()
    assert {cookie["name"] for cookie in kept} <= COOKIES
    assert {urlsplit(address).hostname} == {cookie["domain"] for cookie in kept}
    assert visitor.evaluate("localStorage.length + sessionStorage.length") == 0
    scripted = visitor.evaluate("document.cookie")
    assert "matcher" not in scripted and "basket" not in scripted


def test_where_pages_are_not_public_all_of_them_lead_to_the_sign_in(
    chromium_browser: Browser, settings: Settings
) -> None:
    private = settings.model_copy(update={"public_pages": False})
    with running_server(private) as address:
        visit = new_visit(chromium_browser, address, language="zh")
        for route in sorted(routes_of_pages()):
            path = re.sub(r"{\w+}", "none_0", example(route))
            answer = visit.page.request.get(f"{address}{path}", max_redirects=0)
            if route == "/sign-in":
                assert answer.status == 200
            else:
                assert (path, answer.status) == (path, 303)
                assert answer.headers["location"].startswith("/sign-in?next=")
        page = visit.open(ANSWER)
        expect(page.get_by_label("登录名")).to_be_visible()
        assert page.get_by_role("banner").get_by_role("link", name="专利目录").count() == 0
        visit.page.context.close()
        assert visit.faults == []
