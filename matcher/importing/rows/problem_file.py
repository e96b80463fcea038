"""CSV file of the problems of an import, for a spreadsheet program."""

import csv
from collections.abc import Iterable
from pathlib import Path

from matcher.errors import InputError
from matcher.importing.rows.problem import Problem

HEADINGS = ("文件", "工作表", "行", "列", "内容", "问题与改法", "是否导入")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write_problems(path: Path, problems: Iterable[Problem]) -> int:
    """Write every problem, one a row, and return their number. Raises InputError.

    UTF-8 with a byte order mark, without which Excel takes Chinese for another encoding. A text
    that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    count = 0
    try:
        with path.open("w", encoding="utf-8-sig", errors="replace", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADINGS)
            for problem in problems:
                writer.writerow(_row(problem))
                count += 1
    except OSError as problem_of_file:
        raise InputError(
            f"the problems cannot be written to {path}: {problem_of_file.strerror}"
        ) from problem_of_file
    return count


def _row(problem: Problem) -> list[str]:
    """Return the cells of a problem; 是否导入 is empty for one of a whole file or sheet."""
    is_imported = "" if problem.row is None else "否" if problem.refused else "是"
    row = "" if problem.row is None else str(problem.row)
    texts = (
        problem.file,
        problem.sheet,
        row,
        problem.column,
        problem.value,
        problem.fix,
        is_imported,
    )
    return [_escape_formula(text or "") for text in texts]


def _escape_formula(text: str) -> str:
    return "'" + text if text.startswith(_FORMULA_STARTS) else text
