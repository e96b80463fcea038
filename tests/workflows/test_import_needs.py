"""Import of collection forms: each need once, with its terms and the encrypted contact."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import docx
import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import Connection, true

from matcher.access import encryption
from matcher.access.roles import COMMAND_CALLER, OPEN_CALLER
from matcher.errors import InputError
from matcher.importing.headings.template import write_template
from matcher.importing.headings.template_columns import EXAMPLE_MARK
from matcher.importing.read_need_files import read_needs_files
from matcher.importing.rows.problem import Problem
from matcher.needs import lifecycle
from matcher.needs.lifecycle import NeedEdit
from matcher.needs.record import (
    ClosedReason,
    Cooperation,
    NeedDetails,
    NeedRecord,
    NeedState,
    PublishScope,
)
from matcher.settings import Settings
from matcher.store import audit, needs
from matcher.store.database import Store
from matcher.workflows.import_needs import (
    ImportContext,
    NeedsResult,
    duplicate_line,
    save_needs,
)
from tests.support.import_files import write_csv, write_xlsx

TODAY = date(2026, 6, 1)
MOMENT = datetime(2026, 6, 1, 8, 30, tzinfo=UTC)
KEY = SecretStr(Fernet.generate_key().decode())
PHONE = "13800000000"
CODE = "91120000MA0000000M"
HEADINGS = (
    *("需求编号", "需求名称", "企业名称", "统一社会信用代码", "主要问题", "主要指标", "预期目标"),
    *("预算(万元)", "合作方式", "截止日期", "公开范围", "联系人", "联系电话"),
)
SEPARATOR = (
    *("X-1", "耐高温隔膜", "样例电池有限公司（样例）", CODE, "隔膜在150℃下收缩", "收缩率小于2%"),
    *("通过针刺试验", "80", "合作研发；许可", "2026-12-31", "脱敏", "样例乙", PHONE),
)
BEARING = (
    *("X-2", "静音轴承", "样例电池有限公司（样例）", "", "风机轴承噪声大", "噪声小于30分贝", ""),
    *("", "", "", "", "", ""),
)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    url = Settings(home=tmp_path, database_url=None).url
    with Store(url) as store, store.writing() as connection:
        yield connection


def keep(
    connection: Connection, *paths: Path, key: SecretStr | None = KEY, day: date = TODAY
) -> NeedsResult:
    keeping = ImportContext(COMMAND_CALLER, key, 180, day, MOMENT)
    return save_needs(connection, read_needs_files(paths, today=day), keeping)


def sheet(path: Path, *rows: Sequence[str]) -> Path:
    return write_xlsx(path, {"需求": (HEADINGS, *rows)})


def stored(connection: Connection) -> list[NeedRecord]:
    return list(needs.each(connection, true()))


def counts(result: NeedsResult) -> tuple[int, int, int, int]:
    (file,) = result.files
    assert file.new + file.changed + file.unchanged + file.refused == file.rows
    return file.new, file.changed, file.unchanged, file.refused


def fixes(problems: Sequence[Problem]) -> list[str]:
    return [problem.fix for problem in problems]


def test_a_row_becomes_a_need_with_its_terms(connection: Connection, tmp_path: Path) -> None:
    result = keep(connection, sheet(tmp_path / "需求.xlsx", SEPARATOR))
    assert counts(result) == (1, 0, 0, 0)
    assert result.files[0].problems == ()
    (need,) = stored(connection)
    assert need.details == NeedDetails(
        reference="X-1",
        title="耐高温隔膜",
        enterprise="样例电池有限公司（样例）",
        credit_code=CODE,
        problem="隔膜在150℃下收缩",
        indicators="收缩率小于2%",
        goal="通过针刺试验",
        budget_wan=80.0,
        cooperation=(Cooperation.JOINT, Cooperation.LICENCE),
        deadline=date(2026, 12, 31),
    )
    assert need.publish_scope is PublishScope.MASKED
    assert (need.created_by, need.state, need.version) == ("command", NeedState.OPEN, 1)
    assert need.expires_on == TODAY + timedelta(180)
    assert need.contact is not None and PHONE.encode() not in need.contact
    opened = encryption.unseal(encryption.cipher(KEY), need.contact)
    assert opened == {"name": "样例乙", "phone": PHONE, "email": None}
    assert result.needs == (need.id,)


def test_the_same_file_again_changes_nothing(connection: Connection, tmp_path: Path) -> None:
    path = sheet(tmp_path / "需求.xlsx", SEPARATOR, BEARING)
    first = keep(connection, path)
    before = stored(connection)
    again = keep(connection, path)
    assert counts(again) == (0, 0, 2, 0)
    assert stored(connection) == before
    assert again.needs == first.needs and again.changed == frozenset()


def test_a_changed_row_of_the_same_number_updates(connection: Connection, tmp_path: Path) -> None:
    keep(connection, sheet(tmp_path / "需求.xlsx", SEPARATOR, BEARING))
    rows = list(SEPARATOR)
    rows[5], rows[6], rows[12] = "收缩率小于1%", "", "022-0000-0000"
    result = keep(connection, sheet(tmp_path / "改.xlsx", rows))
    assert counts(result) == (0, 1, 0, 0)
    need = next(need for need in stored(connection) if need.details.reference == "X-1")
    assert (need.version, need.details.indicators) == (2, "收缩率小于1%")
    assert need.details.goal == "通过针刺试验", "an empty cell changes nothing"
    assert need.contact is not None
    assert encryption.unseal(encryption.cipher(KEY), need.contact)["phone"] == "022-0000-0000"
    assert result.changed == {need.id}
    assert counts(keep(connection, tmp_path / "需求.xlsx")) == (0, 1, 1, 0)


def test_without_a_number_a_need_is_recognised_by_its_text(
    connection: Connection, tmp_path: Path
) -> None:
    headings = ("序号", "企业名称", "需求名称", "主要问题")
    row = ("1", "样例公司", "耐高温隔膜", "隔膜在150℃下收缩")
    spring = write_xlsx(tmp_path / "春.xlsx", {"需求": (headings, row)})
    assert counts(keep(connection, spring)) == (1, 0, 0, 0)
    again = ("7", "样例公司", "耐高温隔膜", "隔膜在150℃下收缩")
    other = ("1", "样例公司", "静音轴承", "风机轴承噪声大")
    autumn = write_xlsx(tmp_path / "秋.xlsx", {"需求": (headings, again, other)})
    result = keep(connection, autumn)
    # 序号 counts the rows of a sheet: number 1 of autumn is not number 1 of spring.
    assert counts(result) == (1, 0, 1, 0)
    assert [need.details.reference for need in stored(connection)] == [None, None]


def test_two_rows_of_one_number(connection: Connection, tmp_path: Path) -> None:
    other = (*SEPARATOR[:4], "别的问题", *SEPARATOR[5:])
    result = keep(connection, sheet(tmp_path / "需求.xlsx", SEPARATOR, SEPARATOR, other))
    assert counts(result) == (1, 0, 1, 1)
    same, differs = result.files[0].problems
    assert (same.row, same.refused) == (3, False) and "row 2" in same.fix
    assert (differs.row, differs.refused) == (4, True) and "keep one" in differs.fix


def test_near_duplicate_needs_of_one_enterprise_are_saved_and_reported(
    connection: Connection, tmp_path: Path
) -> None:
    twin = ("X-9", "耐高温隔膜", SEPARATOR[2], "", "隔膜在150℃下会收缩", *SEPARATOR[5:])
    elsewhere = ("X-9", "耐高温隔膜", "样例别的公司", *SEPARATOR[3:])
    path = sheet(tmp_path / "需求.xlsx", SEPARATOR, BEARING, twin, elsewhere)
    result = keep(connection, path)
    assert counts(result) == (4, 0, 0, 0)
    (pair,) = result.duplicates
    assert [(side["file"], side["sheet"], side["row"]) for side in pair["needs"]] == [
        ("需求.xlsx", "需求", 2),
        ("需求.xlsx", "需求", 4),
    ]
    assert 0.6 <= pair["resemblance"] < 1
    assert "row 2 (耐高温隔膜) ~ 需求.xlsx 需求 row 4" in duplicate_line(pair)
    assert not any(secret in repr(result) for secret in (PHONE, "样例乙"))


def test_a_need_of_another_caller_is_a_duplicate_not_the_same(
    connection: Connection, tmp_path: Path
) -> None:
    details = NeedDetails(
        reference="X-1",
        title="耐高温隔膜",
        enterprise=SEPARATOR[2],
        problem="隔膜在150℃下收缩",
        indicators="收缩率小于2%",
        goal="通过针刺试验",
    )
    edit = NeedEdit(details, PublishScope.PUBLIC, False, None, None)
    portal = lifecycle.posted(OPEN_CALLER, edit, MOMENT, TODAY, 180)
    needs.add(connection, portal)
    result = keep(connection, sheet(tmp_path / "需求.xlsx", SEPARATOR))
    assert counts(result) == (1, 0, 0, 0)
    (pair,) = result.duplicates
    assert [(side["id"] == portal.id, side["row"]) for side in pair["needs"]] == [
        (True, None),
        (False, 2),
    ]
    assert portal.id in duplicate_line(pair)


def test_bad_values_are_left_out_and_reported(connection: Connection, tmp_path: Path) -> None:
    bad = (
        *("", "隔膜", "样例公司", CODE[:17] + "9", "收缩", "", ""),
        *("很多", "借用", "尽快", "部分", "", "打电话找样例丙"),
    )
    empty = ("X-3", "", "样例公司", "", "", "", "", "", "", "", "", "样例丙", PHONE)
    result = keep(connection, sheet(tmp_path / "需求.xlsx", bad, empty))
    assert counts(result) == (1, 0, 0, 1)
    (need,) = stored(connection)
    details = need.details
    assert (details.credit_code, details.budget_wan, details.deadline) == (None, None, None)
    assert (details.cooperation, need.contact) == ((), None)
    assert need.publish_scope is PublishScope.MATCH_ONLY
    problems = result.files[0].problems
    columns = {problem.column for problem in problems if not problem.refused}
    assert columns == {
        "统一社会信用代码",
        "预算(万元)",
        "合作方式",
        "截止日期",
        "公开范围",
        "联系电话",
    }
    assert [problem.row for problem in problems if problem.refused] == [3]
    assert not any(secret in repr(problems) for secret in ("样例丙", PHONE))


@pytest.mark.parametrize(
    ("heading", "written", "budget"),
    [
        ("预算(万元)", "50-80", 80.0),
        ("预算", "50万元", 50.0),
        ("预算", "¥500,000元", 50.0),
        ("预算", "1.2亿", 12_000.0),
        ("预算", "面议", None),
        ("经费预算", "不超过30万", 30.0),
        ("预算(万元)", "99999999999", None),
    ],
)
def test_budgets(
    heading: str, written: str, budget: float | None, connection: Connection, tmp_path: Path
) -> None:
    rows = [("需求名称", "主要问题", heading), ("隔膜", "收缩", written)]
    keep(connection, write_csv(tmp_path / "需求.csv", rows))
    (need,) = stored(connection)
    assert need.details.budget_wan == budget


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026年12月", date(2026, 12, 31)),
        ("2027年底", date(2027, 12, 31)),
        ("2027-02", date(2027, 2, 28)),
        ("长期有效", None),
        ("2026/9/1", date(2026, 9, 1)),
    ],
)
def test_deadlines(written: str, day: date | None, connection: Connection, tmp_path: Path) -> None:
    rows = [("企业名称", "需求名称", "主要问题", "截止日期"), ("样例公司", "隔膜", "收缩", written)]
    result = keep(connection, write_csv(tmp_path / "需求.csv", rows))
    assert stored(connection)[0].details.deadline == day
    assert result.files[0].problems == ()


def test_without_a_key_no_contact_is_saved(connection: Connection, tmp_path: Path) -> None:
    path = sheet(tmp_path / "需求.xlsx", SEPARATOR)
    result = keep(connection, path, key=None)
    assert fixes(result.files[0].problems) == [
        "1 contact persons were not stored, because there is no key to seal them with: set "
        "MATCHER_CONTACT_KEY and import again"
    ]
    assert stored(connection)[0].contact is None
    assert counts(keep(connection, path)) == (0, 1, 0, 0), "with a key it goes in"
    assert counts(keep(connection, path, key=None)) == (0, 0, 1, 0), "and stays without one"
    assert stored(connection)[0].contact is not None


def test_a_closed_or_expired_need_stays_so(connection: Connection, tmp_path: Path) -> None:
    path = sheet(tmp_path / "需求.xlsx", SEPARATOR)
    keep(connection, path)
    late = keep(connection, path, day=TODAY + timedelta(181))
    assert (counts(late), late.needs) == ((0, 0, 1, 0), ())
    assert any("expired on 2026-11-28" in fix for fix in fixes(late.files[0].problems))
    needs.save(connection, lifecycle.closed(stored(connection)[0], ClosedReason.WITHDRAWN, MOMENT))
    same = keep(connection, path)
    assert counts(same) == (0, 0, 1, 0)
    assert ["closed: withdrawn" in fix for fix in fixes(same.files[0].problems)] == [True]
    changed = sheet(tmp_path / "改.xlsx", (*SEPARATOR[:4], "别的问题", *SEPARATOR[5:]))
    assert counts(keep(connection, changed)) == (0, 0, 0, 1)


def form(path: Path, *rows: Sequence[str]) -> Path:
    made = docx.Document()
    table = made.add_table(rows=0, cols=2)
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    made.save(str(path))
    return path


def test_a_folder_of_filled_forms(connection: Connection, tmp_path: Path) -> None:
    folder = tmp_path / "征集表"
    folder.mkdir()
    form(
        folder / "1.docx",
        ("技术需求名称", "耐高温隔膜"),
        ("企业名称", "样例公司"),
        ("统一社会信用代码", CODE),
        ("主要问题", "隔膜收缩"),
        ("主要指标", "收缩率小于2%"),
        ("合作方式", "□独立研发 ☑委托研发 ☑合作研发 □技术转让"),
        ("拟投入资金（万元）", "30"),
        ("公开范围", "□公开 ☑脱敏 □仅匹配"),
        ("法定代表人", "样例丁"),
        ("联系人", "样例乙"),
        ("联系人手机", PHONE),
    )
    form(folder / "2.docx", ("技术需求名称", ""), ("企业名称", "样例公司"), ("主要问题", ""))
    (folder / "3.pdf").write_bytes(b"%PDF-1.7")
    (folder / "~$1.docx").write_bytes(b"lock")
    result = keep(connection, folder)
    assert counts(result) == (1, 0, 0, 2)
    assert result.files[0].format == "form"
    assert [(p.file, p.refused) for p in result.files[0].problems] == [
        ("1.docx", False),  # the legal representative is not read
        ("2.docx", True),
        ("3.pdf", True),
    ]
    (need,) = stored(connection)
    assert need.details == NeedDetails(
        title="耐高温隔膜",
        enterprise="样例公司",
        credit_code=CODE,
        problem="隔膜收缩",
        indicators="收缩率小于2%",
        cooperation=(Cooperation.COMMISSIONED, Cooperation.JOINT),
        budget_wan=30.0,
    )
    assert need.publish_scope is PublishScope.MASKED
    assert need.contact is not None
    assert encryption.unseal(encryption.cipher(KEY), need.contact) == {
        "name": "样例乙",
        "phone": PHONE,
        "email": None,
    }


def test_the_filled_template_goes_in_with_its_contact(
    connection: Connection, tmp_path: Path
) -> None:
    import openpyxl

    path = tmp_path / "模板.xlsx"
    write_template("needs", path)
    book = openpyxl.load_workbook(path)
    cell = book.worksheets[0]["A2"]
    cell.value = str(cell.value).removeprefix(f"{EXAMPLE_MARK}：")
    book.save(path)
    result = keep(connection, path)
    assert counts(result) == (1, 0, 0, 0)
    (need,) = stored(connection)
    assert need.contact is not None
    opened = encryption.unseal(encryption.cipher(KEY), need.contact)
    assert opened == {"name": "样例乙", "phone": "000-0000-0000", "email": "yi@sample.example"}
    assert (need.details.budget_wan, need.pledge_wish) == (50.0, False)


def test_files_that_are_no_needs(connection: Connection, tmp_path: Path) -> None:
    patents = write_csv(tmp_path / "p.csv", [("申请号", "发明名称"), ("201710117081.7", "隔膜")])
    (tmp_path / "空").mkdir()
    for path, message in ((patents, "patents, not needs"), (tmp_path / "空", "is empty")):
        with pytest.raises(InputError, match=message):
            keep(connection, path)
    assert stored(connection) == []


def test_the_audit_trail_counts_and_names_nobody(connection: Connection, tmp_path: Path) -> None:
    keep(connection, sheet(tmp_path / "需求.xlsx", SEPARATOR))
    (row,) = audit.page(connection)
    assert (row.action, row.subject, row.details["new"]) == ("needs.imported", "needs", 1)
    assert "样例" not in repr(row)


@pytest.mark.parametrize(
    ("written", "scope", "is_told"),
    [
        ("仅匹配☑  公开□", PublishScope.MATCH_ONLY, False),
        ("不公开■ 公开□", PublishScope.MATCH_ONLY, False),
        ("仅匹配□ 公开☑", PublishScope.PUBLIC, False),
        ("[√]脱敏 [ ]公开", PublishScope.MASKED, False),
        ("公开 ☑ 脱敏 □ 仅匹配", PublishScope.MASKED, True),
        ("☑公开 ☑仅匹配", PublishScope.MATCH_ONLY, True),
        ("不公开 ■　公开 □（单选）", PublishScope.MATCH_ONLY, True),
        ("×公开 仅匹配", PublishScope.MATCH_ONLY, True),
        ("公开（×）", PublishScope.MATCH_ONLY, True),
        ("不 公开√", PublishScope.MATCH_ONLY, True),
        ("☑公开□", PublishScope.MATCH_ONLY, True),
        ("□公开 □仅匹配", PublishScope.MATCH_ONLY, True),
    ],
)
def test_ticks_give_the_publish_scope_and_the_stricter_of_two_readings(
    connection: Connection, tmp_path: Path, written: str, scope: PublishScope, is_told: bool
) -> None:
    file = form(
        tmp_path / "form.docx",
        *(("技术需求名称", "耐高温隔膜"), ("企业名称", "样例公司"), ("主要问题", "隔膜收缩")),
        ("公开范围", written),
    )
    result = keep(connection, file)
    assert stored(connection)[0].publish_scope is scope
    assert bool(result.files[0].problems) is is_told


def test_an_answer_that_cannot_be_read_leaves_no_wider_scope_of_an_earlier_import(
    connection: Connection, tmp_path: Path
) -> None:
    rows = [("技术需求名称", "耐高温隔膜"), ("企业名称", "样例公司"), ("主要问题", "隔膜收缩")]
    for written, scope in (("☑公开", PublishScope.PUBLIC), ("□公开", PublishScope.MATCH_ONLY)):
        result = keep(connection, form(tmp_path / "form.docx", *rows, ("公开范围", written)))
        assert [need.publish_scope for need in stored(connection)] == [scope]
    assert "no box is ticked" in result.files[0].problems[0].fix


@pytest.mark.parametrize(
    ("written", "wish"),
    [
        ("是□ 否☑", False),
        ("□是 ■否", False),
        ("是☑ 否□", True),
        ("√", True),
        ("☑是□", False),
        ("是× 否√", False),
        ("是×", False),
        ("是 否", False),
    ],
)
def test_ticks_give_the_wish_for_pledge_financing(
    connection: Connection, tmp_path: Path, written: str, wish: bool
) -> None:
    file = form(
        tmp_path / "form.docx",
        *(("技术需求名称", "耐高温隔膜"), ("企业名称", "样例公司"), ("主要问题", "隔膜收缩")),
        ("质押融资意愿", written),
    )
    keep(connection, file)
    assert stored(connection)[0].pledge_wish is wish
