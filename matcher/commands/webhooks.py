"""`matcher webhooks`: who is told of events, and sending what waits."""

from typing import TYPE_CHECKING, Annotated

import typer

from matcher.commands.options import AsJson, Debug, Home, print_json, read_settings, tell

if TYPE_CHECKING:
    from collections import Counter

    from matcher.matches.webhook import DeliveryState

DEAD_SHOWN = 20

webhooks = typer.Typer(
    help="List webhooks (回调) and send what waits for them.",
    invoke_without_command=True,
    rich_markup_mode=None,
)


@webhooks.callback()
def everywhere(context: typer.Context) -> None:
    """List webhooks (回调) and send what waits for them."""
    if context.invoked_subcommand is None:
        print(context.get_help())


@webhooks.command("list")
def list_webhooks(
    context: typer.Context,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Show the webhooks of all keys, without their secrets, and the latest that were given up."""
    settings = read_settings(context)

    from matcher.matches.webhook import DeliveryState, delivery_json, webhook_json
    from matcher.store import outbox
    from matcher.store import webhooks as stored
    from matcher.wiring.open import open_store

    with open_store(settings) as store, store.reading() as connection:
        found = [webhook_json(one) for one in stored.each(connection)]
        lost = outbox.page(connection, state=DeliveryState.DEAD, limit=DEAD_SHOWN)
    dead = [{"webhook": one.webhook, **delivery_json(one)} for one in lost]
    if as_json:
        print_json({"webhooks": found, "dead": dead})
        return
    if not found:
        tell("There are no webhooks; a portal makes one by POST /v1/webhooks")
    for one in found:
        print(f"{one['id']}  {one['url']}  {' '.join(one['events'])}  key {one['created_by']}")
    for one in dead:
        why = one["last_error"] or f"status {one['last_status']}"
        print(f"given up: {one['id']}  {one['webhook']}  {one['event']}  {why}")


@webhooks.command()
def deliver(
    context: typer.Context,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on until stopped, and look again and again.")
    ] = False,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Send what is due. A server does this too: each delivery is sent by one of them."""
    settings = read_settings(context)

    import anyio

    from matcher.access import encryption
    from matcher.wiring.open import (
        open_store,
        webhook_sender,
    )

    cipher = encryption.cipher(settings.contact_key)
    with open_store(settings) as store:
        sender = webhook_sender(settings, store, cipher)
        while True:
            sent = anyio.run(sender.send_all)
            if sent or not watch:
                show_sent(sent, as_json)
            if not watch:
                return
            anyio.run(anyio.sleep, settings.background_seconds or 5)


def show_sent(sent: "Counter[DeliveryState]", as_json: bool) -> None:
    """What a round did, in one line."""
    from matcher.matches.webhook import DeliveryState

    counts = {
        "delivered": sent[DeliveryState.DELIVERED],
        "failed": sent[DeliveryState.WAITING],
        "dead": sent[DeliveryState.DEAD],
    }
    if as_json:
        print_json(counts)
    else:
        print(
            f"{counts['delivered']:,} delivered, {counts['failed']:,} to be tried again, "
            f"{counts['dead']:,} given up"
        )
