"""Files of every format and encoding, and unreadable files."""

import gzip
import json
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matcher.errors import InputError
from matcher.importing.headings.template import write_template
from matcher.importing.read_file import read_file
from tests.support.import_files import (
    BOTH,
    GRIPPER,
    HEADINGS,
    SEPARATOR,
    delimited,
    read,
    titles,
    write_csv,
    write_jsonl,
    write_xlsx,
)
from tests.support.samples import TODAY

TITLES = [SEPARATOR[2], GRIPPER[2]]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_text_in_every_encoding_and_with_every_delimiter(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    file = read(write_csv(tmp_path / "list.csv", BOTH, encoding, delimiter))
    assert (file.rows, titles(file), file.problems) == (2, TITLES, ())
    assert file.patents[0].patent.inventors == ("样例甲", "样例乙")


def test_a_workbook_and_json_lines_give_the_same_as_text(tmp_path: Path) -> None:
    text = read(write_csv(tmp_path / "list.csv", BOTH))
    book = read(write_xlsx(tmp_path / "list.xlsx", {"专利": BOTH}))
    objects = [dict(zip(HEADINGS, row, strict=True)) for row in BOTH[1:]]
    lines = read(write_jsonl(tmp_path / "list.jsonl", objects))
    listed = tmp_path / "list.json"
    listed.write_text(json.dumps(objects), "utf-8")
    for other in (book, lines, read(listed)):
        for ours, theirs in zip(text.patents, other.patents, strict=True):
            assert theirs.patent.source != ours.patent.source
            assert theirs.patent.id == ours.patent.id
            assert theirs.patent.abstract == ours.patent.abstract
            assert theirs.patent.filing_date == ours.patent.filing_date


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx", "list.jsonl"])
def test_a_packed_file_is_read_without_unpacking(tmp_path: Path, name: str) -> None:
    plain = tmp_path / name
    if name.endswith("csv"):
        write_csv(plain, BOTH, "gb18030")
    elif name.endswith("xlsx"):
        write_xlsx(plain, {"专利": BOTH})
    else:
        write_jsonl(plain, [dict(zip(HEADINGS, row, strict=True)) for row in BOTH[1:]])
    packed = tmp_path / (name + ".gz")
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert titles(read(packed)) == TITLES


def test_a_workbook_and_a_web_table_named_xls_are_read_by_their_content(
    tmp_path: Path,
) -> None:
    book = write_xlsx(tmp_path / "list.xlsx", {"专利": BOTH})
    renamed = tmp_path / "renamed.xls"
    renamed.write_bytes(book.read_bytes())
    assert titles(read(renamed)) == TITLES

    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in BOTH)
    page = f"<html><body><table><tr><td colspan=8>样例清单</td></tr>{rows}</table></body></html>"
    web = tmp_path / "web.xls"
    web.write_bytes(page.encode("gb18030"))
    file = read(web)
    assert titles(file) == TITLES
    assert file.patents[0].file_row == 3

    text = tmp_path / "text.xls"
    text.write_text(delimited(BOTH, "\t"), "utf-16")
    assert titles(read(text)) == TITLES


def test_rows_are_counted_as_a_spreadsheet_counts_them(tmp_path: Path) -> None:
    untitled = ("CN202029900003.2", "", "", "没有名称", "样例大学", "", "", "")
    long_text = (*SEPARATOR[:3], "第一行\n第二行\n\n第四行", *SEPARATOR[4:])
    rows = [("样例大学专利清单",), (), HEADINGS, long_text, (), untitled, GRIPPER]
    for path in (
        write_csv(tmp_path / "list.csv", rows),
        write_xlsx(tmp_path / "list.xlsx", {"清单": rows}),
    ):
        file = read(path)
        assert [record.file_row for record in file.patents] == [4, 7]
        assert [(p.row, p.column, p.refused) for p in file.problems] == [(6, "发明名称", True)]
        assert file.rows == 3
        assert file.patents[0].patent.abstract == "第一行\n第二行\n第四行"


