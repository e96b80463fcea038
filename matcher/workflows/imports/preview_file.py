"""The preview of an import in a file of its own: rows by the page, problems, counts.

A file and not memory, so that a page of a large export is read at once.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from matcher.errors import NotFoundError
from matcher.importing.rows.problem import Problem
from matcher.importing.rows.sheet_columns import ReadColumn, SheetColumns
from matcher.importing.shown_rows import ShownRow, masked
from matcher.language.messages import _

_TABLES = """
CREATE TABLE file (number INTEGER PRIMARY KEY, summary TEXT NOT NULL);
CREATE TABLE row (
    file INTEGER NOT NULL, kind TEXT NOT NULL, sheet TEXT, row INTEGER NOT NULL,
    is_refused INTEGER NOT NULL, shown TEXT NOT NULL
);
CREATE TABLE problem (
    file INTEGER NOT NULL, name TEXT NOT NULL, sheet TEXT, row INTEGER, heading TEXT, value TEXT,
    fix TEXT NOT NULL, is_refused INTEGER NOT NULL
);
CREATE TABLE counts (absent INTEGER NOT NULL);
"""
_INDEXES = """
CREATE INDEX row_of_file ON row (file);
CREATE INDEX problem_of_row ON problem (file, row, sheet);
"""
_PROBLEM = "SELECT name, sheet, row, heading, value, fix, is_refused FROM problem"
_ROW = "SELECT kind, sheet, row, is_refused, shown FROM row WHERE file = ?"
_HAS_PROBLEM = (
    " AND (is_refused OR EXISTS (SELECT 1 FROM problem WHERE problem.file = row.file"
    " AND problem.row = row.row AND problem.sheet IS row.sheet))"
)


@dataclass(frozen=True, slots=True)
class FileSummary:
    """A file of an import before it is saved: what it is, and what saving it would do."""

    number: int
    name: str
    error: str | None
    """Reason for which nothing of the file can be read, and its fix."""
    kind: str = ""
    format: str = ""
    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    unused: tuple[str, ...] = ()
    """Headings of known columns whose values nothing uses."""
    sheets: tuple[SheetColumns, ...] = ()
    """Columns as they were recognised; of a file with an error those that may be headings."""


@dataclass(frozen=True, slots=True)
class RowPage:
    """Some rows of a file, each with its problems."""

    rows: tuple[tuple[ShownRow, tuple[Problem, ...]], ...]
    total: int
    """Rows of the whole list."""


class PreviewWriter:
    """Writes a preview; it stands under its name only when it is whole."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Take the connection to the new file."""
        self._connection = connection

    def add_row(self, file: int, row: ShownRow) -> None:
        """Add a row of a file."""
        shown = json.dumps(row.values, ensure_ascii=False)
        self._connection.execute(
            "INSERT INTO row VALUES (?, ?, ?, ?, ?, ?)",
            (file, row.kind, row.sheet, row.row, row.is_refused, shown),
        )

    def drop_rows(self, file: int) -> None:
        """Drop the rows of a file that cannot be read to its end."""
        self._connection.execute("DELETE FROM row WHERE file = ?", (file,))

    def add_file(self, summary: FileSummary, problems: Iterable[Problem]) -> None:
        """Add a file with its problems."""
        self._connection.execute(
            "INSERT INTO file VALUES (?, ?)",
            (summary.number, json.dumps(asdict(summary), ensure_ascii=False)),
        )
        self._connection.executemany(
            "INSERT INTO problem VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (summary.number, p.file, p.sheet, p.row, p.column, p.value, p.fix, p.refused)
                for p in problems
            ),
        )

    def set_absent(self, absent: int) -> None:
        """Note the number of patents of the catalogue that are in none of the files."""
        self._connection.execute("INSERT INTO counts VALUES (?)", (absent,))


@contextmanager
def writing_preview(path: Path) -> Iterator[PreviewWriter]:
    """Open a new preview, which takes the place of an earlier one when the block ends normally."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with closing(sqlite3.connect(draft)) as connection:
        # A preview that a kill left is never read.
        connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _TABLES)
        with connection:
            yield PreviewWriter(connection)
        connection.executescript(_INDEXES)
    draft.replace(path)


class Preview:
    """A finished preview, for reading."""

    def __init__(self, path: Path) -> None:
        """Take the path of the file."""
        self._path = path

    def files(self) -> list[FileSummary]:
        """Return every file. Raises NotFoundError without a preview, as all methods do."""
        with self._reading() as connection:
            found = connection.execute("SELECT summary FROM file ORDER BY number")
            return [_summary(json.loads(text)) for (text,) in found]

    def absent(self) -> int:
        """Return the number of patents of the catalogue that are in none of the files."""
        with self._reading() as connection:
            row = connection.execute("SELECT absent FROM counts").fetchone()
            return int(row[0]) if row else 0

    def rows(self, file: int, start: int, count: int, *, only_problems: bool) -> RowPage:
        """Return `count` rows of a file from the index `start`, or of those with problems.

        Contact data in them is masked.
        """
        where = _ROW + (_HAS_PROBLEM if only_problems else "")
        with self._reading() as connection:
            (total,) = connection.execute(f"SELECT count(*) FROM ({where})", (file,)).fetchone()
            page = connection.execute(
                f"{where} ORDER BY rowid LIMIT ? OFFSET ?", (file, count, start)
            ).fetchall()
            rows = [
                ShownRow(kind, sheet, row, bool(is_refused), masked(json.loads(shown)))
                for kind, sheet, row, is_refused, shown in page
            ]
            problems = [
                tuple(
                    map(
                        _problem,
                        connection.execute(
                            f"{_PROBLEM} WHERE file = ? AND row = ? AND sheet IS ?",
                            (file, row.row, row.sheet),
                        ),
                    )
                )
                for row in rows
            ]
        return RowPage(tuple(zip(rows, problems, strict=True)), total)

    def problems(self, start: int = 0, count: int = -1) -> list[Problem]:
        """Return `count` problems of all files from the index `start`; -1 for all that follow."""
        with self._reading() as connection:
            found = connection.execute(
                f"{_PROBLEM} ORDER BY file, rowid LIMIT ? OFFSET ?", (count, start)
            )
            return list(map(_problem, found))

    def count_problems(self) -> int:
        """Return the number of problems of all files."""
        with self._reading() as connection:
            (count,) = connection.execute("SELECT count(*) FROM problem").fetchone()
            return int(count)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        if not self._path.is_file():
            raise NotFoundError(_("this import has not been read yet: wait, or read it again"))
        with closing(sqlite3.connect(f"{self._path.resolve().as_uri()}?mode=ro", uri=True)) as file:
            yield file


def _problem(row: tuple[Any, ...]) -> Problem:
    name, sheet, number, heading, value, fix, is_refused = row
    return Problem(name, sheet, number, heading, value, fix, bool(is_refused))


def _summary(values: dict[str, Any]) -> FileSummary:
    sheets = tuple(
        SheetColumns(sheet["sheet"], tuple(ReadColumn(**column) for column in sheet["columns"]))
        for sheet in values.pop("sheets")
    )
    return FileSummary(**{**values, "unused": tuple(values["unused"])}, sheets=sheets)
