"""The ask page: question, reading, corrections, filters, answers, and what goes wrong."""

import html
import re
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import docx
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from matcher.access.roles import Role
from matcher.settings import Settings
from matcher.store import needs
from matcher.wiring.open import open_store
from tests.support import small_event
from tests.support.accounts import make_account
from tests.support.browsers import browser as browser_at
from tests.support.browsers import form_token, served, sign_in
from tests.support.callers import header
from tests.support.samples import SEPARATOR, TTO
from tests.support.slow_model import SlowEncoder

SECRET = "保密"
NEED = "锂电池隔膜在150℃下收缩，容易短路。希望热收缩率低于2%。"


def asked(browser: TestClient, **parameters: Any) -> str:
    answer = browser.get("/", params=parameters)
    assert answer.status_code == 200, answer.text
    return html.unescape(answer.text)


def query_of(location: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(location).query)


def test_a_need_leads_to_an_address_with_reading_and_patents(browser: TestClient) -> None:
    sent = browser.post("/", data={"q": NEED, "k": "10", "of": ""})
    assert sent.status_code == 303
    assert query_of(sent.headers["location"]) == {"q": [NEED]}
    page = html.unescape(browser.get(sent.headers["location"]).text)
    assert "我们的理解" in page and "希望热收缩率低于2%" not in page.split("<dd>")[1]
    assert SEPARATOR.title in page and "<mark>" in page and "权利要求" in page
    assert TTO.phone is not None and TTO.phone in page and "剩余" in page
    assert page.index("我们的理解") < page.index(SEPARATOR.title)


def test_contact_data_never_stands_in_the_address(browser: TestClient) -> None:
    text = f"{NEED}\n联系人：样例丙 13800138000"
    sent = browser.post("/", data={"q": text})
    assert sent.status_code == 200  # told on the page, which has an address without the need
    assert "13800138000" not in sent.text and "去除联系方式" in sent.text
    by_hand = browser.get("/", params={"q": text})
    assert by_hand.status_code == 303
    assert "13800138000" not in by_hand.headers["location"]
    assert "样例丙" not in query_of(by_hand.headers["location"])["q"][0]


@pytest.mark.parametrize(
    "name", ["需求" * 120 + ".txt", "..txt", "C:\\需求\\" + "a" * 300 + ".TXT"]
)
def test_a_file_may_have_any_name(browser: TestClient, name: str) -> None:
    sent = browser.post("/", files={"file": (name, NEED.encode())}, data={"q": ""})
    assert sent.status_code == 303
    assert query_of(sent.headers["location"]) == {"q": [NEED]}


@pytest.mark.parametrize("field", ["add", "keep", "institutions", "part_goal"])
def test_contact_data_leaves_every_field_before_the_address(
    browser: TestClient, field: str
) -> None:
    sent = browser.post("/", data={"q": NEED, field: "联系人：样例丙 13800138000"})
    assert "13800138000" not in sent.text + sent.headers.get("location", "")
    by_hand = browser.get("/", params={"q": NEED, field: "联系人：样例丙 13800138000"})
    assert by_hand.status_code == 303 and "13800138000" not in by_hand.headers["location"]


def test_a_filter_that_no_facet_shows_is_seen_and_stays(browser: TestClient) -> None:
    filters = {"filed_after": "2015-01-01", "sleeping": "false", "pools": "样例池"}
    page = asked(browser, q=NEED, **filters)
    for name, value in filters.items():
        assert re.search(f'name="{name}" value="{value}" form="ask"[^>]*checked', page), name
    sent = browser.post("/", data={"q": NEED, **filters})
    query = query_of(sent.headers["location"])
    assert query == {"q": [NEED], **{name: [value] for name, value in filters.items()}}


def test_a_need_on_record_is_asked_by_its_id_and_its_text_stands_in_no_address(
    settings: Settings,
) -> None:
    record = small_event.need(1, "样例电池（样例）", problem="锂电池隔膜在150℃下收缩")
    with open_store(settings) as store, store.writing() as connection:
        needs.add(connection, record)
    make_account(settings)
    with browser_at(create_app(settings)) as staff:
        sign_in(staff)
        page = asked(staff, need=record.id)
        assert "锂电池隔膜在150℃下收缩" in page and SEPARATOR.title in page
        (digest,) = re.findall(r'name="of" value="(\w+)"', page)
        unchanged = {"part_problem": "锂电池隔膜在150℃下收缩"}
        form = {"csrf_token": form_token(staff, "/"), "need": record.id, "of": digest}
        sent = staff.post("/", data={**form, **unchanged, "industries": "NM"})
        query = query_of(sent.headers["location"])
        assert query == {"need": [record.id], "industries": ["NM"]}
        changed = staff.post("/", data={**form, "part_problem": "隔膜太厚"})
        assert changed.status_code == 200 and "隔膜太厚" in changed.text
        assert "data-copy" not in changed.text  # corrections of it have no link
    header(settings, Role.ENTERPRISE)
    with served(settings, public_pages=True) as visitor:
        assert visitor.get("/", params={"need": record.id}).status_code == 404


