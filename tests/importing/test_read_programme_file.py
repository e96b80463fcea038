"""Tables of the programme's records: headings, values, bad rows, saving."""

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook

from matcher.access.roles import COMMAND_CALLER
from matcher.errors import InputError
from matcher.importing.read_programme_file import RecordsFile, read_records
from matcher.programme.kinds import KINDS
from matcher.reporting.programme_tables import write_records
from matcher.reporting.tables import Format
from matcher.store import audit, patents
from matcher.store import programme as stored
from matcher.store.database import Store
from matcher.store.schema.times import now
from matcher.workflows.import_patents import FileResult
from matcher.workflows.import_programme import save_records
from tests.support.samples import (
    ALL,
    BEARING,
    GRIPPER,
    SEPARATOR,
    TODAY,
)

CONTRACTS, PLEDGES, POOLS = KINDS["contracts"], KINDS["pledges"], KINDS["pools"]
HEADINGS = ["合同编号", "申请号", "合同类型", "合同金额(元)", "签订日期", "受让方", "备注"]
GOOD = ["HT-1", "201919900001.1", "普通许可", "30万", "2026-01-31", "样例电池厂（样例）", ""]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(f"sqlite:///{tmp_path / 'm.sqlite'}") as store:
        with store.writing() as connection:
            patents.save(connection, ALL)
        yield store


def table(tmp_path: Path, *rows: list[str], headings: list[str] = HEADINGS) -> Path:
    file = tmp_path / "台账.csv"
    with file.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened).writerows([headings, *rows])
    return file


def read(tmp_path: Path, *rows: list[str]) -> RecordsFile:
    return read_records(table(tmp_path, *rows), CONTRACTS, today=TODAY)


def save(store: Store, file: RecordsFile) -> FileResult:
    (result,) = save_records(store, [file], by=COMMAND_CALLER).files
    return result


def test_a_row_is_read_by_its_headings(tmp_path: Path) -> None:
    file = read(tmp_path, GOOD)
    assert (file.rows, file.problems) == (1, ())
    assert file.records[0].values == {
        "number": "HT-1",
        "patent": SEPARATOR.id,
        "kind": "non_exclusive",
        "amount": Decimal("300000.00"),
        "signed_on": date(2026, 1, 31),
        "enterprise": "样例电池厂（样例）",
    }


@pytest.mark.parametrize(
    ("written", "heading", "yuan"),
    [
        ("300,000", "合同金额(元)", "300000.00"),
        ("￥1,234.5元", "合同金额(元)", "1234.50"),
        ("30", "合同金额(万元)", "300000.00"),
        ("30万元", "合同金额(万元)", "300000.00"),
        ("0.01", "合同金额", "0.01"),
        ("2亿", "合同金额", "200000000.00"),
    ],
)
def test_sums_in_every_spelling(tmp_path: Path, written: str, heading: str, yuan: str) -> None:
    headings = [heading if name == "合同金额(元)" else name for name in HEADINGS]
    row = [written if cell == "30万" else cell for cell in GOOD]
    file = read_records(table(tmp_path, row, headings=headings), CONTRACTS, today=TODAY)
    assert (file.problems, file.records[0].values["amount"]) == ((), Decimal(yuan))


@pytest.mark.parametrize(
    ("index", "cell", "column", "word"),
    [
        (0, "", "合同编号", "empty"),
        (0, "=A1", "合同编号", "formula"),
        (0, "x" * 61, "合同编号", "60 characters"),
        (1, "2.02E+12", "申请号", "spreadsheet"),
        (1, "abc", "申请号", "no application number"),
        (2, "租赁", "合同类型", "转让, 独占许可"),
        (4, "去年", "签订日期", "no date"),
    ],
)
def test_a_row_without_a_required_value_is_refused_alone(
    tmp_path: Path, index: int, cell: str, column: str, word: str
) -> None:
    bad = [cell if number == index else old for number, old in enumerate(GOOD)]
    file = read(tmp_path, bad, ["HT-2", *GOOD[1:]])
    (problem,) = file.problems
    assert (problem.row, problem.column, problem.refused) == (2, column, True)
    assert word in problem.fix
    assert [record.values["number"] for record in file.records] == ["HT-2"]
    assert file.rows == 2


@pytest.mark.parametrize("cell", ["面议", "-5", "1.005", "=SUM(A1)", "99999999999999"])
def test_an_unreadable_optional_value_is_left_out_alone(tmp_path: Path, cell: str) -> None:
    row = [cell if old == "30万" else old for old in GOOD]
    file = read(tmp_path, row)
    (problem,) = file.problems
    assert (problem.column, problem.value, problem.refused) == ("合同金额(元)", cell, False)
    assert "amount" not in file.records[0].values


