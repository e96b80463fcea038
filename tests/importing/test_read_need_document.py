from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from matcher.errors import InputError
from matcher.importing.read_need_document import (
    read_need_document,
    read_need_forms,
    read_needs,
)
from matcher.importing.rows.need_form import NeedForm
from matcher.importing.rows.row import FileContext
from matcher.needs.record import Cooperation
from matcher.types import Need
from tests.support import word

TODAY = date(2026, 6, 1)
TEXT = "现用隔膜在130℃以上收缩，需要热收缩率小于3%的隔膜。"
SECRETS = ("样例甲", "13900000000", "jia@sample.example")


def read_document(path: Path) -> Need:
    needs, _ = read_need_document(path, TODAY)
    assert len(needs) == 1
    return needs[0]


def read_need_form(path: Path, context: FileContext) -> NeedForm:
    forms, count = read_need_forms(path, context, {})
    assert count == len(forms) == 1
    return forms[0]


def document(path: Path, *rows: Sequence[str], before: Sequence[str] = ()) -> Path:
    """Write a Word document with paragraphs and one table, whose rows may differ in length."""
    made = docx.Document()
    for paragraph in before:
        made.add_paragraph(paragraph)
    if rows:
        table = made.add_table(len(rows), max(map(len, rows)))
        for cells, row in zip(rows, table.rows, strict=True):
            for cell, text in zip(row.cells, cells, strict=False):
                cell.text = text
            if len(cells) < len(row.cells):
                row.cells[len(cells) - 1].merge(row.cells[-1])
    made.save(str(path))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("name", ["need.txt", "需求 1.md"])
