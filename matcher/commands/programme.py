"""`matcher programme`: the programme's records from files and into files."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.commands.export_options import Force, OfInstitution, exporter, format_of
from matcher.commands.import_files import (
    PROBLEMS_FILE,
    import_json,
    print_import,
    problems_place,
    tell_problems,
)
from matcher.commands.options import AsJson, Debug, Home, print_json, read_settings, tell
from matcher.errors import InputError
from matcher.store.needs import each_pledge_wish

if TYPE_CHECKING:
    from matcher.programme.kind import RecordKind

programme = typer.Typer(
    help="Read and write the programme's records (项目台账).",
    invoke_without_command=True,
    rich_markup_mode=None,
)


KINDS_HELP = (
    "institutions 机构, alliance-members 联盟成员, pools 专利池, pool-patents 专利池专利, "
    "pledges 质押登记, product-filings 专利产品备案, contracts 合同"
)
WISHES = "pledge-wishes"


@programme.callback()
def everywhere(context: typer.Context) -> None:
    """Read and write the programme's records (项目台账)."""
    if context.invoked_subcommand is None:
        print(context.get_help())


@programme.command("import")
def import_records(
    context: typer.Context,
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help=".xlsx, .csv, .tsv, .xls, also .gz.")
    ],
    kind: Annotated[str, typer.Option(metavar="KIND", help=f"{KINDS_HELP}.", show_default=False)],
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
    """Read records of one kind from tables.

    A record that is there already is brought up to date; a cell that is empty changes nothing. A
    row that cannot be used never stops the others.
    """
    chosen = kind_named(kind)
    settings = read_settings(context)
    place = problems_place(problems, settings.home / PROBLEMS_FILE)

    from datetime import date

    from matcher.access.roles import COMMAND_CALLER
    from matcher.importing.read_programme_file import read_records
    from matcher.importing.rows.problem_file import write_problems
    from matcher.wiring.open import open_store
    from matcher.workflows.import_programme import save_records

    read = [read_records(file, chosen, today=date.today()) for file in files]
    with open_store(settings) as store:
        result = save_records(store, read, by=COMMAND_CALLER)
    found = [problem for file in result.files for problem in file.problems]
    written = found or problems is not None
    if as_json:
        print_json(import_json(result, place if written else None))
    else:
        print_import(result)
    if written:
        settings.home.mkdir(parents=True, exist_ok=True)
        write_problems(place, found)
        tell_problems(found, place)


@programme.command()
def export(
    context: typer.Context,
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND",
            help=f"{KINDS_HELP}; or {WISHES} 质押融资意愿, the hand-over list for a bank.",
            show_default=False,
        ),
    ],
    output: Annotated[
        Path,
        typer.Option("-o", "--output", metavar="FILE.xlsx|.csv", help="Where the table goes."),
    ],
    institution: OfInstitution = None,
    force: Force = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Write all records of one kind as a table; without any it is a form to fill in.

    The file says who exported it and when, and the audit trail that it was.
    """
    form = format_of(output, force)
    chosen = None if kind == WISHES else kind_named(kind)

    from datetime import date

    from matcher.access.roles import COMMAND_CALLER
    from matcher.reporting.programme_tables import write_pledge_wishes, write_records
    from matcher.store import audit
    from matcher.store import programme as stored
    from matcher.store.schema.times import now
    from matcher.wiring.open import open_store

    with open_store(read_settings(context)) as store, store.writing() as connection:
        if chosen is None:
            wishes = each_pledge_wish(connection, today=date.today())
            count = len(wishes)
            write_pledge_wishes(output, wishes, exported_by=exporter(), moment=now(), format=form)
        else:
            records = list(stored.each(connection, chosen, institution))
            count = len(records)
            write_records(
                output, chosen, records, exported_by=exporter(), moment=now(), format=form
            )
        audit.append(
            connection,
            by=COMMAND_CALLER,
            action="programme.exported",
            subject=kind,
            details={"format": form, "rows": count},
        )
    tell(f"Wrote {output}.")


def kind_named(name: str) -> "RecordKind":
    """The kind of record of this name. Raises InputError."""
    from matcher.programme.kinds import KINDS

    if name not in KINDS:
        raise InputError(f"there is no kind of record {name!r}; there are {', '.join(KINDS)}")
    return KINDS[name]
