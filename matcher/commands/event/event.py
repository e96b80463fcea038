"""`matcher event`: an offline matchmaking event (对接活动), from its needs to its papers."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.commands.event.event_fields import EventFields, echo
from matcher.commands.import_report import MAX_PROBLEMS, keep_problems
from matcher.commands.needs import print_duplicates
from matcher.commands.options import (
    AsJson,
    Debug,
    Home,
    command_group,
    expand_options,
    login_name,
    print_json,
    print_note,
    read_settings,
)
from matcher.errors import InputError
from matcher.labels import EVENT_STATE, label
from matcher.language.messages import _, ngettext

if TYPE_CHECKING:
    from matcher.events.record import Event

event_app = command_group("Run a matchmaking event.")

MAX_NAME = 200
"""Characters of the name of an event."""
Name = Annotated[str, typer.Argument(metavar="EVENT", help="The event's name.")]
By = Annotated[
    str | None,
    typer.Option("--by", help="Who does it; by default the user of this computer."),
]
SignedBy = Annotated[
    str | None,
    typer.Option("--by", help="Who is named on them as their author; by default nobody."),
]


def user_name(by: str | None) -> str:
    """Return the person who does it, as edits, versions and exports name them."""
    return (by and by.strip()) or login_name() or "unknown"


@event_app.command()
@expand_options
def create(
    context: typer.Context,
    name: Name,
    *,
    needs: Annotated[
        Path | None,
        typer.Option(help="The sheet of needs, or a folder of filled forms, to import into it."),
    ] = None,
    teams: Annotated[
        Path | None, typer.Option(help="The sheet of the teams that come; by default all.")
    ] = None,
    fields: EventFields,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Make an event with its needs, teams, slots and tables."""
    settings = read_settings(context)

    from matcher.events.record import Event
    from matcher.store import events
    from matcher.store.schema.times import now
    from matcher.wiring.open import open_store
    from matcher.workflows.events import import_sheets

    moment = now()
    event = Event(name=_checked_name(name), created_at=moment, updated_at=moment)
    event = fields.changed(event)
    read = import_sheets.read_event_input(needs, teams, fields.firms)
    with open_store(settings) as store, store.writing() as connection:
        events.create(connection, event)
        added = import_sheets.save_event_input(connection, event.name, read, settings)
    _print_added(settings.home, name, added, list(echo(event)), as_json)


