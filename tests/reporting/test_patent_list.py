"""A reader's list of patents as a file."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

import docx
import openpyxl

from matcher.language.choice import speaking
from matcher.patents.cards.card import technology_card
from matcher.reporting.patent_list import ListedPatent, ListFormat, patent_list
from tests.support.samples import GRIPPER, SEPARATOR, TTO

MOMENT = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
LISTED = [
    ListedPatent(SEPARATOR, technology_card(SEPARATOR), TTO, "=1+1 先问样品"),
    ListedPatent(GRIPPER, technology_card(GRIPPER), None),
]


def made(format: ListFormat) -> bytes:
    with speaking("zh"):
        return patent_list(LISTED, format, exported_by="访客", moment=MOMENT)


def test_a_table_has_a_row_per_patent_and_the_note_stays_text() -> None:
    rows = list(csv.reader(io.StringIO(made("csv").decode("utf-8-sig"))))
    assert rows[0][0] == "专利号" and rows[0][-1] == "备注"
    assert [row[0] for row in rows[1:3]] == [SEPARATOR.id, GRIPPER.id]
    assert rows[1][-1] == "'=1+1 先问样品"
    assert TTO.phone is not None and TTO.phone in rows[1][-2]
    assert "内部资料" not in "".join(map("".join, rows))


def test_a_workbook_has_the_same_rows() -> None:
    sheet: Any = openpyxl.load_workbook(io.BytesIO(made("xlsx"))).worksheets[0]
    values = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [row[0] for row in values[1:]] == [SEPARATOR.id, GRIPPER.id]
    assert values[1][-1] == "=1+1 先问样品" and sheet.cell(2, len(values[0])).data_type == "s"


def test_a_document_has_a_heading_per_patent_with_its_facts_and_a_place_for_the_note() -> None:
    document = docx.Document(io.BytesIO(made("docx")))
    headings = [p.text for p in document.paragraphs if p.style and p.style.name == "Heading 2"]
    assert headings == [f"1. {SEPARATOR.title}", f"2. {GRIPPER.title}"]
    texts = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert "=1+1 先问样品" in texts and texts.count("备注") == 2
