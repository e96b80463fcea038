"""`matcher event plan`: the timetable of the meetings, from the shortlists."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.commands.event.event import Name, event_app
from matcher.commands.options import AsJson, Debug, Home, print_json, print_note, read_settings
from matcher.labels import COLON, PINNED_MEETING, label
from matcher.language.choice import current_language
from matcher.language.messages import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
    """Plan the meetings of an event from its shortlists; the same input, the same plan."""
    planned = _make_plan(read_settings(context), name, effort)
    if as_json:
        print_json(planned.made)
        return
    for line in (*_lines(planned.made), *planned.moves):
        print(line)
    for note in _notes(planned):
        print_note(note)
    if not planned.is_best:
        print_note(
            _("The search ended before it was proven that no plan is better: raise --effort.")
        )


def _notes(planned: "_Planned") -> "Iterator[str]":
    """Yield the figures of a plan, and what became of the plan before if there was one."""
    made = planned.made
    left_out, figures = made["left_out"], made["figures"]
    yield _(
        "{meetings} meetings of {served} firms; {firms} firms and {teams} teams have none.",
        meetings=figures["meetings"],
        served=len({meeting["firm"] for meeting in made["meetings"]}),
        firms=sum(party["kind"] == "firm" for party in left_out),
        teams=sum(party["kind"] == "team" for party in left_out),
    )
    if planned.waiting:
        yield ngettext(
            "{n} need has no shortlist yet and is not planned: run matcher event match.",
            "{n} needs have no shortlist yet and are not planned: run matcher event match.",
            planned.waiting,
        )
    if planned.is_again:
        yield _(
            "Of the plan before: {kept} kept, {moved} moved, {dropped} gone; {added} are new.",
            kept=figures["kept"],
            moved=figures["moved"],
            dropped=figures["dropped"],
            added=figures["added"],
        )
    yield _(
        "Firms wait {mean} minutes between two meetings on average, {longest} at most, and change "
        "tables {changes} times.",
        mean=figures["mean_wait"],
        longest=figures["longest_wait"],
        changes=figures["table_changes"],
    )


@dataclass(frozen=True, slots=True)
class _Planned:
    """A stored plan, and what became of the one before."""

    made: dict[str, Any]
    is_best: bool
    is_again: bool
    """True if there was a plan before."""
    waiting: int
    """Needs that are not matched yet."""
    moves: tuple[str, ...]


def _make_plan(settings: "Settings", name: str, effort: float) -> _Planned:
    """Plan the meetings and store the plan."""
    from dataclasses import asdict, replace

    from matcher.commands.terminal.progress import progress_line
    from matcher.events.planning.plan import plan_meetings
    from matcher.events.planning.solver import EFFORT
    from matcher.events.record import EventNeedState
    from matcher.progress import Step
    from matcher.store import event_edits, events
    from matcher.store.schema.times import now
    from matcher.wiring.open import open_store
    from matcher.workflows.events.edit import back_to_draft
    from matcher.workflows.events.event_view import read_event_view
    from matcher.workflows.events.meeting_requests import meeting_request, plan_json, unseated_pins
    from matcher.workflows.events.plan_state import standing_of

    with open_store(settings) as store:
        with store.reading() as connection:
            board = read_event_view(connection, name)
            stood = events.plan_of(connection, name)
            published = event_edits.last_published(connection, name)
        request = meeting_request(board)
        standing = standing_of(request, stood, published and published["contents"])
        request = replace(request, standing=standing)
        with progress_line() as report:
            report(Step(_("planning the meetings"), 0))
            best = plan_meetings(request, EFFORT * effort)
        made = plan_json(best, request, stood)
        made["unseated_pins"] = [asdict(pin) for pin in unseated_pins(board)]
        with store.writing() as connection:
            events.set_plan(connection, name, made, now())
            back_to_draft(connection, name, now())
    waiting = sum(need.event_need.state is EventNeedState.WAITING for need in board.needs)
    return _Planned(made, best.is_best, stood is not None, waiting, tuple(_moves(stood, made)))


def _moves(stood: "Mapping[str, Any] | None", made: dict[str, Any]) -> "Iterator[str]":
    """Yield the meetings of the plan before that moved or are gone, a line each."""
    from matcher.workflows.events.version_contents import meeting_changes

    if stood is None:
        return
    yield from meeting_changes(stood, made, with_new=False)


def _lines(made: dict[str, Any]) -> "Iterator[str]":
    """Yield the timetable, then those without a meeting and the reason, then unseated pins."""
    from matcher.events.planning.model import Hurdle
    from matcher.events.planning.reasons import HURDLE

    for slot in dict.fromkeys(meeting["slot"] for meeting in made["meetings"]):
        yield slot
        for meeting in made["meetings"]:
            if meeting["slot"] == slot:
                pinned = f"  {label(PINNED_MEETING)}" if meeting["is_pinned"] else ""
                seat = _("table {table}", table=meeting["table"])
                parties = f"{meeting['firm']} – {meeting['team']}"
                yield f"  {seat}{label(COLON)}{parties}{pinned}"
    for party in made["left_out"]:
        reason = HURDLE[Hurdle(party["hurdle"])][current_language()]
        yield _("no meeting: {party} ({reason})", party=party["id"], reason=reason)
    for pin in made["unseated_pins"]:
        yield (
            _(
                "pinned, but nobody comes for it: need {position} of {firm}, {title} "
                "({institution}); invite the team, or swap the patent",
                position=pin["position"],
                firm=pin["firm"],
                title=pin["title"],
                institution=pin["institution"] or _("no team known"),
            )
        )
