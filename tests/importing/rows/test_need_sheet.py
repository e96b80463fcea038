"""Sheets of needs: headings of provincial forms, contacts in cells, budgets as written."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from matcher.errors import InputError
from matcher.importing.read_need_document import read_needs
from matcher.importing.read_need_files import read_needs_files
from matcher.importing.rows.need_form import NeedForm
from matcher.importing.rows.problem import Problem
from matcher.needs.record import Cooperation, PublishScope

TODAY = date(2026, 6, 1)
Rows = Sequence[tuple[str, ...]]


def sheet(path: Path, rows: Rows) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(path / "需求.xlsx")
    return path / "需求.xlsx"


def read(
    path: Path, rows: Rows, mapping: dict[str, str] | None = None
) -> tuple[tuple[NeedForm, ...], tuple[Problem, ...]]:
    (file,) = read_needs_files([sheet(path, rows)], today=TODAY, mapping=mapping)
    return file.forms, file.problems


def test_headings_of_a_provincial_form(tmp_path: Path) -> None:
    row = {
        "机构全称": "滨海样例公司",
        "所在地域": "天津市滨海新区",
        "技術需求名稱": "耐高温隔膜",
        "主要问题": "隔膜收缩",
        "关键字": "隔膜 涂层",
        "拟投入资金总额": "300万元",
        "拟投入自有资金": "100万元",
        "需求技术合作模式": "产学研合作",
        "需求技术所属领域": "新材料",
        "公开范围": "不同意公开",
        "需求年限": "三个月内",
        "填表日期": "2026-06-01",
        "联系人": "样例甲",
        "固定电话": "022-00000001",
    }
    (form,), problems = read(tmp_path, [tuple(row), tuple(row.values())])
    details = form.details
    assert (details.enterprise, details.region) == ("滨海样例公司", "天津市滨海新区")
    assert (details.title, details.industry) == ("耐高温隔膜", "新材料")
    assert (details.keywords, details.budget_wan) == (("隔膜", "涂层"), 300)
    assert (details.cooperation, details.deadline) == ((Cooperation.JOINT,), date(2026, 9, 1))
    assert form.publish_scope is PublishScope.MATCH_ONLY
    assert form.contact == {"name": "样例甲", "phone": "022-00000001", "email": None}
    assert [(p.column, p.fix) for p in problems] == [
        ("拟投入自有资金", "1 row (2): not read, because 拟投入资金总额 is")
    ]


def test_contact_data_in_cells_leaves_the_text(tmp_path: Path) -> None:
    rows = [
        ("企业名称", "需求名称", "主要问题", "联系人"),
        ("样例公司", "隔膜", "隔膜收缩。联系人张三 13800000000 微信同号", ""),
        ("样例公司", "轴承", "噪声大（对接人：李四，13700000000）", "样例甲"),
        ("样例公司", "电话交换机", "电话交换机的程控板13800000000次后失效", ""),
    ]
    forms, problems = read(tmp_path, rows)
    assert [form.details.problem for form in forms] == [
        "隔膜收缩。",
        "噪声大",
        "电话交换机的程控板13800000000次后失效",
    ]
    names = [form.contact and form.contact["name"] for form in forms]
    assert names == ["张三", "样例甲", None]
    told = " ".join(problem.fix for problem in problems)
    assert "1 row (2): contact data was taken out of the text; the contact person" in told
    assert "1 row (3): contact data was taken out of the text" in told
    assert not any(secret in told for secret in ("张三", "李四", "13800000000"))
    needs, problems_of_match = read_needs(tmp_path / "需求.xlsx", TODAY)
    assert [need.problem for need in needs] == [form.details.problem for form in forms]
    assert "2 rows (2, 3): contact data was taken out" in problems_of_match[0].fix


@pytest.mark.parametrize(
    "note", [("备注：以上需求请联系样例甲13800000000",), ("（说明）同上",), ("合计", "1项")]
)
def test_a_note_below_the_table_is_no_need(note: tuple[str, ...], tmp_path: Path) -> None:
    rows = [("需求名称", "主要问题", "预期目标"), ("隔膜", "隔膜收缩", "不收缩"), note]
    forms, problems = read(tmp_path, rows)
    assert [form.details.title for form in forms] == ["隔膜"]
    told = [problem.fix for problem in problems]
    assert "1 row (3): a note or a total below the table was left out: it is no need" in told


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("①委托研发②技术转让", []),
        ("1.委托研发 2.技术转让", []),
        ("委托研发 技术转让", []),
        ("委托研发或技术转让", []),
        ("委托研发 入股 技术转让", ["入股"]),
    ],
)
def test_modes_of_cooperation_in_a_list(written: str, told: list[str], tmp_path: Path) -> None:
    rows = [("企业名称", "主要问题", "合作方式"), ("样例公司", "隔膜收缩", written)]
    (form,), problems = read(tmp_path, rows)
    assert form.details.cooperation == (Cooperation.COMMISSIONED, Cooperation.ASSIGNMENT)
    assert [p.fix[1:3] for p in problems if p.column == "合作方式"] == told


@pytest.mark.parametrize(
    ("heading", "written", "scope"),
    [
        ("是否保密", "是", PublishScope.MATCH_ONLY),
        ("是否保密", "☑是 □否", PublishScope.MATCH_ONLY),
        ("是否保密", "否", PublishScope.MATCH_ONLY),
        ("是否对外公开", "是", PublishScope.PUBLIC),
        ("是否愿意公开需求信息", "否", PublishScope.MATCH_ONLY),
    ],
)
def test_a_question_of_the_scope(
    heading: str, written: str, scope: PublishScope, tmp_path: Path
) -> None:
    rows = [("企业名称", "主要问题", heading), ("样例公司", "隔膜收缩", written)]
    (form,), problems = read(tmp_path, rows)
    assert form.publish_scope is scope
    assert any(p.column == heading for p in problems) == (written == "否" and "保密" in heading)


def test_further_headings_of_forms(tmp_path: Path) -> None:
    row = {
        "榜题": "耐高温隔膜",
        "技术指标参数": "收缩率低于2%",
        "所在县(市、区)": "样例县",
        "高新技术领域": "新材料",
        "意向投入金额": "50万元",
        "联系人及职务": "样例甲",
        "聯絡電話": "13900000000",
    }
    (form,), _problems = read(tmp_path, [tuple(row), tuple(row.values())])
    details = form.details
    assert (details.title, details.indicators) == ("耐高温隔膜", "收缩率低于2%")
    assert (details.region, details.industry, details.budget_wan) == ("样例县", "新材料", 50)
    assert form.contact == {"name": "样例甲", "phone": "13900000000", "email": None}


@pytest.mark.parametrize(
    ("written", "shown", "wan"),
    [
        ("50", "50万元", 50),
        ("50-80", "50-80万元", 80),
        ("50-80万", "50-80万", 80),
        ("¥500,000", "¥500,000", 50),
        ("80万元（含税）", "80万元（含税）", 80),
        ("不超过100万元", "不超过100万元", 100),
        ("面议", "面议", None),
        ("$50,000", "$50,000", None),
        ("无", None, None),
    ],
)
def test_a_budget_is_shown_as_written(
    written: str, shown: str | None, wan: float | None, tmp_path: Path
) -> None:
    rows = [("企业名称", "主要问题", "预算"), ("样例公司", "隔膜收缩", written)]
    (form,), _ = read(tmp_path, rows)
    assert (form.details.need.budget, form.details.budget_wan) == (shown, wan)


def test_a_heading_is_mapped_and_a_wrong_field_named_with_those_of_needs(tmp_path: Path) -> None:
    rows = [("企业名称", "需求名称", "攻坚方向"), ("样例公司", "隔膜", "降低收缩")]
    (form,), _ = read(tmp_path, rows, {"goal": "攻坚方向"})
    assert form.details.goal == "降低收缩"
    with pytest.raises(InputError, match=r"no field 'ipc'.*goal \(预期目标\)"):
        read(tmp_path, rows, {"ipc": "攻坚方向"})


@pytest.mark.parametrize(
    ("written", "example"),
    [
        ("三季度末", "2026-09-30"),
        ("月底前", "2026-06-30"),
        ("年底前", "2026-12-31"),
        ("两个月内", "2026-08-01"),
        ("合同签订后三个月内", "2026-12-31"),
        ("尽早", "2026-12-31"),
    ],
)
def test_an_unread_deadline_is_told_with_an_example_of_its_kind(
    tmp_path: Path, written: str, example: str
) -> None:
    rows = [("企业名称", "需求名称", "截止日期"), ("样例公司", "耐高温隔膜", written)]
    (form,), (problem,) = read(tmp_path, rows)
    assert form.details.deadline is None
    assert problem.fix.endswith(f"write a whole date, such as {example}")


def test_a_strange_table_of_needs_is_refused_with_the_headings_of_needs(tmp_path: Path) -> None:
    path = sheet(tmp_path, [("甲", "乙"), ("1", "2")])
    for refused in (lambda: read_needs_files([path], today=TODAY), lambda: read_needs(path, TODAY)):
        with pytest.raises(InputError, match="such as 需求名称, 主要问题, 企业名称"):
            refused()
