"""`matcher programme`: the programme's records from files and into files."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.commands.export_options import OfInstitution, exporter, format_of
from matcher.commands.import_report import ProblemFile, Problems, report_import
from matcher.commands.options import (
    AsJson,
    Debug,
    Force,
    Home,
    command_group,
    print_note,
    read_settings,
)
from matcher.errors import InputError
from matcher.language.messages import _

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from matcher.programme.record import RecordKind
    from matcher.reporting.tables import Format

programme = command_group("Read and write the programme's records.")
KINDS_HELP = (
    "institutions, alliance-members, pools, pool-patents, pledges, product-filings, contracts"
)
WISHES = "pledge-wishes"


@programme.command("import")
def import_records(
    context: typer.Context,
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help=".xlsx, .csv, .tsv, .xls, also .gz.")
    ],
    kind: Annotated[str, typer.Option(metavar="KIND", help=f"{KINDS_HELP}.", show_default=False)],
    problems: Problems = None,
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
    problem_file = ProblemFile(problems, settings.home)

    from datetime import date

    from matcher.access.roles import COMMAND_CALLER
    from matcher.importing.read_programme_file import read_records
    from matcher.wiring.open import open_store
    from matcher.workflows.import_programme import save_records

    read = [read_records(file, chosen, today=date.today()) for file in files]
    with open_store(settings) as store:
        result = save_records(store, read, by=COMMAND_CALLER)
    report_import(result, problem_file, as_json=as_json)


@programme.command()
def export(
    context: typer.Context,
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND",
            help=f"{KINDS_HELP}; or {WISHES}, the hand-over list for a bank.",
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

    from matcher.access.roles import COMMAND_CALLER
    from matcher.wiring.open import open_store
    from matcher.workflows.record_export import record_programme_export

    with open_store(read_settings(context)) as store, store.adding() as connection:
        if chosen is None:
            count = _write_wishes(connection, output, form)
        else:
            count = _write_records(connection, chosen, institution, output, form)
        record_programme_export(connection, COMMAND_CALLER, kind, count, form)
    print_note(_("Wrote {file}.", file=output))


def kind_named(name: str) -> "RecordKind":
    """Return the kind of record of this name. Raises InputError."""
    from matcher.programme.kinds import KINDS

    if name not in KINDS:
        raise InputError(
            _(
                "there is no kind of record {name!r}; there are {kinds}",
                name=name,
                kinds=", ".join(KINDS),
            )
        )
    return KINDS[name]


def _write_wishes(connection: "Connection", output: Path, form: "Format") -> int:
    """Write the needs that want a loan on a pledge; return their number."""
    from datetime import date

    from matcher.reporting.programme_tables import write_pledge_wishes
    from matcher.store.needs import each_pledge_wish
    from matcher.store.schema.times import now

    wishes = each_pledge_wish(connection, today=date.today())
    write_pledge_wishes(output, wishes, exported_by=exporter(), moment=now(), format=form)
    return len(wishes)


def _write_records(
    connection: "Connection",
    kind: "RecordKind",
    institution: str | None,
    output: Path,
    form: "Format",
) -> int:
    """Write the records of one kind; return their number."""
    from matcher.reporting.programme_tables import write_records
    from matcher.store.programme import each
    from matcher.store.schema.times import now

    records = list(each(connection, kind, institution))
    write_records(output, kind, records, exported_by=exporter(), moment=now(), format=form)
    return len(records)
