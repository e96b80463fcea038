"""Files to begin from, made by our own code of the sample catalogue (样例)."""

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import docx
import openpyxl

import matcher
from matcher.importing.headings.template import write_template
from matcher.importing.headings.template_columns import TEMPLATES
from matcher.programme.kinds import KINDS
from matcher.workflows.events.import_sheets import FIRMS, TEAMS

_SAMPLES = Path(matcher.__file__).parent / "samples"
_PATENTS = 2
_NEEDS = 2
_CHARACTERS = 80
"""Characters of a patent's texts: short inputs are many."""
_FIRST_ZIP_DAY = (1980, 1, 1, 0, 0, 0)

Rows = Sequence[Sequence[str]]

_FORM = (
    ("企业名称", "样例电池有限公司（样例）"),
    ("统一社会信用代码", "91120116MA0700000X"),
    ("需求名称", "耐高温隔膜"),
    ("主要问题（现状与难点）", "隔膜在150℃下收缩，收缩率大于2%，需要≤2%。"),
    ("预期目标", "热收缩率小于2%，厚度12±1μm"),
    ("投入预算", "50-80万元"),
    ("完成时间", "2026年12月底前"),
    ("合作方式", "☑技术转让 □技术入股 □联合开发"),
    ("公开范围", "□公开 ☑仅用于匹配"),
    ("联系人", "样例甲"),
    ("联系电话", "022-0000-0000"),
)


def patents() -> list[dict[str, Any]]:
    """Return the first patents of the samples, with the beginnings of their texts."""
    return [
        {
            name: value[:_CHARACTERS] if isinstance(value, str) else value
            for name, value in entry.items()
        }
        for entry in _lines("patents.jsonl")[:_PATENTS]
    ]


def catalogue(count: int) -> str:
    """Return so many patents of the samples as JSON lines."""
    lines = (_SAMPLES / "patents.jsonl").read_text(encoding="utf-8").splitlines()
    return "\n".join(lines[:count])


def needs() -> list[dict[str, str]]:
    """Return needs of the samples, as rows of a sheet."""
    return [
        {
            "需求编号": need["_id"],
            "企业名称": need["enterprise"],
            "需求名称": need["title"],
            "主要问题": need["text"],
            "预算(万元)": "50",
            "截止日期": "2026-12-31",
            "公开范围": "公开",
        }
        for need in _lines("queries.jsonl")[:_NEEDS]
    ]


def table(entries: Sequence[Mapping[str, Any]]) -> Rows:
    """Return rows below their headings."""
    return [list(entries[0]), *([str(value) for value in entry.values()] for entry in entries)]


def delimited(rows: Rows, delimiter: str = ",") -> bytes:
    """Return rows as separated text."""
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter).writerows(rows)
    return written.getvalue().encode()


def teams() -> bytes:
    """Return the sample teams, a few rows."""
    return b"\n".join((_SAMPLES / "teams.csv").read_bytes().splitlines()[:4])


def json_lines(entries: Sequence[Mapping[str, Any]]) -> bytes:
    """Return one object a line."""
    return "\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries).encode()


def records() -> list[bytes]:
    """Return a table, with one row, of each kind of the programme's records and parties."""
    return [
        delimited(
            [
                [field.headings[0] for field in kind.fields],
                [_example(field) for field in kind.fields],
            ]
        )
        for kind in (*KINDS.values(), TEAMS, FIRMS)
    ]


def workbooks() -> list[bytes]:
    """Return a workbook of patents with merged cells, one of needs, and our templates."""
    books = []
    for rows in (table(patents()), table(needs())):
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        sheet.append(["样例汇总表"])
        sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(rows[0]))
        for row in rows:
            sheet.append(list(row))
        sheet.merge_cells(start_row=3, end_row=4, start_column=2, end_column=2)
        saved = io.BytesIO()
        book.save(saved)
        books.append(saved.getvalue())
    with TemporaryDirectory(prefix="matcher-") as folder:
        for kind in TEMPLATES:
            file = Path(folder) / f"{kind}.xlsx"
            write_template(kind, file)
            books.append(file.read_bytes())
    return [repacked(book) for book in books]


def form_workbook() -> bytes:
    """Return a filled form of a need on a sheet."""
    book = openpyxl.Workbook()
    for row in _FORM:
        book.worksheets[0].append(list(row))
    saved = io.BytesIO()
    book.save(saved)
    return repacked(saved.getvalue())


def old_workbook() -> bytes | None:
    """Return an .xls workbook; None where nothing can write one."""
    try:
        import xlwt
    except ImportError:
        return None
    book = xlwt.Workbook()
    sheet = book.add_sheet("样例")
    for number, row in enumerate(table(patents())):
        for column, cell in enumerate(row):
            sheet.write(number, column, cell[:200])
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def documents() -> list[bytes]:
    """Return Word documents: a form as a table, one in paragraphs, and a plain text."""
    made = []
    form = docx.Document()
    rows = form.add_table(rows=0, cols=2)
    for label, value in _FORM:
        cells = rows.add_row().cells
        cells[0].text, cells[1].text = label, value
    form.sections[0].header.add_paragraph("样例征集表")
    made.append(form)
    lines = docx.Document()
    for label, value in _FORM:
        lines.add_paragraph(f"{label}：{value}")
    made.append(lines)
    plain = docx.Document()
    plain.add_paragraph(_FORM[3][1])
    made.append(plain)
    packed = []
    for document in made:
        saved = io.BytesIO()
        document.save(saved)
        packed.append(repacked(saved.getvalue()))
    return [*packed, _odd_document()]


