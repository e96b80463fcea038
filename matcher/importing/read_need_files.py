"""Reading of needs to be stored: tables with one need a row, filled forms, and folders of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from matcher.errors import InputError
from matcher.importing.files.formats import JSON_SUFFIXES, TABLE_SUFFIXES
from matcher.importing.files.source_file import suffix_of
from matcher.importing.read_file import read_file
from matcher.importing.read_need_document import read_need_form
from matcher.importing.rows.need_form import NeedForm
from matcher.importing.rows.problem import Problem
from matcher.importing.rows.row import FileContext

_SYSTEM_FILES = frozenset({"thumbs.db", "desktop.ini"})
"""Files that the operating system puts into a folder."""


@dataclass(frozen=True, slots=True)
class NeedsFile:
    """Needs and problems of a table, a filled form or a folder of forms."""

    file: str
    format: str
    rows: int
    """Rows of data or documents, refused ones included."""
    forms: tuple[NeedForm, ...]
    problems: tuple[Problem, ...]


def read_needs_files(paths: Iterable[Path], *, today: date) -> list[NeedsFile]:
    """Read the needs of each file, and of every file in a folder, in the order of their names.

    A bad row, or a bad document of a folder, becomes a problem and stops no other. Raises
    InputError for an unreadable file that is given itself, and for an empty folder.
    """
    results: list[NeedsFile] = []
    for path in paths:
        if path.is_dir():
            results += _folder(path, today)
        elif _is_table(path):
            results.append(_table(path, today))
        else:
            results.append(_document(path, today))
    return results


def _is_table(path: Path) -> bool:
    return suffix_of(path) in TABLE_SUFFIXES | JSON_SUFFIXES


def _table(path: Path, today: date) -> NeedsFile:
    """Read a table. Raises InputError for one that does not hold needs."""
    table = read_file(path, mapping={}, today=today, forms=True)
    if table.kind != "needs":
        raise InputError(
            f"{path.name} holds {table.kind}, not needs: import it with matcher import; a table of "
            "needs has columns such as 需求名称, 主要问题, 预期目标"
        )
    return NeedsFile(table.file, table.format, table.rows, table.forms, table.problems)


def _document(path: Path, today: date) -> NeedsFile:
    context = FileContext(path.name, today)
    form = read_need_form(path, context)
    forms = () if form is None else (form,)
    return NeedsFile(path.name, "form", 1, forms, context.all_problems())


def _folder(folder: Path, today: date) -> list[NeedsFile]:
    """Read a folder: its documents as one result, then one result for each table."""
    files = sorted(
        path for path in folder.rglob("*") if path.is_file() and not _is_system_file(path)
    )
    if not files:
        raise InputError(f"{folder} is empty: put the filled forms (.docx) into it")
    tables: list[NeedsFile] = []
    forms: list[NeedForm] = []
    problems: list[Problem] = []
    documents = 0
    for path in files:
        try:
            result = _table(path, today) if _is_table(path) else _document(path, today)
        except InputError as error:
            result = None
            problems.append(Problem(path.name, None, 1, None, None, str(error), refused=True))
        if result is not None and _is_table(path):
            tables.append(result)
            continue
        documents += 1
        if result is not None:
            forms += result.forms
            problems += result.problems
    if documents:
        combined = NeedsFile(folder.name, "form", documents, tuple(forms), tuple(problems))
        return [combined, *tables]
    return tables


def _is_system_file(path: Path) -> bool:
    """True for hidden files of the system and lock files of an open document."""
    name = path.name.lower()
    return name.startswith((".", "~$")) or name in _SYSTEM_FILES
