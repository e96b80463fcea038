"""Recognised rows and problems of a file, as data frames; nothing is stored."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from matcher.errors import InputError
from matcher.importing.files.formats import JSON_SUFFIXES, TABLE_SUFFIXES
from matcher.importing.files.source_file import suffix_of
from matcher.importing.read_file import read_file
from matcher.importing.read_need_files import read_needs_files
from matcher.importing.rows.problem import Problem
from matcher.notebook.frames import needs_frame, patents_frame, problems_frame
from matcher.types import Need, Patent

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class FileContents:
    """Rows of a file as they would be imported; columns of contact persons are not kept."""

    file: str
    kind: str
    """`patents`, `teams` or `needs`."""
    rows: int
    """Rows of data, refused ones included."""
    patent_records: tuple[Patent, ...] = field(repr=False)
    need_records: tuple[Need, ...] = field(repr=False)
    problem_records: tuple[Problem, ...] = field(repr=False)
    today: date

    @property
    def patents(self) -> "pd.DataFrame":
        """Frame of the patents; columns as in `notebook.frames.PATENT_COLUMNS`."""
        return patents_frame(self.patent_records, self.today)

    @property
    def needs(self) -> "pd.DataFrame":
        """Frame of the needs; columns as in `notebook.frames.NEED_COLUMNS`."""
        return needs_frame(self.need_records)

    @property
    def problems(self) -> "pd.DataFrame":
        """Frame of the problems; columns as in `notebook.frames.PROBLEM_COLUMNS`."""
        return problems_frame(self.problem_records)


def read(file: Path | str, **mapping: str) -> FileContents:
    """Read a table of patents, teams or needs, or a filled form of one need.

    `mapping` gives the heading of a field (`title="发明名称"`). Raises InputError for a file that
    cannot be read.
    """
    path, today = Path(file), date.today()
    if path.is_dir():
        raise InputError(f"{path} is a folder: give one file")
    if suffix_of(path) not in TABLE_SUFFIXES | JSON_SUFFIXES:
        if mapping:
            raise InputError(f"{path.name} is no table: headings are given for tables only")
        (document,) = read_needs_files([path], today=today)
        needs = tuple(form.details.need for form in document.forms)
        return FileContents(
            document.file, "needs", document.rows, (), needs, document.problems, today
        )
    table = read_file(path, mapping=mapping, today=today)
    return FileContents(
        table.file,
        table.kind,
        table.rows,
        tuple(record.patent for record in table.patents),
        table.needs,
        table.problems,
        today,
    )
