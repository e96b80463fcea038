"""The problems of an import as a table to save."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from starlette.responses import Response

from api.http.exports import exporter, table_response
from matcher.access.roles import Caller
from matcher.errors import NotFoundError
from matcher.importing.rows.problem import Problem
from matcher.importing.rows.problem_file import (
    FOLDER,
    HEADINGS,
    problem_cells,
    read_problems,
    write_problems,
)
from matcher.language.messages import _
from matcher.reporting.tables import Format, write_table
from matcher.settings import Settings
from matcher.store.jobs import JobState
from matcher.store.schema.times import now


def kept_problems(settings: Settings, job: JobState, caller: Caller, format: Format) -> Response:
    """Return the problems that an import kept in a file of the home.

    Raises NotFoundError where it had none.
    """
    kept: Mapping[str, Any] = job.saved or {}
    name = Path(str(kept.get("problem_file") or "")).name
    path = settings.home / FOLDER / name
    if not name or not path.is_file():
        raise NotFoundError(_("this import had no problem"))
    if format == "csv":
        return table_response(path.read_bytes(), _file_name(), "csv")
    return _workbook(read_problems(path), caller)


def problem_table(found: list[Problem], caller: Caller, format: Format) -> Response:
    """Return problems as a table, as a command writes them into a file."""
    if format == "xlsx":
        return _workbook([problem_cells(problem) for problem in found], caller)
    with TemporaryDirectory() as folder:
        path = Path(folder, "problems.csv")
        write_problems(path, found)
        return table_response(path.read_bytes(), _file_name(), "csv")


def _workbook(rows: list[list[str]], caller: Caller) -> Response:
    with TemporaryDirectory() as folder:
        path = Path(folder, "problems.xlsx")
        write_table(
            path,
            HEADINGS,
            rows,
            title="导入问题",
            exported_by=exporter(caller),
            moment=now(),
            format="xlsx",
        )
        return table_response(path.read_bytes(), _file_name(), "xlsx")


def _file_name() -> str:
    return f"导入问题-{now():%Y%m%d-%H%M}"
