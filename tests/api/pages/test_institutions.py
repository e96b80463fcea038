"""Pages of institutions and teams."""

import html
import re
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from matcher.settings import Settings
from tests.api.conftest import save
from tests.support.browsers import served
from tests.support.samples import GRIPPER, INSTITUTION, SEPARATOR, TTO, sibling

OWN = f"/institutions/{quote(INSTITUTION)}"
TEAM = "储能材料团队"


def page_of(browser: TestClient, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, answer.text
    return html.unescape(answer.text)


def test_institutions_are_found_by_a_part_of_the_name(browser: TestClient) -> None:
    assert "2 家机构" in page_of(browser, "/institutions")
    page = page_of(browser, f"/institutions?words={quote('研究 院')}")
    assert "样例研究院" in page and INSTITUTION not in page
    assert "没有名称含" in page_of(browser, "/institutions?words=nobody")


def test_the_figures_of_an_institution_lead_to_as_many_patents(browser: TestClient) -> None:
    page = page_of(browser, OWN)
    figures = re.findall(r'<dd><a href="([^"]+)">(\d+)</a></dd>', page)
    assert len(figures) == 5
    for address, number in figures:
        assert f"{number} 件专利" in page_of(browser, address), address


def test_an_institution_has_its_office_and_teams(browser: TestClient) -> None:
    page = page_of(browser, OWN)
    assert TTO.phone is not None and TTO.phone in page and TEAM in page and "材料学院" in page
    page = page_of(browser, f"{OWN}/teams/{quote(TEAM)}")
    assert SEPARATOR.title in page and "样例甲" in page and "H01M" in page
    page = page_of(browser, f"/institutions/{quote('样例研究院')}")
    assert "尚未登记团队" in page


@pytest.mark.parametrize("path", ["/institutions/nobody", f"{OWN}/teams/nobody"])
def test_an_unknown_one_is_a_page_that_says_so(browser: TestClient, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 404 and "没有此记录</h1>" in answer.text
    assert "“nobody”" in answer.text


def test_any_character_may_be_in_a_name(settings: Settings) -> None:
    name = "A/B 研究院 & 100% <样例>?#"
    save(settings, sibling(GRIPPER, "CN202029900099.5", owners=(name,), publication_number=None))
    with served(settings, language="zh") as browser:
        (address,) = re.findall(
            r'<a href="([^"]+)">A/B', html.unescape(browser.get("/institutions").text)
        )
        page = browser.get(address)
        assert page.status_code == 200 and "&lt;样例&gt;" in page.text
