"""`matcher event`: an offline matchmaking event (对接活动), from its needs to its papers."""

import getpass
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.commands.import_files import SHOWN_PROBLEMS
from matcher.commands.needs import tell_duplicates
from matcher.commands.options import AsJson, Debug, Home, print_json, read_settings, tell
from matcher.errors import InputError

if TYPE_CHECKING:
    from matcher.events.record import Event, EventOptions

event_app = typer.Typer(
    help="Run a matchmaking event (对接活动).",
    invoke_without_command=True,
    rich_markup_mode=None,
)

Name = Annotated[str, typer.Argument(metavar="EVENT", help="The event's name.")]
By = Annotated[
    str | None,
    typer.Option("--by", help="Who does it; by default the user of this computer."),
]
Firms = Annotated[
    Path | None,
    typer.Option(help="The sheet of the firms: who comes (参会人) and when (可到场时段)."),
]
Day = Annotated[str | None, typer.Option("--date", help="The day, such as 2026-12-03.")]
Place = Annotated[str | None, typer.Option(help="Where it is.")]
Slots = Annotated[
    str | None,
    typer.Option(
        metavar="BEGIN-END/MINUTES",
        help="The slots: 14:00-17:00/20, or 14:00-14:20,14:30-14:50; several by comma.",
    ),
]
Tables = Annotated[
    str | None,
    typer.Option(help="The tables: a number, or their names by comma."),
]
PerNeed = Annotated[int | None, typer.Option(min=1, max=20, help="Patents shown for one need.")]
PerFirm = Annotated[int | None, typer.Option(min=1, max=50, help="Meetings of a firm at most.")]
PerTeam = Annotated[int | None, typer.Option(min=1, max=50, help="Meetings of a team at most.")]
Line = Annotated[
    str | None,
    typer.Option(help="The label from which a firm is to have a meeting: strong, fair or weak."),
]


def user_name(by: str | None) -> str:
    """Who does it, as edits, versions and exports name it."""
    if by and by.strip():
        return by.strip()
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


@event_app.callback()
def everywhere(context: typer.Context) -> None:
    """Run a matchmaking event (对接活动)."""
    if context.invoked_subcommand is None:
        print(context.get_help())


@event_app.command()
def create(
    context: typer.Context,
    name: Name,
    needs: Annotated[
        Path | None,
        typer.Option(help="The sheet of needs, or a folder of filled forms, to import into it."),
    ] = None,
    teams: Annotated[
        Path | None, typer.Option(help="The sheet of the teams that come; by default all.")
    ] = None,
    firms: Firms = None,
    date: Day = None,
    place: Place = None,
    slots: Slots = None,
    tables: Tables = None,
    per_need: PerNeed = None,
    per_firm: PerFirm = None,
    per_team: PerTeam = None,
    line: Line = None,
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
    made = Event(name=_checked_name(name), created_at=moment, updated_at=moment)
    made = _changed(made, date, place, slots, tables, (per_need, per_firm, per_team, line))
    read = import_sheets.read(needs, teams, firms)
    with open_store(settings) as store, store.writing() as connection:
        events.create(connection, made)
        added = import_sheets.save(connection, made.name, read, settings)
    _show_added(name, added, as_json)


@event_app.command("set")
def change(
    context: typer.Context,
    name: Name,
    needs: Annotated[
        Path | None, typer.Option(help="More needs: a sheet, or a folder of filled forms.")
    ] = None,
    teams: Annotated[
        Path | None, typer.Option(help="The sheet of the teams, in the place of those there are.")
    ] = None,
    firms: Firms = None,
    date: Day = None,
    place: Place = None,
    slots: Slots = None,
    tables: Tables = None,
    per_need: PerNeed = None,
    per_firm: PerFirm = None,
    per_team: PerTeam = None,
    line: Line = None,
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

    read = import_sheets.read(needs, teams, firms)
    with open_store(settings) as store, store.writing() as connection:
        held = replace(events.named(connection, name), updated_at=now())
        events.save(
            connection,
            _changed(held, date, place, slots, tables, (per_need, per_firm, per_team, line)),
        )
        added = import_sheets.save(connection, name, read, settings)
    _show_added(name, added, as_json)


@event_app.command("list")
def list_events(
    context: typer.Context, as_json: AsJson = False, home: Home = None, debug: Debug = False
) -> None:
    """The events there are."""
    settings = read_settings(context)

    from matcher.store import events
    from matcher.wiring.open import open_store

    with open_store(settings) as store, store.reading() as connection:
        found = events.each(connection)
    if as_json:
        print_json([_event_json(one) for one in found])
        return
    for one in found:
        print(f"{one.name}  {one.day or 'no day yet'}  {one.state.value}")
    if not found:
        tell("There is no event yet; make one with matcher event create.")


@event_app.command()
def show(
    context: typer.Context,
    name: Name,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """An event as it stands: each need with its shortlist."""
    settings = read_settings(context)

    from matcher.commands.event.board_text import board_json, board_lines
    from matcher.wiring.open import open_store
    from matcher.workflows.events.board import read_board

    with open_store(settings) as store, store.reading() as connection:
        board = read_board(connection, name)
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
    tell(
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
        events.named(connection, name)
        events.forget(connection, name)
    tell(f"The event {name} is deleted; its needs and matches stay.")


def _checked_name(name: str) -> str:
    if not name.strip() or len(name) > 200:
        raise InputError("an event has a name of 1 to 200 characters")
    return name.strip()


def _changed(
    event: "Event",
    day: str | None,
    place: str | None,
    slots: str | None,
    tables: str | None,
    limits: tuple[int | None, int | None, int | None, str | None],
) -> "Event":
    """The event with what was given; the rest stays. Raises InputError."""
    from matcher.events.timetable import read_day, read_slots, read_tables

    given: dict[str, Any] = {
        "day": None if day is None else read_day(day),
        "place": place,
        "slots": None if slots is None else read_slots(slots),
        "tables": None if tables is None else read_tables(tables),
    }
    changed = replace(event, **{key: value for key, value in given.items() if value is not None})
    return replace(changed, options=_limited(changed.options, limits))


def _limited(
    options: "EventOptions", limits: tuple[int | None, int | None, int | None, str | None]
) -> "EventOptions":
    per_need, per_firm, per_team, line = limits
    if line is not None and line not in ("strong", "fair", "weak"):
        raise InputError(f"--line is strong, fair or weak, not {line!r}")
    given: dict[str, Any] = {
        "shortlist_length": per_need,
        "meetings_per_firm": per_firm,
        "meetings_per_team": per_team,
        "line": line,
    }
    return replace(options, **{key: value for key, value in given.items() if value is not None})


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


def _show_added(name: str, added: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json({"event": name, **added})
        return
    counts = (added["needs"], added["teams"], added["firms"])
    tell("{}: {} needs, {} teams and {} firms came in.".format(name, *counts))
    tell_duplicates(added["duplicates"])
    for problem in added["problems"][:SHOWN_PROBLEMS]:
        tell(f"- {problem}")
    if (more := len(added["problems"]) - SHOWN_PROBLEMS) > 0:
        tell(f"- … {more:,} more; --json shows them all")
