"""Imports in a browser: sent in, looked at, mapped by hand, saved with the index, cancelled."""

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

import openpyxl
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.engine.import_jobs import ImportJobs
from api.pages import import_form
from api.pages.import_view import ROWS
from matcher.access.roles import Role
from matcher.settings import Settings
from matcher.store import patents
from matcher.wiring.build import index_state
from matcher.wiring.build_lock import build_lock
from matcher.wiring.open import open_store
from tests.support.accounts import make_account
from tests.support.browsers import ADDRESS, browser, form_token, sign_in
from tests.support.import_files import BOTH, GRIPPER, HEADINGS, SEPARATOR, Table, delimited
from tests.support.staged_imports import work_elsewhere
from tests.support.waiting import wait_for

NAMELESS = ("", "", "", "没有号也没有名称", "样例大学", "", "", "")
FOREIGN = (("Bezeichnung", "Nummer"), ("Kugellager", "CN201919900001.1"))
PHONE = "13800000000"


@pytest.fixture
def app(empty: Settings) -> FastAPI:
    return create_app(empty.model_copy(update={"rate_per_minute": 0}))  # tests look often


@pytest.fixture
def client(app: FastAPI, empty: Settings) -> Iterator[TestClient]:
    """The browser of somebody of the staff."""
    make_account(empty)
    with browser(app) as client:
        sign_in(client)
        yield client


def csv(*rows: Table) -> bytes:
    return delimited(rows).encode()


def post(client: TestClient, path: str, page: str = "/import", **sent: Any) -> Any:
    """Send a form with files or lists of values, with the token of its page."""
    token = form_token(client, page)
    data = {"csrf_token": token, **sent.pop("data", {})}
    return client.post(path, data=data, headers={"Origin": ADDRESS}, **sent)


def send(client: TestClient, files: Mapping[str, bytes]) -> str:
    """Send files in, wait until they are read, and return the path of the import."""
    answer = post(client, "/import", files=[("files", each) for each in files.items()])
    assert answer.status_code == 303, answer.text
    path: str = answer.headers["location"]
    finish(client, path)
    return path


def finish(client: TestClient, path: str) -> None:
    """Wait for the end of the work on an import."""
    wait_for(lambda: client.get(f"{path}/progress").json()["over"])


def step(client: TestClient, path: str, name: str, **data: Any) -> str:
    """Take a step with an import; return the page to which it leads."""
    answer = post(client, f"{path}/{name}", path, data=data)
    if answer.status_code != 303:
        assert answer.status_code == 200, answer.text
        return str(answer.text)
    if answer.headers["location"].startswith(f"{path}"):
        finish(client, path)
    return client.get(answer.headers["location"]).text


def count(settings: Settings) -> int:
    with open_store(settings) as store, store.reading() as connection:
        return patents.count(connection)


def cells(page: str) -> list[str]:
    """The numbers in the first table of a page."""
    table = page.partition("</table>")[0]
    return re.findall(r'<td class="number"[^>]*>([\d,]+)</td>', table)


def test_files_are_looked_at_then_saved_and_found_by_searches(
    client: TestClient, empty: Settings, app: FastAPI
) -> None:
    path = send(client, {"导出.csv": csv(HEADINGS, SEPARATOR, NAMELESS, GRIPPER)})
    page = client.get(path).text
    assert cells(page) == ["3", "2", "0", "0", "1"]
    shown = (SEPARATOR[0], SEPARATOR[2], "专利须有发明名称")
    assert [text for text in shown if text not in page] == []
    assert count(empty) == 0
    report = step(client, path, "save")
    assert cells(report) == ["3", "2", "0", "0", "1"] and "可检索 2 件专利" in report
    assert count(empty) == 2
    index = index_state(empty)
    assert index is not None and (index.patents, index.misfit) == (2, None)
    jobs: ImportJobs = app.state.import_jobs
    names = [file.name for file in jobs.imports.folder(path.rpartition("/")[2]).iterdir()]
    assert names == ["staged.json"]
    assert "已保存" in client.get("/import").text


def test_a_long_file_is_shown_by_the_page_and_its_problem_rows_alone(client: TestClient) -> None:
    rows = [(f"CN2019{n:08}", "", f"样例方法{n}", "摘要", *[""] * 4) for n in range(ROWS + 5)]
    path = send(client, {"长.csv": csv(HEADINGS, *rows, NAMELESS)})
    first, second = client.get(path).text, client.get(f"{path}?start={ROWS}").text
    assert "<b>样例方法0</b>" in first and f"<b>样例方法{ROWS}</b>" not in first
    assert f"<b>样例方法{ROWS}</b>" in second and "<b>样例方法0</b>" not in second
    bad = client.get(f"{path}?only=problems").text
    assert "没有名称" not in bad and bad.count('class="refused"') == 1


