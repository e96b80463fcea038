"""`matcher funnel`: number of matches in each state."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.commands.export_options import CountedMatches, ExportFile, exporter
from matcher.commands.options import (
    AsJson,
    Debug,
    Home,
    expand_options,
    print_json,
    print_note,
    read_settings,
)
from matcher.labels import COLON, INDUSTRY, MATCH_STATE, label
from matcher.language.messages import _, ngettext

if TYPE_CHECKING:
    from matcher.matches.funnel import Funnel, FunnelFilters, FunnelLine
    from matcher.reporting.tables import Format
    from matcher.settings import Settings


@expand_options
def funnel(
    context: typer.Context,
    matches: CountedMatches,
    *,
    industry: Annotated[
        str | None,
        typer.Option(
            help="NGIT new information technology, NM new materials, HEM high-end equipment, "
            "BIO biomedicine."
        ),
    ] = None,
    export: ExportFile,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Count what became of the matches.

    By state, industry, institution and month; the days are those of the first recommendation.
    """
    from matcher.matches.funnel import FunnelFilters
    from matcher.patents.filter_parsing import FilterTexts, read_filters

    exported = export.checked()
    industries = read_filters(FilterTexts(industries=(industry,) if industry else ())).industries
    filters = FunnelFilters(matches.first_day, matches.last_day, matches.institution, industries)
    counted = _count(read_settings(context), filters, exported and exported[1])
    if exported is not None:
        from matcher.reporting.follow_up_tables import write_funnel
        from matcher.store.schema.times import now

        output, form = exported
        write_funnel(output, counted, exported_by=exporter(), moment=now(), format=form)
        print_note(_("Wrote {file}.", file=output))
    if as_json:
        print_json(asdict(counted))
    elif exported is None:
        print_funnel(counted)


def print_funnel(counted: "Funnel") -> None:
    """Print the counts for people."""
    from matcher.matches.states import PATH

    print(ngettext("{n:,} match", "{n:,} matches", counted.total.matches))
    for state, count in counted.total.now.items():
        counts = _("{count:>7,} now", count=count)
        if state in PATH:
            counts += _("{reached:>9,} came so far", reached=counted.total.reached[state])
        print(f"  {counts}  {label(MATCH_STATE[state])}")
    for name, lines in (
        (_("By industry"), counted.by_industry),
        (_("By institution"), counted.by_institution),
        (_("By month"), counted.by_month),
    ):
        _print_lines(name, lines)


def _count(settings: "Settings", filters: "FunnelFilters", form: "Format | None") -> "Funnel":
    """Count the matches; where they are exported, the audit trail gets a row."""
    from matcher.access.roles import COMMAND_CALLER
    from matcher.store import funnel as stored
    from matcher.wiring.open import open_store
    from matcher.workflows.record_export import record_funnel_export

    with (
        open_store(settings) as store,
        store.reading() if form is None else store.adding() as connection,
    ):
        counted = stored.funnel(connection, COMMAND_CALLER, filters)
        if form is not None:
            record_funnel_export(connection, COMMAND_CALLER, counted, form)
    return counted


def _print_lines(name: str, lines: "Iterable[FunnelLine]") -> None:
    from matcher.matches.states import MatchState

    print(name)
    for line in lines:
        talks, signed = line.reached[MatchState.IN_TALKS], line.reached[MatchState.SIGNED]
        counts = _(
            "{matches:,} matches, {talks:,} came to talks, {signed:,} were signed",
            matches=line.matches,
            talks=talks,
            signed=signed,
        )
        print(f"  {_line_name(line.value)}{label(COLON)}{counts}")


def _line_name(value: str) -> str:
    return label(INDUSTRY[value]) if value in INDUSTRY else value
