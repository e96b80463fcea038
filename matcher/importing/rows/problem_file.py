"""All problems of an import in one CSV file that a spreadsheet opens as it should."""

import csv
from collections.abc import Iterable
from pathlib import Path

from matcher.errors import InputError
from matcher.importing.rows.problem import Problem

HEADINGS = ("文件", "工作表", "行", "列", "内容", "问题与改法", "是否导入")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write_problems(path: Path, problems: Iterable[Problem]) -> int:
    """Write every problem, one a row; how many there were. Raises InputError.

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
    """A problem that is no row's has no word on whether it went in."""
    went_in = "" if problem.row is None else "否" if problem.refused else "是"
    row = "" if problem.row is None else str(problem.row)
    texts = (problem.file, problem.sheet, row, problem.column, problem.value, problem.mend, went_in)
    return [_harmless(text or "") for text in texts]


def _harmless(text: str) -> str:
    return "'" + text if text.startswith(_FORMULA_STARTS) else text
