"""`matcher programme proposals`, `accept`, `decline`: what waits for the word of its pool."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.commands.options import AsJson, Debug, Home, print_json, print_note, read_settings
from matcher.commands.programme import programme
from matcher.language.messages import _

if TYPE_CHECKING:
    from matcher.settings import Settings

Proposal = Annotated[
    str,
    typer.Argument(metavar="ID", help="The record's id, as matcher programme proposals has it."),
]


@programme.command()
def proposals(
    context: typer.Context, as_json: AsJson = False, home: Home = None, debug: Debug = False
) -> None:
    """List patents proposed for a pool, and members for an alliance, that were not accepted yet."""
    settings = read_settings(context)

    from matcher.wiring.open import open_store
    from matcher.workflows import programme_joining
    from matcher.workflows.programme_json import record_json

    with open_store(settings) as store, store.reading() as connection:
        waiting = programme_joining.proposals(connection, None)
    if as_json:
        listed = [
            {"kind": each.kind.name, "waits_for": each.host, **record_json(each.record)}
            for each in waiting
        ]
        print_json({"proposals": listed})
        return
    for each in waiting:
        waits = _("waits for {host}", host=each.host or _("the staff"))
        print(f"{each.record.id}  {each.label}  {waits}")
    if not waiting:
        print_note(_("No proposal waits to be accepted."))


@programme.command()
def accept(
    context: typer.Context,
    identity: Proposal,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Accept a proposal in the name of the pool's operator or the alliance."""
    settings = read_settings(context)

    from matcher.workflows import programme_joining
    from matcher.workflows.programme_json import record_json

    accepted = _decide(settings, identity, programme_joining.accept)
    if as_json:
        print_json(record_json(accepted))
    else:
        print(_("{identity} is accepted.", identity=identity))


@programme.command()
def decline(
    context: typer.Context,
    identity: Proposal,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Decline a proposal, which is deleted; the audit trail keeps its id."""
    settings = read_settings(context)

    from matcher.workflows import programme_joining

    _decide(settings, identity, programme_joining.decline)
    if as_json:
        print_json({"id": identity, "declined": True})
    else:
        print(_("{identity} is declined and deleted.", identity=identity))


def _decide(settings: "Settings", identity: str, decision: Callable[..., Any]) -> Any:
    """Decide about a proposal, as who works at the terminal may. Raises RecordNotFoundError."""
    from matcher.access.roles import COMMAND_CALLER
    from matcher.wiring.open import open_store
    from matcher.workflows.programme_joining import find_of_any_kind

    with open_store(settings) as store, store.writing() as connection:
        kind, record = find_of_any_kind(connection, identity, None)
        return decision(connection, kind, record, by=COMMAND_CALLER)
