"""CSV files of the problems of imports, one an import, for a spreadsheet program."""

import csv
import re
from collections.abc import Iterable
from datetime import datetime
from itertools import count
from pathlib import Path

from matcher.disk.errors import disk_error
from matcher.errors import InputError
from matcher.importing.rows.problem import Problem
from matcher.language.library_errors import os_error_text
from matcher.language.messages import _

HEADINGS = ("文件", "工作表", "行", "列", "内容", "问题与改法", "是否导入")
FOLDER = "import-problems"
"""Folder in the home folder that keeps the problems of every import."""
FORMER_FILE = "import-problems.csv"
"""File of the last import's problems, as earlier versions wrote it into the home folder."""
_MAX_SOURCE_CHARACTERS = 60
_NOT_IN_NAMES = re.compile(r"[^\w.+-]+")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def reserve_problem_file(home: Path, source: str, moment: datetime) -> Path:
    """Create an empty file that is named by the time and the imported file, and return its path.

    Two imports never get the same one. Raises InputError, DiskError.
    """
    folder = home / FOLDER
    stem = _NOT_IN_NAMES.sub("_", source)[:_MAX_SOURCE_CHARACTERS].strip("._") or "import"
    name = f"{moment:%Y%m%d-%H%M%S}-{stem}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number in count(1):
            path = folder / (f"{name}.csv" if number == 1 else f"{name}-{number}.csv")
            try:
                path.touch(exist_ok=False)
            except FileExistsError:
                continue
            return path
    except OSError as problem:
        raise disk_error(problem) or InputError(
            _(
                "the problems cannot be written to {path}: {reason}",
                path=folder,
                reason=os_error_text(problem),
            )
        ) from problem
    raise AssertionError("the count of names has no end")


def kept_problem_files(home: Path) -> list[Path]:
    """Return the files of the problems of former imports, the newest first."""
    files = sorted((home / FOLDER).glob("*.csv"), reverse=True)
    former = home / FORMER_FILE
    return [*files, former] if former.is_file() else files


def write_problems(path: Path, problems: Iterable[Problem]) -> int:
    """Write every problem, one a row, and return their number. Raises InputError, DiskError.

    UTF-8 with a byte order mark, without which Excel takes Chinese for another encoding. A text
    that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    written = 0
    try:
        with path.open("w", encoding="utf-8-sig", errors="replace", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADINGS)
            for problem in problems:
                writer.writerow(map(_escape_formula, problem_cells(problem)))
                written += 1
    except OSError as problem_of_file:
        raise disk_error(problem_of_file, path.parent) or InputError(
            _(
                "the problems cannot be written to {path}: {reason}",
                path=path,
                reason=problem_of_file.strerror,
            )
        ) from problem_of_file
    return written


def read_problems(path: Path) -> list[list[str]]:
    """Return the cells of each problem of a kept file. Raises OSError."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))[1:]


def problem_cells(problem: Problem) -> list[str]:
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
    return [text or "" for text in texts]


def _escape_formula(text: str) -> str:
    return "'" + text if text.startswith(_FORMULA_STARTS) else text
