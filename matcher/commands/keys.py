"""`matcher keys`: who may use the API."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.access.roles import COMMAND_CALLER, Role
from matcher.commands.options import AsJson, Debug, Home, print_json, read_settings, tell

if TYPE_CHECKING:
    from datetime import datetime

    from matcher.access.api_keys import ApiKey

keys = typer.Typer(
    help="Make, list, revoke and rotate the keys of the API (API 密钥).",
    invoke_without_command=True,
    rich_markup_mode=None,
)

KeyId = Annotated[str, typer.Argument(metavar="ID", help="The key's id, as the list shows it.")]


@keys.callback()
def everywhere(context: typer.Context) -> None:
    """Make, list, revoke and rotate the keys of the API (API 密钥)."""
    if context.invoked_subcommand is None:
        print(context.get_help())


@keys.command()
def create(
    context: typer.Context,
    role: Annotated[Role, typer.Option(help="What the key is for.")],
    institution: Annotated[
        str | None,
        typer.Option(help="The institution of a tto, written as in the catalogue."),
    ] = None,
    enterprise: Annotated[
        str | None,
        typer.Option(help="The enterprise of an enterprise, written as in its needs."),
    ] = None,
    label: Annotated[str | None, typer.Option(help="A note on who has the key.")] = None,
    expires: Annotated[
        str | None,
        typer.Option(metavar="DAYS|DATE", help="90d, or its last day (UTC), such as 2027-03-31."),
    ] = None,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Make a key and show its secret, this once."""
    settings = read_settings(context)

    from matcher.access import api_keys as rules
    from matcher.store import audit
    from matcher.store import keys as stored
    from matcher.store.schema.times import now
    from matcher.wiring.open import open_store

    moment, secret = now(), rules.new_secret()
    rules.check_holder(role, institution, enterprise)
    rules.check_lengths(institution=institution, enterprise=enterprise, label=label)
    ends = rules.expiry(expires, moment)
    pepper = rules.make_pepper(settings.home, settings.pepper)
    key = rules.ApiKey(
        id=rules.new_id(),
        role=role,
        hashed=rules.hashed(secret, pepper),
        created_at=moment,
        label=label,
        institution=institution,
        enterprise=enterprise,
        expires_at=ends,
    )
    with open_store(settings) as store, store.writing() as connection:
        is_first = not stored.are_there(connection)
        stored.add(connection, key)
        told = {
            "role": role.value,
            "institution": institution,
            "enterprise": enterprise,
            "expires_at": None if ends is None else ends.isoformat(),
        }
        audit.append(
            connection, by=COMMAND_CALLER, action="key.created", subject=key.id, details=told
        )
    show_secret(key, secret, as_json)
    if is_first:
        tell("This is the first key: from now on every request to /v1 needs one.")


@keys.command("list")
def list_keys(
    context: typer.Context,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Show the keys, without their secrets."""
    settings = read_settings(context)

    from matcher.store import keys as stored
    from matcher.store.schema.times import now
    from matcher.wiring.open import open_store

    with open_store(settings) as store, store.reading() as connection:
        found = [key_json(key, now()) for key in stored.each(connection)]
    if as_json:
        print_json({"keys": found})
    elif found:
        print_keys(found)
    else:
        tell("There are no keys: everybody who reaches the server may ask. matcher keys create")


@keys.command()
def revoke(
    context: typer.Context,
    identity: KeyId,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Let a key be used no more, at once and for good."""
    settings = read_settings(context)

    from matcher.store import audit
    from matcher.store import keys as stored
    from matcher.store.schema.times import now
    from matcher.wiring.open import open_store

    with open_store(settings) as store, store.writing() as connection:
        before = stored.revoke(connection, identity, now())
        if before.revoked_at is None:
            audit.append(connection, by=COMMAND_CALLER, action="key.revoked", subject=identity)
    if as_json:
        print_json({"id": identity, "role": before.role.value, "revoked": True})
    else:
        print(f"{identity} is revoked.")


@keys.command()
def rotate(
    context: typer.Context,
    identity: KeyId,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Give a key another secret and show it, this once; the old one ends at once."""
    settings = read_settings(context)

    from matcher.access import api_keys as rules
    from matcher.store import audit
    from matcher.store import keys as stored
    from matcher.store.schema.times import now
    from matcher.wiring.open import open_store

    secret = rules.new_secret()
    pepper = rules.make_pepper(settings.home, settings.pepper)
    with open_store(settings) as store, store.writing() as connection:
        key = stored.rotate(connection, identity, rules.hashed(secret, pepper), now())
        audit.append(connection, by=COMMAND_CALLER, action="key.rotated", subject=identity)
    show_secret(key, secret, as_json)


def show_secret(key: "ApiKey", secret: str, as_json: bool) -> None:
    """The one time that a key is seen whole."""
    from matcher.access.api_keys import written

    whole = written(key.id, secret)
    if as_json:
        print_json({"id": key.id, "key": whole, "role": key.role.value})
        return
    print(whole)
    tell(f"The key {key.id} ({key.role.value}). Keep it now: it is not shown again.")


def key_json(key: "ApiKey", moment: "datetime") -> dict[str, Any]:
    """A key as the list shows it: nothing that came from its secret."""
    ended = "expired" if key.revoked_at is None else "revoked"
    times = ("created_at", "expires_at", "revoked_at", "last_used_at")
    return {
        "id": key.id,
        "role": key.role.value,
        "state": "usable" if key.is_usable(moment) else ended,
        "institution": key.institution,
        "enterprise": key.enterprise,
        "label": key.label,
        **{name: (at := getattr(key, name)) and at.isoformat() for name in times},
    }


def print_keys(found: list[dict[str, Any]]) -> None:
    """The same for a person."""
    from rich.table import Table

    from matcher.commands.terminal.answer import new_console

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("id", "role", "for", "state", "created", "expires", "last used", "label"):
        table.add_column(heading, overflow="fold", no_wrap=heading == "id")
    for key in found:
        whose = key["institution"] or key["enterprise"] or ""
        times = [(key[name] or "")[:16] for name in ("created_at", "expires_at", "last_used_at")]
        row = [key["id"], key["role"], whose, key["state"], *times, key["label"] or ""]
        table.add_row(*row)
    new_console().print(table, markup=False)
