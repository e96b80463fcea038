"""`matcher funnel`: how many matches stand where."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.commands.export_options import (
    Force,
    OfInstitution,
    Output,
    Since,
    Until,
    exporter,
    format_of,
)
from matcher.commands.options import AsJson, Debug, Home, print_json, read_settings, tell

if TYPE_CHECKING:
    from matcher.matches.funnel import Funnel, FunnelLine


def funnel(
    context: typer.Context,
    since: Since = None,
    until: Until = None,
    institution: OfInstitution = None,
    industry: Annotated[
        str | None,
        typer.Option(help="NGIT 新一代信息技术, NM 新材料, HEM 高端装备制造, BIO 生物医药."),
    ] = None,
    output: Output = None,
    force: Force = False,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Count what became of the matches.

    By state, industry, institution and month; the days are those of the first recommendation.
    """
    from matcher.access.roles import COMMAND_CALLER
    from matcher.matches.funnel import FunnelFilters
    from matcher.patents.filter_parsing import read_filters
    from matcher.store import audit
    from matcher.store import funnel as stored
    from matcher.store.schema.times import now
    from matcher.wiring.open import open_store

    form = None if output is None else format_of(output, force)
    words = () if industry is None else (industry,)
    filters = FunnelFilters(
        since and since.date(),
        until and until.date(),
        institution,
        read_filters(industries=words).industries,
    )
    with (
        open_store(read_settings(context)) as store,
        store.reading() if form is None else store.writing() as connection,
    ):
        counted = stored.funnel(connection, COMMAND_CALLER, filters)
        if form is not None:
            audit.append(
                connection,
                by=COMMAND_CALLER,
                action="funnel.exported",
                subject="funnel",
                details={"format": form, "matches": counted.total.matches},
            )
    if output is not None and form is not None:
        from matcher.reporting.follow_up_tables import write_funnel

        write_funnel(output, counted, exported_by=exporter(), moment=now(), format=form)
        tell(f"Wrote {output}.")
    if as_json:
        print_json(asdict(counted))
    elif output is None:
        print_funnel(counted)


def print_funnel(counted: "Funnel") -> None:
    """The same for a person."""
    from matcher.matches.states import PATH, STATE_WORDS

    print(f"{counted.total.matches:,} matches")
    for state, count in counted.total.now.items():
        words = f"{count:>7,} now"
        if state in PATH:
            words += f"{counted.total.reached[state]:>9,} came so far"
        print(f"  {state:<15}{words}  {STATE_WORDS[state]}")
    for name, lines in (
        ("By industry", counted.by_industry),
        ("By institution", counted.by_institution),
        ("By month", counted.by_month),
    ):
        _print_lines(name, lines)


def _print_lines(name: str, lines: "Iterable[FunnelLine]") -> None:
    from matcher.matches.states import MatchState

    print(name)
    for line in lines:
        talks, signed = line.reached[MatchState.IN_TALKS], line.reached[MatchState.SIGNED]
        counts = f"{line.matches:,} matches, {talks:,} came to talks, {signed:,} were signed"
        print(f"  {line.value}: {counts}")