def test_a_text_is_the_need_in_any_encoding(name: str, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(f"{TEXT}\r\n厚度不超过16微米。\r\n".encode(encoding))
    assert read_document(path) == Need(text=f"{TEXT}\n厚度不超过16微米。")


def test_lines_of_a_text_are_one_need(tmp_path: Path) -> None:
    path = tmp_path / "needs.txt"
    path.write_text("隔膜收缩\n轴承噪声\n", "utf-8")
    assert read_document(path) == Need(text="隔膜收缩\n轴承噪声")


def test_a_text_too_long_for_a_need_says_so(tmp_path: Path) -> None:
    path = tmp_path / "need.txt"
    path.write_text("膜" * 100_001, "utf-8")
    with pytest.raises(InputError, match=r"need\.txt: a need may have 100,000 characters"):
        read_need_document(path, TODAY)


def test_contact_lines_of_a_text_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "need.txt"
    lines = [
        TEXT,
        "手机：需要更薄的散热膜",
        "联系人：样例甲",
        "联系电话（手机）：13900000000",
        "邮箱: jia@sample.example",
    ]
    path.write_text("\n".join(lines), "utf-8")
    assert read_document(path) == Need(text=f"{TEXT}\n手机：需要更薄的散热膜")


@pytest.mark.parametrize("name", ["", "耐高温隔膜\n"])
def test_a_problem_beside_a_contact_is_no_empty_form(name: str, tmp_path: Path) -> None:
    text = f"{name}主要问题：隔膜在150℃下收缩。\n联系人：样例丙 13800138000\n"
    (tmp_path / "need.txt").write_text(text, encoding="utf-8")
    (need,), _ = read_need_document(tmp_path / "need.txt", date(2026, 6, 1))
    assert need.text == f"{name}主要问题：隔膜在150℃下收缩。"


def test_a_two_column_form(tmp_path: Path) -> None:
    path = document(
        tmp_path / "form.docx",
        ("需求名称", "智能手机玻璃盖板"),
        ("企业名称：", "样例有限公司"),
        ("一、主要问题（现状与难点）*", "强化后翘曲"),
        ("技术关键/主要指标", "翘曲小于0.1毫米\n厚度0.5毫米"),
        ("预期目标", ""),
        ("关键词", "玻璃；强化"),
        ("预算（万元）", "50"),
        ("联系人", "样例甲"),
        ("联系电话", "13900000000"),
        ("电子邮箱", "jia@sample.example"),
        before=["技术需求征集表", "填表说明：请如实填写。"],
    )
    need = read_document(path)
    assert need == Need(
        title="智能手机玻璃盖板",
        enterprise="样例有限公司",
        problem="强化后翘曲",
        indicators="翘曲小于0.1毫米\n厚度0.5毫米",
        keywords=("玻璃", "强化"),
        budget="50",
    )
    assert not any(secret in repr(need) for secret in SECRETS)


def test_a_four_column_form_with_wide_cells_and_values_below(tmp_path: Path) -> None:
    path = document(
        tmp_path / "form.docx",
        ("需求名称", "耐高温隔膜", "所属行业", "新材料"),
        ("联系人及联系方式", "样例甲 13900000000", "截止日期", "2026-12-31"),
        ("主要问题",),
        ("130℃以上收缩",),
        ("预期目标：热收缩率小于3%",),
    )
    assert read_document(path) == Need(
        title="耐高温隔膜",
        industry="新材料",
        deadline="2026-12-31",
        problem="130℃以上收缩",
        goal="热收缩率小于3%",
    )


def test_headings_above_one_row_of_values(tmp_path: Path) -> None:
    rows = [("需求名称", "主要问题", "联系人"), ("耐高温隔膜", "130℃以上收缩", "样例甲")]
    need = read_document(document(tmp_path / "row.docx", *rows))
    assert need == Need(title="耐高温隔膜", problem="130℃以上收缩")
    several = document(tmp_path / "rows.docx", *rows, ("静音轴承", "噪声大", "样例甲"))
    needs, _ = read_need_document(several, TODAY)
    assert needs == [
        Need(title="耐高温隔膜", problem="130℃以上收缩"),
        Need(title="静音轴承", problem="噪声大"),
    ]


def test_a_description_under_an_unknown_label_is_read(tmp_path: Path) -> None:
    path = document(
        tmp_path / "form.docx",
        ("需求名称", "耐高温隔膜"),
        ("企业名称", "样例有限公司"),
        ("我们想要的东西", TEXT),
        ("其他", "有意者请致电 139-0000-0000，联系样例甲，长期有效"),
    )
    need = read_document(path)
    assert need == Need(title="耐高温隔膜", enterprise="样例有限公司", text=TEXT)


def test_a_form_filled_in_content_controls(tmp_path: Path) -> None:
    path = document(tmp_path / "form.docx", ("需求名称", ""), ("主要问题", "收缩"))
    made: Any = docx.Document(str(path))
    cell = made.tables[0].rows[0].cells[1]._tc
    cell.insert(
        1,
        parse_xml(
            f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>隔膜</w:t></w:r></w:p>"
            "</w:sdtContent></w:sdt>"
        ),
    )
    made.save(str(path))
    assert read_document(path) == Need(title="隔膜", problem="收缩")


def test_other_documents_are_read_whole_in_order(tmp_path: Path) -> None:
    path = document(
        tmp_path / "letter.docx", ("温度", "150℃"), ("联系人", "样例甲"), before=["需要隔膜。", ""]
    )
    made = docx.Document(str(path))
    made.add_paragraph("急。")
    made.save(str(path))
    assert read_document(path) == Need(text="需要隔膜。\n温度 150℃\n急。")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("need.txt", b"", "empty"),
        ("need.txt", b" \r\n ", "no text"),
        ("need.txt", b"%PDF-1.7 ...", "a PDF"),
        ("need.pdf", b"%PDF-1.7 ...", "a PDF"),
        ("need.docx", b"%PDF-1.7 ...", "a PDF"),
        ("need.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", r"\.docx"),
        ("need.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "password"),
        ("need.doc", rb"{\rtf1 }", "rich text"),
        ("need.txt", b"PK\x03\x04....", "another name"),
        ("need.docx", b"PK\x03\x04....", "damaged"),
        ("need.docx", "隔膜".encode(), "damaged"),
        ("need.txt", b"a\0b", "UTF-8"),
        ("need.odt", b"text", r"\.docx"),
        ("needs.xlsx", b"PK\x03\x04....", "--needs"),
    ],
)
def test_a_wrong_file_gets_one_clear_line(
    name: str, content: bytes, message: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=message) as caught:
        read_document(path)
    assert "\n" not in str(caught.value)
    assert name in str(caught.value)


