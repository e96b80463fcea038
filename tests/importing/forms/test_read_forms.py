"""Forms of needs in tables and in paragraphs, and what is told of them."""

from datetime import date
from pathlib import Path

import pytest

from matcher.importing.forms.labels import Labels
from matcher.importing.read_need_document import read_need_document, read_need_forms
from matcher.importing.rows.need_form import NeedForm
from matcher.importing.rows.problem import Problem
from matcher.importing.rows.row import FileContext
from matcher.needs.record import Cooperation, PublishScope
from tests.support.word import cell, paragraph, table, write_word

TODAY = date(2026, 6, 1)
FIRM, TITLE, PROBLEM = ("企业名称", "样例公司"), ("需求名称", "高温隔膜"), ("主要问题", "隔膜收缩")


def read(
    path: Path, *body: str, mapping: dict[str, str] | None = None, footer: str = ""
) -> tuple[list[NeedForm], tuple[Problem, ...]]:
    parts = {"footer": footer} if footer else {}
    context = FileContext("form.docx", TODAY)
    file = write_word(path / "form.docx", *body, parts=parts)
    forms, _ = read_need_forms(file, context, mapping or {})
    return forms, context.all_problems()


def lines(*texts: str) -> str:
    return "".join(map(paragraph, texts))


def test_labelled_paragraphs_are_a_form(tmp_path: Path) -> None:
    (form,), problems = read(
        tmp_path,
        lines(
            "企业技术需求征集表",
            "填表说明：请如实填写。",
            "企业名称：____样例公司____    所属行业：新材料",
            "一、需求名称",
            "高温隔膜",
            "二、主要问题：隔膜收缩",
            "在130℃以上更明显。",
            "三、企业简介",
            "成立于2009年。",
            "四、预期目标",
            "1、收缩率低于2%",
            "2、透气度：不低于200 s",
            "联系人：样例甲  电话：13900000000",
        ),
    )
    details = form.details
    assert (details.enterprise, details.industry) == ("样例公司", "新材料")
    assert (details.title, details.problem) == ("高温隔膜", "隔膜收缩\n在130℃以上更明显。")
    assert details.goal == "1、收缩率低于2%\n2、透气度：不低于200 s"
    assert form.contact == {"name": "样例甲", "phone": "13900000000", "email": None}
    assert not any("13900000000" in str(problem) for problem in problems)


@pytest.mark.parametrize(
    "prompt",
    [
        "单击或点击此处输入文字。",
        "（请填写企业的主要目标）",
        "__________",
        "请详细描述技术需求，限500字",
        "选择一项。",
        "Click or tap here to enter text.",
        "……",
    ],
)
def test_a_prompt_is_nothing_filled_in(prompt: str, tmp_path: Path) -> None:
    rows = [FIRM, TITLE, PROBLEM, *((name, prompt) for name in ("预期目标", "预算", "关键词"))]
    (form,), problems = read(tmp_path, table(*rows))
    details = form.details
    assert (details.goal, details.budget_wan, details.keywords) == (None, None, ())
    assert problems == ()


def test_a_prompt_beside_a_value_goes_and_the_value_stays(tmp_path: Path) -> None:
    goal = "（请填写预期目标，限200字）收缩率低于2%，请点击测试按钮"
    (form,), _ = read(tmp_path, table(FIRM, TITLE, ("预期目标", goal)))
    assert form.details.goal == "收缩率低于2%，请点击测试按钮"


def test_labels_with_blanks_four_columns_and_captions_of_groups(tmp_path: Path) -> None:
    (form,), problems = read(
        tmp_path,
        table(
            ("基本情况", "企 业 名 称", "样例公司", "所　属　行　业*", "新材料"),
            ("基本情况", "企业性质", "民营"),
            ("2.需求名称（必填）", "高温隔膜", "联 系 人", "样例甲"),
            ("主要问题（现状(含国内外)与难点）", "隔膜收缩"),
        ),
    )
    assert (form.details.enterprise, form.details.industry) == ("样例公司", "新材料")
    assert (form.details.title, form.details.problem) == ("高温隔膜", "隔膜收缩")
    assert form.contact == {"name": "样例甲", "phone": None, "email": None}
    assert [(p.column, p.value) for p in problems] == [("企业性质", "民营")]


