"""Files that are small and large at once are read or refused with bounded memory, and end."""

import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

import docx
import pytest

from matcher.errors import InputError, MatcherError
from matcher.importing.files.merged_cells import MergedRange, fill_merged
from matcher.importing.files.sheet import SheetRow
from matcher.importing.read_any_file import NamedFile, read_any_file
from matcher.importing.read_file import ReadFile
from matcher.importing.read_need_document import read_need_document
from tests.importing.files.test_hostile_files import FILE, LAUGHS, SHEET, changed, document, sheet
from tests.support.bounded import megabytes_for
from tests.support.import_files import BOTH, HEADINGS, delimited, write_xlsx
from tests.support.samples import TODAY

MEGABYTES = 700
"""Memory that any of these files may take; most take a tenth of it."""
TEN_MB = "隔膜" * (10_000_000 // 6)
MILLION = 1_000_000
MERGED = 100_000

Bomb = Callable[[Path], Path]


def read(path: Path) -> str:
    """Read a file, and return how it was refused, or an empty text."""
    try:
        if path.suffix in (".docx", ".txt"):
            read_need_document(path, TODAY)
        else:
            read_any_file(NamedFile(path, path.name), today=TODAY)
    except MatcherError as told:
        assert "\n" not in str(told)
        return str(told)
    return ""


def text_file(name: str, content: str) -> Bomb:
    def write(folder: Path) -> Path:
        path = folder / name
        path.write_text(content, encoding="utf-8")
        return path

    return write


def workbook(xml: Callable[[], str], part: str = SHEET) -> Bomb:
    def write(folder: Path) -> Path:
        book = write_xlsx(folder / "a.xlsx", {"Sheet": BOTH})
        return changed(book, {part: xml().encode()})

    return write


def rows(xml: str, behind: str = "") -> str:
    made = sheet(xml)[SHEET].decode()
    return made.replace("</sheetData>", f"</sheetData>{behind}")


def inline(text: str) -> str:
    return f'<c t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def long_cell_document(folder: Path) -> Path:
    form = docx.Document()
    form.add_paragraph(TEN_MB)
    form.save(str(folder / "need.docx"))
    return folder / "need.docx"


def overlapping() -> str:
    ranges = "".join(f'<mergeCell ref="A{2 + n % 50}:H{900 + n % 90}"/>' for n in range(MERGED))
    body = "".join(f'<row r="{n}">{inline("x") * 8}</row>' for n in range(2, 1_000))
    return rows(body, f"<mergeCells>{ranges}</mergeCells>")


def shared_strings() -> str:
    """Return 300,000 texts, so different that they are no bomb by their ratio."""
    chance = random.Random(22)
    texts = "".join(f"<si><t>{chance.getrandbits(200):x}</t></si>" for _ in range(300_000))
    name = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<sst xmlns="{name}">{texts}</sst>'


def nested_archive(folder: Path) -> Path:
    content = write_xlsx(folder / "a.xlsx", {"Sheet": BOTH}).read_bytes()
    for _ in range(5):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.xlsx", content)
        content = packed.getvalue()
    path = folder / "nested.xlsx"
    path.write_bytes(content)
    return path


def long_cell_table() -> str:
    return delimited([HEADINGS, (BOTH[1][0], "", "一种隔膜", TEN_MB)])


BOMBS: dict[str, Bomb] = {
    "10 MB in a cell of .csv": text_file("a.csv", long_cell_table()),
    "10 MB in a cell of .xlsx": workbook(
        lambda: rows(f'<row r="2">{inline("x")}{inline("y")}{inline(TEN_MB)}</row>')
    ),
    "10 MB in a paragraph": long_cell_document,
    "10 MB of text": text_file("need.txt", TEN_MB),
    "a million columns of .csv": text_file("a.csv", delimited([HEADINGS]) + "," * MILLION),
    "a million headings of .csv": text_file("a.csv", ",".join(HEADINGS * (MILLION // 8))),
    "100,000 columns of a page": text_file("a.xls", "<table><tr>" + "<td>x" * (MILLION // 10)),
    "a million columns of .xlsx": workbook(lambda: rows(f'<row r="2">{"<c/>" * MILLION}</row>')),
    "a cell in the millionth column": workbook(
        lambda: rows('<row r="2"><c r="BDWGN2"><v>1</v></c></row>' * 50)
    ),
    "100,000 merged ranges": workbook(overlapping),
    "100,000 merged cells of a page": text_file(
        "a.xls", "<table>" + "<tr><td rowspan=60000 colspan=2>x" * 2_000 + "<td>y" * MERGED
    ),
    "300,000 shared texts": workbook(shared_strings, "xl/sharedStrings.xml"),
    "an archive in an archive": nested_archive,
    "tags that never end": text_file("a.xls", "<table><tr><td>申请号" + "<a b" * 100_000),
    "comments that never end": text_file("a.xls", "<table><tr><td>申请号" + "<!--" * 200_000),
    "sections of an unknown kind": text_file("a.xls", "<table><tr><td><![x y[ a ]]>" * 20_000),
    "values in values": text_file("a.jsonl", '{"title": ' + "[" * 400 + "]" * 400 + "}\n"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_takes_bounded_memory(tmp_path: Path, name: str) -> None:
    path = BOMBS[name](tmp_path)
    assert megabytes_for(lambda: print(read(path))) < MEGABYTES


def test_a_row_that_is_too_wide_is_listed_and_the_others_go_in(tmp_path: Path) -> None:
    wide = (BOTH[1][0], *["x"] * 3_000)
    path = tmp_path / "a.csv"
    path.write_text(delimited([*BOTH, wide]), "utf-8")
    read = read_any_file(NamedFile(path, path.name), today=TODAY)
    assert isinstance(read, ReadFile) and len(read.patents) == len(BOTH) - 1
    (problem,) = [problem for problem in read.problems if "3,001 cells" in problem.fix]
    assert problem.row == len(BOTH) + 1 and problem.refused


@pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml", "[Content_Types].xml"])
@pytest.mark.parametrize("declared", [LAUGHS, FILE])
def test_a_document_with_entities_is_refused(tmp_path: Path, part: str, declared: str) -> None:
    bomb = document(tmp_path, {part: f"{declared}<x>&a9;</x>".encode()})
    with pytest.raises(InputError, match="document type"):
        read_need_document(bomb, TODAY)


def test_of_overlapping_ranges_one_counts_for_each_column() -> None:
    ranges = [MergedRange(1, 1_000, column % 5, 900) for column in range(10_000)]
    read = list(fill_merged((SheetRow(n, ["x"] * 3) for n in range(1, 20)), ranges))
    assert max(len(row.spans) for row in read) == 3
    assert [row.cells for row in read] == [["x"] * 3] * 19
