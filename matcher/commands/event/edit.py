"""`matcher event exclude|pin|add|swap|move|lock|note|undo|edits`: the staff's shortlist edits."""

from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.commands.event.event import (
    By,
    Name,
    event_app,
    user_name,
)
from matcher.commands.options import AsJson, Debug, Home, print_json, read_settings, tell

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from matcher.needs.record import NeedRecord
    from matcher.settings import Settings
    from matcher.types import Answer, Patent
    from matcher.workflows.events.board import BoardNeed
    from matcher.workflows.events.edit import Look

NeedArgument = Annotated[
    str, typer.Argument(metavar="NEED", help="The need's number in the event, or its id.")
]
PatentArgument = Annotated[
    str,
    typer.Argument(
        metavar="PATENT", help="#1 for the first of the shortlist, or a number in any spelling."
    ),
]


@event_app.command()
def exclude(
    context: typer.Context,
    name: Name,
    need: NeedArgument,
    patent: PatentArgument,
    reason: Annotated[str, typer.Option(help="Why (理由); the papers keep it.")],
    by: By = None,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Take a patent out of a need's shortlist (剔除); the next one moves up."""
    _edit(context, name, need, by, "exclude", lambda at, one: (_patent(at, one, patent), reason))


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
    """Keep a patent whatever a re-run says, and plan a meeting for it (置顶保留)."""
    _edit(context, name, need, by, "pin", lambda at, one: (_patent(at, one, patent), None))


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
    """Put in a patent that the model did not propose (增补)."""
    _edit(context, name, need, by, "add", lambda at, one: (_patent(at, one, patent), None))


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
    """Put one patent in the place of another (替换)."""
    _edit(
        context,
        name,
        need,
        by,
        "swap",
        lambda at, one: (_patent(at, one, patent), str(_patent(at, one, instead))),
    )


@event_app.command()
def move(
    context: typer.Context,
    name: Name,
    need: NeedArgument,
    patent: PatentArgument,
    place: Annotated[int, typer.Argument(min=1, help="Its place in the list, from 1.")],
    by: By = None,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Put a patent at a place of the shortlist (调序)."""
    _edit(context, name, need, by, "move", lambda at, one: (_patent(at, one, patent), place))


@event_app.command()
def lock(
    context: typer.Context,
    name: Name,
    need: NeedArgument,
    by: By = None,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Keep a need's whole shortlist as it stands; a re-run changes nothing (锁定)."""
    _edit(context, name, need, by, "lock", lambda _, one: (None, one.shortlist.patents))


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
    """Write a remark beside a need or one of its patents (备注)."""
    _edit(
        context,
        name,
        need,
        by,
        "note",
        lambda at, one: (None if patent is None else _patent(at, one, patent), text),
    )


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
    """Take back an edit (撤销)."""
    settings = read_settings(context)

    from matcher.store.schema.times import now
    from matcher.wiring.open import open_store
    from matcher.workflows.events import edit as editing

    with open_store(settings) as store, store.writing() as connection:
        undone = editing.undo_edit(connection, name, now(), number)
    tell(f"Edit {undone.number} ({undone.edit.kind}) by {undone.made_by} is taken back.")


@event_app.command()
def edits(
    context: typer.Context,
    name: Name,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Every edit of an event in order, the undone ones too."""
    settings = read_settings(context)

    from matcher.store import event_edits, events
    from matcher.wiring.open import open_store

    with open_store(settings) as store, store.reading() as connection:
        events.named(connection, name)
        places = {one.need.id: one.position for one in events.needs_of(connection, name)}
        found = event_edits.edits_of(connection, name)
    rows: list[dict[str, Any]] = [
        {
            "number": one.number,
            "need": places.get(one.need),
            "kind": one.edit.kind.value,
            "patent": one.edit.patent,
            "value": one.edit.value,
            "made_at": one.made_at.isoformat(),
            "made_by": one.made_by,
            "undone": one.undone_at is not None,
        }
        for one in found
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        words = " ".join(str(row[key]) for key in ("kind", "patent", "value") if row[key])
        undone = "  (undone)" if row["undone"] else ""
        print(f"{row['number']:>4}  need {row['need']}  {words}  {row['made_by']}{undone}")
    if not rows:
        tell("Nobody has edited this event yet.")


def _edit(
    context: typer.Context,
    name: str,
    need: str,
    by: str | None,
    kind: str,
    said: "Callable[[Connection, BoardNeed], tuple[Any, Any]]",
) -> None:
    """Keep one edit; `said` gives its patent and value from the list as it stands."""
    settings = read_settings(context)

    from matcher.access.roles import COMMAND_CALLER
    from matcher.events.shortlist import Edit, EditKind
    from matcher.store.schema.times import now
    from matcher.wiring.open import open_store
    from matcher.workflows.events import edit as editing

    with ExitStack() as stack:
        store = stack.enter_context(open_store(settings))
        connection = stack.enter_context(store.writing())
        board, here = editing.current(connection, name, need)
        patent, value = said(connection, here)
        made: Edit = Edit(EditKind(kind), patent, value)
        number = editing.keep_edit(
            connection,
            board,
            here,
            made,
            by=user_name(by),
            moment=now(),
            caller=COMMAND_CALLER,
            look=engine_look(settings, stack),
        )
    tell(f"Edit {number}: {kind} for need {here.asked.position} of {name}.")


def _patent(connection: "Connection", need: "BoardNeed", words: str) -> Any:
    from matcher.workflows.events.edit import named_patent

    return named_patent(connection, need, words)


def engine_look(settings: "Settings", stack: ExitStack) -> "Look":
    """Asks the engine, which is loaded only where a patent was never shown for the need."""

    def look(patent: "Patent", need: "NeedRecord") -> "Answer | None":
        from datetime import date

        from matcher.types import Answer, Filters, LegalStatus
        from matcher.wiring.open import open_matcher

        engine = stack.enter_context(open_matcher(settings))
        (match,) = engine.standings(patent, [need.need], today=date.today())
        if match is None:
            return None
        return Answer(
            need=need.need,
            model=engine.encoder.name,
            index=engine.generation,
            filters=Filters(legal_status=frozenset(LegalStatus)),
            hidden={},
            results=(match,),
        )

    return look
