"""The navigation pages: scope, charts, tables and reports; of needs, what the caller may see."""

import html
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.pages import navigation_demand
from matcher.access.roles import Role
from matcher.errors import InputError
from matcher.ids import new_id
from matcher.needs.record import NeedDetails, NeedRecord, NeedState, PublishScope
from matcher.reporting import pdf
from matcher.reporting.landscape import canvas
from matcher.settings import Settings
from matcher.store import audit, needs
from matcher.store.supply import supply
from matcher.wiring.open import open_store
from tests.support.accounts import make_account
from tests.support.browsers import browser as browser_at
from tests.support.browsers import served, sign_in
from tests.support.callers import ENTERPRISE, header
from tests.support.samples import INSTITUTION
from tests.support.slow_model import SlowEncoder

PHONE = "13912345678"


@pytest.fixture(autouse=True)
def fonts() -> None:
    """Skip on a machine without pango or without a Chinese font."""
    try:
        canvas.chinese_font()
        pdf.check_pdf()
    except InputError as error:
        pytest.skip(str(error))


def store_need(settings: Settings, scope: PublishScope, **details: Any) -> str:
    moment = datetime(2026, 5, 1, tzinfo=UTC)
    form = NeedDetails(
        text="电池隔膜在高温下收缩", title="样例甲乙公司的隔膜", enterprise="样例甲乙公司"
    )
    record = NeedRecord(
        id=new_id("need"),
        created_by="open",
        details=replace(form, **details),
        contact=None,
        publish_scope=scope,
        pledge_wish=False,
        state=NeedState.OPEN,
        closed_reason=None,
        expires_on=None,
        created_at=moment,
        updated_at=moment,
        version=1,
    )
    with open_store(settings) as store, store.writing() as connection:
        needs.add(connection, record)
    return record.id


def text_of(browser: TestClient, path: str, **parameters: Any) -> str:
    answer = browser.get(path, params=parameters or None)
    assert answer.status_code == 200, answer.text
    return html.unescape(answer.text)


def query_of(location: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(location).query)


def test_the_page_shows_each_figure_with_its_chart_and_table(browser: TestClient) -> None:
    page = text_of(browser, "/navigation")
    assert "全部专利目录" in page and "3 件专利中，有权 1 件" in page
    charts = re.findall(r'<img src="(/navigation/charts/[^"]+)"[^>]* alt="([^"]+)"', page)
    assert len(charts) >= 5
    for address, sentence in charts:
        assert sentence in page.replace(f'alt="{sentence}"', "")
        drawn = browser.get(address)
        assert drawn.headers["content-type"] == "image/svg+xml" and b"<svg " in drawn.content
    assert INSTITUTION in page and page.count("<caption") == page.count("<table")
    assert "loading=" not in page


def test_only_a_question_and_the_demand_need_an_index(imported: Settings) -> None:
    with served(imported, language="zh") as client:
        assert client.get("/navigation", params={"industries": "NM"}).status_code == 200
        assert client.get("/navigation").status_code == 200
        answer = client.get("/navigation", params={"q": "隔膜"})
        assert answer.status_code == 503 and "matcher index" in answer.text
        store_need(imported, PublishScope.PUBLIC)
        make_account(imported)
        with browser_at(create_app(imported)) as staff:
            sign_in(staff)
            answer = staff.get("/navigation/demand")
            assert answer.status_code == 503 and "matcher index" in answer.text


def test_a_scope_stands_in_the_address_and_in_every_link(browser: TestClient) -> None:
    sent = browser.post(
        "/navigation", data={"q": "", "ipc_prefixes": ["", "h01m"], "industries": ["NM"]}
    )
    assert sent.status_code == 303
    assert query_of(sent.headers["location"]) == {"ipc_prefixes": ["h01m"], "industries": ["NM"]}
    page = text_of(browser, sent.headers["location"])
    assert "IPC：H01M" in page and "产业：新材料" in page
    links = re.findall(r'(?:href|src|srcset)="(/navigation/(?:charts|tables|report)[^"]+)"', page)
    assert len(links) > 10
    assert {query_of(link)["industries"][0] for link in links} == {"NM"}
    assert browser.get("/navigation", params={"ipc_prefixes": "?"}).status_code == 422


