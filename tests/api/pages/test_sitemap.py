"""Search engines list the catalogue's pages only where it is set, and no other page ever."""

import re
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from matcher.settings import Settings
from tests.support.browsers import served
from tests.support.samples import INSTITUTION, SEPARATOR

NOBODY = "noindex, nofollow"
INVITED = {"public_pages": True, "search_engines": True}
LISTED = [
    "/catalogue",
    "/catalogue/open-licence",
    "/catalogue/sleeping",
    "/catalogue?page=2",
    "/institutions",
    f"/institutions/{quote(INSTITUTION)}",
    f"/patents/{SEPARATOR.id}",
]
UNLISTED = [
    "/",
    "/?q=x",
    "/catalogue?words=x",
    "/catalogue?industries=NM",
    "/catalogue.csv",
    "/compare",
    "/basket",
    "/sign-in",
    "/nowhere",
    "/docs",
    f"/patents/{SEPARATOR.id}/needs",
]


def test_nothing_is_listed_unless_it_is_set(settings: Settings) -> None:
    for changes in ({}, {"search_engines": True}, {"public_pages": True}):
        with served(settings, **changes) as client:
            for path in (*LISTED, *UNLISTED):
                answer = client.get(path)
                assert answer.headers["x-robots-tag"] == NOBODY, path
                assert "canonical" not in answer.text
            assert client.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"
            assert client.get("/sitemap.xml").status_code == 404
            assert client.get("/sitemap-0.xml").status_code == 404


def test_pages_of_the_catalogue_are_listed_where_it_is_set(settings: Settings) -> None:
    with served(settings, **INVITED) as client:
        for path in LISTED:
            answer = client.get(path)
            assert answer.status_code == 200 and "x-robots-tag" not in answer.headers, path
            (address,) = re.findall(r'<link rel="canonical" href="([^"]+)">', answer.text)
            assert address == f"http://testserver{path}"
        for path in UNLISTED:
            answer = client.get(path)
            assert answer.headers["x-robots-tag"] == NOBODY, path
            assert 'rel="canonical"' not in answer.text


def test_a_page_in_another_language_has_one_canonical_address(settings: Settings) -> None:
    with served(settings, **INVITED) as client:
        assert 'href="http://testserver/catalogue"' in client.get("/catalogue?lang=en").text


def test_robots_may_read_what_is_listed(settings: Settings) -> None:
    with served(settings, **INVITED) as client:
        lines = client.get("/robots.txt").text.splitlines()
    assert "Disallow: /" in lines and "Allow: /patents/" in lines and "Allow: /catalogue" in lines
    assert "Disallow: /catalogue.pdf" in lines
    assert lines[-1] == "Sitemap: http://testserver/sitemap.xml"


def test_the_sitemap_leads_to_every_patent_in_force(settings: Settings) -> None:
    with served(settings, **INVITED) as client:
        parts = addresses(client, "/sitemap.xml")
        assert parts == [f"http://testserver/sitemap-{part}.xml" for part in (0, 1)]
        patents = addresses(client, "/sitemap-1.xml")
        assert len(patents) == 2  # the lapsed one is left out
        shelves = addresses(client, "/sitemap-0.xml")
        assert f"http://testserver/institutions/{quote(INSTITUTION)}" in shelves
        for address in (*patents, *shelves):
            assert client.get(address).status_code == 200, address
        assert client.get("/sitemap-2.xml").status_code == 404
        assert client.get("/sitemap--1.xml").status_code == 404


@pytest.mark.parametrize("part", ["x", "1.5", "99999999999999999999"])
def test_another_part_is_none(settings: Settings, part: str) -> None:
    with served(settings, **INVITED) as client:
        assert client.get(f"/sitemap-{part}.xml").status_code in (404, 422)


def addresses(client: TestClient, path: str) -> list[str]:
    answer = client.get(path)
    assert answer.headers["content-type"] == "application/xml"
    return re.findall(r"<loc>(.*?)</loc>", answer.text)
