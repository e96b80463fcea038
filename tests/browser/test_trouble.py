"""What the pages show when the engine is slow, busy, broken or gone, and for a broken file."""

import csv
import io
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from api.engine.turns import Turns
from api.pages import late_part
from matcher.settings import Settings
from matcher.wiring.build import build_index
from models.fake import FakeEncoder
from scripts.docs.chromium import new_visit, running_server, sample_settings
from tests.browser.checks import shifts, violations, watch_shifts
from tests.browser.steps import send_files, sign_in
from tests.support.accounts import make_account
from tests.support.import_files import GRIPPER, HEADINGS, delimited
from tests.support.page_addresses import ANSWER, FIRST
from tests.support.slow_model import SlowEncoder

REQUEST_ID = re.compile(r"^[0-9a-f]{32}$")
SECRET = "绝密的一句话"
NAMELESS = ("", "", "", "没有号也没有名称", "样例大学", "", "", "")


class BrokenEncoder(FakeEncoder):
    """Encodes nothing."""

    def encode(self, texts: Any, kind: Any, progress: Any = None) -> Any:
        raise RuntimeError(SECRET)


@pytest.fixture(scope="module")
def fake_home(made_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The samples with an index of the fake model, and an account of the staff."""
    home = tmp_path_factory.mktemp("troubled home") / "var"
    shutil.copytree(made_home, home)
    settings = sample_settings(home, model="fake")
    build_index(settings, full=True)
    make_account(settings)
    return settings


@pytest.fixture
def encoded_by(monkeypatch: pytest.MonkeyPatch) -> Callable[[FakeEncoder], None]:
    """Puts an encoder in place of the one that the server loads."""
    return lambda encoder: monkeypatch.setattr(
        "api.engine.live.load_encoder", lambda _settings: encoder
    )


@pytest.fixture
def slow(encoded_by: Callable[[FakeEncoder], None]) -> Iterator[SlowEncoder]:
    """The encoder of the server; it is released at the end."""
    encoder = SlowEncoder()
    encoded_by(encoder)
    yield encoder
    encoder.go_on.set()


@contextmanager
def page_at(browser: Browser, settings: Settings, **changes: Any) -> Iterator[Page]:
    """Serve with these settings, and open a Chinese page there; no script may fail."""
    with running_server(settings.model_copy(update=changes)) as address:
        visit = new_visit(browser, address, language="zh", base_url=address)
        try:
            sign_in(visit.page, "")
            yield visit.page
        finally:
            visit.page.context.close()
        assert visit.faults == []


def check_problem(page: Page, *said: str) -> None:
    """Check an error in place of an answer: what it says, the id, and the way on."""
    problem = page.get_by_role("alert").filter(visible=True)
    for words in said:
        expect(problem).to_contain_text(words)
    expect(problem.locator("code")).to_have_text(REQUEST_ID)
    expect(problem.get_by_role("link", name="重试")).to_be_visible()
    expect(page.get_by_text("正在查找专利")).not_to_be_visible()
    assert SECRET not in page.content()
    assert violations(page) == []


def test_the_reading_is_there_before_a_slow_answer(
    chromium_browser: Browser, fake_home: Settings, slow: SlowEncoder
) -> None:
    with page_at(chromium_browser, fake_home) as page:
        watch_shifts(page)
        page.goto(ANSWER, wait_until="commit")
        reading = page.get_by_role("region", name="我们的理解")
        expect(reading).to_contain_text("150℃")
        expect(page.get_by_role("status")).to_contain_text("正在查找专利")
        expect(page.get_by_role("article")).to_have_count(0)
        assert violations(page) == []
        slow.go_on.set()
        expect(page.get_by_role("article")).to_have_count(10)
        expect(page.get_by_text("正在查找专利")).not_to_be_visible()
        assert shifts(page) == []


def test_an_answer_that_takes_too_long_is_told(
    chromium_browser: Browser,
    fake_home: Settings,
    slow: SlowEncoder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with page_at(chromium_browser, fake_home) as page, monkeypatch.context() as patch:
        patch.setattr("api.pages.late_part._limit", lambda _request: 0.5)
        page.goto(ANSWER)
        check_problem(page, "请求超时", "0.5 秒")
        patch.undo()
        slow.go_on.set()
        page.get_by_role("link", name="重试").click()
        expect(page.get_by_role("article")).to_have_count(10)


def test_an_engine_that_fails_is_told_and_the_rest_of_the_page_stays(
    chromium_browser: Browser,
    fake_home: Settings,
    encoded_by: Callable[[FakeEncoder], None],
) -> None:
    encoded_by(BrokenEncoder())
    with page_at(chromium_browser, fake_home) as page:
        page.goto(ANSWER)
        check_problem(page, "查找失败")
        expect(page.get_by_role("region", name="我们的理解")).to_be_visible()
        page.goto(f"/patents/{FIRST}")
        expect(page.get_by_role("heading", level=1)).to_contain_text("锂电池隔膜")


def test_without_an_index_the_catalogue_can_be_read(
    chromium_browser: Browser, made_home: Path, tmp_path: Path
) -> None:
    home = tmp_path / "var"
    shutil.copytree(made_home, home, ignore=shutil.ignore_patterns("indexes"))
    settings = sample_settings(home)
    make_account(settings)
    with page_at(chromium_browser, settings) as page:
        page.goto(ANSWER)
        check_problem(page, "没有可用的索引", "系统管理员")
        assert str(home) not in page.content()
        page.goto(f"/patents/{FIRST}")
        expect(page.get_by_role("heading", level=1)).to_contain_text("锂电池隔膜")
        page.goto("/catalogue")
        expect(page.get_by_role("main")).to_contain_text("专利")


def test_a_busy_server_says_so_and_answers_later(
    chromium_browser: Browser, fake_home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with page_at(chromium_browser, fake_home) as page:
        with monkeypatch.context() as busy:
            busy.setattr(Turns, "expected_wait", lambda self: 10.0**9)
            page.goto(ANSWER)
            problem = page.get_by_role("region", name="服务器现在太忙")
            expect(problem.locator("code")).to_have_text(REQUEST_ID)
            assert violations(page) == []
        page.get_by_role("link", name="重试").click()
        expect(page.get_by_role("article")).to_have_count(10)


def test_a_server_that_goes_away_is_told(
    chromium_browser: Browser, fake_home: Settings, slow: SlowEncoder
) -> None:
    with page_at(chromium_browser, fake_home) as page:
        page.goto(ANSWER, wait_until="commit")
        expect(page.get_by_text("正在查找专利")).to_be_visible()
        page.context.set_offline(True)
        expect(page.get_by_text("连接中断")).to_be_visible(timeout=30_000)
        expect(page.get_by_text("正在查找专利")).not_to_be_visible()
        expect(page.get_by_role("region", name="我们的理解")).to_be_visible()
        page.context.set_offline(False)
        page.get_by_role("link", name="重试").click()
        slow.go_on.set()  # not before: the first answer could still come, over the link
        expect(page.get_by_role("article")).to_have_count(10)
        page.context.set_offline(True)  # a button that needs the server leads to what is wrong
        with page.expect_event("requestfailed", lambda request: request.is_navigation_request()):
            page.get_by_role("button", name="加入清单").first.click()


def test_an_answer_that_was_cut_off_is_told_when_its_time_is_over(
    chromium_browser: Browser, fake_home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def break_off(*given: Any) -> str:
        raise ConnectionAbortedError

    monkeypatch.setattr(late_part, "_part", break_off)
    with page_at(chromium_browser, fake_home) as page:
        page.clock.install()
        page.goto(ANSWER, wait_until="commit")
        expect(page.get_by_text("正在查找专利")).to_be_visible()
        page.clock.fast_forward("00:01:50")
        expect(page.get_by_text("连接中断")).to_be_visible()


def test_broken_files_are_told_row_by_row_and_the_problems_saved(
    chromium_browser: Browser, fake_home: Settings
) -> None:
    good = delimited((HEADINGS, GRIPPER, NAMELESS)).encode()
    with page_at(chromium_browser, fake_home) as page:
        send_files(page, "", {"样例导出.csv": good, "坏文件.xlsx": b"PK\x03\x04 broken"})
        expect(page.get_by_role("table").first).to_contain_text("无法读取")
        expect(page.get_by_text("专利须有发明名称").first).to_be_visible()
        with page.expect_download() as downloading:
            page.locator("a[href$='format=csv']").click()
        saved = Path(downloading.value.path()).read_bytes().decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(saved)))
        assert len(rows) == 2 and any("专利须有发明名称" in cell for row in rows for cell in row)
        with page.expect_download() as downloading:
            page.locator("a[href$='format=xlsx']").click()
        assert Path(downloading.value.path()).read_bytes().startswith(b"PK")


def test_files_that_do_not_arrive_are_told(chromium_browser: Browser, fake_home: Settings) -> None:
    with page_at(chromium_browser, fake_home) as page:
        page.goto("/import")
        page.route("**/import", lambda route: route.abort())
        file = FilePayload(name="a.csv", mimeType="text/csv", buffer=b"a")
        page.locator("#files").set_input_files(file)
        page.locator("#send button").click()
        expect(page.get_by_role("alert")).to_contain_text("文件没有传到")
        expect(page.locator("#send button")).to_be_enabled()
