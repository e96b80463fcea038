"""`matcher event`: an offline matchmaking event (对接活动), from its needs to its papers."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.commands.import_report import MAX_PROBLEMS
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

if TYPE_CHECKING:
    from matcher.events.record import Event

event_app = command_group("Run a matchmaking event (对接活动).")

MAX_NAME = 200
"""Characters of the name of an event."""
Name = Annotated[str, typer.Argument(metavar="EVENT", help="The event's name.")]
By = Annotated[
    str | None,
    typer.Option("--by", help="Who does it; by default the user of this computer."),
]


@dataclass(frozen=True, slots=True)
class EventFields:
    """Facts of an event, and the sheet of its firms; None leaves a fact as it is."""

    firms: Annotated[
        Path | None,
        typer.Option(help="The sheet of the firms: who comes (参会人) and when (可到场时段)."),
    ] = None
    date: Annotated[str | None, typer.Option("--date", help="The day, such as 2026-12-03.")] = None
    place: Annotated[str | None, typer.Option(help="Where it is.")] = None
    slots: Annotated[
        str | None,
        typer.Option(
            metavar="BEGIN-END/MINUTES",
            help="The slots: 14:00-17:00/20, or 14:00-14:20,14:30-14:50; several by comma.",
        ),
    ] = None
    tables: Annotated[
        str | None,
        typer.Option(help="The tables: a number, or their names by comma."),
    ] = None
    per_need: Annotated[
        int | None, typer.Option(min=1, max=20, help="Patents shown for one need.")
    ] = None
    per_firm: Annotated[
        int | None, typer.Option(min=1, max=50, help="Meetings of a firm at most.")
    ] = None
    per_team: Annotated[
        int | None, typer.Option(min=1, max=50, help="Meetings of a team at most.")
    ] = None
    line: Annotated[
        str | None,
        typer.Option(
            help="The label from which a firm is to have a meeting: strong, fair or weak."
        ),
    ] = None

    def changed(self, event: "Event") -> "Event":
        """Return the event with the given facts; the rest stays. Raises InputError."""
        from matcher.events.timetable import read_day, read_slots, read_tables

        facts: dict[str, Any] = {
            "day": None if self.date is None else read_day(self.date),
            "place": self.place,
            "slots": None if self.slots is None else read_slots(self.slots),
            "tables": None if self.tables is None else read_tables(self.tables),
        }
        if self.line is not None and self.line not in ("strong", "fair", "weak"):
            raise InputError(f"--line is strong, fair or weak, not {self.line!r}")
        options = {
            "shortlist_length": self.per_need,
            "meetings_per_firm": self.per_firm,
            "meetings_per_team": self.per_team,
            "line": self.line,
        }
        return replace(event, **_given(facts), options=replace(event.options, **_given(options)))


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


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
    _print_added(name, added, as_json)


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
    from matcher.workflows.events import import_sheets

    read = import_sheets.read_event_input(needs, teams, fields.firms)
    with open_store(settings) as store, store.writing() as connection:
        event = replace(events.by_name(connection, name), updated_at=now())
        events.save(connection, fields.changed(event))
        added = import_sheets.save_event_input(connection, name, read, settings)
    _print_added(name, added, as_json)


@event_app.command("list")
def list_events(
    context: typer.Context, as_json: AsJson = False, home: Home = None, debug: Debug = False
) -> None:
    """List the events."""
    settings = read_settings(context)

    from matcher.store import events
    from matcher.wiring.open import open_store

    with open_store(settings) as store, store.reading() as connection:
        listed = events.each(connection)
    if as_json:
        print_json([_event_json(event) for event in listed])
        return
    for event in listed:
        print(f"{event.name}  {event.day or 'no day yet'}  {event.state.value}")
    if not listed:
        print_note("There is no event yet; make one with matcher event create.")


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
    """Fill the shortlists of all needs that wait. Stopped by ctrl-c, it goes on where it was."""
    settings = read_settings(context)

    from datetime import date

    from matcher.access.roles import COMMAND_CALLER
    from matcher.commands.terminal.progress import progress_line
    from matcher.progress import Step
    from matcher.wiring.open import open_matcher
    from matcher.workflows.events.match import match_event

    with progress_line() as report:
        report(Step("loading the model and the index", 0))
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
        print_json({"matched": done.matched, "failed": done.failed, "skipped": done.skipped})
        return
    print_note(
        f"{done.matched:,} needs matched, {done.failed:,} failed, {done.skipped:,} had a shortlist "
        "already."
    )


@event_app.command()
def delete(context: typer.Context, name: Name, home: Home = None, debug: Debug = False) -> None:
    """Delete an event with its edits and versions; its needs and matches stay."""
    settings = read_settings(context)

    from matcher.store import events
    from matcher.wiring.open import open_store

    with open_store(settings) as store, store.writing() as connection:
        events.by_name(connection, name)
        events.remove(connection, name)
    print_note(f"The event {name} is deleted; its needs and matches stay.")


def _checked_name(name: str) -> str:
    if not name.strip() or len(name) > MAX_NAME:
        raise InputError(f"an event has a name of 1 to {MAX_NAME} characters")
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


def _print_added(name: str, added: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json({"event": name, **added})
        return
    counts = (added["needs"], added["teams"], added["firms"])
    print_note("{}: {} needs, {} teams and {} firms came in.".format(name, *counts))
    print_duplicates(added["duplicates"])
    for problem in added["problems"][:MAX_PROBLEMS]:
        print_note(f"- {problem}")
    if (more := len(added["problems"]) - MAX_PROBLEMS) > 0:
        print_note(f"- … {more:,} more; --json shows them all")
