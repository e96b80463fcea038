"""Several needs in one document: side by side, and of several enterprises one after another."""

from datetime import date
from pathlib import Path

import pytest

from matcher.importing.forms.columns import split_columns
from matcher.importing.forms.labels import Labels
from matcher.importing.read_need_document import read_need_forms
from matcher.importing.rows.need_form import NeedForm
from matcher.importing.rows.problem import Problem
from matcher.importing.rows.row import FileContext
from matcher.needs.record import PublishScope
from tests.support.word import cell, paragraph, table, write_word

TODAY = date(2026, 6, 1)
Pairs = list[tuple[str, ...]]
FIRST: Pairs = [
    ("企业名称", "样例甲公司"),
    ("需求名称", "高温隔膜"),
    ("主要问题", "隔膜在130℃以上收缩"),
    ("公开范围", "公开"),
    ("联系人", "张样例"),
    ("联系电话", "13900000001"),
]
SECOND: Pairs = [
    ("企业名称", "样例乙公司"),
    ("需求名称", "均匀涂布"),
    ("主要问题", "涂布厚度偏差超过5%"),
    ("公开范围", "仅匹配"),
    ("联系人", "李样例"),
    ("联系电话", "13900000002"),
]
FIGURE = ("经费预算（万元）", "50", "80")


def read(path: Path, *body: str) -> tuple[list[NeedForm], tuple[Problem, ...]]:
    context = FileContext("form.docx", TODAY)
    forms, _ = read_need_forms(write_word(path / "form.docx", *body), context, {})
    return forms, context.all_problems()


def told(form: NeedForm) -> tuple[object, ...]:
    contact = form.contact or {}
    details = form.details
    return (details.enterprise, details.title, form.publish_scope, *contact.values())


def lines(pairs: Pairs) -> str:
    return "".join(paragraph(f"{label}：{value}") for label, value in pairs)


def beside(first: Pairs, second: Pairs) -> Pairs:
    return [(*pair, other[1]) for pair, other in zip(first, second, strict=True)]


OWN = [
    ("样例甲公司", "高温隔膜", PublishScope.PUBLIC, "张样例", "13900000001", None),
    ("样例乙公司", "均匀涂布", PublishScope.MATCH_ONLY, "李样例", "13900000002", None),
]
CONTACT_FIRST = [4, 5, 0, 1, 2, 3]
TITLE_FIRST = [1, 0, 2, 3, 4, 5]


@pytest.mark.parametrize("order", [range(6), CONTACT_FIRST, TITLE_FIRST])
@pytest.mark.parametrize("kind", ["tables", "one table", "lines"])
def test_each_enterprise_has_its_own_need_contact_and_scope(
    kind: str, order: list[int], tmp_path: Path
) -> None:
    first, second = ([pairs[index] for index in order] for pairs in (FIRST, SECOND))
    body = {
        "tables": table(*first) + paragraph("") + table(*second),
        "one table": table(*first, *second),
        "lines": lines([*first, *second]),
    }[kind]
    forms, problems = read(tmp_path, body)
    assert (list(map(told, forms)), problems) == (OWN, ())


@pytest.mark.parametrize("order", [[0, 1, 2], [1, 0, 2]])
def test_what_an_enterprise_leaves_out_is_not_taken_from_another(
    order: list[int], tmp_path: Path
) -> None:
    bare = [SECOND[index] for index in order]
    forms, _ = read(tmp_path, table(*FIRST), table(*bare))
    assert told(forms[1]) == ("样例乙公司", "均匀涂布", None)


def test_a_further_need_belongs_to_the_enterprise_before_it(tmp_path: Path) -> None:
    third = [("需求名称", "厚度检测"), ("主要问题", "在线检测太慢")]
    forms, _ = read(tmp_path, table(*FIRST), table(*SECOND), table(*third))
    assert told(forms[2]) == ("样例乙公司", "厚度检测", *OWN[1][2:])


def test_a_blank_answer_of_a_further_need_is_not_the_first_ones(tmp_path: Path) -> None:
    blank = [("需求名称", "均匀涂布"), SECOND[2], ("公开范围", "")]
    forms, _ = read(tmp_path, table(*FIRST), table(*blank))
    assert told(forms[1])[2] is None


def test_a_table_with_one_need_a_row_keeps_its_blank_cells(tmp_path: Path) -> None:
    headings = ("需求名称", "主要问题", "公开范围", "联系人")
    rows = [("高温隔膜", "隔膜收缩", "公开", "张样例"), ("均匀涂布", "涂布厚度不均", "", "")]
    forms, _ = read(tmp_path, lines([("企业名称", "样例甲公司")]), table(headings, *rows))
    assert told(forms[1]) == ("样例甲公司", "均匀涂布", None)


def test_a_form_that_is_no_need_is_told(tmp_path: Path) -> None:
    rest = [("企业名称", "样例乙公司"), ("所属行业", "新材料")]
    forms, problems = read(tmp_path, table(*FIRST), table(*rest))
    assert list(map(told, forms)) == OWN[:1]
    assert {problem.column for problem in problems} == {"企业名称", "所属行业"}


def test_needs_side_by_side(tmp_path: Path) -> None:
    forms, problems = read(tmp_path, table(*beside(FIRST, SECOND), FIGURE))
    assert (list(map(told, forms)), problems) == (OWN, ())
    assert [form.details.budget_wan for form in forms] == [50, 80]


