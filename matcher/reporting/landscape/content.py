"""Content of the report on a landscape: the same for PDF and Word."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from matcher.labels import label
from matcher.landscape.columns import DEMAND_FRAMES
from matcher.landscape.demand import MAX_NEEDS, RESULTS
from matcher.landscape.landscape import Landscape
from matcher.landscape.scope import NEED_PATENTS, QUERY_PATENTS, describe
from matcher.landscape.sentences import MONTHS_UNTIL_PUBLISHED, sentence
from matcher.language.messages import _, ngettext
from matcher.reporting.landscape.charts import CHARTS, SHOWN_ROWS
from matcher.reporting.landscape.tables import table_of
from matcher.reporting.landscape.words import TITLE

TABLE_ROWS = 20
"""Rows of a table in the report; the workbook has all of them."""
MAX_NAME = 80
"""Characters of a cell of the report's tables."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table in the report."""

    title: str
    is_number: bool


@dataclass(frozen=True, slots=True)
class Section:
    """A frame in the report: its chart, its sentence, the first rows of its table."""

    name: str
    title: str
    sentence: str
    has_chart: bool
    """False for a table alone."""
    notes: Sequence[str]
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class ReportContent:
    """Report of an office on a landscape."""

    title: str
    scope: str
    facts: Sequence[tuple[str, str]]
    """Names and values of the cover."""
    supply: Sequence[Section]
    demand: Sequence[Section]
    method: Sequence[str]


def report_content(landscape: Landscape, *, made_by: str | None, moment: datetime) -> ReportContent:
    """Return the content of the report in the language of the run; `moment` is aware."""
    sections = [_section(landscape, name) for name in landscape]
    return ReportContent(
        title=_("Patent navigation report"),
        scope=describe(landscape.scope),
        facts=_facts(landscape, made_by, moment),
        supply=[section for section in sections if section.name not in DEMAND_FRAMES],
        demand=[section for section in sections if section.name in DEMAND_FRAMES],
        method=_method(landscape),
    )


def _facts(landscape: Landscape, made_by: str | None, moment: datetime) -> list[tuple[str, str]]:
    totals = landscape.totals
    facts = [
        (_("Scope"), describe(landscape.scope)),
        (_("Counted on"), landscape.today.isoformat()),
        (
            _("Patents in the scope"),
            _("{count:,} of {all:,} in the catalogue", count=totals.patents, all=totals.catalogue),
        ),
        (_("In force"), f"{totals.in_force:,}"),
        (_("Sleeping"), f"{totals.sleeping:,}"),
        (_("Under an open licence"), f"{totals.open_licence:,}"),
    ]
    if totals.needs is not None:
        facts.append(
            (
                _("Needs in the scope"),
                _("{count:,} of {all:,} that were matched", count=totals.needs, all=totals.asked),
            )
        )
    if made_by:
        facts.append((_("Made by"), made_by))
    facts += [
        (_("Made on"), f"{moment.astimezone():%Y-%m-%d %H:%M}"),
        (_("State of the catalogue"), landscape.state[:12]),
    ]
    if landscape.index is not None:
        facts.append((_("Generation of the index"), landscape.index))
    return facts


def _section(landscape: Landscape, name: str) -> Section:
    table = table_of(landscape, name, is_bilingual=False)
    rows, has_chart = len(table.rows), name in CHARTS
    shown = table.rows[-TABLE_ROWS:] if name == "by_year" else table.rows[:TABLE_ROWS]
    notes = []
    if has_chart and name != "by_year" and rows > SHOWN_ROWS:
        notes.append(_("The chart shows the first {shown} of {all:,}.", shown=SHOWN_ROWS, all=rows))
    if rows > TABLE_ROWS:
        notes.append(
            _(
                "The table shows {shown} of {all:,} rows; the workbook has all.",
                shown=TABLE_ROWS,
                all=rows,
            )
        )
    numeric = [all(isinstance(row[k], int) for row in shown) for k in range(len(table.columns))]
    return Section(
        name,
        label(TITLE[name]),
        sentence(landscape, name),
        has_chart,
        notes,
        [Column(title, is_number) for title, is_number in zip(table.columns, numeric, strict=True)],
        [
            [_cell(cell, is_year=name == "by_year" and not k) for k, cell in enumerate(row)]
            for row in shown
        ],
    )


def _cell(value: object, *, is_year: bool) -> str:
    if value is None:
        return "–"
    if isinstance(value, int):
        return str(value) if is_year else f"{value:,}"
    text = str(value)
    return text if len(text) <= MAX_NAME else text[:MAX_NAME] + "…"


def _method(landscape: Landscape) -> list[str]:
    months = landscape.sleeping_months
    lines = [
        _(
            "Every figure counts cases (applications), on the day named on the cover, from the "
            "patents that the catalogue holds. It is no search of all published patents."
        ),
        _(
            "Status and term: a right whose term is over counts as lapsed, whatever its source "
            "said. Where the source gives no status it is shown as not known, never as in force."
        ),
        ngettext(
            "Sleeping: in force, granted at least {n} month ago, and without a transfer, licence "
            "or use on record, or declared so by its technology-transfer office.",
            "Sleeping: in force, granted at least {n} months ago, and without a transfer, licence "
            "or use on record, or declared so by its technology-transfer office.",
            months,
        ),
        _(
            "Years: applications are published up to {months} months after their filing, so the "
            "latest years are incomplete and show no decline.",
            months=MONTHS_UNTIL_PUBLISHED,
        ),
        _(
            "IPC: a patent counts once under each of its subclasses, so the sum exceeds the number "
            "of patents. Titles are short names of our own, not the official wording of WIPO."
        ),
        _(
            "Institutions, teams and owners: spellings of one name count together; another legal "
            "form is another owner. Teams are those that institutions named; a patent of several "
            "owners counts once in each pair."
        ),
    ]
    return [*lines, *_text_scope(landscape), *_demand_method(landscape)]


def _text_scope(landscape: Landscape) -> list[str]:
    if landscape.scope.query:
        return [
            _(
                "Query: at most {most} patents, the nearest to the query, without those of a weak "
                "fit. It is a sample of the field, not all of it.",
                most=QUERY_PATENTS,
            )
        ]
    if landscape.scope.needs:
        return [
            _(
                "Needs: for each at most {most} patents, the nearest to it, without those of a "
                "weak fit.",
                most=NEED_PATENTS,
            )
        ]
    return []


def _demand_method(landscape: Landscape) -> list[str]:
    totals = landscape.totals
    if not landscape.has_demand:
        return []
    lines = [
        _(
            "Demand: each need is answered from the whole catalogue without lapsed patents, and "
            "the first {most} results are looked at. It counts here if one of them that fits well "
            "or somewhat, or the best one, is in the scope.",
            most=RESULTS,
        ),
        _(
            "Field of a need: WIPO's technology field of most patents that fit it, the first "
            "weighing most. Without such a patent it is only the nearest field: a hint, no finding."
        ),
        _(
            "The fit is a program's estimate from the texts. A need without a match may still be "
            "met by a patent outside the catalogue, and a good fit has to be checked by people."
        ),
    ]
    if totals.open_needs > totals.asked:
        lines.append(
            _(
                "There are {all:,} open needs; only the latest {most} were answered.",
                all=totals.open_needs,
                most=MAX_NEEDS,
            )
        )
    return lines
