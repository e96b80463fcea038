"""Needs to be kept, out of files and folders: sheets with one need a row, and filled forms."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from matcher.errors import InputError
from matcher.importing.files.formats import JSON_SUFFIXES, TABLE_SUFFIXES, suffix_of
from matcher.importing.read_file import read_file
from matcher.importing.read_need_document import read_need_form
from matcher.importing.rows.need_form import NeedForm
from matcher.importing.rows.problem import Problem
from matcher.importing.rows.row import Reading

_NO_DOCUMENTS = frozenset({"thumbs.db", "desktop.ini"})
"""What the system puts into a folder."""


@dataclass(frozen=True, slots=True)
class NeedsFile:
    """What a sheet, a filled form or a folder of forms says."""

    file: str
    format: str
    rows: int
    """Rows of data or documents, the refused ones too."""
    forms: tuple[NeedForm, ...]
    problems: tuple[Problem, ...]


def read_needs_files(paths: Iterable[Path], *, today: date) -> list[NeedsFile]:
    """The needs of each file, and of every file in a folder, in the order of their names.

    A bad row, or a bad document of a folder, becomes a problem and stops no other. Raises
    InputError for a file that is named itself and cannot be read, or an empty folder.
    """
    read: list[NeedsFile] = []
    for path in paths:
        if path.is_dir():
            read += _folder(path, today)
        elif _is_table(path):
            read.append(_table(path, today))
        else:
            read.append(_document(path, today))
    return read


def _is_table(path: Path) -> bool:
    return suffix_of(path) in TABLE_SUFFIXES | JSON_SUFFIXES


def _table(path: Path, today: date) -> NeedsFile:
    """Raises InputError for a table that does not hold needs."""
    read = read_file(path, mapping={}, today=today, forms=True)
    if read.kind != "needs":
        raise InputError(
            f"{path.name} holds {read.kind}, not needs: import it with matcher import; a table of "
            "needs has columns such as 需求名称, 主要问题, 预期目标"
        )
    return NeedsFile(read.file, read.format, read.rows, read.forms, read.problems)


def _document(path: Path, today: date) -> NeedsFile:
    reading = Reading(path.name, today)
    form = read_need_form(path, reading)
    problems = (*reading.problems, *reading.summaries())
    return NeedsFile(path.name, "form", 1, () if form is None else (form,), problems)


def _folder(folder: Path, today: date) -> list[NeedsFile]:
    """The forms of a folder as one, and its sheets."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and _is_meant(path))
    if not files:
        raise InputError(f"{folder} is empty: put the filled forms (.docx) into it")
    sheets: list[NeedsFile] = []
    forms: list[NeedForm] = []
    problems: list[Problem] = []
    documents = 0
    for path in files:
        try:
            one = _table(path, today) if _is_table(path) else _document(path, today)
        except InputError as error:
            one = None
            problems.append(Problem(path.name, None, 1, None, None, str(error), refused=True))
        if one is not None and _is_table(path):
            sheets.append(one)
            continue
        documents += 1
        if one is not None:
            forms += one.forms
            problems += one.problems
    if documents:
        whole = NeedsFile(folder.name, "form", documents, tuple(forms), tuple(problems))
        return [whole, *sheets]
    return sheets


def _is_meant(path: Path) -> bool:
    """Not the hidden files of a system or of an open document."""
    name = path.name.lower()
    return not name.startswith((".", "~$")) and name not in _NO_DOCUMENTS
