"""`matcher event pages`: the printable papers of an event."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from matcher.commands.event.event import (
    Name,
    SignedBy,
    event_app,
)
from matcher.commands.options import (
    AsJson,
    Debug,
    Home,
    expand_options,
    print_json,
    print_note,
    read_settings,
)
from matcher.disk.output import write_whole
from matcher.errors import InputError
from matcher.language.choice import Language, current_language
from matcher.language.messages import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from matcher.reporting.event.model import EventReport, ReportFirm, ReportTeam
    from matcher.reporting.event.pages import Contacts, Page, PrintContext
    from matcher.settings import Settings

Paper = TypeVar("Paper", "ReportFirm", "ReportTeam")
_PAGE_NAME = re.compile(
    r"(?:(?:enterprise|team)-\d{3,}(?:-\w[\w-]*)?|tables|index|all)\.(?:html|pdf)"
)
"""Names of the files that this command writes."""


@dataclass(frozen=True, slots=True)
class PageOptions:
    """Folder, form and choice of the pages."""

    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FOLDER", help="Where the pages go.")
    ]
    pdf: Annotated[bool, typer.Option("--pdf", help="Also as PDF, with the fonts in it.")] = False
    pages_language: Annotated[
        Language | None,
        typer.Option(
            help="The language of the pages, by default that of the run; texts stay as they are.",
            show_default=False,
        ),
    ] = None
    firm: Annotated[
        list[str] | None,
        typer.Option(help="Only this enterprise's page, by name or a part of it; may be repeated."),
    ] = None
    team: Annotated[
        list[str] | None,
        typer.Option(help="Only this team's page, by name or a part of it; may be repeated."),
    ] = None
    all_teams: Annotated[
        bool, typer.Option("--all-teams", help="Also a page for each team without a meeting.")
    ] = False
    contacts: Annotated[
        bool,
        typer.Option(
            "--contacts",
            help="With the personal contacts that a consent opens to the enterprise or the event; "
            "each leaves a row in the audit trail.",
        ),
    ] = False
    force: Annotated[
        bool, typer.Option("--force", help="Write over the pages that are in the folder already.")
    ] = False

    @property
    def is_whole(self) -> bool:
        """True for the pages of the whole event, False for those of some firms and teams."""
        return not (self.firm or self.team)


@dataclass(frozen=True, slots=True)
class _Papers:
    """Contents of the pages: the firms and teams that get one, and the contacts by match."""

    report: "EventReport"
    firms: "Sequence[ReportFirm]"
    teams: "Sequence[ReportTeam]"
    contacts: "Contacts"
    idle_teams: int
    """Teams that get no page because they have no meeting."""

    @property
    def contact_count(self) -> int:
        return sum(map(len, self.contacts.values()))


@event_app.command()
@expand_options
def pages(
    context: typer.Context,
    name: Name,
    options: PageOptions,
    by: SignedBy = None,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Write the papers to hand out: a page per enterprise and team, a timetable per table."""
    settings = read_settings(context)
    output = options.output
    _check_folder(output, options.force)

    from matcher.reporting.event.pages import PrintContext
    from matcher.reporting.pdf import check_pdf
    from matcher.store.schema.times import now

    if options.pdf:
        check_pdf()
    printing = PrintContext(by and by.strip(), now(), options.pages_language or current_language())
    papers = _read_papers(settings, name, options, printing)
    written = _pages_of(papers, options, printing)
    output.mkdir(parents=True, exist_ok=True)
    if options.is_whole:
        _delete_pages(output)
    _write(output, written, with_pdf=options.pdf)
    shown = papers.contact_count
    if as_json:
        names = [page.name for page in written]
        print_json({"folder": str(output), "pages": names, "contacts": shown})
        return
    print(output / ("index.html" if options.is_whole else f"{written[0].name}.html"))
    print_note(
        _(
            "{count} enterprises and {teams} teams; {shown} personal contacts are shown.",
            count=len(papers.firms),
            teams=len(papers.teams),
            shown=shown,
        )
    )
    if papers.report.out_of_date:
        print_note(papers.report.out_of_date)
    if papers.idle_teams:
        print_note(
            ngettext(
                "{n} team without a meeting has no page; --all-teams writes it.",
                "{n} teams without a meeting have no page; --all-teams writes them.",
                papers.idle_teams,
            )
        )


