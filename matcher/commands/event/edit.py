"""`matcher event exclude|pin|add|swap|lock|note|undo|edits`: the staff's shortlist edits."""

from contextlib import ExitStack
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.commands.event.event import (
    By,
    Name,
    event_app,
    user_name,
)
from matcher.commands.options import AsJson, Debug, Home, print_json, print_note, read_settings
from matcher.events.decision import KeptDecision
from matcher.events.shortlist import Edit, EditKind
from matcher.labels import EDIT, label, listed
from matcher.language.messages import _

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from matcher.events.record import KeptEdit
    from matcher.needs.record import NeedRecord
    from matcher.settings import Settings
    from matcher.types import Answer, Patent
    from matcher.workflows.events.edit import MatchPatent
    from matcher.workflows.events.event_view import NeedView

NeedArgument = Annotated[
    str, typer.Argument(metavar="NEED", help="The need's number in the event, or its id.")
]
PatentArgument = Annotated[
    str,
    typer.Argument(
        metavar="PATENT", help="#1 for the first of the shortlist, or a number in any spelling."
    ),
]


@dataclass(frozen=True, slots=True)
class EditedNeed:
    """Need whose shortlist is edited, and the editor; all as they were typed."""

    event: str
    need: str
    by: str | None


@event_app.command()
def exclude(
    context: typer.Context,
    name: Name,
    need: NeedArgument,
    patent: PatentArgument,
    reason: Annotated[str, typer.Option(help="Why; the papers keep it.")],
    by: By = None,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Take a patent out of a need's shortlist; the next one moves up."""
    edit_shortlist(context, EditedNeed(name, need, by), EditKind.EXCLUDE, patent, reason)


@event_app.command()
def pin(
    context: typer.Context,
    name: Name,
    need: NeedArgument,
    patent: PatentArgument,
    by: By = None,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Keep a patent whatever a re-run says, and plan a meeting for it."""
    edit_shortlist(context, EditedNeed(name, need, by), EditKind.PIN, patent)


@event_app.command()
def add(
    context: typer.Context,
    name: Name,
    need: NeedArgument,
    patent: PatentArgument,
    by: By = None,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Put in a patent that the model did not propose."""
    edit_shortlist(context, EditedNeed(name, need, by), EditKind.ADD, patent)


@event_app.command()
def swap(
    context: typer.Context,
    name: Name,
    need: NeedArgument,
    patent: PatentArgument,
    instead: Annotated[str, typer.Argument(metavar="WITH", help="The patent in its place.")],
    by: By = None,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Put one patent in the place of another."""
    edit_shortlist(context, EditedNeed(name, need, by), EditKind.SWAP, patent, instead)


@event_app.command()
def lock(
    context: typer.Context,
    name: Name,
    need: NeedArgument,
    by: By = None,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Keep a need's whole shortlist as it stands; a re-run changes nothing."""
    edit_shortlist(context, EditedNeed(name, need, by), EditKind.LOCK)


@event_app.command()
def note(
    context: typer.Context,
    name: Name,
    need: NeedArgument,
    text: Annotated[str, typer.Argument(help="The remark; an empty one takes it away.")],
    patent: Annotated[
        str | None, typer.Option(help="The patent it stands beside; without it, the need.")
    ] = None,
    by: By = None,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Write a remark beside a need or one of its patents."""
    edit_shortlist(context, EditedNeed(name, need, by), EditKind.NOTE, patent, text)


@event_app.command()
def undo(
    context: typer.Context,
    name: Name,
    number: Annotated[
        int | None, typer.Option(help="The edit's number; without it, the last one.")
    ] = None,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Take back an edit."""
    settings = read_settings(context)

    from matcher.store.schema.times import now
    from matcher.wiring.open import open_store
    from matcher.workflows.events import edit as editing

    with open_store(settings) as store, store.writing() as connection:
        undone = editing.undo_edit(connection, name, now(), number)
    print_note(
        _(
            "Edit {number} ({kind}) by {editor} is taken back.",
            number=undone.number,
            kind=label(EDIT[undone.kind]),
            editor=undone.made_by,
        )
    )
    if isinstance(undone, KeptDecision):
        print_note(_("The plan is as it was before only after matcher event plan."))


@event_app.command()
def edits(
    context: typer.Context,
    name: Name,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """List every edit of an event in order, the undone ones too."""
    settings = read_settings(context)

    from matcher.store import event_decisions, event_edits, events
    from matcher.wiring.open import open_store

    with open_store(settings) as store, store.reading() as connection:
        events.by_name(connection, name)
        positions = {each.need.id: each.position for each in events.needs_of(connection, name)}
        made = event_edits.edits_of(connection, name)
        decided = event_decisions.decisions_of(connection, name)
    rows = [_edit_json(edit, positions.get(edit.need)) for edit in made]
    rows += map(_decision_json, decided)
    rows.sort(key=itemgetter("number"))
    if as_json:
        print_json(rows)
        return
    for row in rows:
        print(_edit_line(row))
    if not rows:
        print_note(_("Nobody has edited this event yet."))


def _edit_line(row: dict[str, Any]) -> str:
    subject = _("need {position}", position=row["need"]) if row["need"] else row["meeting"]
    value = row["value"]
    value = listed(value) if isinstance(value, list | tuple) else value
    texts = (label(EDIT[row["kind"]]), row.get("patent"), value)
    text = " ".join(str(each) for each in texts if each)
    undone = "  " + _("(undone)") if row["undone"] else ""
    return f"{row['number']:>4}  {subject}  {text}  {row['made_by']}{undone}"


def _edit_json(edit: "KeptEdit", position: int | None) -> dict[str, Any]:
    return {
        "number": edit.number,
        "need": position,
        "kind": edit.edit.kind.value,
        "patent": edit.edit.patent,
        "value": edit.edit.value,
        "made_at": edit.made_at.isoformat(),
        "made_by": edit.made_by,
        "undone": edit.undone_at is not None,
    }


def _decision_json(kept: KeptDecision) -> dict[str, Any]:
    decision = kept.decision
    table = decision.table and _("table {table}", table=decision.table)
    seat = [decision.slot, table, decision.reason]
    return {
        "number": kept.number,
        "need": None,
        "kind": kept.kind,
        "meeting": f"{decision.firm} – {decision.team}",
        "value": " ".join(filter(None, seat)),
        "made_at": kept.made_at.isoformat(),
        "made_by": kept.made_by,
        "undone": kept.undone_at is not None,
    }


def edit_shortlist(
    context: typer.Context,
    target: EditedNeed,
    kind: EditKind,
    patent: str | None = None,
    value: str | int | None = None,
) -> None:
    """Add one edit to the event; `patent` and the value of a swap name patents as typed."""
    settings = read_settings(context)

    from matcher.access.roles import COMMAND_CALLER
    from matcher.store.schema.times import now
    from matcher.wiring.open import open_store
    from matcher.workflows.events import edit as editing

    with ExitStack() as stack:
        store = stack.enter_context(open_store(settings))
        connection = stack.enter_context(store.writing())
        board, need = editing.read_need(connection, target.event, target.need)
        number = editing.keep_edit(
            connection,
            board,
            need,
            _edit_of(connection, need, kind, patent, value),
            editing.Editor(
                user_name(target.by), COMMAND_CALLER, now(), engine_look(settings, stack)
            ),
        )
    print_note(
        _(
            "Edit {number}: {kind} for need {position} of {event}.",
            number=number,
            kind=label(EDIT[kind]),
            position=need.position,
            event=target.event,
        )
    )


def _edit_of(
    connection: "Connection",
    need: "NeedView",
    kind: EditKind,
    patent: str | None,
    value: str | int | None,
) -> Edit:
    """Build the edit, with the patents that it names. Raises InputError, NotFoundError."""
    from matcher.workflows.events import edit as editing

    if kind is EditKind.LOCK:
        return editing.lock(need)
    named = None if patent is None else editing.find_patent(connection, need, patent)
    if kind is EditKind.SWAP:
        return Edit(kind, named, str(editing.find_patent(connection, need, str(value))))
    return Edit(kind, named, value)


def engine_look(settings: "Settings", stack: ExitStack) -> "MatchPatent":
    """Return a function that scores one patent for a need with the engine.

    The engine is loaded only by a call of the function, and closed by `stack`.
    """

    def look(patent: "Patent", need: "NeedRecord") -> "Answer | None":
        from datetime import date

        from matcher.wiring.open import open_matcher
        from matcher.workflows.events.edit import match_patent

        engine = stack.enter_context(open_matcher(settings))
        return match_patent(engine, patent, need, date.today())

    return look
