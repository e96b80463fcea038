"""`matcher event pages`: the printable papers of an event."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

import typer

from matcher.commands.event.event import (
    By,
    Name,
    event_app,
    user_name,
)
from matcher.commands.options import AsJson, Debug, Home, print_json, read_settings, tell
from matcher.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from matcher.reporting.event.model import EventReport, ReportFirm, ReportTeam
    from matcher.reporting.event.pages import Contacts, Page, Printing
    from matcher.settings import Settings

Paper = TypeVar("Paper", "ReportFirm", "ReportTeam")
SUBJECT_AT_MOST = 100
"""Characters that a subject of the audit trail holds."""
_OURS = re.compile(r"(?:(?:enterprise|team)-\d{3,}(?:-\w[\w-]*)?|tables|index)\.(?:html|pdf)")
"""Names of the files that this command writes."""


@event_app.command()
def pages(
    context: typer.Context,
    name: Name,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FOLDER", help="Where the pages go.")
    ],
    pdf: Annotated[bool, typer.Option("--pdf", help="Also as PDF, with the fonts in it.")] = False,
    language: Annotated[
        Literal["zh", "en"], typer.Option(help="The language of the pages; texts stay as they are.")
    ] = "zh",
    firm: Annotated[
        list[str] | None, typer.Option(help="Only this enterprise's page; may be repeated.")
    ] = None,
    team: Annotated[
        list[str] | None, typer.Option(help="Only this team's page; may be repeated.")
    ] = None,
    contacts: Annotated[
        bool,
        typer.Option(
            "--contacts",
            help="With the personal contacts that a consent opens to the enterprise or the event; "
            "each leaves a row in the audit trail.",
        ),
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Write over the pages that are in the folder already.")
    ] = False,
    by: By = None,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Write the papers to hand out: a page per enterprise and team, a timetable per table."""
    settings = read_settings(context)
    _check_folder(output, force)

    from matcher.reporting.event.pages import (
        Printing,
        firm_page,
        index_page,
        tables_page,
        team_page,
    )
    from matcher.reporting.event.report import read_report
    from matcher.reporting.pdf import check_pdf
    from matcher.store.schema.times import now
    from matcher.wiring.open import open_store

    if pdf:
        check_pdf()
    printing = Printing(user_name(by), now(), language)
    is_whole = not (firm or team)
    with open_store(settings) as store, store.writing() as connection:
        report = read_report(connection, name, printing.moment.date(), language)
        firms = _named(report.firms, firm, "enterprise") if firm or is_whole else []
        teams = _named(report.teams, team, "team") if team or is_whole else []
        opened = _contacts(connection, settings, report, firms, printing) if contacts else {}
        _write_down(connection, report, "pdf" if pdf else "html", len(firms), len(teams))
    of_firms = [firm_page(report, one, printing, opened) for one in firms]
    of_teams = [team_page(report, one, printing) for one in teams]
    made = [*of_firms, *of_teams]
    if is_whole:
        index = index_page(report, printing, of_firms, of_teams, with_pdf=pdf)
        made += [tables_page(report, printing), index]
    output.mkdir(parents=True, exist_ok=True)
    if is_whole:
        _clear(output)
    _write(output, made, with_pdf=pdf)
    shown = sum(map(len, opened.values()))
    if as_json:
        print_json({"folder": str(output), "pages": [one.name for one in made], "contacts": shown})
        return
    print(output / ("index.html" if is_whole else f"{made[0].name}.html"))
    tell(f"{len(firms)} enterprises and {len(teams)} teams; {shown} personal contacts are shown.")


def _check_folder(output: Path, force: bool) -> None:
    if output.exists() and not output.is_dir():
        raise InputError(f"{output} is a file: name a folder for the pages")
    if output.is_dir() and any(output.iterdir()) and not force:
        raise InputError(f"{output} is not empty: choose another folder, or add --force")


def _named(have: "Sequence[Paper]", names: list[str] | None, what: str) -> "list[Paper]":
    """Those of these names; all where none is given. Raises InputError for an unknown one."""
    if not names:
        return list(have)
    for name in names:
        if not any(_is_called(one, name) for one in have):
            near = [one.name for one in have if name in one.name] or [one.name for one in have]
            raise InputError(f"the event has no {what} {name!r}; it has {'、'.join(near[:5])}")
    return [one for one in have if any(_is_called(one, name) for name in names)]


def _is_called(one: "ReportFirm | ReportTeam", name: str) -> bool:
    """Teams of two institutions may have one name; INSTITUTION/TEAM says which."""
    return name in (one.name, getattr(one, "id", one.name))


def _contacts(
    connection: "Connection",
    settings: "Settings",
    report: "EventReport",
    firms: "Sequence[ReportFirm]",
    printing: "Printing",
) -> "Contacts":
    """What the enterprises' pages may show of persons, by match; each is written down."""
    from matcher.access.roles import COMMAND_CALLER
    from matcher.workflows.reveal_contact import reveal_on_paper

    return {
        line.match: reveal_on_paper(
            connection,
            line.match,
            enterprise=firm.name,
            event=report.event.name,
            by=COMMAND_CALLER,
            key=settings.contact_key,
            moment=printing.moment,
        )
        for firm in firms
        for need in firm.needs
        for line in need.lines
        if line.match is not None
    }


def _write_down(
    connection: "Connection", report: "EventReport", form: str, firms: int, teams: int
) -> None:
    from matcher.access.roles import COMMAND_CALLER
    from matcher.store import audit

    audit.append(
        connection,
        by=COMMAND_CALLER,
        action="event.exported",
        subject=report.event.name[:SUBJECT_AT_MOST],
        details={
            "format": form,
            "firms": firms,
            "teams": teams,
            "state": report.event.state.value,
            "version": report.version,
        },
    )


def _clear(folder: Path) -> None:
    """Take away earlier pages: one of a firm that comes no more must not be handed out."""
    for file in folder.iterdir():
        if _OURS.fullmatch(file.name) and file.is_file():
            file.unlink()


def _write(folder: Path, made: "Sequence[Page]", with_pdf: bool) -> None:
    from matcher.commands.terminal.progress import progress_line
    from matcher.progress import Step
    from matcher.reporting.event.pages import INDEX
    from matcher.reporting.pdf import pdf_of

    with progress_line() as report:
        for done, page in enumerate(made):
            report(Step("writing pages", done, len(made)))
            (folder / f"{page.name}.html").write_text(page.html, encoding="utf-8")
            if with_pdf and page.name != INDEX:
                (folder / f"{page.name}.pdf").write_bytes(pdf_of(page.html))
