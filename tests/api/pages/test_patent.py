"""The page of a patent, and patents side by side."""

import html

from fastapi.testclient import TestClient

from matcher.access.roles import Role
from matcher.settings import Settings
from tests.support.browsers import served
from tests.support.callers import header
from tests.support.samples import GRIPPER, SEPARATOR, TTO

NEED = "锂电池隔膜在150℃下收缩，容易短路。希望热收缩率低于2%。"


def page_of(browser: TestClient, path: str, **parameters: object) -> str:
    answer = browser.get(path, params=parameters)  # type: ignore[arg-type]
    assert answer.status_code == 200, answer.text
    return html.unescape(answer.text)


def test_a_patent_shows_all_that_is_known_of_it(browser: TestClient) -> None:
    page = page_of(browser, f"/patents/{SEPARATOR.id}")
    for text in (
        SEPARATOR.title,
        SEPARATOR.abstract,
        *(claim.text for claim in SEPARATOR.claims),
        "样例甲、样例乙",
        "H01M50/449",
        "2039-03-01",
        "任何单位和个人书面通知权利人",  # what an open licence means
        "储能材料团队",
        TTO.phone or "",
        "转让 0 次 · 许可 0 次",
        GRIPPER.title,  # the similar one
    ):
        assert text in page, text


def test_a_claim_hangs_below_the_one_it_refers_to(browser: TestClient) -> None:
    page = page_of(browser, f"/patents/{SEPARATOR.id}")
    first, second = page.index('id="claim-1"'), page.index('id="claim-2"')
    assert '<ul class="claim-tree">' in page[first:second]  # a list of its own within the first


def test_another_spelling_of_the_number_leads_to_the_page(browser: TestClient) -> None:
    answer = browser.get("/patents/ZL201919900001.1")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/patents/{SEPARATOR.id}"


def test_an_unknown_patent_is_told(browser: TestClient) -> None:
    answer = browser.get("/patents/CN209919900009.9")
    assert answer.status_code == 404 and "没有此专利" in answer.text


def test_without_an_index_the_patent_is_shown_without_similar_ones(imported: Settings) -> None:
    with served(imported, language="zh") as browser:
        page = page_of(browser, f"/patents/{SEPARATOR.id}")
    assert SEPARATOR.abstract in page and "matcher index" in page


def test_needs_are_for_those_who_may_see_them(settings: Settings) -> None:
    header(settings, Role.ADMIN)
    with served(settings, public_pages=True) as visitor:
        assert visitor.get(f"/patents/{SEPARATOR.id}/needs").status_code == 303
        assert "/needs" not in visitor.get(f"/patents/{SEPARATOR.id}").text


def test_patents_side_by_side_answer_the_need(browser: TestClient) -> None:
    page = page_of(browser, "/compare", p=[SEPARATOR.id, GRIPPER.id], q=NEED)
    assert SEPARATOR.title in page and GRIPPER.title in page
    assert "<mark>" in page and "契合" in page
    alone = page_of(browser, "/compare", p=[SEPARATOR.id, GRIPPER.id])
    assert "<mark>" not in alone and TTO.phone is not None and TTO.phone in alone


def test_more_than_four_are_not_compared(browser: TestClient) -> None:
    assert browser.get("/compare", params={"p": [SEPARATOR.id] * 5}).status_code == 422
    assert "勾选两到四件" in page_of(browser, "/compare")
