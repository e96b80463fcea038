"""`matcher webhooks`: list of webhooks, and delivery of the messages that wait."""

from typing import TYPE_CHECKING, Annotated

import typer

from matcher.commands.options import (
    AsJson,
    Debug,
    Home,
    command_group,
    print_json,
    print_note,
    read_settings,
)
from matcher.language.messages import _

if TYPE_CHECKING:
    from collections import Counter

    from matcher.matches.webhook import DeliveryState

MAX_DEAD = 20
"""Deliveries that were given up and are listed, the latest."""

webhooks = command_group("List webhooks and send what waits for them.")


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
        listed = [webhook_json(webhook) for webhook in stored.each(connection)]
        lost = outbox.page(connection, state=DeliveryState.DEAD, limit=MAX_DEAD)
    dead = [{"webhook": delivery.webhook, **delivery_json(delivery)} for delivery in lost]
    if as_json:
        print_json({"webhooks": listed, "dead": dead})
        return
    if not listed:
        print_note(_("There are no webhooks; a portal makes one by POST /v1/webhooks"))
    for webhook in listed:
        events = " ".join(webhook["events"])
        key = _("key {key}", key=webhook["created_by"])
        print(f"{webhook['id']}  {webhook['url']}  {events}  {key}")
    for delivery in dead:
        failure = delivery["last_error"]
        reason = _(failure) if failure else _("status {status}", status=delivery["last_status"])
        print(
            _(
                "given up: {id}  {webhook}  {event}  {reason}",
                id=delivery["id"],
                webhook=delivery["webhook"],
                event=delivery["event"],
                reason=reason,
            )
        )


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
                print_sent(sent, as_json)
            if not watch:
                return
            anyio.run(anyio.sleep, settings.background_seconds or 5)


def print_sent(sent: "Counter[DeliveryState]", as_json: bool) -> None:
    """Print the numbers of deliveries of one round in one line."""
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
            _(
                "{delivered:,} delivered, {failed:,} to be tried again, {dead:,} given up",
                delivered=counts["delivered"],
                failed=counts["failed"],
                dead=counts["dead"],
            )
        )
