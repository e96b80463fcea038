"""Merged cells belong to all their rows, in every format that has them."""

from pathlib import Path

import pytest

from tests.support.import_files import HEADINGS, read
from tests.support.merged_tables import WRITERS

every_format = pytest.mark.parametrize("form", WRITERS)
NUMBERS = ("CN201919900001.1", "CN202029900002.4", "CN202029900003.2")


@every_format
def test_a_cell_merged_downwards_belongs_to_all_its_rows(tmp_path: Path, form: str) -> None:
    rows = [
        ("申请人", "申请号", "发明名称", "IPC分类号", "法律状态"),
        ("样例大学", NUMBERS[0], "一种隔膜", "H01M50/449", "授权"),
        ("", NUMBERS[1], "一种夹爪", "B25J15/00", ""),
        ("样例研究院", NUMBERS[2], "一种涂层", "C23C14/06", "授权"),
    ]
    path = WRITERS[form](tmp_path / "list", rows, [(2, 3, 1, 1), (2, 3, 5, 5)])
    found = [record.patent for record in read(path).patents]
    assert [patent.applicants for patent in found] == [
        ("样例大学",), ("样例大学",), ("样例研究院",)
    ]  # fmt: skip
    assert [patent.ipc for patent in found] == [("H01M50/449",), ("B25J15/00",), ("C23C14/06",)]
    assert len({patent.legal_status for patent in found}) == 1


@every_format
def test_titles_notes_and_captions_over_the_table_are_no_headings_and_no_records(
    tmp_path: Path, form: str
) -> None:
    blank = ("",) * 4
    rows = [
        ("发明名称与申请号清单（样例）", *blank[1:]),
        ("申请号", "发明名称", "申请人", "申请日"),
        ("一、材料学院", *blank[1:]),
        (NUMBERS[0], "一种隔膜", "样例大学", "2019-03-01"),
        ("注：以上为样例，请勿外传", *blank[1:]),
        blank,
        (NUMBERS[1], "一种夹爪", "样例大学", "2020-05-01"),
    ]
    merged = [(1, 1, 1, 4), (3, 3, 1, 4), (5, 6, 1, 4)]
    file = read(WRITERS[form](tmp_path / "list", rows, merged))
    assert [record.file_row for record in file.patents] == [4, 7]
    assert file.patents[0].patent.inventors == ()
    assert [problem.fix.split(":")[0] for problem in file.problems] == ["2 rows (3, 5)"]


@every_format
def test_headings_in_two_rows_are_one(tmp_path: Path, form: str) -> None:
    rows = [
        ("样例单位需求清单", *[""] * 5),
        ("需求名称", "企业名称", "主要问题", "联系人", "", "预算"),
        ("", "", "", "姓名", "电话", ""),
        ("一种涂层", "样例涂料厂", "易脱落", "样例甲", "021-00000000", "50万元"),
        ("一种隔膜", "", "热收缩", "", "", "30万元"),
    ]
    down = [(2, 3, column, column) for column in (1, 2, 3, 6)]
    path = WRITERS[form](tmp_path / "list", rows, [(1, 1, 1, 6), (2, 2, 4, 5), (4, 5, 2, 2), *down])
    file = read(path)
    assert (file.kind, file.rows) == ("needs", 2)
    assert [need.title for need in file.needs] == ["一种涂层", "一种隔膜"]
    assert {need.enterprise for need in file.needs} == {"样例涂料厂"}
    assert [need.problem for need in file.needs] == ["易脱落", "热收缩"]
    assert not file.problems


@every_format
@pytest.mark.parametrize("is_merged_downwards", [True, False])
def test_a_heading_over_others_completes_them(
    tmp_path: Path, form: str, is_merged_downwards: bool
) -> None:
    rows = [
        ("申请号", "发明名称", "申请人", "", "法律状态"),
        ("", "", "名称", "地址", ""),
        (NUMBERS[0], "一种隔膜", "样例大学", "某省某市样例路1号", "授权"),
    ]
    down = [(1, 2, column, column) for column in (1, 2, 5)] if is_merged_downwards else []
    file = read(WRITERS[form](tmp_path / "list", rows, [(1, 1, 3, 4), *down]))
    assert file.rows == 1
    patent = file.patents[0].patent
    assert (patent.title, patent.applicants) == ("一种隔膜", ("样例大学",))


@every_format
def test_a_heading_merged_over_two_columns_holds_for_both(tmp_path: Path, form: str) -> None:
    rows = [
        ("申请号", "发明名称", "", "申请人"),
        (NUMBERS[0], "", "一种隔膜", "样例大学"),
        (NUMBERS[1], "一种夹爪", "", "样例大学"),
    ]
    file = read(WRITERS[form](tmp_path / "list", rows, [(1, 1, 2, 3), (3, 3, 2, 3)]))
    assert [record.patent.title for record in file.patents] == ["一种隔膜", "一种夹爪"]
    assert not file.problems


@every_format
def test_a_row_that_is_only_covered_is_no_record(tmp_path: Path, form: str) -> None:
    rows = [HEADINGS[:3], (NUMBERS[0], "CN119900001B", "一种隔膜"), ("", "", "")]
    path = WRITERS[form](tmp_path / "list", rows, [(2, 3, c, c) for c in (1, 2, 3)])
    file = read(path)
    assert (file.rows, len(file.patents), file.problems) == (1, 1, ())


def test_cells_behind_a_row_span_are_not_shifted(tmp_path: Path) -> None:
    page = tmp_path / "list.xls"
    page.write_text(
        "<table><tr><th>申请人<th>发明名称<th>摘要<th>权利要求</tr>"
        "<tr><td rowspan=0>样例大学<td>一种隔膜<td>膜<td>1. 一种隔膜，其特征在于，有膜。</tr>"
        "<tr><td>一种涂层<td>一层漆<td>1. 一种涂层，其特征在于，有一层漆。</tr></table>"
        "<table><tr><td>样例所<td>一种夹爪<td>手指<td>1. 一种夹爪，有手指。</tr></table>",
        "utf-8",
    )
    found = [record.patent for record in read(page).patents]
    assert [patent.title for patent in found] == ["一种隔膜", "一种涂层", "一种夹爪"]
    assert [patent.applicants[0] for patent in found] == ["样例大学", "样例大学", "样例所"]
    assert all(len(patent.claims) == 1 for patent in found)
