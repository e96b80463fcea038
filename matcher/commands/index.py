"""`matcher index`: bring the index up to date with the database."""

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from matcher.commands.options import AsJson, Debug, Home, print_json, print_note, read_settings
from matcher.commands.suggest import suggested_line
from matcher.cores import give_way
from matcher.language.messages import _

if TYPE_CHECKING:
    from matcher.wiring.build import IndexResult


def index(
    context: typer.Context,
    full: Annotated[
        bool, typer.Option("--full", help="Embed every text anew, whatever is cached.")
    ] = False,
    engine: Annotated[
        Literal["local", "ray"],
        typer.Option(help="local: embed in this process; ray: on a Ray cluster (MATCHER_RAY_…)."),
    ] = "local",
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Bring the index up to date with the catalogue.

    Only new and changed texts are embedded. Searches that run meanwhile use the previous index,
    and go first where they want the same core.
    New patents are matched with the open needs (matcher suggest).
    """
    settings = read_settings(context)

    from matcher.commands.terminal.progress import progress_line
    from matcher.wiring.build import (
        build_index,
        suggest_arrivals,
    )

    give_way()
    with progress_line() as report:
        result = build_index(settings, full=full, report=report, engine=engine)
        suggested = suggest_arrivals(settings, today=date.today(), report=report)
    if as_json:
        print_json(asdict(result))
    else:
        print(index_line(result))
    if suggested.suggestions:
        print_note(suggested_line(suggested))


def index_line(result: "IndexResult") -> str:
    """Return the result of an indexing run in one line."""
    if not result.built:
        return _(
            "The index is up to date: {patents:,} patents, model {model}.",
            patents=result.patents,
            model=result.model,
        )
    rate = ""
    if result.embedded and result.seconds >= 1:
        rate = _(", {rate:,.0f} a second", rate=result.embedded / result.seconds)
    return _(
        "Indexed {patents:,} patents in {passages:,} passages with model {model}: "
        "{embedded:,} texts embedded, {reused:,} known already ({seconds:.1f} "
        "s{rate}).",
        patents=result.patents,
        passages=result.passages,
        model=result.model,
        embedded=result.embedded,
        reused=result.reused,
        seconds=result.seconds,
        rate=rate,
    )
