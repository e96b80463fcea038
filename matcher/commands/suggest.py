"""`matcher suggest`: hold new and newly open-licensed patents against the open needs."""

from datetime import date
from typing import TYPE_CHECKING, Any

import typer

from matcher.commands.options import AsJson, Debug, Home, print_json, read_settings

if TYPE_CHECKING:
    from matcher.workflows.suggest import Suggested


def suggest(
    context: typer.Context,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Queue the needs that new patents fit (推荐).

    New or newly open-licensed patents are held against the open needs.

    matcher index does this too, and so does a server; whatever was looked at once is not looked
    at again.
    """
    settings = read_settings(context)

    from matcher.commands.terminal.progress import progress_line
    from matcher.wiring.build import suggest_arrivals

    with progress_line() as report:
        result = suggest_arrivals(settings, today=date.today(), report=report)
    if as_json:
        print_json(suggested_json(result))
    else:
        print(suggested_words(result))


def suggested_json(result: "Suggested") -> dict[str, Any]:
    """What a run did, JSON-ready."""
    return {
        "patents": result.patents,
        "needs": result.needs,
        "suggestions": [
            {
                "id": one.id,
                "need": one.need,
                "patent": one.patent,
                "reason": one.reason.value,
                "fit": one.fit,
                "rank": one.rank,
            }
            for one in result.suggestions
        ],
    }


def suggested_words(result: "Suggested") -> str:
    """What a run did, in one line."""
    if not result.patents:
        return "No patent waits for an open need."
    return (
        f"{result.patents:,} new or newly open-licensed patents held against {result.needs:,} open "
        f"needs: {len(result.suggestions):,} suggestions queued."
    )