def test_a_formula_without_a_value_in_a_workbook_is_an_empty_cell(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(HEADINGS)
    sheet.append(['="HT-"&1', *GOOD[1:]])
    book.save(tmp_path / "台账.xlsx")
    file = read_records(tmp_path / "台账.xlsx", CONTRACTS, today=TODAY)
    (problem,) = file.problems
    assert (problem.sheet, problem.row, problem.refused) == (sheet.title, 2, True)
    assert "合同编号 is empty" in problem.fix


def test_another_table_is_refused_with_the_missing_headings(tmp_path: Path) -> None:
    file = table(tmp_path, ["样例池"], headings=["专利池名称"])
    with pytest.raises(InputError, match="合同编号, 申请号, 合同类型, 签订日期"):
        read_records(file, CONTRACTS, today=TODAY)


def test_saving_completes_a_record_and_reports_each_row(store: Store, tmp_path: Path) -> None:
    unknown = ["HT-3", "CN201910000001.8", *GOOD[2:]]
    result = save(store, read(tmp_path, GOOD, GOOD, ["HT-1", *GOOD[1:4], "2026-02-01"], unknown))
    assert (result.rows, result.new, result.unchanged, result.refused) == (4, 2, 1, 1)
    other, waiting = result.problems[-2:]
    assert (other.row, other.refused) == (4, True) and "row 2 says something else" in other.fix
    assert (waiting.row, waiting.refused) == (5, False) and "no such patent yet" in waiting.fix
    with store.reading() as connection:
        first, second = stored.each(connection, CONTRACTS)
        (row,) = audit.page(connection)
    assert first.values["institution"] == "样例大学"
    assert first.values["recordal_due_on"] == date(2026, 4, 30)  # the month has no 31st
    assert second.values["institution"] is None
    assert (row.action, row.subject) == ("programme.imported", "contracts")
    assert row.details == {"new": 2, "changed": 0, "unchanged": 1, "refused": 1}


def test_a_second_import_changes_the_given_values_only(store: Store, tmp_path: Path) -> None:
    save(store, read(tmp_path, GOOD))
    again = save(store, read(tmp_path, GOOD))
    assert (again.new, again.changed, again.unchanged) == (0, 0, 1)
    changed = save(store, read(tmp_path, [*GOOD[:3], "", *GOOD[4:6], "补充"]))
    assert (changed.new, changed.changed, changed.unchanged) == (0, 1, 0)
    with store.reading() as connection:
        (record,) = stored.each(connection, CONTRACTS)
    assert (record.version, record.values["note"]) == (2, "补充")
    assert record.values["amount"] == Decimal("300000.00")


def test_a_record_needs_the_records_it_refers_to(store: Store, tmp_path: Path) -> None:
    pooled = KINDS["pool-patents"]
    rows = table(tmp_path, ["样例池", SEPARATOR.id], headings=["专利池", "申请号"])
    first = save(store, read_records(rows, pooled, today=TODAY))
    assert (first.new, first.refused) == (0, 1)
    assert "there is no 专利池 '样例池'" in first.problems[0].fix
    pools = table(tmp_path, ["样例池"], headings=["专利池名称"])
    assert save(store, read_records(pools, POOLS, today=TODAY)).new == 1
    rows = table(tmp_path, ["样例池", SEPARATOR.id], headings=["专利池", "申请号"])
    assert save(store, read_records(rows, pooled, today=TODAY)).new == 1


def test_an_institution_of_an_import_of_patents_gets_its_kind(store: Store, tmp_path: Path) -> None:
    from matcher.store import institutions
    from tests.support.samples import TTO

    with store.writing() as connection:
        institutions.save_tto(connection, [TTO])
    rows = [["样例大学", "高校", ""], ["样例联盟", "联盟", "13800000000"]]
    file = table(tmp_path, *rows, headings=["机构名称", "机构类型", "办公电话"])
    result = save(store, read_records(file, KINDS["institutions"], today=TODAY))
    assert (result.new, result.changed, result.refused) == (0, 1, 1)
    assert "mobile number" in result.problems[0].fix
    assert "13800000000" not in str(result.problems)
    with store.reading() as connection:
        (record,) = stored.each(connection, KINDS["institutions"])
        assert institutions.tto_contact(connection, "样例大学") == TTO
    assert (record.values["kind"], record.version) == ("university", 2)


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_an_export_can_be_imported_again(store: Store, tmp_path: Path, form: Format) -> None:
    save(store, read(tmp_path, [*GOOD[:6], "见合同\n第三条"], ["HT-2", *GOOD[1:]]))
    with store.reading() as connection:
        before = list(stored.each(connection, CONTRACTS))
    file = tmp_path / f"out.{form}"
    write_records(file, CONTRACTS, before, exported_by="test", moment=now(), format=form)
    result = save(store, read_records(file, CONTRACTS, today=TODAY))
    assert (result.rows, result.unchanged, result.problems) == (2, 2, ())


def test_a_formula_in_an_export_stays_a_text(store: Store, tmp_path: Path) -> None:
    with store.writing() as connection:
        stored.add(connection, POOLS, {"name": "=1+1", "operator": "@样例"})
        records = list(stored.each(connection, POOLS))
    file = tmp_path / "out.csv"
    write_records(file, POOLS, records, exported_by="test", moment=now(), format="csv")
    with file.open(encoding="utf-8-sig", newline="") as opened:
        _, row, _ = csv.reader(opened)
    assert row[:2] == ["'=1+1", "'@样例"]


def test_the_catalogue_gives_the_institution_of_a_patent(store: Store) -> None:
    with store.reading() as connection:
        assert stored.institution_of_patent(connection, GRIPPER.id) == (True, "样例研究院")
        assert stored.institution_of_patent(connection, BEARING.id) == (True, "样例大学")
        assert stored.institution_of_patent(connection, "CN1") == (False, None)