def test_a_long_need_is_answered_without_an_address(browser: TestClient) -> None:
    answer = browser.post("/", data={"q": NEED + "隔膜要薄而均匀。" * 300})
    assert answer.status_code == 200 and SEPARATOR.title in answer.text
    assert "data-copy" not in answer.text


def test_a_part_that_is_changed_replaces_that_of_the_reading(browser: TestClient) -> None:
    page = asked(browser, q=NEED)
    (digest,) = re.findall(r'name="of" value="(\w+)"', page)
    unchanged = browser.post(
        "/", data={"q": NEED, "of": digest, "part_title": "锂电池隔膜在150℃下收缩，容易短路。"}
    )
    assert query_of(unchanged.headers["location"]) == {"q": [NEED]}
    changed = browser.post("/", data={"q": NEED, "of": digest, "part_technique": "厚度12μm"})
    query = query_of(changed.headers["location"])
    assert query == {"q": [NEED], "part_technique": ["厚度12μm"], "of": [digest]}
    page = html.unescape(browser.get(changed.headers["location"]).text)
    assert "12μm" in page and "低于2%" not in page.split("我们的理解")[1].split("</section>")[0]


def test_corrections_of_another_text_are_dropped(browser: TestClient) -> None:
    data = {"q": "机器人夹爪容易夹坏水果", "of": "00000000", "part_technique": "厚度12μm"}
    sent = browser.post("/", data=data)
    assert query_of(sent.headers["location"]) == {"q": ["机器人夹爪容易夹坏水果"]}


def test_corrections_stay_where_a_browser_sends_the_line_breaks_its_way(
    browser: TestClient,
) -> None:
    page = asked(browser, q=f"{NEED}\n要薄。")
    (digest,) = re.findall(r'name="of" value="(\w+)"', page)
    sent = browser.post("/", data={"q": f"{NEED}\r\n要薄。", "of": digest, "drop": "隔膜"})
    assert query_of(sent.headers["location"])["drop"] == ["隔膜"]


def test_terms_are_taken_out_and_added(browser: TestClient) -> None:
    page = asked(browser, q=NEED)
    (digest,) = re.findall(r'name="of" value="(\w+)"', page)
    assert re.search(r'name="drop" value="隔膜"', page)
    sent = browser.post("/", data={"q": NEED, "of": digest, "drop": "隔膜", "add": "陶瓷涂层"})
    page = html.unescape(browser.get(sent.headers["location"]).text)
    assert "已去掉 隔膜" in page
    assert re.search(r'name="add" value="陶瓷涂层" form="ask" autocomplete="off" checked', page)


def test_without_scripts_the_list_leads_back_to_the_answer(browser: TestClient) -> None:
    sent = browser.post("/", data={"q": f"{NEED}电话13800138000"})  # told, so without an address
    assert sent.status_code == 200
    back = re.search(r'name="back" value="([^"]+)"', sent.text)
    assert back and query_of(html.unescape(back[1]))["q"][0].startswith(NEED[:8])


def test_filters_are_chips_with_counts_and_stand_in_the_address(browser: TestClient) -> None:
    page = asked(browser, q=NEED)
    assert re.search(r'name="industries" value="NM".*?class="count">\d', page)
    assert page.count('name="legal_status"') >= 3
    sent = browser.post("/", data={"q": NEED, "industries": ["NM"], "min_years_left": "5"})
    query = query_of(sent.headers["location"])
    assert query == {"q": [NEED], "industries": ["NM"], "min_years_left": ["5"]}
    page = html.unescape(browser.get(sent.headers["location"]).text)
    assert re.search(r'name="industries" value="NM" form="ask" autocomplete="off" checked', page)
    assert re.search(r'type="radio" name="min_years_left" value="5" .* checked', page)


