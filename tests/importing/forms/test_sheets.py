"""Sheets that are filled forms: labels beside their values, one need a sheet."""

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlwt

from matcher.importing.read_need_document import read_needs
from matcher.importing.read_need_files import NeedsFile, read_needs_files
from matcher.needs.record import Cooperation, PublishScope

TODAY = date(2026, 6, 1)
Rows = Sequence[Sequence[str]]
ONE_PAIR = [
    ["企业技术需求征集表"],
    ["企业名称", "样例公司"],
    ["联系人", "样例甲"],
    ["联系电话", "13900000000"],
    ["需求名称", "高温隔膜"],
    ["主要问题", "隔膜在130℃以上收缩"],
    ["预期目标", "收缩率低于2%"],
    ["合作方式", "□独立研发 ☑委托研发"],
    ["公开范围", "□公开 ☑不公开"],
    ["企业简介", "成立于2009年"],
]
TWO_PAIRS = [
    ["企业名称", "样例公司", "联系人", "样例甲"],
    ["联系电话", "13900000000", "企业简介", "成立于2009年"],
    ["需求名称", "高温隔膜", "公开范围", "不公开"],
    ["合作方式", "委托研发"],
    ["主要问题", "隔膜在130℃以上收缩"],
    ["预期目标", "收缩率低于2%"],
]


def write(path: Path, *sheets: Rows, merged: Sequence[str] = ()) -> Path:
    if path.suffix == ".csv":
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(sheets[0])
        return path
    if path.suffix == ".xls":
        old = xlwt.Workbook()
        page = old.add_sheet("表1")
        for number, row in enumerate(sheets[0]):
            for column, cell in enumerate(row):
                page.write(number, column, cell)
        old.save(str(path))
        return path
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for number, rows in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"表{number}")
        for row in rows:
            sheet.append(row)
        for area in merged:
            sheet.merge_cells(area)
    book.save(path)
    return path


def read(path: Path) -> NeedsFile:
    (file,) = read_needs_files([path], today=TODAY)
    return file


@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".csv"])
@pytest.mark.parametrize("rows", [ONE_PAIR, TWO_PAIRS])
def test_labels_beside_values_are_one_need(rows: Rows, suffix: str, tmp_path: Path) -> None:
    path = write(tmp_path / f"form{suffix}", rows)
    file = read(path)
    (form,) = file.forms
    details = form.details
    assert (details.enterprise, details.title) == ("样例公司", "高温隔膜")
    assert (details.problem, details.goal) == ("隔膜在130℃以上收缩", "收缩率低于2%")
    assert details.cooperation == (Cooperation.COMMISSIONED,)
    assert form.publish_scope is PublishScope.MATCH_ONLY
    assert form.contact == {"name": "样例甲", "phone": "13900000000", "email": None}
    assert [problem.column for problem in file.problems] == ["企业简介"]
    (need,), _problems = read_needs(path, TODAY)
    assert (need.title, need.enterprise) == ("高温隔膜", "样例公司")
    assert "13900000000" not in need.full_text


def test_merged_cells_and_captions_of_groups(tmp_path: Path) -> None:
    rows = [
        ["企业信息", "企业名称", "", "样例公司"],
        ["", "联系人", "", "样例甲"],
        ["需求信息", "需求名称", "", "高温隔膜"],
        ["", "主要问题", "", "收缩"],
    ]
    merged = ["A1:A2", "A3:A4", *(f"B{row}:C{row}" for row in range(1, 5))]
    (form,) = read(write(tmp_path / "form.xlsx", rows, merged=merged)).forms
    details = form.details
    assert (details.enterprise, details.title, details.problem) == ("样例公司", "高温隔膜", "收缩")
    assert form.contact and form.contact["name"] == "样例甲"


def test_each_sheet_is_a_form(tmp_path: Path) -> None:
    other = [[cell.replace("样例", "另一样例") for cell in row] for row in TWO_PAIRS]
    further = [["需求名称", "低噪轴承"], ["主要问题", "噪声大"], ["预期目标", "低于30 dB"]]
    file = read(write(tmp_path / "forms.xlsx", ONE_PAIR, other, further, [["选项"], ["公开"]]))
    read_needs_of = [(form.details.enterprise, form.details.title) for form in file.forms]
    assert read_needs_of == [
        ("样例公司", "高温隔膜"),
        ("另一样例公司", "高温隔膜"),
        ("另一样例公司", "低噪轴承"),
    ]
    assert [p.sheet for p in file.problems if "no filled form" in p.fix] == ["表4"]


def test_values_below_their_labels_and_beside_the_first(tmp_path: Path) -> None:
    rows = [
        ["企業名稱", "樣例公司", "另一樣例公司"],
        ["需求名称", "高温隔膜"],
        ["聯絡人", "聯絡電話"],
        ["樣例甲", "13900000000"],
        ["关键词", ""],
        ["二、需求信息"],
        ["主要问题"],
        ["隔膜在130℃以上收缩。"],
    ]
    file = read(write(tmp_path / "form.xlsx", rows))
    (form,) = file.forms
    assert (form.details.problem, form.details.keywords) == ("隔膜在130℃以上收缩。", ())
    assert form.contact == {"name": "樣例甲", "phone": "13900000000", "email": None}
    told = [problem.fix for problem in file.problems]
    assert any("beside the value was left out under 企業名稱;" in fix for fix in told)


def test_a_table_and_an_empty_form(tmp_path: Path) -> None:
    table = [
        ["需求名称", "主要问题", "预期目标"],
        ["隔膜", "收缩", "不收缩"],
        ["轴承", "噪声", "静"],
    ]
    assert read(write(tmp_path / "table.xlsx", table)).format == "custom"
    empty = [[row[0]] for row in ONE_PAIR]
    file = read(write(tmp_path / "empty.xlsx", empty))
    assert not file.forms
    assert [problem.sheet for problem in file.problems] == ["表1"]