def test_every_status_is_counted_unless_some_are_chosen(browser: TestClient) -> None:
    statuses = ["in_force", "pending", "lapsed", "unknown"]
    every = browser.post("/navigation", data={"legal_status": statuses})
    assert every.headers["location"] == "/navigation"
    some = browser.post("/navigation", data={"legal_status": ["lapsed"]})
    assert "1 件专利中，有权 0 件" in text_of(browser, some.headers["location"])


def test_contact_data_never_stands_in_an_address(browser: TestClient) -> None:
    sent = browser.post("/navigation", data={"q": f"电池隔膜，请致电 {PHONE}"})
    assert PHONE not in sent.headers["location"]
    by_hand = browser.get("/navigation", params={"q": f"电池隔膜，请致电 {PHONE}"})
    assert by_hand.status_code == 303 and PHONE not in by_hand.headers["location"]
    assert PHONE not in browser.get(by_hand.headers["location"]).text


@pytest.mark.parametrize("path", ["/navigation", "/navigation/demand"])
def test_a_topic_too_long_for_an_address_is_told(browser: TestClient, path: str) -> None:
    sent = browser.post(path, data={"q": "电池隔膜" * 160})
    assert sent.status_code == 303 and browser.get(sent.headers["location"]).status_code == 200
    refused = browser.post(path, data={"q": "电池隔膜" * 400})
    assert refused.status_code == 422 and "请缩短" in refused.text


def test_an_empty_scope_says_so(browser: TestClient) -> None:
    page = text_of(browser, "/navigation", institutions="没有这所大学")
    assert "此范围内没有专利" in page and '<img src="/navigation' not in page
    drawn = browser.get("/navigation/charts/by_ipc.svg", params={"institutions": "没有"})
    assert "此范围内没有专利" in drawn.text


def test_tables_and_reports_are_files(browser: TestClient) -> None:
    table = browser.get("/navigation/tables/by_status.csv")
    assert table.headers["content-type"].startswith("text/csv")
    assert "有权,1" in table.content.decode("utf-8-sig")
    assert browser.get("/navigation/tables/all.xlsx").content.startswith(b"PK")
    assert browser.get("/navigation/report.pdf").content.startswith(b"%PDF-")
    assert browser.get("/navigation/report.docx").content.startswith(b"PK")
    for path in ("tables/demand.csv", "charts/demand.svg", "charts/x.svg", "tables/all.csv"):
        assert browser.get(f"/navigation/{path}").status_code == 404, path
    assert browser.get("/navigation/report.txt").status_code == 422


