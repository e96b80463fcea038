"""The catalogue page: words, filters, shelves, what leads on from nothing, files, no person."""

import html
import re
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from api.engine.file_threads import FileThreads
from matcher.access.roles import Role
from matcher.settings import Settings
from matcher.store import institutions
from matcher.types import Team
from matcher.wiring.build import index_words
from matcher.wiring.open import open_store
from tests.api.conftest import save
from tests.support import contact_samples
from tests.support.browsers import served
from tests.support.callers import header
from tests.support.samples import ALL, BEARING, GRIPPER, INSTITUTION, SEPARATOR, sibling

MEMBER = "样例戊"


def page_of(browser: TestClient, path: str = "/catalogue", **parameters: Any) -> str:
    answer = browser.get(path, params=parameters)
    assert answer.status_code == 200, answer.text
    return html.unescape(answer.text)


def titles(page: str) -> list[str]:
    found = re.findall(r'<h3><a href="[^"]*">(.*?)</a></h3>', page)
    return [re.sub(r"</?mark>", "", title) for title in found]


def test_all_words_must_occur_and_are_marked(browser: TestClient) -> None:
    page = page_of(browser, words="隔膜 陶瓷")
    assert titles(page) == [SEPARATOR.title] and "1 件专利" in page
    assert "<mark>陶瓷</mark>" in page and "<mark>电池隔膜</mark>" not in page
    assert titles(page_of(browser, words="隔膜 夹爪")) == []


def test_a_number_in_any_spelling_finds_its_patent(browser: TestClient) -> None:
    assert titles(page_of(browser, words="ZL 2020 2 9900002")) == [GRIPPER.title]


def test_the_lapsed_are_left_out_and_told(browser: TestClient) -> None:
    page = page_of(browser)
    assert set(titles(page)) == {SEPARATOR.title, GRIPPER.title}
    assert "另有 1 件失效专利未列出" in page
    assert BEARING.title in titles(page_of(browser, legal_status="all"))


def test_a_shelf_has_its_filter_always_on(browser: TestClient) -> None:
    for path in ("/catalogue/open-licence", "/catalogue/sleeping"):
        page = page_of(browser, path, open_licence="false", sleeping="false")
        assert titles(page) in ([SEPARATOR.title], [])
        assert titles(page_of(browser, path)) == [SEPARATOR.title]
    page = page_of(browser, "/catalogue/open-licence")
    assert 'name="open_licence"' not in page
    assert "/catalogue.pdf?open_licence=true&by=industry" in page


def test_a_chip_tells_how_many_patents_it_leaves(browser: TestClient) -> None:
    page = page_of(browser, industries="HEM")
    chips = re.findall(
        r'name="(\w+)" value="([^"]*)"[^>]*><span>.*?</span> <span class="count">(\d+)', page
    )
    assert ("industries", "HEM", "1") in chips and ("industries", "NM", "1") in chips
    for field, value, count in chips:
        if field in ("industries", "regions", "ipc_prefixes", "patent_types"):
            chosen = {"industries": "HEM"} | {field: value}
            assert f"{count} 件专利" in page_of(browser, **chosen)


def test_nothing_leads_on_to_something(browser: TestClient) -> None:
    page = page_of(browser, words="隔膜", industries="HEM")
    assert "不限产业" in page and "1 件专利" in page
    page = page_of(browser, words="陶瓷热收缩率")
    assert re.search(r'<a href="[^"]*">陶瓷 热收缩率</a>', page)
    page = page_of(browser, words="诊断 bearing", regions="河北")
    assert "把它当作需求来提问" in page and f"/?q={quote('诊断')}+bearing" in page
    page = page_of(browser, words="bearing", regions="河北")
    assert "不加筛选重新检索" in page


def test_pages_hold_each_patent_once(settings: Settings) -> None:
    many = [
        sibling(GRIPPER, f"CN2020299{number:05}.X", title=f"夹爪{number}", publication_number=None)
        for number in range(10, 55)
    ]
    save(settings, *many)
    with open_store(settings) as store:
        index_words(settings, store)
    seen: list[str] = []
    with served(settings, language="zh") as browser:
        for number in (1, 2, 3):
            page = page_of(browser, words="夹爪", page=number)
            assert f"第 {number} 页，共 3 页" in page
            seen += titles(page)
        assert titles(page_of(browser, words="夹爪", page=99)) == titles(page)
    assert len(seen) == len(set(seen)) == 46
    assert "新增的专利暂时只能按号码找到" not in page


def test_stale_and_missing_words_are_told(settings: Settings, imported: Settings) -> None:
    save(settings, sibling(GRIPPER, "CN202029900099.5", title="新夹具", publication_number=None))
    with served(settings, language="zh") as browser:
        assert "新增的专利暂时只能按号码找到" in page_of(browser, words="夹具")
    settings.words_file.unlink()
    with served(settings, language="zh") as browser:
        assert "尚未建立索引" in page_of(browser, words="夹具")
        assert "尚未建立索引" not in page_of(browser)


