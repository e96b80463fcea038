"""Reading of needs to be stored: tables with one need a row, filled forms, and folders of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from matcher.errors import InputError
from matcher.importing.files.formats import JSON_SUFFIXES, TABLE_SUFFIXES
from matcher.importing.files.source_file import suffix_of
from matcher.importing.headings.headings import read_mapping
from matcher.importing.read_file import read_file
from matcher.importing.read_need_document import read_need_forms, read_sheets
from matcher.importing.rows.need_form import NeedForm, read_form
from matcher.importing.rows.problem import Problem
from matcher.importing.rows.row import FileContext
from matcher.importing.rows.sheet_columns import SheetColumns
from matcher.labels import RECORD_KIND, label
from matcher.language.messages import _

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
    sheets: tuple[SheetColumns, ...] = ()
    """Columns of each sheet, as they were recognised; none of a filled form."""


def read_needs_file(
    path: Path, *, today: date, mapping: Mapping[str, str], name: str | None = None
) -> NeedsFile:
    """Read the needs of one file, which records and problems call `name`. Raises InputError."""
    reader = _FileReader(today, read_mapping(mapping, "needs"), name)
    return reader.table(path) if _is_table(path) else reader.document(path)


def read_needs_files(
    paths: Iterable[Path], *, today: date, mapping: Mapping[str, str] | None = None
) -> list[NeedsFile]:
    """Read the needs of each file, and of every file in a folder, in the order of their names.

    `mapping` gives the heading or label of some fields. A bad row, or a bad document of a folder,
    becomes a problem and stops no other. Raises InputError for an unreadable file that is given
    itself, for an empty folder, and for a field that no need has.
    """
    reader = _FileReader(today, read_mapping(mapping or {}, "needs"))
    results: list[NeedsFile] = []
    for path in paths:
        if path.is_dir():
            results += reader.folder(path)
        elif _is_table(path):
            results.append(reader.table(path))
        else:
            results.append(reader.document(path))
    return results


def _is_table(path: Path) -> bool:
    return suffix_of(path) in TABLE_SUFFIXES | JSON_SUFFIXES


@dataclass(frozen=True, slots=True)
class _FileReader:
    """Reader of tables, documents and folders, on one day and with one mapping."""

    today: date
    mapping: Mapping[str, str]
    name: str | None = None
    """Name of the file in records and problems, if it is another one than its own."""

    def table(self, path: Path) -> NeedsFile:
        """Read a table, or sheets that are filled forms. Raises InputError where neither holds."""
        context = FileContext(self.name or path.name, self.today)
        if (rows := read_sheets(path, context, self.mapping)) is not None:
            forms = tuple(form for row in rows if (form := read_form(row)) is not None)
            return NeedsFile(context.file, "form", len(rows), forms, context.all_problems())
        table = read_file(
            path,
            mapping=self.mapping,
            today=self.today,
            forms=True,
            expected="needs",
            name=self.name,
        )
        if table.kind != "needs":
            raise InputError(
                _(
                    "{name} holds {kind}, not needs: import it with matcher import; a table of "
                    "needs has columns such as 需求名称, 主要问题, 预期目标",
                    name=path.name,
                    kind=label(RECORD_KIND[table.kind]),
                )
            )
        return NeedsFile(
            table.file, table.format, table.rows, table.forms, table.problems, table.sheets
        )

    def document(self, path: Path) -> NeedsFile:
        """Read a document."""
        context = FileContext(self.name or path.name, self.today)
        forms, count = read_need_forms(path, context, self.mapping)
        return NeedsFile(context.file, "form", count, tuple(forms), context.all_problems())

    def folder(self, folder: Path) -> list[NeedsFile]:
        """Read a folder: its documents as one result, then one result for each table."""
        files = sorted(
            path for path in folder.rglob("*") if path.is_file() and not _is_system_file(path)
        )
        if not files:
            raise InputError(
                _("{folder} is empty: put sheets of needs or filled forms into it", folder=folder)
            )
        tables: list[NeedsFile] = []
        forms: list[NeedForm] = []
        problems: list[Problem] = []
        rows = 0
        for path in files:
            try:
                result = self.table(path) if _is_table(path) else self.document(path)
            except InputError as error:
                problems.append(Problem(path.name, None, 1, None, None, str(error), refused=True))
                rows += 1
                continue
            if _is_table(path):
                tables.append(result)
                continue
            rows += result.rows
            forms += result.forms
            problems += result.problems
        if rows:
            return [NeedsFile(folder.name, "form", rows, tuple(forms), tuple(problems)), *tables]
        return tables


def _is_system_file(path: Path) -> bool:
    """True for hidden files of the system and lock files of an open document."""
    name = path.name.lower()
    return name.startswith((".", "~$")) or name in _SYSTEM_FILES
