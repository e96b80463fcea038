"""`matcher import`: patents and teams from files into the database."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.commands.options import AsJson, Debug, Home, print_json, read_settings, tell
from matcher.errors import InputError

if TYPE_CHECKING:
    from matcher.importing.rows.problem import Problem
    from matcher.workflows.import_patents import FileResult, ImportResult

SHOWN_PROBLEMS = 10
PROBLEMS_FILE = "import-problems.csv"


def import_files(
    context: typer.Context,
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help=".csv, .tsv, .xlsx, .xls or .jsonl, also .gz."),
    ],
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="OURS=THEIRS",
            help='Which heading holds a field of ours: --map "title=Bezeichnung"; repeatable.',
        ),
    ] = None,
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Delete every patent that is in none of these files."),
    ] = False,
    problems: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help=f"Where all problems go; by default {PROBLEMS_FILE} in the home folder.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Read patents and teams from files into the catalogue.

    Exports of the usual patent databases and our own template are recognised by their headings.
    A row that cannot be used never stops the others. All files go in together or, after an error
    or ctrl-c, none.
    """
    read_map = read_mapping(mapping or [])
    settings = read_settings(context)
    place = problems_place(problems, settings.home / PROBLEMS_FILE)

    from datetime import date

    from matcher.commands.terminal.progress import progress_line
    from matcher.importing.rows.problem_file import write_problems
    from matcher.wiring import open as wiring

    with progress_line() as report:
        result = wiring.import_files(
            settings, files, mapping=read_map, today=date.today(), replace=replace, report=report
        )
    found = [problem for file in result.files for problem in file.problems]
    written = found or problems is not None
    # First what happened, then what may fail: the import is done, whatever becomes of its report.
    if as_json:
        print_json(import_json(result, place if written else None))
    else:
        print_import(result)
    if written:
        settings.home.mkdir(parents=True, exist_ok=True)
        write_problems(place, found)
        tell_problems(found, place)
    patents = [file for file in result.files if file.kind == "patents"]
    if any(file.new or file.changed for file in patents) or result.deleted:
        tell("Next: matcher index")


def read_mapping(given: list[str]) -> dict[str, str]:
    """`ours=theirs` as a mapping from ours to theirs. Raises InputError."""
    mapping: dict[str, str] = {}
    for entry in given:
        ours, equals, theirs = (part.strip() for part in entry.partition("="))
        if not (ours and equals and theirs):
            raise InputError(f'--map {entry}: write it as --map "our field=their heading"')
        if ours in mapping:
            raise InputError(f"--map {entry}: {ours} has a heading already, {mapping[ours]}")
        mapping[ours] = theirs
    return mapping


def problems_place(asked: Path | None, default: Path) -> Path:
    """Where problems will go. Raises InputError where that folder does not exist."""
    if asked is not None and not asked.parent.is_dir():
        raise InputError(f"--problems {asked}: there is no folder {asked.parent}")
    return asked or default


def import_json(result: "ImportResult", problems_file: Path | None) -> dict[str, Any]:
    """The account of an import as a JSON-ready object."""
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
                "problems": [
                    {
                        "sheet": problem.sheet,
                        "row": problem.row,
                        "column": problem.column,
                        "value": problem.value,
                        "mend": problem.mend,
                        "refused": problem.refused,
                    }
                    for problem in file.problems
                ],
            }
            for file in result.files
        ],
        "deleted": result.deleted,
        "problems_file": None if problems_file is None else str(problems_file),
    }


def print_import(result: "ImportResult") -> None:
    """The counts of each file as a table on stdout."""
    from rich.table import Table

    from matcher.commands.terminal.answer import new_console

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("file", overflow="fold")
    table.add_column("format")
    counts = ("rows", "new", "changed", "unchanged", "refused")
    for name in counts:
        table.add_column(name, justify="right")
    for file in result.files:
        numbers = [f"{getattr(file, name):,}" for name in counts]
        table.add_row(file.file, _seen(file), *numbers)
    console = new_console()
    console.print(table)
    if result.deleted:
        console.print(f"{result.deleted:,} patents that are in none of these files were deleted")


def tell_problems(found: "list[Problem]", place: Path) -> None:
    """The first problems, a line each, and where all of them are."""
    from matcher.importing.rows.problem import problem_line

    for problem in found[:SHOWN_PROBLEMS]:
        tell(f"- {problem_line(problem)}")
    if len(found) > SHOWN_PROBLEMS:
        tell(f"- … {len(found) - SHOWN_PROBLEMS:,} more")
    tell(f"Problems: {len(found):,}, all of them in {place}")


def _seen(file: "FileResult") -> str:
    return file.format if file.kind == "patents" else f"{file.format} ({file.kind})"