@pytest.mark.parametrize(
    "parameters",
    [{"page": "0"}, {"order": "worst"}, {"legal_status": "alive"}, {"words": "x" * 201}],
)
def test_a_wrong_value_is_told(browser: TestClient, parameters: dict[str, str]) -> None:
    assert browser.get("/catalogue", params=parameters).status_code == 422


def test_blank_fields_of_the_form_are_no_filters(browser: TestClient) -> None:
    page = page_of(browser, words="", min_years_left="", institution="", filed_after="")
    assert len(titles(page)) == 2


def test_the_list_becomes_a_file(browser: TestClient) -> None:
    pdf = browser.get("/catalogue.pdf", params={"by": "institution", "words": "隔膜"})
    assert pdf.status_code == 200 and pdf.content.startswith(b"%PDF")
    assert pdf.headers["content-type"] == "application/pdf"
    table = browser.get("/catalogue.xlsx", params={"industries": "NM"})
    lines = list(load_workbook(BytesIO(table.content))["专利目录"].values)
    assert [line[2] for line in lines[1:]] == [SEPARATOR.title]
    assert SEPARATOR.title in browser.get("/catalogue.csv").text
    empty = browser.get("/catalogue.pdf", params={"words": "氮化硼"})
    assert empty.status_code == 422 and "目录中没有符合" in empty.text


def test_printing_waits_in_the_queue_of_large_files(browser: TestClient) -> None:
    files: FileThreads = browser.app.state.file_threads  # type: ignore[attr-defined]
    with pytest.MonkeyPatch.context() as busy:
        busy.setattr(files.turns, "expected_wait", lambda: 10.0**9)
        answer = browser.get("/catalogue.pdf")
        assert answer.status_code == 503 and answer.headers["retry-after"] == "60"
        assert "服务器现在太忙" in answer.text
    assert browser.get("/catalogue.pdf").status_code == 200


def test_contact_data_in_the_words_leaves_the_address(browser: TestClient) -> None:
    answer = browser.get("/catalogue", params={"words": "隔膜 13800138000"})
    assert answer.status_code == 303 and "13800138000" not in answer.headers["location"]
    for number in ("ZL201910000001", "CN 2019 1 0000001.1", "CN119900001B", "201710117081.7"):
        assert browser.get("/catalogue", params={"words": number}).status_code == 200


PATHS = (
    "/catalogue?legal_status=all",
    "/catalogue?words=%E9%9A%94%E8%86%9C",
    "/catalogue/open-licence",
    "/catalogue/sleeping",
    "/institutions",
    f"/institutions/{quote(INSTITUTION)}",
    f"/institutions/{quote(INSTITUTION)}/teams/{quote('储能材料团队')}",
    "/catalogue.csv?legal_status=all",
    "/sitemap-0.xml",
    "/sitemap-1.xml",
)


def test_a_visitor_sees_no_contact_and_no_member_of_a_team(settings: Settings) -> None:
    with open_store(settings) as store, store.writing() as connection:
        contact_samples.add_matches(connection)
        contact_samples.keep(connection)
        team = Team(INSTITUTION, "储能材料团队", members=(MEMBER, "样例乙"))
        institutions.save_teams(connection, [team])
    header(settings, Role.ADMIN)  # ends the open state
    secrets = (contact_samples.PHONE, contact_samples.MAIL, MEMBER, "样例乙", contact_samples.FIRM)
    with served(settings, public_pages=True, search_engines=True, language="zh") as visitor:
        for path in PATHS:
            answer = visitor.get(path)
            assert answer.status_code == 200, path
            for secret in (*secrets, *contact_samples.MASKED, "更耐热的隔膜"):
                assert secret not in html.unescape(answer.text), path


def test_visitors_read_the_catalogue_only_where_it_is_public(settings: Settings) -> None:
    header(settings, Role.ADMIN)
    paths = [path for path in PATHS if "sitemap" not in path]
    with served(settings) as visitor:
        for path in (*paths, "/catalogue.pdf"):
            answer = visitor.get(path)
            assert answer.status_code == 303, path
            assert answer.headers["location"].startswith("/sign-in?next=")


def test_the_menu_leads_there(browser: TestClient) -> None:
    assert 'href="/catalogue" aria-current="page">专利目录' in page_of(browser)


def test_every_patent_of_the_sample_has_its_institution_linked(browser: TestClient) -> None:
    page = page_of(browser, legal_status="all")
    assert len(titles(page)) == len(ALL)
    assert page.count(f'href="/institutions/{quote(INSTITUTION)}"') == 2
