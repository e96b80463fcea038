"""Report of an import: its JSON, its counts for people, and the file of its problems."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.commands.options import print_json, print_note
from matcher.errors import DiskError, InputError
from matcher.labels import RECORD_KIND, TABLE_FORMAT, label, listed
from matcher.language.messages import _, gettext_noop, ngettext

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matcher.importing.rows.problem import Problem
    from matcher.workflows.import_patents import FileResult, ImportResult

MAX_PROBLEMS = 10
"""Problems that are printed; the file and --json have all."""
MAX_UNUSED = 4
"""Headings of unused columns that are printed for a file; --json has all."""
COUNTS = {
    "rows": gettext_noop("rows"),
    "new": gettext_noop("new"),
    "changed": gettext_noop("changed"),
    "unchanged": gettext_noop("unchanged"),
    "refused": gettext_noop("refused"),
}
"""Counts of a file, each with its heading."""
Problems = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="A further file for all problems; the home folder keeps one for each import.",
        show_default=False,
    ),
]


class ProblemFile:
    """Files that take the problems of one import: one that is kept, and one of the user's."""

    def __init__(self, named: Path | None, home: Path) -> None:
        """Take the file that the user names, if any, and the home folder.

        Raises InputError where the folder of the named file does not exist.
        """
        if named is not None and not named.parent.is_dir():
            raise InputError(
                _(
                    "--problems {named}: there is no folder {parent}",
                    named=named,
                    parent=named.parent,
                )
            )
        self._named = named
        self._home = home
        self._kept: Path | None = None

    def path_for(self, result: "ImportResult") -> Path | None:
        """Return the path of the kept file, or the user's; None where there is no problem.

        The kept file is created; the user's is written even where there is no problem.
        """
        with suppress(InputError, DiskError):  # told when it is written
            self._reserve(result)
        return self._named or self._kept

    def write(self, result: "ImportResult") -> None:
        """Write all problems and print the first of them on stderr."""
        from matcher.importing.rows.problem_file import write_problems

        self._reserve(result)
        problems = _problems_of(result)
        for path in (self._kept, self._named):
            if path is not None:
                write_problems(path, problems)
        if (shown := self._named or self._kept) is not None or problems:
            _print_problems(problems, shown)

    def _reserve(self, result: "ImportResult") -> None:
        """Create the file that is kept; there is none of a trial."""
        if self._kept is None and not result.is_trial and _problems_of(result):
            self._kept = reserve(self._home, [file.file for file in result.files])


def keep_problems(home: Path, source: str, problems: "Sequence[Problem]") -> Path | None:
    """Write problems to a file of their own and return its path; None without a problem."""
    from matcher.importing.rows.problem_file import write_problems

    if not problems:
        return None
    path = reserve(home, [source])
    write_problems(path, problems)
    return path


def reserve(home: Path, sources: "Sequence[str]") -> Path:
    """Create the file that keeps the problems of an import of these files. Raises InputError."""
    from datetime import datetime

    from matcher.importing.rows.problem_file import reserve_problem_file

    more = f"+{len(sources) - 1}" if len(sources) > 1 else ""
    return reserve_problem_file(home, sources[0] + more if sources else "", datetime.now())


def report_import(result: "ImportResult", problem_file: ProblemFile, *, as_json: bool) -> None:
    """Print what an import did, and write its problems.

    The printing comes first, for the writing may fail although the import is done.
    """
    if as_json:
        print_json(import_json(result, problem_file.path_for(result)))
    else:
        print_import(result)
        _print_unused(result)
    problem_file.write(result)


def import_json(result: "ImportResult", problem_path: Path | None) -> dict[str, Any]:
    """Return what an import did as a JSON-ready object."""
    return {
        "files": [
            {
                "file": file.file,
                "format": file.format,
                "kind": file.kind,
                "rows": file.rows,
                "new": file.new,
                "changed": file.changed,
                "unchanged": file.unchanged,
                "refused": file.refused,
                "unused_columns": list(file.unused),
                "problems": [
                    {
                        "sheet": problem.sheet,
                        "row": problem.row,
                        "column": problem.column,
                        "value": problem.value,
                        "mend": problem.fix,
                        "refused": problem.refused,
                    }
                    for problem in file.problems
                ],
            }
            for file in result.files
        ],
        "deleted": result.deleted,
        **({"dry_run": True} if result.is_trial else {}),
        "problems_file": problem_path and str(problem_path),
    }


def print_import(result: "ImportResult") -> None:
    """Print the counts of each file as a table on stdout."""
    from matcher.commands.terminal.console import folding_table, new_console

    table = folding_table([_("file")])
    table.add_column(_("format"))
    for heading in COUNTS.values():
        table.add_column(_(heading), justify="right")
    for file in result.files:
        numbers = [f"{getattr(file, name):,}" for name in COUNTS]
        table.add_row(file.file, _format_of(file), *numbers)
    console = new_console()
    console.print(table)
    if result.deleted:
        if result.is_trial:
            note = _(
                "{deleted:,} patents that are in none of these files would be deleted",
                deleted=result.deleted,
            )
        else:
            note = _(
                "{deleted:,} patents that are in none of these files were deleted",
                deleted=result.deleted,
            )
        console.print(note)


def _format_of(file: "FileResult") -> str:
    format = label(TABLE_FORMAT[file.format]) if file.format in TABLE_FORMAT else file.format
    if file.kind == "patents":
        return format
    return _("{format} ({kind})", format=format, kind=label(RECORD_KIND[file.kind]))


def _print_unused(result: "ImportResult") -> None:
    """Print in one line a file which known columns of it are not used."""
    for file in result.files:
        if file.unused:
            more = ["…"] if len(file.unused) > MAX_UNUSED else []
            note = ngettext(
                "{file}: {n} column that is known is not used: {headings}",
                "{file}: {n} columns that are known are not used: {headings}",
                len(file.unused),
                file=file.file,
                headings=listed([*file.unused[:MAX_UNUSED], *more]),
            )
            print_note(note)


def _problems_of(result: "ImportResult") -> "list[Problem]":
    return [problem for file in result.files for problem in file.problems]


def _print_problems(problems: "Sequence[Problem]", path: Path | None) -> None:
    from matcher.importing.rows.problem import problem_line

    for problem in problems[:MAX_PROBLEMS]:
        print_note(f"- {problem_line(problem)}")
    if len(problems) > MAX_PROBLEMS:
        print_note(_("- … {count:,} more", count=len(problems) - MAX_PROBLEMS))
    if path is None:
        note = _("Problems: {count:,}; --problems FILE writes all of them", count=len(problems))
    else:
        note = _("Problems: {count:,}, all of them in {path}", count=len(problems), path=path)
    print_note(note)