def test_the_search_link_above_the_headings_of_google_patents_is_no_heading(tmp_path: Path) -> None:
    rows = [
        ("search URL:", "https://patents.google.com/?q=separator"),
        ("id", "title", "assignee", "inventor/author", "priority date", "filing/creation date",
         "publication date", "grant date", "result link", "representative figure link"),
        ("CN-119900001-B", "Ceramic separator", "Sample University", "Jia Yang, Yi Li",
         "2019-03-01", "2019-03-01", "2021-03-01", "2021-03-01",
         "https://patents.google.com/patent/CN119900001B/en", ""),
    ]  # fmt: skip
    file = read(write_csv(tmp_path / "gp.csv", rows))
    patent = file.patents[0].patent
    assert file.format == "google-patents"
    assert patent.publication_number == "CN119900001B"
    assert patent.applicants == ("Sample University",)
    assert patent.inventors == ("Jia Yang", "Yi Li")


def test_every_sheet_is_read_and_one_without_headings_is_a_problem(tmp_path: Path) -> None:
    sheets = {
        "一": (HEADINGS, SEPARATOR),
        "空": (),
        "二": (HEADINGS, GRIPPER),
        "说明": (("本表由样例大学提供",), ("请勿外传",)),
    }
    file = read(write_xlsx(tmp_path / "list.xlsx", sheets))
    assert [(record.sheet, record.patent.title) for record in file.patents] == [
        ("一", SEPARATOR[2]),
        ("二", GRIPPER[2]),
    ]
    assert [(problem.sheet, problem.refused) for problem in file.problems] == [("说明", False)]


def test_patents_and_teams_are_read_together_but_not_needs(tmp_path: Path) -> None:
    teams = (("机构", "团队名称", "团队负责人"), ("样例大学", "储能材料团队", "样例甲"))
    needs = (("需求名称", "主要问题"), ("电池隔膜", "热收缩率高"))
    file = read(write_xlsx(tmp_path / "all.xlsx", {"专利": BOTH, "团队": teams, "需求": needs}))
    assert (file.kind, file.rows, len(file.patents), len(file.teams)) == ("patents", 3, 2, 1)
    assert file.needs == ()
    assert "needs" in file.problems[0].fix

    alone = read(write_xlsx(tmp_path / "needs.xlsx", {"需求": needs}))
    assert (alone.kind, alone.rows, alone.needs[0].problem) == ("needs", 1, "热收缩率高")


def test_captions_repeated_headings_and_blank_rows_are_no_records(tmp_path: Path) -> None:
    rows = (HEADINGS, ("一、材料学院",), SEPARATOR, (), HEADINGS, GRIPPER, ("合计：2 件",))
    file = read(write_xlsx(tmp_path / "list.xlsx", {"清单": rows}))
    assert (file.rows, titles(file)) == (2, TITLES)
    assert ["2 rows (2, 7)" in problem.fix for problem in file.problems] == [True]


def test_of_a_repeated_heading_the_first_filled_column_counts(tmp_path: Path) -> None:
    rows = (
        ("申请号", "发明名称", "摘要", "摘要"),
        ("CN201919900001.1", "一种隔膜", "", "右边的摘要"),
        ("CN202029900002.4", "一种夹爪", "左边的摘要", "右边的摘要"),
    )
    file = read(write_csv(tmp_path / "twice.csv", rows))
    assert [r.patent.abstract for r in file.patents] == ["右边的摘要", "左边的摘要"]


def test_a_mapping_names_the_headings(tmp_path: Path) -> None:
    rows = (("番号", "题目", "AI摘要"), ("CN201919900001.1", "一种隔膜", "陶瓷层"))
    path = write_csv(tmp_path / "own.csv", rows)
    with pytest.raises(InputError, match="no heading row"):
        read(path)
    file = read(path, application_number="番号", title="题目", 摘要="AI摘要")
    assert file.patents[0].patent.id == "CN201919900001.1"
    assert file.patents[0].patent.abstract == "陶瓷层"
    with pytest.raises(InputError, match="no column is headed '没有'"):
        read(path, application_number="番号", title="题目", abstract="没有")
    with pytest.raises(InputError, match="no field 'colour'"):
        read(path, colour="番号")