def _read_papers(
    settings: "Settings", name: str, options: PageOptions, printing: "PrintContext"
) -> _Papers:
    """Read the event, and leave a row in the audit trail for the export and each contact."""
    from matcher.access.roles import COMMAND_CALLER
    from matcher.reporting.event.report import read_report
    from matcher.wiring.open import open_store
    from matcher.workflows.record_export import record_event_export

    firm, team, is_whole = options.firm, options.team, options.is_whole
    with open_store(settings) as store, store.writing() as connection:
        report = read_report(connection, name, printing.moment.date(), printing.language)
        firms = _named(report.firms, firm, _no_firm) if firm or is_whole else []
        teams = _named(report.teams, team, _no_team) if team or is_whole else []
        with_page = [one for one in teams if one.meetings or team or options.all_teams]
        contacts = (
            _contacts(connection, settings, report, firms, printing) if options.contacts else {}
        )
        record_event_export(
            connection,
            COMMAND_CALLER,
            report.event.name,
            format="pdf" if options.pdf else "html",
            firms=len(firms),
            teams=len(with_page),
            state=report.event.state.value,
            version=report.version,
        )
    return _Papers(report, firms, with_page, contacts, len(teams) - len(with_page))


def _pages_of(papers: _Papers, options: PageOptions, printing: "PrintContext") -> "list[Page]":
    """Build the pages; those of the whole event come with timetables, a booklet and an index."""
    from matcher.reporting.event.booklet import booklet_page
    from matcher.reporting.event.pages import firm_page, index_page, tables_page, team_page

    report = papers.report
    of_firms = [firm_page(report, firm, printing, papers.contacts) for firm in papers.firms]
    of_teams = [team_page(report, team, printing) for team in papers.teams]
    if not options.is_whole:
        return [*of_firms, *of_teams]
    index = index_page(report, printing, of_firms, of_teams, with_pdf=options.pdf)
    booklet = booklet_page(report, papers.teams, printing)
    return [*of_firms, *of_teams, booklet, tables_page(report, printing), index]


def _check_folder(output: Path, force: bool) -> None:
    if output.exists() and not output.is_dir():
        raise InputError(_("{output} is a file: name a folder for the pages", output=output))
    if output.is_dir() and any(output.iterdir()) and not force:
        raise InputError(
            _("{output} is not empty: choose another folder, or add --force", output=output)
        )


def _named(
    papers: "Sequence[Paper]", names: list[str] | None, unknown: "Callable[[str], str]"
) -> "list[Paper]":
    """Return the papers of these names or parts of them, or all of them.

    Raises InputError for a name of none or of several.
    """
    from matcher.text.organisations import find_name

    if not names:
        return list(papers)
    paper_of = {getattr(paper, "id", paper.name): paper for paper in papers}
    wanted = {find_name(name, list(paper_of), unknown(name)) for name in names}
    return [paper for own, paper in paper_of.items() if own in wanted]


def _no_firm(name: str) -> str:
    return _("the event has no firm {name!r}", name=name)


def _no_team(name: str) -> str:
    return _("the event has no team {name!r}", name=name)


def _contacts(
    connection: "Connection",
    settings: "Settings",
    report: "EventReport",
    firms: "Sequence[ReportFirm]",
    printing: "PrintContext",
) -> "Contacts":
    """Return the contacts that the enterprises' pages may show, by match; each is audited."""
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


def _delete_pages(folder: Path) -> None:
    """Delete earlier pages: a page of a firm that no longer comes must not be handed out."""
    for file in folder.iterdir():
        if _PAGE_NAME.fullmatch(file.name) and file.is_file():
            file.unlink()


def _write(folder: Path, written: "Sequence[Page]", with_pdf: bool) -> None:
    """Write the pages as HTML, and as PDF too if `with_pdf`; the index has no PDF."""
    from matcher.commands.terminal.progress import progress_line
    from matcher.progress import Step
    from matcher.reporting.event.pages import INDEX
    from matcher.reporting.pdf import pdf_of

    with progress_line() as report:
        for done, page in enumerate(written):
            report(Step(_("writing pages"), done, len(written)))
            write_whole(folder / f"{page.name}.html", page.html.encode())
            if with_pdf and page.name != INDEX:
                write_whole(folder / f"{page.name}.pdf", pdf_of(page.html))