def test_a_label_that_nothing_reads_is_named_without_personal_values(tmp_path: Path) -> None:
    rows = [FIRM, TITLE, PROBLEM, ("合作意向单位*", "样例大学"), ("通讯地址", "样例路1号")]
    forms, problems = read(tmp_path, table(*rows, ("法人身份证", "11010519491231002X")))
    told = [(problem.column, problem.value) for problem in problems]
    assert told == [("合作意向单位", "样例大学"), ("通讯地址", "***"), ("法人身份证", "***")]
    assert '--map "FIELD=合作意向单位"' in problems[0].fix
    assert len(forms) == 1


def test_a_label_is_mapped_to_a_field(tmp_path: Path) -> None:
    rows = [FIRM, TITLE, ("拟攻关内容", "降低收缩")]
    (form,), problems = read(tmp_path, table(*rows), mapping={"goal": "拟攻关内容"})
    assert form.details.goal == "降低收缩"
    assert problems == ()


def test_several_forms_of_one_firm_are_several_needs(tmp_path: Path) -> None:
    second = table(("需求名称", "静音轴承"), ("主要问题", "噪声大"), ("联系人", "样例乙"))
    forms, _ = read(tmp_path, table(FIRM, TITLE, PROBLEM, ("联系人", "样例甲")), second)
    assert [(f.details.enterprise, f.details.title, f.details.problem) for f in forms] == [
        ("样例公司", "高温隔膜", "隔膜收缩"),
        ("样例公司", "静音轴承", "噪声大"),
    ]
    assert [f.contact and f.contact["name"] for f in forms] == ["样例甲", "样例乙"]
    needs, _ = read_need_document(tmp_path / "form.docx", TODAY)
    assert [need.title for need in needs] == ["高温隔膜", "静音轴承"]


def test_contact_data_in_a_field_leaves_the_text(tmp_path: Path) -> None:
    problem = "隔膜收缩。联系人张三 13800000000 微信同号"
    rows = [FIRM, TITLE, ("主要问题", problem)]
    (form,), problems = read(tmp_path, table(*rows), footer=lines("编号：XQ-01"))
    assert (form.details.problem, form.details.reference) == ("隔膜收缩。", "XQ-01")
    assert form.contact == {"name": "张三", "phone": "13800000000", "email": None}
    (told,) = problems
    assert "taken out of the text: 1; the contact person is kept apart" in told.fix


def test_a_document_of_prose_with_a_table_of_figures_keeps_its_prose(tmp_path: Path) -> None:
    prose = "我公司的隔膜在130℃以上收缩，希望找到耐高温的隔膜。"
    (form,), _ = read(tmp_path, lines(prose), table(("技术指标", "预期目标"), ("收缩率", "≤2%")))
    assert prose in form.details.need.full_text and "≤2%" in form.details.need.full_text


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ("主要研究内容", "text"),
        ("期望达到的技术指标", "indicators"),
        ("生产中存在的技术难题", "problem"),
        ("拟实现的总体目标", "goal"),
        ("# 企業技術需求描述（500字）", "text"),
        ("二、亟待解决的关键技术问题*", "problem"),
        ("信息发布意愿", "publish_scope"),
        ("是否同意将本需求信息在平台上公开发布", "publish_scope"),
        ("是否愿意参加质押融资", "pledge_wish"),
        ("期望时间", "deadline"),
        ("企业简介", None),
        ("合作意向单位", None),
        ("单位", None),
    ],
)
def test_labels_of_forms(label: str, field: str | None) -> None:
    assert Labels().field_of(label) == field


def test_several_labels_of_the_publish_scope_are_read_strictly(tmp_path: Path) -> None:
    rows = [FIRM, TITLE, PROBLEM, ("是否公开", "☑是 □否"), ("是否同意公开", "□同意 ☑不同意")]
    (form,), problems = read(tmp_path, table(*rows, ("所属领域", "☑新材料 □新能源")))
    assert form.publish_scope is PublishScope.MATCH_ONLY
    assert "the stricter one was taken" in problems[0].fix
    assert form.details.industry == "新材料"