def test_a_bad_line_is_refused_with_its_number_and_stops_no_other(tmp_path: Path) -> None:
    path = tmp_path / "list.jsonl"
    good = json.dumps({"title": "一种隔膜", "application_number": "CN201919900001.1"})
    path.write_text(f'{good}\n{{"title": "断\n\n[1, 2]\n{good}\n', "utf-8")
    file = read(path)
    assert file.rows == 4
    assert [(p.row, p.refused) for p in file.problems] == [(2, True), (4, True)]
    assert len(file.patents) == 1 and file.patents[0].repeats == 1


def test_claims_and_names_in_json_lists(tmp_path: Path) -> None:
    entry = {
        "title": "一种隔膜",
        "application_number": "CN201919900001.1",
        "inventors": ["样例甲", "样例乙"],
        "ipc": ["H01M50/449", "H01M10/0525"],
        "claims": [
            "3D打印的隔膜，其特征在于，有陶瓷层。",
            "根据权利要求1所述的隔膜，其特征在于，厚。",
        ],
    }
    patent = read(write_jsonl(tmp_path / "list.jsonl", [entry])).patents[0].patent
    assert patent.inventors == ("样例甲", "样例乙")
    assert patent.ipc == ("H01M50/449", "H01M10/0525")
    assert [(c.number, c.refers_to) for c in patent.claims] == [(1, ()), (2, (1,))]


