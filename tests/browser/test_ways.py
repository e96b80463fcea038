"""The ways of people through the pages: an event team's member, a visitor, a keyboard."""

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from matcher.access.roles import Role
from matcher.events.record import Event
from matcher.settings import Settings
from matcher.store import events
from matcher.store.schema.times import now
from matcher.wiring.open import open_store
from matcher.workflows.events.event_view import read_event_view
from scripts.docs.chromium import PHONE
from tests.browser.conftest import Visiting
from tests.browser.steps import signed_in
from tests.support.accounts import NAME, PASSWORD, make_account
from tests.support.small_event import need

NEED = "锂电池隔膜在高温下收缩，容易短路。希望150℃下热收缩率不大于2%。"
FIRST = "一种芳纶与勃姆石复合涂覆的耐高温锂电池隔膜及其制备方法"


@pytest.fixture(scope="module", autouse=True)
def staffed(settings: Settings) -> None:
    """A member of staff with an account, and an event with one need."""
    make_account(settings, Role.STAFF)
    record = need(1, "样例电池（样例）")
    with open_store(settings) as store, store.writing() as connection:
        from matcher.store import needs

        needs.add(connection, record)
        events.create(connection, Event("春季对接会", now(), now()))
        events.add_needs(connection, "春季对接会", [record.id])


def test_from_a_question_to_a_printed_list_and_an_event(
    visiting: Visiting, settings: Settings
) -> None:
    visit = visiting()
    page = visit.open("/basket")
    expect(page).to_have_url(f"{visit.address}/sign-in?next=%2Fbasket")
    page.get_by_label("登录名").fill(NAME)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page).to_have_url(f"{visit.address}/basket")
    expect(page.get_by_text("清单还是空的")).to_be_visible()

    page.get_by_role("link", name="找专利").first.click()
    page.get_by_label("您需要什么技术？").fill(NEED)
    page.get_by_role("button", name="查找专利").click()
    first = page.get_by_role("article").first
    expect(first).to_contain_text(FIRST)
    expect(page.get_by_role("heading", name="我们的理解")).to_be_visible()
    assert "q=" in page.url and NAME not in page.url

    page.get_by_text("新材料").first.click()  # a chip applies at once
    expect(page).to_have_url(re.compile("industries=NM"))
    expect(page.get_by_role("article").first).to_contain_text(FIRST)

    page.get_by_role("article").first.get_by_role("button", name="加入清单").click()
    expect(page.locator("[data-basket-count]")).to_have_text("1")
    second = page.get_by_role("article").nth(1)
    second.get_by_role("button", name="加入清单").click()
    expect(page.locator("[data-basket-count]")).to_have_text("2")
    expect(second.get_by_role("button", name="已在清单 ✓")).to_be_visible()

    page.get_by_role("link", name="我的清单").click()
    note = page.get_by_label("备注").first
    note.fill("先问样品")
    page.reload()
    expect(page.get_by_label("备注").first).to_have_value("先问样品")
    with page.expect_download() as downloading:
        page.get_by_role("button", name="存为 .csv").click()
    saved = Path(downloading.value.path()).read_bytes().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(saved)))
    assert rows[1][1] == FIRST and rows[1][-1] == "先问样品"
    assert page.pdf().startswith(b"%PDF")  # what is printed

    page.get_by_role("button", name="加入候选").click()
    expect(page.get_by_role("status")).to_contain_text("已把 2 件专利加入活动候选")
    with open_store(settings) as store, store.reading() as connection:
        view = read_event_view(connection, "春季对接会")
    entries = view.needs[0].shortlist.entries
    assert [entry.is_added for entry in entries] == [True, True]
    assert entries[0].note == "先问样品"