def test_a_landscape_is_counted_once_for_a_page_and_its_charts(
    browser: TestClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[object] = []

    def noted(*given: Any, **more: Any) -> Any:
        counted.append(given)
        return supply(*given, **more)

    monkeypatch.setattr("matcher.landscape.landscape.supply", noted)
    for path in ("", "/charts/by_ipc.svg", "/charts/by_status.svg", "/tables/by_ipc.csv"):
        assert browser.get(f"/navigation{path}", params={"industries": "NM"}).status_code == 200
    assert len(counted) == 1
    browser.get("/navigation/charts/by_ipc.svg", params={"industries": "HEM"})
    assert len(counted) == 2


def test_visitors_see_the_patents_and_nothing_of_needs(settings: Settings) -> None:
    header(settings, Role.ADMIN)  # the first key ends the open state
    store_need(settings, PublishScope.PUBLIC)
    with served(settings, language="zh", public_pages=True) as visitor:
        page = text_of(visitor, "/navigation")
        assert "供需对照" not in page and "需求数" not in page
        assert visitor.get("/navigation/demand").status_code == 303
        assert visitor.get("/navigation/demand/report.pdf").status_code == 303
    with served(settings, language="zh") as visitor:
        assert visitor.get("/navigation").status_code == 303


def test_each_role_sees_of_the_needs_what_it_may(settings: Settings) -> None:
    public = store_need(settings, PublishScope.PUBLIC)
    masked = store_need(settings, PublishScope.MASKED)
    hidden = store_need(settings, PublishScope.MATCH_ONLY, enterprise=ENTERPRISE)
    for role in (Role.STAFF, Role.TTO, Role.ENTERPRISE, Role.AUDITOR):
        make_account(settings, role, f"reader.{role.value}")
    app = create_app(settings)

    def answer_to(role: Role, query: str = "") -> Any:
        client = browser_at(app)
        sign_in(client, f"reader.{role.value}")
        return client.get(f"/navigation/demand{query}")

    with TestClient(app):
        pages = {
            role: html.unescape(answer_to(role).text)
            for role in (Role.STAFF, Role.TTO, Role.ENTERPRISE)
        }
        staff, office, firm = pages.values()
        assert all(identity in staff for identity in (public, masked, hidden))
        assert public in office and masked in office and hidden not in office
        title = "样例甲乙公司的隔膜"
        assert 0 < office.count(title) < staff.count(title)
        assert hidden in firm and public not in firm and masked not in firm
        assert answer_to(Role.AUDITOR).status_code == 403
        assert answer_to(Role.TTO, f"?need={hidden}").status_code == 404
        assert answer_to(Role.TTO, f"?need={masked}").status_code == 200


def test_a_set_of_needs_is_a_scope_of_its_own(browser: TestClient, settings: Settings) -> None:
    first = store_need(settings, PublishScope.PUBLIC)
    store_need(settings, PublishScope.PUBLIC, text="夹爪会压坏水果", title="夹爪")
    whole = text_of(browser, "/navigation/demand")
    assert "2 项需求中" in whole and "法律状态</h3>" not in whole
    sent = browser.post("/navigation/demand", data={"need": [first]})
    page = text_of(browser, sent.headers["location"])
    assert "1 项需求中" in page and "法律状态</h3>" in page
    assert "夹爪" in page  # it is offered still
    # The page of patents takes no notice of needs.
    assert "全部专利目录" in text_of(browser, "/navigation", need=first)


def test_files_about_needs_are_recorded(browser: TestClient, settings: Settings) -> None:
    store_need(settings, PublishScope.PUBLIC)
    document = browser.get("/navigation/demand/report.docx")
    assert document.status_code == 200 and document.content.startswith(b"PK")
    assert browser.get("/navigation/demand/tables/demand.csv").status_code == 200
    assert browser.get("/navigation/demand/charts/demand.svg").status_code == 200
    browser.get("/navigation/report.docx")
    with open_store(settings) as store, store.reading() as connection:
        rows = audit.page(connection, action="landscape.exported")
    assert [(row.details["format"], row.details["needs"]) for row in rows] == [
        ("docx", 1),
        ("csv", 1),
    ]


def test_a_new_need_is_counted_at_once(browser: TestClient, settings: Settings) -> None:
    assert "没有需求落在此范围内" in text_of(browser, "/navigation/demand")
    store_need(settings, PublishScope.PUBLIC)
    assert "1 项需求中" in text_of(browser, "/navigation/demand")


def test_a_page_waits_for_many_needs_and_looks_again(
    settings: Settings, slow: SlowEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_need(settings, PublishScope.PUBLIC)
    monkeypatch.setattr(navigation_demand, "PATIENCE", 0.2)
    monkeypatch.setattr(navigation_demand, "FILE_PATIENCE", 0.2)
    with served(settings, language="zh") as browser:
        waiting = browser.get("/navigation/demand")
        assert waiting.status_code == 202 and waiting.headers["refresh"] == "5"
        assert "已完成 0 项，共 1 项" in waiting.text
        file = browser.get("/navigation/demand/report.pdf")
        assert file.status_code == 503 and file.headers["retry-after"]
        slow.go_on.set()
        for _ in range(50):
            answer = browser.get("/navigation/demand")
            if answer.status_code == 200:
                break
        assert "1 项需求中" in answer.text
