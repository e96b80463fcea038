"""`matcher import`: patents and teams from files into the database."""

from pathlib import Path
from typing import Annotated

import typer

from matcher.commands.import_report import ProblemFile, Problems, report_import
from matcher.commands.options import AsJson, Debug, Home, print_note, read_settings
from matcher.errors import InputError
from matcher.language.messages import _


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
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="Save nothing: show what the files hold and what would change."
        ),
    ] = False,
    new_database: Annotated[
        bool,
        typer.Option(
            "--new-database",
            help="Begin a new database where the home had one that is gone.",
        ),
    ] = False,
    problems: Problems = None,
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
    problem_file = ProblemFile(problems, settings.home)

    from datetime import date

    from matcher.commands.terminal.progress import progress_line
    from matcher.wiring import open as wiring

    with progress_line() as report:
        result = wiring.import_files(
            settings,
            files,
            mapping=read_map,
            today=date.today(),
            replace=replace,
            is_trial=dry_run,
            new_database=new_database,
            report=report,
        )
    report_import(result, problem_file, as_json=as_json)
    if dry_run:
        print_note(_("Nothing was saved (--dry-run)."))
        return
    patents = [file for file in result.files if file.kind == "patents"]
    if any(file.new or file.changed for file in patents) or result.deleted:
        print_note(_("Next: matcher index"))


def read_mapping(given: list[str]) -> dict[str, str]:
    """Read `ours=theirs` into a mapping from our fields to their headings. Raises InputError."""
    mapping: dict[str, str] = {}
    for entry in given:
        ours, equals, theirs = (part.strip() for part in entry.partition("="))
        if not (ours and equals and theirs):
            raise InputError(
                _('--map {entry}: write it as --map "our field=their heading"', entry=entry)
            )
        if ours in mapping:
            raise InputError(
                _(
                    "--map {entry}: {ours} has a heading already, {mapping}",
                    entry=entry,
                    ours=ours,
                    mapping=mapping[ours],
                )
            )
        mapping[ours] = theirs
    return mapping
