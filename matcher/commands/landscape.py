"""`matcher landscape`: patents of a scope against the needs for them."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.commands.export_options import exporter
from matcher.commands.options import (
    AsJson,
    Debug,
    Force,
    Home,
    check_not_there,
    expand_options,
    print_json,
    print_note,
    read_settings,
)
from matcher.disk.output import write_whole
from matcher.errors import InputError
from matcher.language.messages import _

if TYPE_CHECKING:
    from matcher.landscape.landscape import Landscape
    from matcher.landscape.scope import Scope
    from matcher.store.database import Store

FORMATS = (".pdf", ".docx", ".xlsx")


@dataclass(frozen=True, slots=True)
class ScopeOptions:
    """Scope of a landscape as the user gave it; without any the whole catalogue."""

    industry: Annotated[
        list[str] | None,
        typer.Option(
            help="NGIT new information technology, NM new materials, HEM high-end equipment, "
            "BIO biomedicine; repeatable.",
            show_default=False,
        ),
    ] = None
    ipc: Annotated[
        list[str] | None,
        typer.Option(
            help="Beginning of an IPC symbol, such as H01M; repeatable.", show_default=False
        ),
    ] = None
    institution: Annotated[
        list[str] | None,
        typer.Option(help="Part of the institution's name; repeatable.", show_default=False),
    ] = None
    status: Annotated[
        list[str] | None,
        typer.Option(
            help="in_force, pending, lapsed, unknown; repeatable. Without it all are counted.",
            show_default=False,
        ),
    ] = None
    query: Annotated[
        str | None,
        typer.Option(help="The patents nearest to this text.", show_default=False),
    ] = None
    needs: Annotated[
        Path | None,
        typer.Option(
            help="The patents nearest to the needs of this sheet, which are the demand then "
            "(.xlsx, .csv …; see matcher template needs). Without it the stored open needs are.",
            show_default=False,
        ),
    ] = None

    def scope(self, today: date) -> "Scope":
        """Read the scope. Raises InputError for a word that names nothing or an empty sheet."""
        from matcher.commands.need_source import decoded_argument, read_need_sheet
        from matcher.landscape.scope import Scope
        from matcher.needs.contact_data import without_contacts
        from matcher.patents.filter_parsing import ALL, FilterTexts, read_filters
        from matcher.types import Need

        filters = read_filters(
            FilterTexts(
                statuses=self.status or (ALL,),
                ipc=self.ipc or (),
                industries=self.industry or (),
                institutions=self.institution or (),
            )
        )
        query = self.query
        if query is not None:
            query = without_contacts(Need(decoded_argument(query)))[0].text
        needs = () if self.needs is None else tuple(read_need_sheet(self.needs, today))
        return Scope(filters, query, needs)


@expand_options
def landscape(
    context: typer.Context,
    scope: ScopeOptions,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE.pdf|.docx|.xlsx",
            help="Write the report, or all tables as a workbook, to this file.",
        ),
    ] = None,
    force: Force = False,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Count the patents of a scope against the needs for them.

    By year, technology, institution, status, years left, team and co-owners; by field against the
    demand. Prints a sentence for each.
    """
    if output is not None:
        _check(output, force)
    settings = read_settings(context)
    today = date.today()
    wanted = scope.scope(today)

    from matcher.access.roles import COMMAND_CALLER
    from matcher.commands.terminal.progress import progress_line
    from matcher.landscape.reading import read_landscape
    from matcher.progress import Step
    from matcher.wiring.open import open_matcher

    with progress_line() as report:
        report(Step(_("loading the model and the index"), 0))
        with open_matcher(settings) as engine:

            def answering(step: Step) -> None:
                report(Step(_("answering needs"), step.done, step.total))

            counted = read_landscape(engine, wanted, COMMAND_CALLER, today=today, report=answering)
            if output is not None:
                report(Step(_("writing {file}", file=output.name), 0))
                content = _content(counted, output.suffix.lower())
                _record(engine.catalogue.store, counted, output)
                write_whole(output, content)
    if output is not None:
        print_note(_("Wrote {file}.", file=output))
    if as_json:
        print_json(landscape_json(counted))
    elif output is None:
        _print(counted)


def landscape_json(counted: "Landscape") -> dict[str, object]:
    """Return the figures of a landscape, each frame as a list of its rows, as JSON."""
    import json
    from dataclasses import asdict

    from matcher.landscape.scope import describe
    from matcher.landscape.sentences import sentence

    return {
        "scope": describe(counted.scope),
        "day": counted.today.isoformat(),
        "totals": asdict(counted.totals),
        "frames": {
            name: {
                "sentence": sentence(counted, name),
                "rows": json.loads(frame.to_json(orient="records", force_ascii=False)),
            }
            for name, frame in counted.frames.items()
        },
    }


def _check(output: Path, force: bool) -> None:
    if output.suffix.lower() not in FORMATS:
        raise InputError(
            _("{output}: the name of the file must end in .pdf, .docx or .xlsx", output=output)
        )
    check_not_there(output, force)


def _content(counted: "Landscape", suffix: str) -> bytes:
    from matcher.reporting.landscape.report import report_docx, report_pdf
    from matcher.reporting.landscape.tables import write_workbook
    from matcher.store.schema.times import now

    if suffix == ".xlsx":
        return write_workbook(counted, exported_by=exporter(), moment=now())
    if suffix == ".docx":
        return report_docx(counted, made_by=exporter(), moment=now())
    from matcher.reporting.pdf import check_pdf

    check_pdf()
    return report_pdf(counted, made_by=exporter(), moment=now())


def _record(store: "Store", counted: "Landscape", output: Path) -> None:
    from matcher.access.roles import COMMAND_CALLER
    from matcher.workflows.record_export import record_landscape_export

    totals = counted.totals
    with store.adding() as connection:
        record_landscape_export(
            connection,
            COMMAND_CALLER,
            output.suffix.lower().lstrip("."),
            patents=totals.patents,
            needs=totals.needs,
        )


def _print(counted: "Landscape") -> None:
    from matcher.labels import COLON, label
    from matcher.landscape.scope import describe
    from matcher.landscape.sentences import sentence
    from matcher.reporting.landscape.words import TITLE

    print(describe(counted.scope))
    for name in counted:
        print(f"\n{label(TITLE[name])}{label(COLON)}\n  {sentence(counted, name)}")
