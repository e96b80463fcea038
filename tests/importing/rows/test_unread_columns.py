"""No column vanishes without a word."""

from pathlib import Path

import pytest

from matcher.errors import InputError
from matcher.importing.rows.unread_columns import MAX_APART
from tests.support.import_files import read, write_csv

HEADINGS = ("申请号", "发明名称")
CELLS = ("CN201919900001.1", "一种样例隔膜")


def test_a_column_that_nothing_reads_is_named_with_its_first_value(tmp_path: Path) -> None:
    rows = [(*HEADINGS, "Ref. paper", "样例指数"), (*CELLS, "CN119900001B", ""), (*CELLS, "", "7")]
    file = read(write_csv(tmp_path / "list.csv", rows))
    number, index = (problem for problem in file.problems if problem.column not in HEADINGS)
    assert (number.column, number.value, number.row) == ("Ref. paper", "CN119900001B", None)
    assert '--map "publication_number=Ref. paper"' in number.fix
    assert (index.column, index.value) == ("样例指数", "7")


def test_many_unread_columns_are_one_problem(tmp_path: Path) -> None:
    extra = [f"样例列{n}" for n in range(MAX_APART + 1)]
    file = read(write_csv(tmp_path / "list.csv", [(*HEADINGS, *extra), (*CELLS, *"abcdef")]))
    (problem,) = file.problems
    assert f"{extra[0]} (a); {extra[1]} (b)" in problem.fix and extra[-1] in problem.fix


def test_known_columns_without_use_are_no_problem(tmp_path: Path) -> None:
    rows = [(*HEADINGS, "被引证次数", "链接", "同族数量"), (*CELLS, "3", "", "4")]
    file = read(write_csv(tmp_path / "list.csv", rows))
    assert file.problems == () and file.unused == ("被引证次数", "同族数量")


@pytest.mark.parametrize(
    ("heading", "value"),
    [("微信", "yangli_2020"), ("样例备忘", "13800000000"), ("", "样例甲"), ("聯絡人", "样例甲")],
)
def test_a_value_that_may_be_personal_is_not_shown(
    tmp_path: Path, heading: str, value: str
) -> None:
    rows = [("申请号", heading, "发明名称"), (CELLS[0], value, CELLS[1])]
    (problem,) = read(write_csv(tmp_path / "list.csv", rows)).problems
    assert problem.value == "***" and value not in problem.fix
    assert heading or "B" in (problem.column or "")


def test_empty_columns_and_columns_that_are_mapped_are_not_named(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", [(*HEADINGS, "样例", "", "甲"), (*CELLS, "", "", "乙")])
    assert read(path, abstract="甲").problems == ()


def test_a_list_without_headings_gets_headings_to_put_above_it(tmp_path: Path) -> None:
    row = (
        "一种样例隔膜及其制备方法",
        "CN119900001A",
        "摘要：" + "样例" * 40,
        "样例大学",
        "H01M10/0525",
    )
    with pytest.raises(InputError) as refused:
        read(write_csv(tmp_path / "list.csv", [row, row]))
    assert "发明名称 | 公开(公告)号 | 摘要 | 申请人 | IPC分类号" in str(refused.value)
