"""`matcher event plan`: who meets whom, when and where."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.commands.event.event import Name, event_app
from matcher.commands.options import AsJson, Debug, Home, print_json, read_settings, tell

if TYPE_CHECKING:
    from collections.abc import Iterator


@event_app.command()
def plan(
    context: typer.Context,
    name: Name,
    effort: Annotated[
        float, typer.Option(min=0.1, max=100, help="How long the search may try, 1 as usual.")
    ] = 1.0,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Plan the meetings of an event from its shortlists (排日程); the same input, the same plan."""
    settings = read_settings(context)

    from dataclasses import asdict

    from matcher.commands.terminal.progress import progress_line
    from matcher.events.planning.plan import plan_meetings
    from matcher.events.planning.solver import EFFORT
    from matcher.progress import Step
    from matcher.store import events
    from matcher.store.schema.times import now
    from matcher.wiring.open import open_store
    from matcher.workflows.events.board import read_board
    from matcher.workflows.events.edit import back_to_draft
    from matcher.workflows.events.meeting_requests import meeting_request, plan_json, unseated_pins

    with open_store(settings) as store:
        with store.reading() as connection:
            board = read_board(connection, name)
        request = meeting_request(board)
        with progress_line() as report:
            report(Step("planning the meetings", 0))
            made = plan_meetings(request, EFFORT * effort)
        absent = unseated_pins(board)
        kept = plan_json(made, board.event.slots)
        kept["unseated_pins"] = [asdict(one) for one in absent]
        with store.writing() as connection:
            events.set_plan(connection, name, kept, now())
            back_to_draft(connection, name, now())
    if as_json:
        print_json(kept)
        return
    for line in _lines(kept):
        print(line)
    for one in absent:
        print(
            f"pinned, but nobody comes for it: need {one.position} of {one.firm}, {one.title} "
            f"({one.institution or 'no team known'}); invite the team, or swap the patent"
        )
    firms = len({one["firm"] for one in kept["meetings"]})
    tell(
        f"{len(kept['meetings'])} meetings of {firms} firms; "
        f"{sum(one['kind'] == 'firm' for one in kept['left_out'])} firms and "
        f"{sum(one['kind'] == 'team' for one in kept['left_out'])} teams have none."
    )
    if not made.is_best:
        tell("The search ended before it was proven that no plan is better: raise --effort.")


def _lines(kept: dict[str, Any]) -> "Iterator[str]":
    """The timetable, then who was left out and why."""
    from matcher.events.planning.model import Hurdle
    from matcher.events.planning.reasons import hurdle_words

    for slot in dict.fromkeys(one["slot"] for one in kept["meetings"]):
        yield slot
        for one in kept["meetings"]:
            if one["slot"] == slot:
                pinned = "  pinned 置顶" if one["is_pinned"] else ""
                yield f"  table {one['table']}: {one['firm']} – {one['team']}{pinned}"
    for one in kept["left_out"]:
        yield f"no meeting: {one['id']} ({hurdle_words(Hurdle(one['hurdle']))})"