@event_app.command("set")
@expand_options
def change(
    context: typer.Context,
    name: Name,
    *,
    needs: Annotated[
        Path | None, typer.Option(help="More needs: a sheet, or a folder of filled forms.")
    ] = None,
    teams: Annotated[
        Path | None, typer.Option(help="The sheet of the teams, in the place of those there are.")
    ] = None,
    fields: EventFields,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Change an event: what is given takes the place of what there is; needs are added."""
    settings = read_settings(context)

    from matcher.store import events
    from matcher.store.schema.times import now
    from matcher.wiring.open import open_store
    from matcher.workflows.events import import_sheets, versions
    from matcher.workflows.events.event_view import read_event_view
    from matcher.workflows.events.plan_state import out_of_date
    from matcher.workflows.events.recommend import recommend_listed

    read = import_sheets.read_event_input(needs, teams, fields.firms)
    with open_store(settings) as store, store.writing() as connection:
        before = events.by_name(connection, name)
        event = fields.changed(replace(before, updated_at=now()))
        events.save(connection, event)
        lost = import_sheets.refit_presence(connection, event)
        added = import_sheets.save_event_input(connection, name, read, settings)
        added["problems"] += lost if fields.slots or fields.tables else []
        recommend_listed(connection, name)
        versions.store_state(connection, name, now())
        after = read_event_view(connection, name)
    is_given = fields.slots is not None or fields.tables is not None
    echoed = list(echo(event)) if is_given else []
    if after.event.state is not before.state:
        echoed.append(_("the event is a draft again: review and publish it anew"))
    if (problem := out_of_date(after)) is not None:
        echoed.append(problem)
    _print_added(settings.home, name, added, echoed, as_json)


@event_app.command("list")
def list_events(
    context: typer.Context, as_json: AsJson = False, home: Home = None, debug: Debug = False
) -> None:
    """List the events."""
    settings = read_settings(context)

    from matcher.store import events
    from matcher.wiring.open import open_store
    from matcher.workflows.events.event_view import read_event_view

    with open_store(settings) as store, store.reading() as connection:
        listed = [
            read_event_view(connection, event.name).event for event in events.each(connection)
        ]
    if as_json:
        print_json([_event_json(event) for event in listed])
        return
    for event in listed:
        print(f"{event.name}  {event.day or _('no day yet')}  {label(EVENT_STATE[event.state])}")
    if not listed:
        print_note(_("There is no event yet; make one with matcher event create."))


@event_app.command()
def show(
    context: typer.Context,
    name: Name,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Show an event as it stands: each need with its shortlist."""
    settings = read_settings(context)

    from matcher.commands.event.board_text import board_json, board_lines
    from matcher.wiring.open import open_store
    from matcher.workflows.events.event_view import read_event_view

    with open_store(settings) as store, store.reading() as connection:
        board = read_event_view(connection, name)
    if as_json:
        print_json(_event_json(board.event) | board_json(board))
        return
    for line in board_lines(board):
        print(line)


@event_app.command("match")
def match_needs(
    context: typer.Context,
    name: Name,
    again: Annotated[
        bool,
        typer.Option("--again", help="Match all needs anew; the edits stay."),
    ] = False,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Fill the shortlists of all needs that wait. Stopped or killed, it goes on where it was."""
    settings = read_settings(context)

    from dataclasses import asdict
    from datetime import date

    from matcher.access.roles import COMMAND_CALLER
    from matcher.commands.terminal.progress import progress_line
    from matcher.progress import Step
    from matcher.wiring.open import open_matcher
    from matcher.workflows.events.match import match_event

    with progress_line() as report:
        report(Step(_("loading the model and the index"), 0))
        with open_matcher(settings) as engine:
            done = match_event(
                engine,
                engine.catalogue.store,
                name,
                caller=COMMAND_CALLER,
                today=date.today(),
                again=again,
                report=report,
            )
    if as_json:
        print_json(asdict(done))
        return
    if done.resumed:
        print_note(
            ngettext(
                "A matching that was stopped went on: {n} need was done already.",
                "A matching that was stopped went on: {n} needs were done already.",
                done.resumed,
            )
        )
    print_note(
        _(
            "{matched:,} needs matched, {failed:,} failed, {skipped:,} had a shortlist already.",
            matched=done.matched,
            failed=done.failed,
            skipped=done.skipped,
        )
    )


@event_app.command()
def delete(
    context: typer.Context,
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Delete without asking.")] = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Delete an event with its edits and versions, after a yes; its needs and matches stay."""
    settings = read_settings(context)

    from matcher.store import events
    from matcher.wiring.open import open_store

    with open_store(settings) as store:
        with store.reading() as connection:
            event = events.by_name(connection, name)
        if not (yes or _may_delete(event)):
            raise InputError(_("nothing is deleted: add --yes to delete {name}", name=name))
        with store.writing() as connection:
            events.remove(connection, name)
    print_note(_("The event {name} is deleted; its needs and matches stay.", name=name))


def _may_delete(event: "Event") -> bool:
    """Ask on a terminal; without one, only --yes deletes."""
    if not is_interactive():
        return False
    question = _(
        "Delete the event {name} ({state}) with its edits, plan and versions?",
        name=event.name,
        state=label(EVENT_STATE[event.state]),
    )
    return typer.confirm(question, default=False, err=True)


def is_interactive() -> bool:
    """True if a person can answer on stdin."""
    return sys.stdin.isatty()


def _checked_name(name: str) -> str:
    if not name.strip() or len(name) > MAX_NAME:
        raise InputError(_("an event has a name of 1 to {most} characters", most=MAX_NAME))
    return name.strip()


def _event_json(event: "Event") -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "name": event.name,
        "date": event.day and event.day.isoformat(),
        "place": event.place,
        "slots": list(event.slots),
        "tables": list(event.tables),
        "options": asdict(event.options),
        "state": event.state.value,
    }


def _print_added(
    home: Path, name: str, added: dict[str, Any], echoed: list[str], as_json: bool
) -> None:
    from matcher.importing.rows.problem import Problem

    problems = [Problem(name, None, None, None, None, line) for line in added["problems"]]
    kept = keep_problems(home, name, problems)
    if as_json:
        print_json({"event": name, **added, "notes": echoed, "problems_file": kept and str(kept)})
        return
    print_note(
        _(
            "{name}: {needs} needs, {teams} teams and {firms} firms came in.",
            name=name,
            needs=added["needs"],
            teams=added["teams"],
            firms=added["firms"],
        )
    )
    for line in echoed:
        print_note("- " + line.replace("\n", "\n  "))
    print_duplicates(added["duplicates"])
    for problem in added["problems"][:MAX_PROBLEMS]:
        print_note(f"- {problem}")
    if (more := len(added["problems"]) - MAX_PROBLEMS) > 0:
        print_note(_("- … {count:,} more", count=more))
    if kept is not None:
        print_note(_("All problems: {path}", path=kept))
