"""The basket: what is put aside, as a list to save, and for an event."""

import csv
import html
import io
import re

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.pages import basket_cookie
from matcher.events.record import Event
from matcher.settings import Settings
from matcher.store import events, needs
from matcher.store.schema.times import now
from matcher.wiring.open import open_store
from matcher.workflows.events.event_view import read_event_view
from tests.support.accounts import make_account
from tests.support.browsers import browser as browser_at
from tests.support.browsers import form_token, plant, sign_in
from tests.support.samples import GRIPPER, SEPARATOR
from tests.support.small_event import need


def test_patents_are_put_on_the_list_and_taken_off(browser: TestClient) -> None:
    answer = browser.post("/basket", data={"add": SEPARATOR.id, "back": "/?q=x"})
    assert answer.status_code == 303 and answer.headers["location"] == "/?q=x"
    assert "httponly" in answer.headers["set-cookie"].lower()
    counted = browser.post(
        "/basket", data={"add": GRIPPER.id}, headers={"accept": "application/json"}
    )
    assert counted.json() == {"count": 2}
    page = html.unescape(browser.get("/basket").text)
    assert page.index(SEPARATOR.title) < page.index(GRIPPER.title)
    browser.post("/basket", data={"remove": SEPARATOR.id})
    assert SEPARATOR.title not in html.unescape(browser.get("/basket").text)
    browser.post("/basket", data={"remove": "all"})
    assert "清单还是空的" in browser.get("/basket").text


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_the_way_back_stays_on_this_server(browser: TestClient, back: str) -> None:
    answer = browser.post("/basket", data={"add": SEPARATOR.id, "back": back})
    assert answer.headers["location"] == "/"


def test_an_unknown_patent_or_one_too_many_is_refused(browser: TestClient) -> None:
    assert browser.post("/basket", data={"add": "CN209919900009.9"}).status_code == 404
    full = "|".join(f"CN{number:012}.0" for number in range(basket_cookie.MAX_PATENTS))
    plant(browser, "basket", full)
    answer = browser.post("/basket", data={"add": SEPARATOR.id})
    assert answer.status_code == 422 and "清单已满" in answer.text


def test_a_list_goes_onto_a_shortlist_without_what_left_the_catalogue(settings: Settings) -> None:
    record = need(1, "样例电池（样例）")
    with open_store(settings) as store, store.writing() as connection:
        needs.add(connection, record)
        events.create(connection, Event("春季对接会", now(), now()))
        events.add_needs(connection, "春季对接会", [record.id])
    make_account(settings)
    with browser_at(create_app(settings)) as staff:
        sign_in(staff)
        plant(staff, "basket", f"{SEPARATOR.id}|CN209919900009.9|{GRIPPER.id}")
        form = {"csrf_token": form_token(staff, "/basket"), "target": f"{record.id}:春季对接会"}
        answer = staff.post("/basket/event", data={**form, f"note.{GRIPPER.id}": "先问样品"})
        assert answer.headers["location"] == "/basket?added=2"
        again = staff.post("/basket/event", data=form)
        assert again.headers["location"] == "/basket?added=0"
    with open_store(settings) as store, store.reading() as connection:
        entries = read_event_view(connection, "春季对接会").needs[0].shortlist.entries
    assert {entry.patent: entry.note for entry in entries if entry.is_added} == {
        SEPARATOR.id: None,
        GRIPPER.id: "先问样品",
    }


def test_the_list_is_saved_with_its_notes(browser: TestClient) -> None:
    browser.post("/basket", data={"add": SEPARATOR.id})
    data = {"format": "csv", f"note.{SEPARATOR.id}": "先问样品"}
    answer = browser.post("/basket/list", data=data)
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[1][0] == SEPARATOR.id and rows[1][-1] == "先问样品"
    assert "attachment" in answer.headers["content-disposition"]
    for format in ("xlsx", "docx"):
        saved = browser.post("/basket/list", data={"format": format})
        assert saved.content.startswith(b"PK")


def test_a_patent_that_left_the_catalogue_is_named(browser: TestClient) -> None:
    answer = browser.get("/basket", headers={"cookie": "basket=CN209919900009.9"})
    assert "CN209919900009.9" in answer.text and "已不在目录中" in answer.text
    assert re.search(r'name="remove" value="CN209919900009.9"', answer.text)


def test_a_damaged_cookie_is_an_empty_list(browser: TestClient) -> None:
    answer = browser.get("/basket", headers={"cookie": "basket=%3Cscript%3E|../../etc"})
    assert answer.status_code == 200 and "清单还是空的" in answer.text