@pytest.mark.usefixtures("chinese")
def test_a_wrong_file_is_told_in_the_language_of_the_run(tmp_path: Path) -> None:
    path = tmp_path / "需求.pdf"
    path.write_bytes(b"%PDF-1.7 ...")
    with pytest.raises(InputError, match=r"^需求\.pdf 是 PDF：请将其中的文字复制到 \.txt 文件$"):
        read_document(path)


def test_damaged_and_other_documents_are_refused(tmp_path: Path) -> None:
    workbook = tmp_path / "table.docx"
    book = openpyxl.Workbook()
    book.save(workbook)
    cut = document(tmp_path / "cut.docx", before=[TEXT])
    cut.write_bytes(cut.read_bytes()[:-2000])
    for path, message in (
        (workbook, "damaged"),
        (cut, "damaged"),
        (tmp_path / "gone.txt", "no such"),
    ):
        with pytest.raises(InputError, match=message):
            read_document(path)
    with pytest.raises(InputError, match="no text"):
        read_document(document(tmp_path / "blank.docx", ("", "")))


def table(path: Path, *rows: Sequence[str]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    book.save(path)
    return path


def test_a_table_of_needs(tmp_path: Path) -> None:
    path = table(
        tmp_path / "needs.xlsx",
        ("需求编号", "需求名称", "主要问题", "联系人", "联系电话"),
        ("A1", "耐高温隔膜", "130℃以上收缩", "样例甲", "13900000000"),
        ("A2", "", "", "样例甲", "13900000000"),
    )
    needs, problems = read_needs(path, TODAY)
    assert needs == [Need(id="A1", title="耐高温隔膜", problem="130℃以上收缩")]
    assert [(problem.row, problem.refused) for problem in problems] == [(3, True)]
    assert not any(secret in repr((needs, problems)) for secret in SECRETS)


def test_needs_as_csv_and_json_lines(tmp_path: Path) -> None:
    csv, lines = tmp_path / "needs.csv", tmp_path / "needs.jsonl"
    csv.write_bytes("需求名称,预期目标\n耐高温隔膜,不收缩\n".encode("gb18030"))
    lines.write_text('{"title": "耐高温隔膜", "goal": "不收缩"}\n', "utf-8")
    for path in (csv, lines):
        assert read_needs(path, TODAY) == ([Need(title="耐高温隔膜", goal="不收缩")], [])


def test_a_table_of_patents_and_a_text_are_refused_as_needs(tmp_path: Path) -> None:
    patents = table(tmp_path / "p.xlsx", ("申请号", "发明名称"), ("201710117081.7", "一种隔膜"))
    with pytest.raises(InputError, match=r"p\.xlsx holds patents, not needs.*matcher import"):
        read_needs(patents, TODAY)
    with pytest.raises(InputError, match="--file"):
        read_needs(tmp_path / "need.txt", TODAY)


def symbol(is_ticked: bool) -> str:
    """A box of the font Wingdings 2."""
    return f'<w:sym w:font="Wingdings 2" w:char="{"F052" if is_ticked else "F0A3"}"/>'


def form_field(is_ticked: bool) -> str:
    """A check box of an old form."""
    state = "<w:checked/>" if is_ticked else ""
    box = f'<w:checkBox><w:sizeAuto/><w:default w:val="0"/>{state}</w:checkBox>'
    return f'<w:fldChar w:fldCharType="begin"><w:ffData>{box}</w:ffData></w:fldChar>'


def private_use(is_ticked: bool) -> str:
    """A box as a character of the font Wingdings."""
    return f"<w:t>{chr(0xF0FE if is_ticked else 0xF0A8)}</w:t>"


@pytest.mark.parametrize("box", [symbol, form_field, private_use])
def test_boxes_of_symbol_fonts_and_form_fields_are_ticks(
    tmp_path: Path, box: Callable[[bool], str]
) -> None:
    made = docx.Document()
    table = made.add_table(rows=0, cols=2)
    for row in (("需求名称", "高温隔膜"), ("主要问题", "隔膜收缩严重"), ("合作方式", "")):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    runs = "".join(
        f'<w:r>{box(mode == "委托研发")}</w:r><w:r><w:t xml:space="preserve">{mode} </w:t></w:r>'
        for mode in ("独立研发", "委托研发", "合作研发")
    )
    paragraph = table.rows[2].cells[1].paragraphs[0]._p
    for run in parse_xml(f"<w:p {nsdecls('w')}>{runs}</w:p>"):
        paragraph.append(run)
    made.save(str(tmp_path / "form.docx"))
    form = read_need_form(tmp_path / "form.docx", FileContext("form.docx", date(2026, 6, 1)))
    assert form is not None and form.details.cooperation == (Cooperation.COMMISSIONED,)


CONTACT_LINES = (
    "联系人：样例甲  电话：13900000000",
    "单位地址：天津市样例路1号  电话：13900000000",
    "联系人 样例甲 13900000000",
    "王经理，手机13900000000，邮箱jia@sample.example",
    "联系方式\t13900000000",
    "联 系 人：样例甲",
    "技术负责人（签字）：样例甲 13900000000",
    "对接人：样例甲 13900000000",
    "微信同号：13900000000",
    "填表人：样例甲  联系电话：13900000000",
)


def test_contact_lines_of_a_text_are_taken_out_counted_and_kept_apart(tmp_path: Path) -> None:
    prose = "现有隔膜收缩严重，可来电 13900000000 详谈，手机散热膜也需要。"
    file = tmp_path / "need.txt"
    file.write_text("\n".join((TEXT, *CONTACT_LINES, prose)), encoding="utf-8")
    context = FileContext("need.txt", TODAY)
    form = read_need_form(file, context)
    assert form is not None
    assert form.details.text == f"{TEXT}\n现有隔膜收缩严重，手机散热膜也需要。"
    assert form.contact == {"name": "样例甲", "phone": SECRETS[1], "email": SECRETS[2]}
    told = " ".join(problem.fix for problem in context.all_problems())
    assert f"taken out of the text: {len(CONTACT_LINES) + 1}; the contact person" in told
    assert not any(secret in told for secret in SECRETS)
    assert read_document(file).full_text == form.details.text


def test_a_form_in_a_frame_is_read_by_its_fields(tmp_path: Path) -> None:
    rows = (
        *(("企业名称", "样例公司"), ("需求名称", "高温隔膜"), ("主要问题", "隔膜收缩严重")),
        *(("联系人", SECRETS[0]), ("联系电话", SECRETS[1]), ("邮箱", SECRETS[2])),
    )
    made = docx.Document()
    frame = made.add_table(1, 1).rows[0].cells[0]
    for cells, row in zip(frame.add_table(len(rows), 2).rows, rows, strict=True):
        for cell, text in zip(cells.cells, row, strict=True):
            cell.text = text
    made.save(str(tmp_path / "form.docx"))
    form = read_need_form(tmp_path / "form.docx", FileContext("form.docx", TODAY))
    assert form is not None and form.details.enterprise == "样例公司"
    assert (form.details.title, form.details.problem) == ("高温隔膜", "隔膜收缩严重")
    assert form.contact == dict(zip(("name", "phone", "email"), SECRETS, strict=True))


def test_hidden_text_is_no_part_of_the_goal_and_is_told(tmp_path: Path) -> None:
    goal = word.cell(
        word.paragraph(word.run("填写说明：不超过五百字", "<w:vanish/>"), "收缩率低于2%")
    )
    rows = (("企业名称", "样例公司"), ("需求名称", "高温隔膜"), ("预期目标", goal))
    context = FileContext("form.docx", TODAY)
    form = read_need_form(word.write_word(tmp_path / "form.docx", word.table(*rows)), context)
    assert form is not None and form.details.goal == "收缩率低于2%"
    (problem,) = context.all_problems()
    assert "hidden or struck-out passages left out: 1" in problem.fix
