"""`matcher suggest`: match new and newly open-licensed patents with the open needs."""

from datetime import date
from typing import TYPE_CHECKING, Any

import typer

from matcher.commands.options import AsJson, Debug, Home, print_json, read_settings
from matcher.language.messages import _

if TYPE_CHECKING:
    from matcher.workflows.suggest import SuggestRun


def suggest(
    context: typer.Context,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Queue the needs that new patents fit.

    New or newly open-licensed patents are matched with the open needs.

    matcher index does this too, and so does a server; each patent is matched only once.
    """
    settings = read_settings(context)

    from matcher.commands.terminal.progress import progress_line
    from matcher.wiring.build import suggest_arrivals

    with progress_line() as report:
        result = suggest_arrivals(settings, today=date.today(), report=report)
    if as_json:
        print_json(suggested_json(result))
    else:
        print(suggested_line(result))


def suggested_json(result: "SuggestRun") -> dict[str, Any]:
    """Return the result of a run, JSON-ready."""
    return {
        "patents": result.patents,
        "needs": result.needs,
        "suggestions": [
            {
                "id": suggestion.id,
                "need": suggestion.need,
                "patent": suggestion.patent,
                "reason": suggestion.reason.value,
                "fit": suggestion.fit,
                "rank": suggestion.rank,
            }
            for suggestion in result.suggestions
        ],
    }


def suggested_line(result: "SuggestRun") -> str:
    """Return the result of a run in one line."""
    if not result.patents:
        return _("No patent waits for an open need.")
    return _(
        "{patents:,} new or newly open-licensed patents held against {needs:,} open "
        "needs: {count:,} suggestions queued.",
        patents=result.patents,
        needs=result.needs,
        count=len(result.suggestions),
    )
