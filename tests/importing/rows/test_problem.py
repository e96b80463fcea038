"""Problems of imports, whose words and values name no person."""

import pytest

from matcher.importing.rows.problem import MASKED, Problem, problem_line, quoted_entry
from matcher.language.choice import speaking


def problem(value: str | None, fix: str) -> Problem:
    return Problem("样例.xlsx", None, 3, "合作方式", value, fix)


@pytest.mark.parametrize(
    "entry",
    ["联系张三13800000000", "张三 13800000000", "联系人：张三", "张三@sample.example", "张经理"],
)
def test_contact_data_is_masked_in_value_and_fix(entry: str) -> None:
    line = problem_line(
        problem(entry[:80], f"{quoted_entry(entry, 20)!r} was left out: write 合作")
    )
    assert "张三" not in line and "1380" not in line
    quoted = problem(None, f"'{entry}' was left out: write 合作研发")
    assert "1380" not in quoted.fix and "sample" not in quoted.fix
    assert quoted.fix.endswith(" was left out: write 合作研发")


@pytest.mark.parametrize(
    ("value", "fix"),
    [
        ("2026-13-45", "row 3: left out; write 2026-12-31"),
        ("CN201710117081.7", 'say so with --map "contact_phone=联系电话"'),
        ("一种电话交换机", "personal contact not stored: fill in 联系人、机构"),
    ],
)
def test_other_values_and_fixes_stay(value: str, fix: str) -> None:
    told = problem(value, fix)
    assert (told.value, told.fix) == (value, fix)
    assert quoted_entry("样例合作", 2) == "样例" and MASKED not in problem_line(told)


def test_the_place_of_a_problem_is_told_in_the_language_of_the_run() -> None:
    told = Problem("样例.xlsx", "需求", 3, "合作方式", "随便", "fix", refused=True)
    line = '样例.xlsx, sheet 需求, row 3, column 合作方式, "随便": fix (the row was left out)'
    assert problem_line(told) == line
    with speaking("zh"):
        line = "样例.xlsx，工作表 需求，第 3 行，合作方式 列，“随便”：fix（该行未导入）"
        assert problem_line(told) == line