def test_rows_that_an_unquoted_comma_shifted_are_refused(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", BOTH)
    broken = ",".join(SEPARATOR[:3]) + ",一层,又一层,样例大学,样例甲,2019.03.01,授权\r\n"
    path.write_text(delimited([HEADINGS]) + broken + delimited([GRIPPER]), "utf-8")
    file = read(path)
    assert titles(file) == [GRIPPER[2]]
    assert [(p.row, p.refused) for p in file.problems] == [(2, True)]
    assert "9 cells for 8 headings" in file.problems[0].fix


def test_a_quotation_mark_that_is_never_closed_is_a_problem(
    tmp_path: Path,
) -> None:
    rows = [list(SEPARATOR) for _ in range(6)]
    lines = ["\t".join(HEADINGS), *("\t".join(row) for row in rows)]
    lines[2] = lines[2].replace("一种陶瓷", '\t"一种陶瓷').replace("\t\t", "\t")
    path = tmp_path / "list.tsv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    file = read(path)
    assert len(file.patents) == 1
    assert [(p.row, p.refused) for p in file.problems] == [(3, True)]
    assert "quotation mark" in file.problems[0].fix


def test_a_claim_set_longer_than_the_csv_limit_and_nul_bytes(tmp_path: Path) -> None:
    claims = "1. 一种隔膜，其特征在于，有陶瓷层。\n" + "\n".join(
        f"{n}. 根据权利要求1所述的隔膜，其特征在于，{'很' * 5000}厚。" for n in range(2, 60)
    )
    rows = ((*HEADINGS, "权利要求书"), (*SEPARATOR, claims))
    path = tmp_path / "list.csv"
    path.write_bytes(delimited(rows).replace("一种陶瓷", "一种\0陶瓷").encode())
    patent = read(path).patents[0].patent
    assert len(patent.claims) == 59
    assert patent.title == SEPARATOR[2]


def test_a_cell_cut_in_the_middle_of_a_character_does_not_make_the_file_gb18030(
    tmp_path: Path,
) -> None:
    text = delimited([HEADINGS, *[SEPARATOR] * 20])
    content = text.encode()
    position = content.rindex("收缩率".encode())
    path = tmp_path / "list.csv"
    path.write_bytes(content[: position + 1] + content[position + 3 :])
    file = read(path)
    assert titles(file) == [SEPARATOR[2]]
    assert [(p.row, p.refused) for p in file.problems] == [(None, False)]
    assert "1 row (21)" in file.problems[0].fix


def test_a_workbook_with_a_wrong_stated_size_is_read_to_its_end(tmp_path: Path) -> None:
    book = write_xlsx(tmp_path / "list.xlsx", {"专利": BOTH})
    shrunk = tmp_path / "shrunk.xlsx"
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(shrunk, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("sheet1.xml"):
                content = content.replace(b'<dimension ref="A1:H3"', b'<dimension ref="A1:A1"')
                assert b"A1:A1" in content
            new.writestr(name, content)
    assert titles(read(shrunk)) == TITLES


def test_numeric_and_date_cells_of_a_spreadsheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["申请号", "发明名称", "申请日", "转让次数"])
    sheet.append([201919900001.1, "一种隔膜", TODAY.replace(year=2019), 0])
    sheet.append([202029900002, "一种夹爪", 43952, 2])
    book.save(tmp_path / "typed.xlsx")
    separator, gripper = (r.patent for r in read(tmp_path / "typed.xlsx").patents)
    assert separator.id == "CN201919900001.1"
    assert separator.filing_date == TODAY.replace(year=2019)
    assert separator.transfer_count == 0
    assert gripper.id == "CN202029900002.4"
    assert gripper.filing_date is not None and gripper.filing_date.isoformat() == "2020-05-01"


@pytest.mark.parametrize("kind", ["patents", "teams", "needs"])
def test_an_empty_template_gives_no_records(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "template.xlsx"
    write_template(kind, path)  # type: ignore[arg-type]
    file = read(path)
    assert (file.format, file.kind, file.rows) == ("matcher template", kind, 0)
    assert ["example row" in problem.fix for problem in file.problems] == [True]


def test_progress_gets_the_number_of_rows(tmp_path: Path) -> None:
    rows = [("申请号", "发明名称"), *((f"CN2019199{n:05}", f"隔膜{n}") for n in range(450))]
    path = write_csv(tmp_path / "many.csv", rows)
    counts: list[tuple[int, int | None]] = []
    read_file(path, mapping={}, today=TODAY, progress=lambda *rows: counts.append(rows))
    assert counts == [(200, None), (400, None), (200, 450), (400, 450), (450, 450)]


PDF = b"%PDF-1.7\n1 0 obj\n" + bytes(range(256)) * 4
WRONG = [
    ("a.xlsx", PDF, "is a PDF"),
    ("a.csv", PDF, "is a PDF"),
    ("a.xlsx", b"", "is empty"),
    ("a.csv", b"\xef\xbb\xbf\r\n \r\n", "is empty"),
    ("a.jsonl", b"\n\n", "is empty"),
    ("a.xls", OLE + "EncryptedPackage".encode("utf-16-le") + bytes(400), "password"),
    ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le") + bytes(400), "password"),
    ("a.xls", OLE + "WordDocument".encode("utf-16-le") + bytes(400), "Word document"),
    ("a.xls", OLE + "Workbook".encode("utf-16-le") + bytes(400), "damaged or truncated"),
    ("a.xls", OLE, "damaged or truncated"),
    ("a.xlsx", b"PK\x03\x04" + bytes(100), "damaged or truncated"),
    ("a.csv", b"\x89PNG\r\n\x1a\n" + bytes(100), "is a picture"),
    ("a.csv", bytes(range(256)) * 8, "no table that can be read"),
    ("a.csv", "号,名\n".encode() + b"\xff\xfe\x81 \xfd\xff" * 40, "neither UTF-8 nor GB18030"),
    ("a.csv", "随便写了几行字\n没有标题\n".encode(), "no heading row"),
    ("a.csv", "2019,隔膜,样例大学\n2020,夹爪,样例大学\n".encode(), "no heading row"),
    ("a.jsonl", b"no json\nat all\n", "no JSON object"),
    ("a.json", b'[{"title": "x"}, {"ti', "cut off"),
    ("a.xml", b"<?xml version='1.0'?><a/>", "XML file"),
    ("a.xls", b"<?xml version='1.0'?><a/>", "XML file"),
    ("a.xls", b"<?xml?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'>", "XML t"),
    ("a.xml", b"<!DOCTYPE x><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>",
     "document type"),
    ("a.doc", OLE + "WordDocument".encode("utf-16-le"), "not of a kind"),
    ("a.csv.gz", gzip.compress(b"a,b\n" * 9000)[:60], "damaged or cut off"),
    ("a.docx", b"PK..", "matcher needs import FILE"),
    ("a.TXT", "需要一种涂料".encode(), "matcher match --file FILE"),
    ("a.txt.gz", gzip.compress(b"a,b"), "not of a kind"),
    ("noextension", b"a,b", "not of a kind"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "message"), WRONG, ids=[f"{w[2]}:{w[0]}" for w in WRONG]
)
def test_a_wrong_file_gets_one_clear_line(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=message) as caught:
        read(path)
    assert "\n" not in str(caught.value)
    assert name in str(caught.value)


def test_a_missing_file_a_folder_and_other_archives_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read(tmp_path / "missing.csv")
    (tmp_path / "folder.xlsx").mkdir()
    with pytest.raises(InputError, match="is a folder"):
        read(tmp_path / "folder.xlsx")
    for inside, message in (
        ("word/document.xml", "Word document"),
        ("content.xml", "OpenDocument"),
        ("xl/workbook.bin", "xlsb"),
        ("photo.jpg", "an archive"),
        ("xl/workbook.xml", "damaged or truncated"),
    ):
        path = tmp_path / "other.xlsx"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(inside, "x")
        with pytest.raises(InputError, match=message):
            read(path)


def test_a_truncated_workbook_gets_one_line_wherever_it_was_cut(tmp_path: Path) -> None:
    whole = write_xlsx(tmp_path / "list.xlsx", {"专利": BOTH}).read_bytes()
    cut = tmp_path / "cut.xlsx"
    for end in range(8, len(whole) - 22, 97):
        cut.write_bytes(whole[:end])
        with pytest.raises(InputError, match="damaged or truncated"):
            read(cut)


def test_a_workbook_damaged_inside_gets_one_line(tmp_path: Path) -> None:
    book = write_xlsx(tmp_path / "list.xlsx", {"专利": BOTH})
    damaged = tmp_path / "damaged.xlsx"
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(damaged, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content[:-200] if name.endswith("sheet1.xml") else content)
    with pytest.raises(InputError, match="damaged or truncated"):
        read(damaged)


@settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    content=st.binary(max_size=400), name=st.sampled_from(["a.csv", "a.xlsx", "a.xls", "a.jsonl"])
)
def test_any_bytes_raise_no_other_error_than_input_error(
    tmp_path: Path, content: bytes, name: str
) -> None:
    path = tmp_path / name
    for start in (b"", OLE, b"PK\x03\x04", "申请号,发明名称\n".encode()):
        path.write_bytes(start + content)
        try:
            file = read(path)
        except InputError as problem:
            assert "\n" not in str(problem)
        else:
            assert file.rows >= len(file.patents)


CELLS = st.text(
    st.characters(codec="gb18030", exclude_categories=("Cs", "Cc", "Cn", "Co")), max_size=30
)


@settings(
    max_examples=100,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    rows=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
    delimiter=st.sampled_from(",\t;"),
)
def test_texts_are_read_as_they_were_written(
    tmp_path: Path, rows: list[tuple[str, str]], encoding: str, delimiter: str
) -> None:
    """Separators, quotes and line breaks in a cell do not change the cells of a row."""
    table = [("申请号", "发明名称", "学院", "技术成熟度")]
    for index, (college, readiness) in enumerate(rows):
        table.append((f"CN2019199{index:05}", f"“名称”{index}", f"a{college}z", f"a{readiness}z"))
    path = write_csv(tmp_path / "cells.csv", table, encoding, delimiter)
    file = read_file(path, mapping={}, today=TODAY)
    assert [record.patent.title for record in file.patents] == [row[1] for row in table[1:]]
    for record, row in zip(file.patents, table[1:], strict=True):
        assert _visible(record.patent.readiness or "") == _visible(row[3])


def _visible(text: str) -> str:
    return "".join(c for c in text if c not in "\u00ad\ufeff\u200b\u200e\u200f")
