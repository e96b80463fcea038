"""The booklet of an event: all papers in one document, in the order of the tables, with contents.

The staff lays it out table by table: the timetable of a table, the teams that sit there, the firms
that begin their day there. Firms without a meeting come last.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from matcher.reporting.event.model import EventReport, ReportFirm, ReportReserve, ReportTeam
from matcher.reporting.event.page_words import page_words, table_label
from matcher.reporting.event.pages import (
    Page,
    PrintContext,
    render_page,
    reserves_of,
    tables_in_use,
)

Party = TypeVar("Party", ReportFirm, ReportTeam)
BOOKLET = "all"
"""The name of its file."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper of the booklet: the sheet of a firm or a team, or the timetable of a table."""

    anchor: str
    title: str
    kind: str
    """The key of its name among the words of the pages."""
    template: str
    firm: ReportFirm | None = None
    team: ReportTeam | None = None
    reserves: Sequence[ReportReserve] = ()


@dataclass(frozen=True, slots=True)
class Chapter:
    """The papers of one table; of no table for those without a meeting."""

    table: str | None
    papers: Sequence[Paper]


def booklet_page(
    report: EventReport,
    teams: Sequence[ReportTeam],
    context: PrintContext,
) -> Page:
    """Build the document of the timetables, of these teams and of all firms, with its contents.

    It shows no personal contacts: a consent can name one firm, and this document has all of them.
    """
    return render_page(
        "booklet",
        BOOKLET,
        page_words(context.language)["index_page"],
        report,
        context,
        chapters=list(_chapters(report, teams, context)),
        contacts={},
    )


def _chapters(
    report: EventReport, teams: Sequence[ReportTeam], context: PrintContext
) -> Iterator[Chapter]:
    for number, table in enumerate(tables_in_use(report), 1):
        title = table_label(table, context.language)
        timetable = Paper(f"table-{number}", title, "tables_page", "table_body.html.j2")
        yield Chapter(table, (timetable, *_of_table(report, teams, table)))
    if without := tuple(_of_table(report, teams, None)):
        yield Chapter(None, without)


def _of_table(
    report: EventReport, teams: Sequence[ReportTeam], table: str | None
) -> Iterator[Paper]:
    """Yield teams, then firms, whose first meeting is at a table; None for those without one."""
    for team in _by_first_slot(report, teams):
        if _first_table(team) == table:
            yield Paper(
                anchor=f"team-{report.teams.index(team) + 1}",
                title=team.name,
                kind="team_page",
                template="team_body.html.j2",
                team=team,
                reserves=reserves_of(report, team),
            )
    for firm in _by_first_slot(report, report.firms):
        if _first_table(firm) == table:
            anchor = f"firm-{report.firms.index(firm) + 1}"
            yield Paper(anchor, firm.name, "firm_page", "firm_body.html.j2", firm=firm)


def _first_table(party: ReportTeam | ReportFirm) -> str | None:
    """Return the table of a party's first meeting; meetings are in order of their slots."""
    return party.meetings[0].table if party.meetings else None


def _by_first_slot(report: EventReport, parties: Sequence[Party]) -> list[Party]:
    order = {slot.slot: number for number, slot in enumerate(report.slots)}
    return sorted(parties, key=lambda of: order[of.meetings[0].slot] if of.meetings else 0)
