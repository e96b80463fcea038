"""Tables and reports of a landscape: complete, safe in a spreadsheet, readable by anybody."""

import csv
import io
from datetime import UTC, datetime

import docx
import openpyxl
import pytest

from matcher.errors import InputError
from matcher.landscape.columns import COLUMNS, DEMAND_FRAMES
from matcher.landscape.landscape import Landscape
from matcher.language.choice import speaking
from matcher.reporting import pdf
from matcher.reporting.landscape import canvas
from matcher.reporting.landscape.content import TABLE_ROWS, report_content
from matcher.reporting.landscape.report import report_docx, report_html, report_pdf
from matcher.reporting.landscape.tables import table_of, write_frame, write_workbook
from tests.support.landscapes import EMPTY, FEW, FORMULA, LONG_NAME, MANY

MOMENT = datetime(2026, 6, 1, 8, tzinfo=UTC)
AUTHOR = "样例技术转移中心"


@pytest.fixture
def fonts() -> None:
    """Skip on a machine without pango or without a Chinese font."""
    try:
        canvas.chinese_font()
        pdf.check_pdf()
    except InputError as error:
        pytest.skip(str(error))


def read_csv(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize("name", COLUMNS)
def test_a_frame_is_a_file_with_all_its_rows(name: str) -> None:
    with speaking("zh"):
        content = write_frame(MANY, name, exported_by=AUTHOR, moment=MOMENT, format="csv")
        table = table_of(MANY, name)
    lines = read_csv(content)
    assert lines[0] == table.columns and len(lines) == len(MANY.frames[name]) + 2
    assert AUTHOR in " ".join(lines[-1])


def test_no_text_is_computed_by_a_spreadsheet_program() -> None:
    content = write_frame(MANY, "by_institution", exported_by=AUTHOR, moment=MOMENT, format="csv")
    cells = {cell for line in read_csv(content) for cell in line}
    assert f"'{FORMULA}" in cells and FORMULA not in cells
    book = openpyxl.load_workbook(
        io.BytesIO(write_workbook(MANY, exported_by=AUTHOR, moment=MOMENT))
    )
    assert len(book.sheetnames) == len(COLUMNS) + 1
    held = [cell for row in book["Institutions"].iter_rows() for cell in row]
    assert [cell.data_type for cell in held if cell.value == FORMULA] == ["s"]
    assert LONG_NAME in {cell.value for cell in held}


def test_a_need_that_may_not_be_shown_has_no_title() -> None:
    with speaking("zh"):
        rows = table_of(MANY, "needs_without_match").rows
    titles = {str(row[0]): row[1] for row in rows}
    assert titles["need_5"] == "（不公开）" and titles["need_2"] == "样例需求2"


def test_the_content_is_in_one_language_and_says_what_it_cut() -> None:
    for found in (EMPTY, FEW, MANY):
        with speaking("zh"):
            chinese = report_content(found, made_by=None, moment=MOMENT)
        for section in (*chinese.supply, *chinese.demand):
            assert not section.sentence.isascii()
            assert not any(column.title.isascii() for column in section.columns[1:])
            assert len(section.rows) <= TABLE_ROWS
    english = report_content(MANY, made_by=AUTHOR, moment=MOMENT)
    institutions = next(s for s in english.supply if s.name == "by_institution")
    assert institutions.notes == (
        [
            "The chart shows the first 15 of 32.",
            "The table shows 20 of 32 rows; the workbook has all.",
        ]
    )
    assert ("Made by", AUTHOR) in english.facts


def test_a_landscape_without_needs_says_nothing_of_them() -> None:
    supply = {name: frame for name, frame in MANY.frames.items() if name not in DEMAND_FRAMES}
    totals = MANY.totals.__class__(1200, 1200, 600, 300, 0)
    found = Landscape(MANY.scope, MANY.today, "f" * 32, "1", 24, totals, supply)
    content = report_content(found, made_by=None, moment=MOMENT)
    told = " ".join([*content.method, *(f"{name} {value}" for name, value in content.facts)])
    assert content.demand == [] and "need" not in told.lower()


@pytest.mark.usefixtures("fonts")
@pytest.mark.parametrize("found", [EMPTY, FEW, MANY])
def test_the_report_is_a_pdf(found: Landscape) -> None:
    assert report_pdf(found, made_by=AUTHOR, moment=MOMENT).startswith(b"%PDF-")


@pytest.mark.usefixtures("fonts")
def test_the_page_has_every_sentence_and_fetches_nothing() -> None:
    with speaking("zh"):
        html = report_html(MANY, made_by=AUTHOR, moment=MOMENT)
        content = report_content(MANY, made_by=AUTHOR, moment=MOMENT)
    for section in (*content.supply, *content.demand):
        assert html.count(section.sentence) == 2  # in the findings, and above its chart
    assert html.count("<svg ") == 8 and "<?xml" not in html and "<img" not in html


@pytest.mark.usefixtures("fonts")
def test_the_report_is_a_word_document_with_described_pictures() -> None:
    document = docx.Document(io.BytesIO(report_docx(MANY, made_by=AUTHOR, moment=MOMENT)))
    headings = [p.text for p in document.paragraphs if p.style and p.style.name == "Heading 1"]
    assert headings == [
        "Main findings",
        "Supply: the patents",
        "Demand: the needs",
        "Method and limits",
    ]
    pictures = document.element.findall(
        ".//{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
    )
    assert len(pictures) == 8 and all(picture.get("descr") for picture in pictures)
    # The cover's table, and one for each frame.
    assert len(document.tables) == 1 + len(COLUMNS)
    told = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "IPC subclasses" in told
