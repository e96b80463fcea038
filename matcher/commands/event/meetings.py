"""`matcher event move|cancel|add-meeting`: meetings decided by hand, and places of a shortlist."""

from typing import TYPE_CHECKING, Annotated

import typer

from matcher.commands.event.edit import EditedNeed, edit_shortlist
from matcher.commands.event.event import By, Name, event_app, user_name
from matcher.commands.options import Debug, Home, print_note, read_settings
from matcher.errors import InputError
from matcher.events.decision import DecisionKind
from matcher.events.shortlist import EditKind
from matcher.labels import EDIT, label
from matcher.language.choice import current_language
from matcher.language.messages import _

if TYPE_CHECKING:
    from matcher.workflows.events.edit_meetings import EditedMeeting, MeetingEdit

Firm = Annotated[str, typer.Argument(metavar="FIRM", help="The firm, by name or a part of it.")]
Team = Annotated[str, typer.Argument(metavar="TEAM", help="The team, by name or a part of it.")]
Slot = Annotated[
    str | None, typer.Option(help="The slot of the meeting: its beginning, 14:20, or 14:20-14:40.")
]
Table = Annotated[str | None, typer.Option(help="The table of the meeting.")]
Why = Annotated[str | None, typer.Option("--reason", help="Why; the history keeps it.")]
ByForce = Annotated[
    bool,
    typer.Option(
        "--force",
        help="Also against the presence of the two and the limits of meetings; needs --reason.",
    ),
]


@event_app.command()
def move(
    context: typer.Context,
    name: Name,
    first: Annotated[
        str, typer.Argument(metavar="FIRM|NEED", help="A firm; or a need, for its shortlist.")
    ],
    second: Annotated[
        str, typer.Argument(metavar="TEAM|PATENT", help="The team; or a patent of the shortlist.")
    ],
    place: Annotated[
        int | None,
        typer.Argument(min=1, help="The patent's place in the list, from 1."),
    ] = None,
    slot: Slot = None,
    table: Table = None,
    reason: Why = None,
    force: ByForce = False,
    by: By = None,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Move a meeting by --slot or --table, or a patent to a place of its list."""
    from matcher.workflows.events.edit_meetings import MeetingEdit

    to_seat = slot is not None or table is not None
    if to_seat == (place is not None):
        raise InputError(
            _("give --slot or --table to move a meeting, or a place to move a patent in its list")
        )
    if place is not None:
        edit_shortlist(context, EditedNeed(name, first, by), EditKind.MOVE, second, place)
    else:
        edit = MeetingEdit(DecisionKind.MOVE, first, second, slot, table, reason, force)
        decide(context, name, by, edit)


@event_app.command()
def cancel(
    context: typer.Context,
    name: Name,
    firm: Firm,
    team: Team,
    reason: Annotated[str, typer.Option(help="Why; the history keeps it.")],
    by: By = None,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Cancel a meeting; no later plan has it."""
    from matcher.workflows.events.edit_meetings import MeetingEdit

    decide(context, name, by, MeetingEdit(DecisionKind.CANCEL, firm, team, reason=reason))


@event_app.command("add-meeting")
def add_meeting(
    context: typer.Context,
    name: Name,
    firm: Firm,
    team: Team,
    slot: Slot = None,
    table: Table = None,
    reason: Why = None,
    force: ByForce = False,
    by: By = None,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Add a meeting that no plan has; every later plan keeps it."""
    from matcher.workflows.events.edit_meetings import MeetingEdit

    edit = MeetingEdit(DecisionKind.ADD, firm, team, slot, table, reason, force)
    decide(context, name, by, edit)


def decide(context: typer.Context, name: str, by: str | None, edit: "MeetingEdit") -> None:
    """Store a decision about a meeting, and print what it did."""
    settings = read_settings(context)

    from matcher.store.schema.times import now
    from matcher.wiring.open import open_store
    from matcher.workflows.events.edit_meetings import edit_meeting

    with open_store(settings) as store, store.writing() as connection:
        edited = edit_meeting(connection, name, edit, by=user_name(by), moment=now())
    _print(edited)


def _print(edited: "EditedMeeting") -> None:
    language, decision = current_language(), edited.decision
    seats = [
        _("{slot} at table {table}", slot=at.slot, table=at.table)
        for at in (edited.before, edited.after)
        if at is not None
    ]
    print_note(
        _(
            "Edit {number}, {what}: {firm} – {team}, {seats}.",
            number=edited.number,
            what=label(EDIT[decision.kind]),
            firm=decision.firm,
            team=decision.team,
            seats=" → ".join(dict.fromkeys(seats)),
        )
    )
    for each in edited.set_aside:
        print_note(_("- although {text}", text=each.text[language]))
