"""`matcher event review|publish|versions|diff`: states and versions of the papers of an event."""

from typing import TYPE_CHECKING, Annotated

import typer

from matcher.commands.event.event import (
    By,
    Name,
    event_app,
    user_name,
)
from matcher.commands.options import AsJson, Debug, Home, print_json, print_note, read_settings
from matcher.labels import EVENT_STATE, label
from matcher.language.messages import _

if TYPE_CHECKING:
    from matcher.events.record import EventState


@event_app.command()
def review(
    context: typer.Context, name: Name, by: By = None, home: Home = None, debug: Debug = False
) -> None:
    """Mark a draft as reviewed and keep it as a version."""
    from matcher.events.record import EventState

    _advance(context, name, EventState.REVIEWED, by)


@event_app.command()
def publish(
    context: typer.Context, name: Name, by: By = None, home: Home = None, debug: Debug = False
) -> None:
    """Mark a reviewed event as published and keep it as a version."""
    from matcher.events.record import EventState

    _advance(context, name, EventState.PUBLISHED, by)


@event_app.command()
def versions(
    context: typer.Context,
    name: Name,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """List the versions of an event: number, state, time and author."""
    settings = read_settings(context)

    from matcher.store import event_edits, events
    from matcher.wiring.open import open_store

    with open_store(settings) as store, store.reading() as connection:
        events.by_name(connection, name)
        listed = event_edits.versions_of(connection, name)
    if as_json:
        print_json([version | {"made_at": version["made_at"].isoformat()} for version in listed])
        return
    for version in listed:
        made = f"{version['made_at']:%Y-%m-%d %H:%M}  {version['made_by']}"
        print(f"{version['number']:>3}  {label(EVENT_STATE[version['state']])}  {made}")
    if not listed:
        print_note(_("No version yet; matcher event review makes the first."))


@event_app.command("diff")
def difference(
    context: typer.Context,
    name: Name,
    old: Annotated[int, typer.Argument(help="A version's number.")],
    new: Annotated[
        int | None, typer.Argument(help="A later one; without it, the event as it stands.")
    ] = None,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """List the changes from one version to another, a line each."""
    settings = read_settings(context)

    from matcher.store import event_edits, events
    from matcher.wiring.open import open_store
    from matcher.workflows.events import version_contents
    from matcher.workflows.events.event_view import read_event_view

    with open_store(settings) as store, store.reading() as connection:
        events.by_name(connection, name)
        before = event_edits.version(connection, name, old)
        after = (
            version_contents.contents(read_event_view(connection, name))
            if new is None
            else event_edits.version(connection, name, new)
        )
    lines = list(version_contents.difference(before, after))
    if as_json:
        print_json(lines)
        return
    for line in lines:
        print(line)
    if not lines:
        print_note(_("Nothing changed."))


def _advance(context: typer.Context, name: str, to: "EventState", by: str | None) -> None:
    settings = read_settings(context)

    from matcher.store.schema.times import now
    from matcher.wiring.open import open_store
    from matcher.workflows.events import versions as rules

    with open_store(settings) as store, store.writing() as connection:
        number = rules.advance(connection, name, to, by=user_name(by), moment=now())
    print_note(
        _(
            "{name} is {state}, version {number}.",
            name=name,
            state=label(EVENT_STATE[to]),
            number=number,
        )
    )
