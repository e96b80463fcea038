"""Files whose content nobody named: which kind they are, their columns, the name they go by."""

from pathlib import Path

import pytest

from matcher.errors import InputError
from matcher.importing.files.cells import clean
from matcher.importing.headings.template_columns import columns
from matcher.importing.read_any_file import (
    NamedFile,
    offered_columns,
    read_any_file,
    recognise_kind,
)
from matcher.importing.read_file import ReadFile
from matcher.importing.read_need_files import NeedsFile
from matcher.importing.read_programme_file import RecordsFile
from matcher.importing.rows.problem import MASKED
from matcher.programme.kinds import KINDS
from matcher.programme.record import RecordKind
from tests.support.import_files import BOTH, HEADINGS, SEPARATOR, write_csv, write_xlsx
from tests.support.samples import TODAY

FOREIGN = (("Bezeichnung", "Nummer", "Rest"), ("Bearing", "CN201919900001.1", "x"))
NEEDS = (("需求名称", "主要问题", "企业名称"), ("耐高温隔膜", "隔膜在150℃收缩", "样例电池有限公司"))


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_each_form_of_the_programme_is_recognised_by_its_headings(
    tmp_path: Path, kind: RecordKind
) -> None:
    rows = [[field.headings[0] for field in kind.fields], [field.example for field in kind.fields]]
    path = write_csv(tmp_path / "form.csv", rows, delimiter=";")
    read = read_any_file(NamedFile(path, "表.csv"), today=TODAY)
    assert isinstance(read, RecordsFile)
    assert (read.kind.name, read.rows, read.problems) == (kind.name, 1, ())


@pytest.mark.parametrize("kind", ["patents", "teams", "needs"])
def test_each_of_our_templates_is_recognised_by_its_headings(tmp_path: Path, kind: str) -> None:
    form = columns("teams" if kind == "teams" else "needs" if kind == "needs" else "patents")
    rows = [[column.heading for column in form], [column.example for column in form]]
    path = write_csv(tmp_path / "form.csv", rows)
    assert recognise_kind(path, {}) == ("needs" if kind == "needs" else "patents")


def test_an_export_a_table_of_needs_and_a_document_are_told_apart(tmp_path: Path) -> None:
    text = tmp_path / "需求.txt"
    text.write_text("我们需要耐高温的电池隔膜，150℃下热收缩率低于2%。", "utf-8")
    read = [
        read_any_file(NamedFile(path, path.name), today=TODAY)
        for path in (
            write_csv(tmp_path / "export.csv", BOTH),
            write_csv(tmp_path / "needs.csv", NEEDS),
            text,
        )
    ]
    assert [type(file) for file in read] == [ReadFile, NeedsFile, NeedsFile]
    assert [file.rows for file in read] == [2, 1, 1]


def test_a_file_goes_by_the_name_that_it_came_with(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "0123456789abcdef.csv", (HEADINGS, SEPARATOR, ("", "", "", "无号")))
    read = read_any_file(NamedFile(path, "样例大学.csv"), today=TODAY)
    assert isinstance(read, ReadFile)
    (record,) = read.patents
    assert record.patent.source.startswith("样例大学.csv (")
    assert {problem.file for problem in read.problems} == {"样例大学.csv"}
    path.write_bytes(b"")
    with pytest.raises(InputError, match=r"^样例大学\.csv is empty"):
        read_any_file(NamedFile(path, "样例大学.csv"), today=TODAY)


def test_headings_that_nobody_knows_are_offered_and_read_by_a_mapping(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", [("Eine Liste",), *FOREIGN])
    with pytest.raises(InputError, match="no heading row"):
        read_any_file(NamedFile(path, "list.csv"), today=TODAY)
    (sheet,) = offered_columns(path)
    assert [(column.heading, column.field, column.value) for column in sheet.columns] == [
        ("Bezeichnung", None, "Bearing"),
        ("Nummer", None, "CN201919900001.1"),
        ("Rest", None, "x"),
    ]
    mapping = {"title": "Bezeichnung", "application_number": "Nummer"}
    read = read_any_file(NamedFile(path, "list.csv", mapping=mapping), today=TODAY)
    assert isinstance(read, ReadFile)
    fields = [(c.heading, c.field) for c in read.sheets[0].columns]
    assert fields == [("Bezeichnung", "title"), ("Nummer", "application_number"), ("Rest", None)]


def test_a_column_of_the_programme_is_mapped_by_hand(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "pools.csv", (("池子", "技术领域"), ("样例隔膜专利池", "新材料")))
    file = NamedFile(path, "pools.csv", kind="pools", mapping={"name": "池子"})
    read = read_any_file(file, today=TODAY)
    assert isinstance(read, RecordsFile)
    assert [record.values["name"] for record in read.records] == ["样例隔膜专利池"]


def test_first_values_of_contact_columns_are_masked(tmp_path: Path) -> None:
    headings = (*HEADINGS, "联系人", "联系电话", "其他")
    row = (*SEPARATOR, "样例甲", "13800000000", "电话 13800000000")
    path = write_xlsx(tmp_path / "a.xlsx", {"专利": (headings, row)})
    read = read_any_file(NamedFile(path, "a.xlsx"), today=TODAY)
    assert isinstance(read, ReadFile)
    values = {column.heading: column.value for column in read.sheets[0].columns}
    assert [values[name] for name in ("联系人", "联系电话", "其他")] == [MASKED] * 3
    assert values["申请号"] == clean(SEPARATOR[0])


def test_a_chosen_kind_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    needs = NamedFile(write_csv(tmp_path / "needs.csv", NEEDS), "需求.csv", kind="patents")
    with pytest.raises(InputError, match=r"需求\.csv holds needs"):
        read_any_file(needs, today=TODAY)
    export = NamedFile(write_csv(tmp_path / "export.csv", BOTH), "导出.csv", kind="needs")
    with pytest.raises(InputError, match=r"导出\.csv holds patents"):
        read_any_file(export, today=TODAY)