def test_a_part_of_the_reading_is_changed_in_place(visiting: Visiting, address: str) -> None:
    page = signed_in(visiting)
    page.goto(f"{address}/")
    page.get_by_label("您需要什么技术？").fill(NEED)
    page.get_by_role("button", name="查找专利").click()
    page.get_by_text("修改：技术关键与指标").click()
    page.get_by_label("技术关键与指标").fill("厚度不大于12μm")
    page.get_by_role("button", name="按此重新查找").locator("visible=true").first.click()
    reading = page.get_by_role("region", name="我们的理解")
    expect(reading).to_contain_text("厚度不大于12μm")
    expect(reading).not_to_contain_text("不大于2%")
    reading.get_by_role("button", name="隔膜 去掉").click()
    expect(reading).to_contain_text("已去掉 隔膜")


def test_the_back_button_brings_the_chips_of_the_answer(visiting: Visiting, address: str) -> None:
    page = signed_in(visiting)
    for start in ("/?q=隔膜收缩", "/catalogue?words=隔膜"):
        page.goto(f"{address}{start}")
        materials = page.get_by_role("checkbox", name="新材料")
        page.locator("label.chip", has_text="新材料").click()
        page.wait_for_url(re.compile("industries=NM"))
        expect(materials).to_be_checked()
        page.go_back()
        page.wait_for_url(lambda url: "industries" not in url)
        expect(materials).not_to_be_checked()


def test_a_file_that_is_dropped_on_the_box_is_asked(
    visiting: Visiting, address: str, tmp_path: Path
) -> None:
    page = signed_in(visiting)
    page.goto(f"{address}/")
    file = tmp_path / "需求.txt"
    file.write_text(f"耐高温隔膜\n主要问题：{NEED}\n联系人：样例丙 13800138000\n", "utf-8")
    page.get_by_label("或选择一份需求文件").set_input_files(file)
    expect(page.get_by_role("article").first).to_contain_text(FIRST)
    assert "13800138000" not in page.content() and "13800138000" not in page.url


def test_patents_are_compared_side_by_side(visiting: Visiting, address: str) -> None:
    page = signed_in(visiting)
    page.goto(f"{address}/")
    page.get_by_label("您需要什么技术？").fill(NEED)
    page.get_by_role("button", name="查找专利").click()
    for number in range(3):
        page.get_by_role("article").nth(number).get_by_label("对比").check()
    page.get_by_role("button", name="对比勾选的专利").click()
    expect(page.get_by_role("columnheader")).to_have_count(3)
    expect(page.get_by_role("table")).to_contain_text("未回应")


def test_the_keyboard_alone_is_enough(visiting: Visiting, address: str) -> None:
    page = signed_in(visiting)
    page.goto(f"{address}/")
    page.keyboard.press("Tab")
    expect(page.get_by_text("跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("您需要什么技术？")).to_be_focused()
    page.keyboard.type(NEED)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("article").first).to_contain_text(FIRST)
    link = page.get_by_role("link", name=FIRST)
    for _ in range(80):
        page.keyboard.press("Tab")
        if link.evaluate("link => link === document.activeElement"):
            break
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=FIRST)).to_be_visible()


def test_without_scripts_the_way_is_the_same(visiting: Visiting, address: str) -> None:
    page = signed_in(visiting, java_script_enabled=False)
    page.goto(f"{address}/")
    page.get_by_label("您需要什么技术？").fill(NEED)
    page.get_by_role("button", name="查找专利").click()
    expect(page.get_by_role("article").first).to_contain_text(FIRST)
    page.get_by_role("article").first.get_by_role("button", name="加入清单").click()
    expect(page.locator("[data-basket-count]")).to_have_text("1")
    page.get_by_text("新材料").first.click()
    page.get_by_role("button", name="应用").click()
    expect(page).to_have_url(re.compile("industries=NM"))


def test_a_phone_asks_and_reads(visiting: Visiting, address: str) -> None:
    page = signed_in(visiting, size=PHONE)
    page.goto(f"{address}/")
    page.get_by_label("您需要什么技术？").fill(NEED)
    page.get_by_role("button", name="查找专利").click()
    expect(page.get_by_role("article").first).to_contain_text(FIRST)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    expect(page.get_by_text("法律状态", exact=True)).not_to_be_visible()  # filters are folded
    page.locator(".filters > summary").click()
    expect(page.get_by_text("法律状态", exact=True)).to_be_visible()