def test_a_cell_across_the_columns_holds_for_all(tmp_path: Path) -> None:
    firm = ("企业名称", cell("样例甲公司", '<w:gridSpan w:val="2"/>'))
    heading = ("项目", "需求一", "需求二")
    forms, problems = read(tmp_path, table(heading, firm, *beside(FIRST, SECOND)[1:]))
    assert [told(form)[:2] for form in forms] == [
        ("样例甲公司", "高温隔膜"),
        ("样例甲公司", "均匀涂布"),
    ]
    assert [form.publish_scope for form in forms] == [PublishScope.PUBLIC, PublishScope.MATCH_ONLY]
    assert not problems


@pytest.mark.parametrize(
    "rows",
    [
        [["需求名称", "高温隔膜", "请简要填写"], ["主要问题", "隔膜收缩", "说明现状"], [*FIGURE]],
        [["需求名称", "高温隔膜", "甲"], ["主要问题", "隔膜收缩", "乙"]],
        [["需求名称", "高温隔膜", "预算", "50"], ["主要问题", "隔膜收缩", "联系人", "甲"]],
    ],
)
def test_other_tables_are_no_needs_side_by_side(rows: list[list[str]]) -> None:
    assert split_columns(rows, Labels()) is None


def test_an_unknown_heading_costs_no_row(tmp_path: Path) -> None:
    headings = ("序号", "企业名称", "需求名称", "需求内容", "电话", "公开")
    rows = [("1", "样例甲公司", "高温隔膜", "隔膜收缩", "13900000001", "否")]
    rows += [("2", "样例乙公司", "均匀涂布", "厚度不均", "", "是")]
    forms, problems = read(tmp_path, table(headings, *rows))
    assert [told(form)[:3] for form in forms] == [
        ("样例甲公司", "高温隔膜", PublishScope.MATCH_ONLY),
        ("样例乙公司", "均匀涂布", PublishScope.PUBLIC),
    ]
    assert forms[1].contact is None
    assert not problems


def test_a_second_value_is_told_and_a_unit_belongs_to_its_figure(tmp_path: Path) -> None:
    rows = [("主要问题", "隔膜收缩", "涂布不均"), ("经费预算", "500000", "元")]
    (form,), problems = read(tmp_path, table(*FIRST[:2], *rows))
    assert form.details.budget_wan == 50
    assert ["left out under 主要问题;" in problem.fix for problem in problems] == [True]


@pytest.mark.parametrize("partner", ["单位名称", "企业名称"])
def test_a_partners_contact_is_not_the_needs(partner: str, tmp_path: Path) -> None:
    block = [(partner, "样例大学"), ("联系人", "王样例"), ("电话", "13900000003")]
    forms, problems = read(tmp_path, table(*FIRST[:4]), table(*block))
    assert list(map(told, forms)) == [OWN[0][:3]]
    assert {partner, "联系人", "电话"} <= {problem.column for problem in problems}
    assert not any("13900000003" in str(problem) for problem in problems)


def test_another_enterprise_under_another_label_shares_nothing(tmp_path: Path) -> None:
    second = [("单位名称", "样例乙公司"), *SECOND[1:3]]
    forms, _ = read(tmp_path, table(*FIRST), table(*second))
    assert told(forms[1]) == ("样例乙公司", "均匀涂布", None)
    forms, _ = read(tmp_path, lines([*FIRST, *second]))
    assert told(forms[1]) == (None, "均匀涂布", None)


def test_one_enterprise_in_two_spellings_is_one(tmp_path: Path) -> None:
    first = [("企业名称", "样例（天津）公司"), *FIRST[1:]]
    forms, problems = read(
        tmp_path, table(*first), table(("企业名称", "样例(天津)公司"), *SECOND[1:3])
    )
    assert [form.details.enterprise for form in forms] == ["样例（天津）公司"] * 2
    assert problems == ()


def test_numbered_labels_are_of_several_needs(tmp_path: Path) -> None:
    rows = [("需求1名称", "高温隔膜"), ("需求1内容", "隔膜收缩"), ("需求2名称", "均匀涂布")]
    forms, _ = read(tmp_path, table(FIRST[0], *rows, ("需求2内容", "厚度不均")))
    assert [told(form)[:2] for form in forms] == [
        ("样例甲公司", "高温隔膜"),
        ("样例甲公司", "均匀涂布"),
    ]
    pairs = [("需求一", "高温隔膜"), FIRST[2], ("需求二", "均匀涂布"), SECOND[2]]
    forms, _ = read(tmp_path, lines([FIRST[0], *pairs]))
    assert [form.details.title for form in forms] == ["高温隔膜", "均匀涂布"]


def test_what_stands_behind_needs_side_by_side_is_of_all(tmp_path: Path) -> None:
    rows = [*beside(FIRST, SECOND)[1:3], FIGURE]
    forms, _ = read(tmp_path, table(*rows), lines([FIRST[0], ("公开范围", "仅匹配"), *FIRST[4:]]))
    scope = PublishScope.MATCH_ONLY
    assert [told(form) for form in forms] == [
        ("样例甲公司", title, scope, *OWN[0][3:]) for title in ("高温隔膜", "均匀涂布")
    ]


def test_the_contact_person_comes_before_the_person_in_charge(tmp_path: Path) -> None:
    rows = [
        ("单位负责人", "王样例", "电话", "13900000003"),
        ("联系人", "张样例", "手机", "13900000001"),
    ]
    (form,), _ = read(tmp_path, table(*FIRST[:3], *rows))
    assert form.contact == {"name": "张样例", "phone": "13900000001", "email": None}