def test_each_file_is_what_its_headings_say_and_one_that_is_unreadable_stops_none(
    client: TestClient, empty: Settings
) -> None:
    needs = csv(("需求名称", "主要问题", "企业名称"), ("耐高温隔膜", "收缩", "样例电池有限公司"))
    pools = csv(("专利池名称", "技术领域"), ("样例隔膜专利池", "新材料"))
    path = send(client, {"空.csv": b"", "需求.csv": needs, "池.csv": pools, "导出.csv": csv(*BOTH)})
    page = client.get(path).text
    assert "空.csv 为空" in page and "需求（自定表格）" in page and "专利池" in page
    assert "耐高温隔膜" in client.get(f"{path}?file=1").text
    assert "样例隔膜专利池" in client.get(f"{path}?file=2").text
    report = step(client, path, "save")
    assert "空.csv" not in report and cells(report)[::5] == ["1", "1", "2"]
    assert count(empty) == 2


def test_headings_are_mapped_by_hand_and_the_file_is_read_again(
    client: TestClient, empty: Settings
) -> None:
    path = send(client, {"foreign.csv": csv(*FOREIGN)})
    page = client.get(path).text
    assert (
        "没有找到标题行" in page and 'value="Bezeichnung"' in page and "保存并建立索引" not in page
    )
    chosen = {"file": "0", "kind": "", "heading": ["Bezeichnung", "Nummer"]}
    page = step(client, path, "read", **chosen, field=["title", "application_number"])
    assert "<b>Kugellager</b>" in page and cells(page)[:2] == ["1", "1"]
    assert '<option value="title" selected>' in page
    wrong = step(client, path, "read", file="0", heading=["Bezeichnung"], field=["no_such_field"])
    assert "no_such_field" in wrong and "保存并建立索引" not in wrong
    page = step(client, path, "read", file="0", kind="needs", heading=[], field=[])
    assert '<option value="needs" selected>' in page


def test_nobody_else_sees_an_import_and_others_may_not_import(
    client: TestClient, app: FastAPI, empty: Settings
) -> None:
    path = send(client, {"导出.csv": csv(*BOTH)})
    make_account(empty, Role.ADMIN, "other.admin")
    make_account(empty, Role.TTO, "some.office")
    other, office = browser(app), browser(app)
    sign_in(other, "other.admin")
    sign_in(office, "some.office")
    assert other.get(path).headers["location"] == "/import?gone=1"
    assert other.get(f"{path}/problems").headers["location"] == "/import?gone=1"
    assert other.get(f"{path}/progress").status_code == 404
    assert post(other, f"{path}/delete").headers["location"] == "/import?gone=1"
    assert "导出.csv" not in other.get("/import").text
    assert office.get("/import").status_code == 403
    assert client.get(path).status_code == 200
    assert browser(app).get("/import").headers["location"] == "/sign-in?next=%2Fimport"


@pytest.mark.parametrize(
    "attack", ["%", "import_%", "..%2F..", "' OR '1'='1", "import_" + "0" * 24]
)
def test_an_id_is_no_path_and_no_pattern(client: TestClient, attack: str) -> None:
    send(client, {"导出.csv": csv(*BOTH)})
    answer = client.get(f"/import/{attack}")
    assert answer.status_code == 404 or answer.headers["location"] == "/import?gone=1"
    assert client.get(f"/import/{attack}/progress").status_code == 404


def test_personal_contacts_are_on_no_page_and_in_no_table(client: TestClient) -> None:
    headings = (*HEADINGS, "联系人", "联系电话", "其他")
    rows = (headings, (*SEPARATOR, "样例甲", PHONE, f"电话{PHONE}"), NAMELESS)
    path = send(client, {f"样例甲{PHONE}.csv": csv(*rows), "坏.csv": csv(("x",), (PHONE,))})
    shown = [client.get(address).text for address in (path, "/import")]
    shown += [client.get(f"{path}/problems?format=csv").text]
    report = step(client, path, "save")
    shown += [report, client.get(f"{path}/problems?format=csv").text]
    assert [page for page in shown if PHONE in page] == []
    assert "***.csv" in report


def test_problems_are_tables_before_and_after_the_import(client: TestClient) -> None:
    path = send(client, {"坏.csv": csv(HEADINGS, SEPARATOR, NAMELESS)})

    def table(format: str) -> bytes:
        answer = client.get(f"{path}/problems?format={format}")
        assert f".{format}" in answer.headers["content-disposition"]
        return answer.content

    def workbook() -> list[Any]:
        sheet = openpyxl.load_workbook(io.BytesIO(table("xlsx"))).worksheets[0]
        return [row for row in sheet.iter_rows(values_only=True) if row[0] == "坏.csv"]

    before, in_workbook = table("csv"), workbook()
    assert "专利须有发明名称" in before.decode("utf-8-sig") and len(in_workbook) >= 1
    step(client, path, "save")
    assert (table("csv"), workbook()) == (before, in_workbook)


