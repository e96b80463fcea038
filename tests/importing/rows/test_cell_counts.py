"""Rows of text with another number of cells than headings: read only where nothing can shift."""

from pathlib import Path

import pytest

from tests.support.import_files import BOTH, HEADINGS, read, write_csv, write_xlsx

NUMBER, TITLE, ABSTRACT = "CN201919900001.1", "一种隔膜", "在膜上涂覆陶瓷。"
COLUMNS = ("申请号", "发明名称", "摘要", "申请人", "发明人", "申请日", "IPC分类号", "法律状态")
GRIPPER = ("CN202029900002.4", "一种夹爪", ABSTRACT, "样例大学", "样例甲", "2020-05-01")
FULL = (*GRIPPER, "B25J15/00", "授权")


def outcomes(path: Path) -> tuple[list[int], list[tuple[int, bool]]]:
    """The rows that went in, and the rows of problems with their refusal."""
    file = read(path)
    told = [(problem.row, problem.refused) for problem in file.problems if problem.row]
    return [record.file_row for record in file.patents], told


def test_a_row_that_lacks_a_cell_is_refused_with_the_count(tmp_path: Path) -> None:
    short = (NUMBER, TITLE, "样例大学", "样例甲", "2019-03-01", "H01M50/449", "授权")
    path = write_csv(tmp_path / "list.csv", (COLUMNS, FULL, short))
    assert outcomes(path) == ([2], [(3, True)])
    assert "7 cells for 8 headings" in read(path).problems[0].fix


def test_empty_cells_left_off_at_the_end_of_a_row_are_empty(tmp_path: Path) -> None:
    """The last cell shows by its form that it stands in its column."""
    rows = (
        (*COLUMNS, "转让次数", "备注"),
        (*FULL, "1", "样例"),
        (NUMBER, TITLE, ABSTRACT, "样例大学", "", "2019-03-01", "H01M50/449", "授权"),
        ("CN201919900003.0", TITLE, ABSTRACT, "样例大学", "样例乙", "2019-03-01"),
        ("CN201919900004.5", TITLE, ABSTRACT, "样例大学", "样例乙"),
    )
    assert outcomes(write_csv(tmp_path / "list.csv", rows)) == ([2, 3, 4], [(5, True)])


def test_columns_that_no_row_fills_may_be_left_off(tmp_path: Path) -> None:
    rows = (
        ("申请号", "发明名称", "申请人", "备注"),
        (NUMBER, TITLE, "样例大学"),
        ("CN202029900002.4", "一种夹爪", "样例研究院"),
    )
    assert outcomes(write_csv(tmp_path / "list.csv", rows)) == ([2, 3], [])
    shifted = (("申请号", "发明名称", "申请日", "申请人"), (NUMBER, TITLE, "样例大学"))
    assert outcomes(write_csv(tmp_path / "list.csv", shifted)) == ([], [(2, True)])


def test_blank_headings_at_the_end_need_no_cells(tmp_path: Path) -> None:
    rows = ((*HEADINGS, "", ""), BOTH[1], BOTH[2])
    assert outcomes(write_csv(tmp_path / "list.csv", rows)) == ([2, 3], [])


def test_rows_of_a_workbook_may_end_early(tmp_path: Path) -> None:
    rows = (COLUMNS, FULL, (NUMBER, TITLE, ABSTRACT, "样例大学"))
    assert outcomes(write_xlsx(tmp_path / "list.xlsx", {"样例": rows})) == ([2, 3], [])


def test_rows_of_needs_are_counted_too(tmp_path: Path) -> None:
    rows = (
        ("企业名称", "需求名称", "主要问题", "预期目标", "截止日期"),
        ("样例厂", "一种涂层", "易脱落", "耐磨", "2026-12-31"),
        ("样例厂", "一种隔膜", "热收缩", "2026-12-31"),
    )
    file = read(write_csv(tmp_path / "needs.csv", rows))
    assert [need.title for need in file.needs] == ["一种涂层"]
    assert [(problem.row, problem.refused) for problem in file.problems] == [(3, True)]


DATED = ("申请号", "公开号", "标题", "摘要", "申请人", "发明人", "IPC", "申请日", "公开日")
CELLS = ("CN201919900001.1", "CN119900001A", "一种隔膜", "在膜上涂覆陶瓷。", "样例大学", "样例甲",
         "H01M50/403", "2019-03-01", "2019-09-01")  # fmt: skip


@pytest.mark.parametrize("missing", range(len(DATED) - 1))
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_a_day_at_the_end_hides_no_missing_cell(
    tmp_path: Path, missing: int, delimiter: str
) -> None:
    short = CELLS[:missing] + CELLS[missing + 1 :]
    path = write_csv(tmp_path / "list.csv", (DATED, CELLS, short), delimiter=delimiter)
    assert outcomes(path) == ([2], [(3, True)])


def test_a_class_at_the_end_shows_that_only_days_were_left_off(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", (DATED, CELLS, ("CN202029900002.4", "", *CELLS[2:7])))
    assert outcomes(path) == ([2, 3], [])


def test_a_short_row_without_classes_that_shifts_days_into_names_is_refused(
    tmp_path: Path,
) -> None:
    columns = ("申请号", "标题", "申请人", "申请日", "法律状态日", "法律状态")
    full = (NUMBER, TITLE, "样例大学", "2019-03-01", "2019-09-01", "授权")
    short = (NUMBER, TITLE, "2019-03-01", "2019-09-01")
    path = write_csv(tmp_path / "list.csv", (columns, full, short))
    assert outcomes(path) == ([2], [(3, True)])