@pytest.mark.parametrize(
    ("row", "scope"),
    [
        (("公开范围", "公开", "", "不公开", "√"), PublishScope.MATCH_ONLY),
        (("是否公开", "是", "", "否", "√"), PublishScope.MATCH_ONLY),
        (("是否公开", "是", "√", "否", ""), PublishScope.PUBLIC),
        (("公开范围", "公开", "不公开√"), PublishScope.MATCH_ONLY),
        (("公开范围", "公开 □", "不公开 ☑"), PublishScope.MATCH_ONLY),
        (("公开范围", "□公开", "□脱敏", "☑仅匹配"), PublishScope.MATCH_ONLY),
        (("公开范围", "公开", "不公开"), PublishScope.MATCH_ONLY),
        (("公开范围", "公开", "备注", "无"), PublishScope.PUBLIC),
        (("公开范围\n公开□ 不公开☑",), PublishScope.MATCH_ONLY),
    ],
)
def test_the_cells_of_a_row_are_one_answer(
    row: tuple[str, ...], scope: PublishScope, tmp_path: Path
) -> None:
    (form,), _ = read(tmp_path, table(FIRM, TITLE, PROBLEM, row))
    assert form.publish_scope is scope


def test_answers_in_cells_of_their_own_for_cooperation_and_the_pledge(tmp_path: Path) -> None:
    cooperation = ("合作方式", "独立研发", "□", "委托研发", "☑")
    rows = [cooperation, ("质押融资意愿", "是", "", "否", "√")]
    (form,), problems = read(tmp_path, table(FIRM, TITLE, PROBLEM, *rows))
    assert form.details.cooperation == (Cooperation.COMMISSIONED,)
    assert (form.pledge_wish, problems) == (False, ())


@pytest.mark.parametrize("row", [("公开范围：", "□公开", "☑脱敏"), ("公开范围：□公开", "☑脱敏")])
def test_the_lines_of_boxes_under_a_label_are_one_answer(
    row: tuple[str, ...], tmp_path: Path
) -> None:
    for body in (lines(*row), table(row[:2], *(("", line) for line in row[2:]))):
        (form,), problems = read(tmp_path, table(FIRM, TITLE, PROBLEM), body)
        assert (form.publish_scope, problems) == (PublishScope.MASKED, ())


def test_two_tables_side_by_side_in_a_frame_are_read(tmp_path: Path) -> None:
    left = cell(paragraph("企业信息") + table(FIRM, ("所属行业", "新材料")) + paragraph(""))
    right = cell(table(("联系人", "张样例"), ("电话", "13900000000")) + paragraph(""))
    (form,), problems = read(tmp_path, table((left, right), TITLE, PROBLEM))
    assert (form.details.enterprise, form.details.industry) == ("样例公司", "新材料")
    assert form.contact == {"name": "张样例", "phone": "13900000000", "email": None}
    assert problems == ()


def test_labels_in_two_languages_and_short_ones_in_front_of_a_colon(tmp_path: Path) -> None:
    rows = [("企业名称 Company", "样例公司"), ("需求名称/Title of need", "高温隔膜")]
    (form,), _ = read(tmp_path, table(*rows, ("主要问题 Main problem", "隔膜收缩")))
    assert (form.details.enterprise, form.details.problem) == ("样例公司", "隔膜收缩")
    texts = (
        "企业：样例公司",
        "需求：高温隔膜",
        "问题：隔膜收缩",
        "对接：张工 13900000000",
        "公开：否",
    )
    (form,), _ = read(tmp_path, lines(*texts))
    assert (form.details.enterprise, form.details.text) == ("样例公司", "高温隔膜")
    assert form.contact == {"name": "张工", "phone": "13900000000", "email": None}
    assert form.publish_scope is PublishScope.MATCH_ONLY


@pytest.mark.parametrize("gap", ["\t", "   "])
def test_lines_of_labels_and_values_without_colons(gap: str, tmp_path: Path) -> None:
    pairs = [FIRM, ("联系人", f"样例甲{gap}联系电话{gap}13900000000"), TITLE, PROBLEM]
    file = tmp_path / "form.txt"
    file.write_text("\n".join(map(gap.join, pairs)), "utf-8")
    (form,), _ = read_need_forms(file, FileContext("form.txt", TODAY), {})
    assert (form.details.enterprise, form.details.problem) == ("样例公司", "隔膜收缩")
    assert form.contact == {"name": "样例甲", "phone": "13900000000", "email": None}