def texts() -> list[bytes]:
    """Return a need as text, in Markdown and as a form of lines."""
    return [
        _FORM[3][1].encode(),
        "".join(f"| {label} | {value} |\n" for label, value in _FORM).encode(),
        "".join(f"{label}：{value}\n" for label, value in _FORM).encode(),
        "\n".join(need["text"] for need in _lines("queries_en.jsonl")[:3]).encode(),
    ]


def pages() -> list[bytes]:
    """Return a table as a page, as web systems name .xls."""
    rows = table(patents())
    cells = "".join(
        f"<tr>{''.join(f'<td colspan=1 rowspan=1>{cell}</td>' for cell in row)}</tr>"
        for row in rows
    )
    return [f"<html><meta charset=utf-8><table>{cells}</table></html>".encode()]


def spreadsheet_xml() -> list[bytes]:
    """Return a table as XML of Excel 2003."""
    rows = "".join(
        f"<Row>{''.join(_xml_cell(cell) for cell in row)}</Row>" for row in table(patents())
    )
    name = "urn:schemas-microsoft-com:office:spreadsheet"
    return [
        f'<?xml version="1.0"?><Workbook xmlns="{name}" xmlns:ss="{name}">'
        f'<Worksheet ss:Name="样例"><Table>{rows}</Table></Worksheet></Workbook>'.encode()
    ]


def packed() -> list[bytes]:
    """Return a table of patents, packed by gzip."""
    return [gzip.compress(json_lines(patents()), mtime=0)]


def claims() -> list[bytes]:
    """Return the claims of sample patents."""
    return [str(patent["claims_all"]).encode() for patent in _lines("patents.jsonl")[:12]]


def repacked(archive: bytes) -> bytes:
    """Return an Office file without its properties, whose times would differ in each run."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            if not part.filename.startswith("docProps/"):
                entry = zipfile.ZipInfo(part.filename, _FIRST_ZIP_DAY)
                new.writestr(entry, old.read(part), zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _xml_cell(cell: str) -> str:
    escaped = cell.replace("&", "&amp;").replace("<", "&lt;")
    return f'<Cell ss:MergeDown="0"><Data ss:Type="String">{escaped}</Data></Cell>'


def _odd_document() -> bytes:
    """Return a document with what forms of Word have: boxes, symbols, merged and hidden cells."""
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    maths = "http://schemas.openxmlformats.org/officeDocument/2006/math"
    links = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    settings = '<w:vMerge w:val="restart"/><w:gridSpan w:val="2"/>'
    row = (
        f"<w:tr><w:trPr><w:gridBefore w:val='1'/></w:trPr><w:tc><w:tcPr>{settings}</w:tcPr>"
        "<w:p><w:r><w:t>需求名称</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r>"
        '<w:rPr><w:vertAlign w:val="superscript"/><w:sz w:val="24"/></w:rPr><w:t>隔膜</w:t>'
        '<w:sym w:font="Wingdings" w:char="F0FE"/></w:r></w:p></w:tc></w:tr>'
    )
    fields = (
        "<w:p><w:r><w:fldChar w:fldCharType='begin'><w:ffData><w:ddList><w:result w:val='1'/>"
        "<w:listEntry w:val='转让'/><w:listEntry w:val='许可'/></w:ddList></w:ffData></w:fldChar>"
        "</w:r><w:r><w:instrText>eq \\o\\ac(○,1)</w:instrText></w:r>"
        "<w:r><w:fldChar w:fldCharType='end'/></w:r>"
        "<m:oMath><m:sSup><m:e><m:r><m:t>10</m:t></m:r></m:e><m:sup><m:r><m:t>-3</m:t></m:r>"
        "</m:sup></m:sSup></m:oMath><w:ins><w:r><w:t>主要问题：收缩</w:t></w:r></w:ins></w:p>"
        "<w:sdt><w:sdtContent><w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r></w:p>"
        "</w:sdtContent></w:sdt>"
    )
    parts = {
        "_rels/.rels": f'<Relationships xmlns="{links}"><Relationship Id="r1" Type="{office}" '
        'Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{word}" xmlns:m="{maths}"><w:body><w:tbl>'
        f"{row}</w:tbl>{fields}</w:body></w:document>",
    }
    saved = io.BytesIO()
    with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, xml in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _FIRST_ZIP_DAY), xml)
    return saved.getvalue()


def _example(field: Any) -> str:
    if field.example:
        return str(field.example)
    if field.choices:
        return str(next(iter(field.choices.values()))[0])
    return {"day": "2026-05-01", "yuan": "100000.00"}.get(field.form, "样例")


def _lines(name: str) -> list[dict[str, Any]]:
    lines = (_SAMPLES / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]