def test_a_word_file_with_a_form_is_read_by_its_parts(browser: TestClient) -> None:
    document = docx.Document()
    table = document.add_table(rows=0, cols=2)
    for label, value in (
        ("需求名称", "耐高温锂电池隔膜"),
        ("主要问题", "隔膜在150℃下收缩，容易短路"),
        ("主要指标", "热收缩率低于2%"),
        ("预期目标", "在现有涂布线上生产"),
        ("企业名称", "样例电池（样例）"),
        ("联系人", "样例丙"),
        ("联系电话", "13800138000"),
    ):
        row = table.add_row()
        row.cells[0].text, row.cells[1].text = label, value
    saved = BytesIO()
    document.save(saved)
    answer = browser.post("/", files={"file": ("需求表.docx", saved.getvalue())}, data={"q": ""})
    page = html.unescape(
        answer.text if answer.status_code == 200 else browser.get(answer.headers["location"]).text
    )
    reading = page.split("我们的理解")[1].split("</section>")[0]
    assert "在现有涂布线上生产" in reading and "隔膜在150℃下收缩" in reading
    assert "13800138000" not in page and "样例丙" not in page
    assert "已读取，但不参与检索：企业名称" in page
    assert SEPARATOR.title in page


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("need.pdf", b"%PDF-1.7", "need.pdf"),
        ("empty.txt", b"", "empty.txt"),
        ("../../etc/needs.docx", b"no document", "needs.docx"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(
    browser: TestClient, name: str, content: bytes, told: str
) -> None:
    answer = browser.post("/", files={"file": (name, content)}, data={"q": ""})
    assert answer.status_code == 422 and told in answer.text and "Traceback" not in answer.text


def test_an_empty_need_is_told_what_to_write(browser: TestClient) -> None:
    answer = browser.post("/", data={"q": "  "})
    assert answer.status_code == 422 and "需求为空" in answer.text
    only_a_number = browser.post("/", data={"q": "13800138000"})
    assert only_a_number.status_code == 422 and "只有联系方式" in only_a_number.text


def test_what_was_typed_stays_beside_a_file_that_cannot_be_read(browser: TestClient) -> None:
    answer = browser.post("/", files={"file": ("need.pdf", b"%PDF-1.7")}, data={"q": NEED})
    assert answer.status_code == 422 and NEED in html.unescape(answer.text)
    assert answer.headers["x-request-id"] in answer.text


@pytest.mark.parametrize("number", [SEPARATOR.id, "ZL201919900001.1", "CN119900001B"])
def test_the_number_of_a_patent_leads_to_its_page(browser: TestClient, number: str) -> None:
    answer = browser.post("/", data={"q": f" {number} "})
    assert answer.headers["location"] == f"/patents/{SEPARATOR.id}"
    unknown = browser.post("/", data={"q": "CN209919900009.9"})
    assert unknown.headers["location"].startswith("/?q=")


def test_patents_like_one_have_it_as_the_question(browser: TestClient) -> None:
    page = asked(browser, like=SEPARATOR.id)
    assert "与此相似的专利" in page and SEPARATOR.title in page
    assert not re.search("未回应|没有专利回应|满足需求|判断依据", page)  # there is no need
    assert browser.get("/", params={"like": "CN209919900009.9"}).status_code == 404


def test_without_an_index_the_page_says_what_to_do(imported: Settings) -> None:
    with served(imported, language="zh") as client:
        answer = client.get("/", params={"q": NEED})
    assert answer.status_code == 200 and "matcher index" in answer.text
    assert answer.headers["x-request-id"] in answer.text


def test_a_slow_engine_is_told_in_the_page(
    settings: Settings, slow: SlowEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The page itself may take its time; the model, which never answers here, may not.
    monkeypatch.setattr("api.pages.late_part._limit", lambda _request: 0.1)
    with served(settings, language="zh") as client:
        answer = client.get("/", params={"q": NEED})
        slow.go_on.set()
    assert answer.status_code == 200 and "0.1 秒内" in answer.text
    assert "正在查找" in answer.text  # what was shown until then


def test_an_unexpected_error_shows_nothing_of_itself(
    browser: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr("api.engine.live.LiveEngine.match", fail)
    answer = browser.get("/", params={"q": NEED})
    assert "查找失败" in answer.text and SECRET not in answer.text
    assert SECRET not in caplog.text and "RuntimeError" in caplog.text


def test_markup_in_a_need_stays_text(browser: TestClient) -> None:
    page = browser.get("/", params={"q": "<script>alert(1)</script> 隔膜"}).text
    assert "<script>alert" not in page and "&lt;script&gt;" in page
