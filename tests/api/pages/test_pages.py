"""Pages on the whole: headers, language, errors, static files, access of visitors."""

import pytest
from fastapi.testclient import TestClient

from api.http.paths import is_page
from api.pages import assets
from matcher.access.roles import Role
from matcher.settings import Settings
from tests.support.browsers import served
from tests.support.callers import header


def test_a_page_allows_nothing_inline_and_nothing_foreign(browser: TestClient) -> None:
    answer = browser.get("/")
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy and "default-src 'none'" in policy and "http" not in policy
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "no-store"
    assert "style=" not in answer.text and "<script>" not in answer.text
    assert "https://" not in answer.text and "http://" not in answer.text


def test_pages_are_chinese_first_and_stay_in_the_language_that_was_chosen(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MATCHER_LANGUAGE", raising=False)
    plain = Settings(model="fake", home=settings.home, background_seconds=0)
    with served(plain) as client:
        assert '<html lang="zh-CN">' in client.get("/", headers={"accept-language": "en"}).text
        english = client.get("/?lang=en")
        assert '<html lang="en">' in english.text
        assert english.headers["set-cookie"].startswith("lang=en;")
        assert '<html lang="en">' in client.get("/").text
        assert '<html lang="zh-CN">' in client.get("/?lang=zh").text


def test_the_language_of_the_setting_is_the_first_of_pages(settings: Settings) -> None:
    with served(settings, language="en") as client:
        assert '<html lang="en">' in client.get("/").text


def test_an_error_is_a_page_with_what_to_do_and_the_id_of_the_request(browser: TestClient) -> None:
    answer = browser.get("/nowhere?lang=zh")
    assert answer.status_code == 404 and answer.headers["content-type"].startswith("text/html")
    assert "没有这个页面" in answer.text and answer.headers["x-request-id"] in answer.text
    problem = browser.get("/nowhere", headers={"accept": "application/json"})
    assert problem.headers["content-type"] == "application/problem+json"


def test_a_wrong_value_in_the_address_is_told_without_the_need(browser: TestClient) -> None:
    answer = browser.get("/", params={"q": "保密的隔膜需求", "k": "0"})
    assert answer.status_code == 422 and "保密" not in answer.text.split("<main", 1)[1]


def test_static_files_are_kept_until_they_change(browser: TestClient) -> None:
    kept = browser.get(f"/static/{assets.VERSION}/matcher.css")
    assert kept.status_code == 200 and "immutable" in kept.headers["cache-control"]
    assert browser.get("/static/old/matcher.css").headers["cache-control"] == "no-cache"
    assert browser.get(f"/static/{assets.VERSION}/%2e%2e/rendering.py").status_code == 404
    assert browser.get(f"/static/{assets.VERSION}/nothing.css").status_code == 404


def test_head_of_a_page_has_the_headers_of_get_and_no_body(browser: TestClient) -> None:
    whole, head = browser.get("/robots.txt"), browser.head("/robots.txt")
    assert head.status_code == 200 and head.content == b""
    assert head.headers["content-length"] == whole.headers["content-length"]
    assert browser.head("/").status_code == 200 and browser.head("/nowhere").status_code == 404
    assert browser.head("/v1/patents").status_code == 405


def test_visitors_ask_only_where_pages_are_public(settings: Settings) -> None:
    header(settings, Role.ADMIN)  # the first key ends the open state
    with served(settings) as client:
        answer = client.get("/?q=a%20need")
        assert answer.status_code == 303
        assert answer.headers["location"] == "/sign-in?next=%2F%3Fq%3Da%2520need"
    with served(settings, public_pages=True) as client:
        assert client.get("/").status_code == 200
        assert client.get("/v1/patents").status_code == 401  # pages are public, the API is not


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", True),
        ("/nowhere", True),
        ("/v1", True),
        ("/v1/match", False),
        ("/docs", False),
        ("/static/x/y.css", False),
        ("/healthz", False),
    ],
)
def test_paths_of_pages(path: str, expected: bool) -> None:
    assert is_page(path) is expected
