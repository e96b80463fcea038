"""`matcher event plan`: the timetable of the meetings, from the shortlists."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.commands.event.event import Name, event_app
from matcher.commands.options import AsJson, Debug, Home, print_json, print_note, read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matcher.settings import Settings


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
    made, is_best = _make_plan(read_settings(context), name, effort)
    if as_json:
        print_json(made)
        return
    for line in _lines(made):
        print(line)
    meetings, left_out = made["meetings"], made["left_out"]
    firms = len({meeting["firm"] for meeting in meetings})
    print_note(
        f"{len(meetings)} meetings of {firms} firms; "
        f"{sum(party['kind'] == 'firm' for party in left_out)} firms and "
        f"{sum(party['kind'] == 'team' for party in left_out)} teams have none."
    )
    if not is_best:
        print_note("The search ended before it was proven that no plan is better: raise --effort.")


def _make_plan(settings: "Settings", name: str, effort: float) -> tuple[dict[str, Any], bool]:
    """Plan the meetings and store the plan; return it, and True if no plan is better."""
    from dataclasses import asdict

    from matcher.commands.terminal.progress import progress_line
    from matcher.events.planning.plan import plan_meetings
    from matcher.events.planning.solver import EFFORT
    from matcher.progress import Step
    from matcher.store import events
    from matcher.store.schema.times import now
    from matcher.wiring.open import open_store
    from matcher.workflows.events.edit import back_to_draft
    from matcher.workflows.events.event_view import read_event_view
    from matcher.workflows.events.meeting_requests import meeting_request, plan_json, unseated_pins

    with open_store(settings) as store:
        with store.reading() as connection:
            board = read_event_view(connection, name)
        request = meeting_request(board)
        with progress_line() as report:
            report(Step("planning the meetings", 0))
            best = plan_meetings(request, EFFORT * effort)
        made = plan_json(best, board.event.slots)
        made["unseated_pins"] = [asdict(pin) for pin in unseated_pins(board)]
        with store.writing() as connection:
            events.set_plan(connection, name, made, now())
            back_to_draft(connection, name, now())
    return made, best.is_best


def _lines(made: dict[str, Any]) -> "Iterator[str]":
    """Yield the timetable, then those without a meeting and the reason, then unseated pins."""
    from matcher.events.planning.model import Hurdle
    from matcher.events.planning.reasons import HURDLE

    for slot in dict.fromkeys(meeting["slot"] for meeting in made["meetings"]):
        yield slot
        for meeting in made["meetings"]:
            if meeting["slot"] == slot:
                pinned = "  pinned 置顶" if meeting["is_pinned"] else ""
                yield f"  table {meeting['table']}: {meeting['firm']} – {meeting['team']}{pinned}"
    for party in made["left_out"]:
        yield f"no meeting: {party['id']} ({HURDLE[Hurdle(party['hurdle'])]['zh']})"
    for pin in made["unseated_pins"]:
        yield (
            f"pinned, but nobody comes for it: need {pin['position']} of {pin['firm']}, "
            f"{pin['title']} ({pin['institution'] or 'no team known'}); invite the team, or swap "
            "the patent"
        )