def test_values_below_labels_of_which_one_is_unknown(tmp_path: Path) -> None:
    rows = [("需求名称", "预算（万元）", "公开"), ("高温隔膜", "50", "否")]
    (form,), problems = read(tmp_path, table(FIRM, PROBLEM), table(*rows))
    assert (form.details.title, form.details.budget_wan) == ("高温隔膜", 50)
    assert (form.publish_scope, problems) == (PublishScope.MATCH_ONLY, ())


def test_several_labelled_values_in_one_cell(tmp_path: Path) -> None:
    rows = [("预算：50 万元  期限：2026年12月31日", "公开： 公开□  脱敏☑ 保密□")]
    (form,), problems = read(tmp_path, table(FIRM, TITLE, PROBLEM, *rows))
    assert (form.details.budget_wan, form.details.deadline) == (50, date(2026, 12, 31))
    assert (form.publish_scope, problems) == (PublishScope.MASKED, ())


def test_a_column_of_hints_and_headings_of_a_form_are_no_values(tmp_path: Path) -> None:
    rows = [(*TITLE, "20字以内"), (*PROBLEM, "简述难点"), ("预算", "50", "万元")]
    (form,), problems = read(tmp_path, table(("项目", "填写内容", "填写说明"), *rows))
    assert (form.details.title, form.details.problem) == ("高温隔膜", "隔膜收缩")
    assert len(problems) == 1  # the enterprise


def test_a_text_under_no_label_is_told(tmp_path: Path) -> None:
    stray = "我公司另有一条生产线需要改造，希望与高校合作解决。"
    _, problems = read(tmp_path, table(FIRM, TITLE, PROBLEM, (stray,)))
    assert [problem.value for problem in problems] == [stray]


@pytest.mark.parametrize(
    "text", ["本需求请勿对外公开。", "不希望公开，请保密", "Please do not publish."]
)
def test_a_need_whose_text_asks_not_to_publish_it_is_not_published(
    text: str, tmp_path: Path
) -> None:
    rows = [FIRM, TITLE, ("主要问题", f"隔膜收缩。{text}"), ("公开范围", "公开")]
    (form,), problems = read(tmp_path, table(*rows))
    assert form.publish_scope is PublishScope.MATCH_ONLY
    assert "asks not to publish it" in problems[0].fix


def test_a_remark_that_nothing_reads_can_withhold_a_need(tmp_path: Path) -> None:
    rows = [FIRM, TITLE, PROBLEM, ("公开范围", "公开"), ("备注", "请勿公开")]
    (form,), _ = read(tmp_path, table(*rows))
    assert form.publish_scope is PublishScope.MATCH_ONLY


def test_a_short_label_inside_a_value_is_a_part_of_it(tmp_path: Path) -> None:
    rows = [FIRM, TITLE, ("主要问题", "企业：目前依赖进口"), ("需求：", "耐热涂层")]
    (form,), problems = read(tmp_path, table(*rows))
    assert form.details.problem == "企业：目前依赖进口"
    assert (form.details.text, problems) == ("耐热涂层", ())


def test_a_list_of_the_team_names_no_contact(tmp_path: Path) -> None:
    team = table(("姓名", "职称", "联系电话"), ("张样例", "高工", "13900000000"))
    (form,), _ = read(tmp_path, table(FIRM, TITLE, PROBLEM), team)
    assert form.contact is None or form.contact["name"] is None


def test_a_secret_of_the_technique_withholds_nothing(tmp_path: Path) -> None:
    rows = [FIRM, TITLE, ("主要问题", "需要保密通信技术，防止数据泄露"), ("公开范围", "公开")]
    (form,), _ = read(tmp_path, table(*rows))
    assert form.publish_scope is PublishScope.PUBLIC


def test_a_markdown_table_is_a_form(tmp_path: Path) -> None:
    file = tmp_path / "form.md"
    rows = ("| 项目 | 内容 |", "|---|---|", "| 需求名称 | 高温隔膜 |", "| 主要问题 | 收缩 |")
    file.write_text("\n".join((*rows, "| 联系人 | 张样例 |")), "utf-8")
    context = FileContext("form.md", TODAY)
    (form,), _ = read_need_forms(file, context, {})
    assert (form.details.title, form.details.problem) == ("高温隔膜", "收缩")
    assert form.contact == {"name": "张样例", "phone": None, "email": None}
