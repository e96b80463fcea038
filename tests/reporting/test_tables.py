"""Tables as files: read again, they have the written values, and no text is computed."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from matcher.reporting.tables import ABOUT, CUT, MAX_CELL_LENGTH, Format, write_table

MOMENT = datetime(2026, 6, 1, 8, 30, tzinfo=timezone(timedelta(hours=8)))
ATTACKS = (
    "=1+1",
    '=HYPERLINK("http://attacker.example","x")',
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "＝1+1",
    "=cmd|' /C calc'!A0",
)


def written(
    columns: Sequence[str], rows: Sequence[Sequence[object]], form: Format, title: str = "样例"
) -> bytes:
    content = io.BytesIO()
    write_table(
        content, columns, rows, title=title, exported_by="样例人", moment=MOMENT, format=form
    )
    return content.getvalue()


def book_of(
    columns: Sequence[str], rows: Sequence[Sequence[object]], title: str = "样例"
) -> Workbook:
    return load_workbook(io.BytesIO(written(columns, rows, "xlsx", title)))


def lines_of(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> list[list[str]]:
    text = written(columns, rows, "csv").decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_text_that_begins_like_a_formula_stays_a_text(attack: str) -> None:
    sheet = book_of([attack], [[attack]]).worksheets[0]
    for cell in (sheet["A1"], sheet["A2"]):
        assert cell.data_type == "s" and cell.quotePrefix
        assert str(cell.value).strip() == attack.strip()
    assert lines_of([attack], [[attack]])[:2] == [["'" + attack]] * 2


@pytest.mark.parametrize("text", ["坏\x00字", "坏\ufffe字", "坏\uffff字", "坏\x0b字"])
def test_characters_that_no_workbook_holds_are_left_out(text: str) -> None:
    assert book_of(["名称"], [[text]]).worksheets[0]["A2"].value == "坏字"


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=40))
def test_no_text_becomes_a_formula(text: str) -> None:
    cell = book_of(["名称"], [[text]]).worksheets[0]["A2"]
    assert cell.data_type == "s" or cell.value is None
    cell_text = lines_of(["名称"], [[text]])[1][:1]
    assert not cell_text or not cell_text[0].lstrip().startswith(("=", "+", "-", "@"))


def test_values_keep_their_types() -> None:
    row = ["隔膜", -3, 2.5, Decimal("300000.25"), date(2026, 6, 1), MOMENT, True, None]
    columns = [str(number) for number in range(len(row))]
    cells = [cell.value for cell in book_of(columns, [row]).worksheets[0][2]]
    at = "2026-06-01T00:30:00+00:00"
    assert cells == ["隔膜", -3, 2.5, 300000.25, datetime(2026, 6, 1), at, "是", None]
    texts = ["隔膜", "-3", "2.5", "300000.25", "2026-06-01", at, "是", ""]
    assert lines_of(columns, [row])[1] == texts


def test_a_workbook_has_frozen_headings_filter_and_widths() -> None:
    book = book_of(["机构", "n"], [["样例大学" * 20, 1], ["样例研究院", 2]], "漏斗/*一览*")
    assert book.sheetnames == ["漏斗  一览", ABOUT]
    sheet = book.worksheets[0]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:B3")
    widths = [sheet.column_dimensions[letter].width for letter in "AB"]
    assert widths[0] == 60 and 8 <= widths[1] < 20


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_every_file_has_author_and_time_of_the_export(form: Format) -> None:
    if form == "xlsx":
        rows: list[Any] = list(book_of(["a"], [])[ABOUT].iter_rows(values_only=True))
        about = dict(rows)
    else:
        name, *parts = lines_of(["a"], [])[-1]
        assert name == ABOUT
        about = dict(part.split("：", 1) for part in parts)
    assert about["内容"] == "样例" and about["导出人"] == "样例人"
    assert about["导出时间"] == "2026-06-01T00:30:00+00:00" and about["数据日期"] == "2026-06-01"


def test_an_exporter_named_like_a_formula_is_a_text_too() -> None:
    content = io.BytesIO()
    write_table(content, ["a"], [], title="=1", exported_by="=1", moment=MOMENT, format="xlsx")
    cells = [cell for row in load_workbook(content)[ABOUT].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} == {"s"}


def test_a_text_too_long_for_a_cell_is_cut_with_a_notice() -> None:
    cell = book_of(["a"], [["长" * (MAX_CELL_LENGTH + 1)]]).worksheets[0]["A2"]
    assert len(str(cell.value)) == MAX_CELL_LENGTH and str(cell.value).endswith(CUT)


def test_a_row_that_does_not_fit_is_refused_and_a_path_is_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="2 cells under 1 headings"):
        written(["a"], [[1, 2]], "csv")
    file = tmp_path / "t.csv"
    moment = datetime(2026, 6, 1, tzinfo=UTC)
    write_table(file, ["a"], [[1]], title="t", exported_by="x", moment=moment, format="csv")
    assert file.read_bytes().startswith(b"\xef\xbb\xbfa\r\n1\r\n")