def test_replacing_is_asked_once_more_with_the_number_of_patents(
    client: TestClient, empty: Settings
) -> None:
    step(client, send(client, {"全部.csv": csv(*BOTH)}), "save")
    path = send(client, {"一件.csv": csv(HEADINGS, SEPARATOR)})
    assert "同时删除不在这些文件中的 1 件专利" in client.get(path).text
    asked = step(client, path, "save", replace="1")
    assert "删除 1 件专利？" in asked and 'name="may_delete" value="1"' in asked
    assert count(empty) == 2
    refused = step(client, path, "save", replace="1", may_delete="7")
    assert "专利库已有变化" in refused and count(empty) == 2
    report = step(client, path, "save", replace="1", may_delete="1")
    assert "已删除不在这些文件中的 1 件专利" in report and count(empty) == 1


def test_the_catalogue_is_not_replaced_by_files_of_which_one_is_unreadable(
    client: TestClient, empty: Settings
) -> None:
    step(client, send(client, {"全部.csv": csv(*BOTH)}), "save")
    path = send(client, {"一件.csv": csv(HEADINGS, SEPARATOR), "空.csv": b""})
    assert 'name="replace"' not in client.get(path).text
    step(client, path, "save", replace="1")
    assert count(empty) == 2


def test_work_is_cancelled_and_files_are_deleted(
    client: TestClient, app: FastAPI, empty: Settings
) -> None:
    path = send(client, {"导出.csv": csv(*BOTH)})
    jobs: ImportJobs = app.state.import_jobs
    with work_elsewhere(empty):
        answer = post(client, f"{path}/save", path)
        waiting = "等待另一次导入结束"
        wait_for(lambda: client.get(f"{path}/progress").json()["stage"] == waiting)
        page = client.get(answer.headers["location"]).text
        assert waiting in page and 'http-equiv="refresh"' in page
        progress = client.get(f"{path}/progress").json()
        assert (progress["over"], progress["stage"]) == (False, waiting)
        page = step(client, path, "cancel")
    assert "已取消：没有保存任何内容" in page and count(empty) == 0
    assert "导入" in step(client, path, "delete")
    assert client.get(path).headers["location"] == "/import?gone=1"
    assert not jobs.imports.folder(path.rpartition("/")[2]).exists()


def test_an_index_that_could_not_be_built_is_built_by_a_button(
    client: TestClient, empty: Settings
) -> None:
    path = send(client, {"导出.csv": csv(*BOTH)})
    empty.index_folder.mkdir(exist_ok=True)
    with (
        open_store(empty) as store,
        store.reading() as connection,
        build_lock(connection)(empty.index_folder),
    ):
        report = step(client, path, "save")
    assert "内容已全部保存，但索引未能建立" in report and count(empty) == 2
    assert "可检索 2 件专利" in step(client, path, "index")


def test_after_a_restart_it_is_said_that_nothing_was_saved(
    client: TestClient, app: FastAPI, empty: Settings
) -> None:
    path = send(client, {"导出.csv": csv(*BOTH)})
    jobs: ImportJobs = app.state.import_jobs
    with work_elsewhere(empty):
        post(client, f"{path}/save", path)
        jobs.close()
    page = client.get(path).text
    assert "服务器重启了，没有保存任何内容" in page and "保存并建立索引" in page


def test_what_cannot_be_sent_is_refused_with_what_to_do(
    client: TestClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = post(client, "/import", files=[("files", ("", b""))])
    assert nothing.status_code == 422 and "没有选择文件" in nothing.text
    monkeypatch.setattr(import_form, "MAX_FILES", 1)
    two = [("files", ("a.csv", b"1")), ("files", ("b.csv", b"2"))]
    assert "一次最多导入 1 个文件" in post(client, "/import", files=two).text
    monkeypatch.setattr(import_form, "MAX_UNFINISHED", 1)
    send(client, {"a.csv": b"1"})
    again = post(client, "/import", files=two[:1])
    assert again.status_code == 422 and "1 次导入尚未完成" in again.text
    jobs: ImportJobs = app.state.import_jobs
    assert len([folder for folder in jobs.imports.root.iterdir() if folder.is_dir()]) == 1


def test_a_form_without_its_token_sends_nothing_in(client: TestClient, app: FastAPI) -> None:
    files = [("files", ("a.csv", csv(*BOTH)))]
    answer = client.post("/import", files=files, headers={"Origin": ADDRESS})
    assert answer.status_code == 403
    assert not app.state.import_jobs.imports.root.is_dir()


def test_only_the_files_of_an_import_may_be_large(empty: Settings) -> None:
    make_account(empty)
    app = create_app(empty.model_copy(update={"import_bytes": 2_000_000}))
    with browser(app) as client:
        sign_in(client)
        for size, status in ((1_500_000, 303), (2_100_000, 413)):
            files = [("files", ("a.csv", b"x" * size))]
            assert post(client, "/import", files=files).status_code == status
        path = f"/import/import_{'0' * 24}/read"
        assert client.post(path, data={"x": "x" * 1_500_000}).status_code == 413


def test_the_name_of_a_file_is_a_text_on_the_page(client: TestClient) -> None:
    page = client.get(send(client, {'<img src=x>".csv': csv(*BOTH)})).text
    assert "<img src=x>" not in page and "&lt;img src=x&gt;" in page
