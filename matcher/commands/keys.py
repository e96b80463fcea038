"""`matcher keys`: keys of the API and their life."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.access.roles import COMMAND_CALLER, Role
from matcher.commands.holder_options import HolderOptions
from matcher.commands.options import (
    AsJson,
    Debug,
    Home,
    command_group,
    expand_options,
    json_line,
    print_json,
    print_note,
    read_settings,
)
from matcher.commands.shown_once import show_once
from matcher.labels import KEY_STATE, ROLE, label
from matcher.language.messages import _

if TYPE_CHECKING:
    from datetime import datetime

    from matcher.access.api_keys import ApiKey

keys = command_group("Make, list, revoke and rotate the keys of the API.")

DAY = len("2027-03-31")
"""Characters of an ISO time that are printed; --json has the time."""
KeyId = Annotated[str, typer.Argument(metavar="ID", help="The key's id, as the list shows it.")]


@dataclass(frozen=True, slots=True)
class KeyOptions(HolderOptions):
    """Holder and end of a new key."""

    label: Annotated[str | None, typer.Option(help="A note on who has the key.")] = None
    expires: Annotated[
        str | None,
        typer.Option(metavar="DAYS|DATE", help="90d, or its last day (UTC), such as 2027-03-31."),
    ] = None

    def make_key(self, secret: str, pepper: bytes) -> "ApiKey":
        """Make the record of a key. Raises InputError for options that do not go together."""
        from matcher.access import api_keys
        from matcher.store.schema.times import now

        moment = now()
        self.check()
        api_keys.check_lengths(label=self.label)
        expires_at = api_keys.expiry(self.expires, moment)
        return api_keys.ApiKey(
            id=api_keys.new_id(),
            role=Role(self.role),
            hashed=api_keys.hash_secret(secret, pepper),
            created_at=moment,
            label=self.label,
            institution=self.institution,
            enterprise=self.enterprise,
            expires_at=expires_at,
        )


@keys.command()
@expand_options
def create(
    context: typer.Context,
    options: KeyOptions,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Make a key and show its secret, this once."""
    settings = read_settings(context)

    from matcher.access.api_keys import new_secret
    from matcher.store import audit, open_access
    from matcher.store import keys as stored
    from matcher.wiring.open import open_store
    from matcher.wiring.pepper import pepper_for_new

    secret = new_secret()
    options.check()
    with open_store(settings) as store:
        key = options.make_key(secret, pepper_for_new(settings, store))
        details = {
            "role": key.role.value,
            "institution": key.institution,
            "enterprise": key.enterprise,
            "expires_at": None if key.expires_at is None else key.expires_at.isoformat(),
        }
        with store.writing() as connection:
            is_first = open_access.is_open(connection)
            stored.add(connection, key)
            audit.append(
                connection, by=COMMAND_CALLER, action="key.created", subject=key.id, details=details
            )
            show_key(key, secret, as_json)
    print_shown(key, as_json)
    if is_first:
        print_note(_("This is the first key: from now on every request to /v1 needs one."))


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
    from matcher.store import open_access
    from matcher.store.schema.times import now
    from matcher.wiring.open import open_store

    with open_store(settings) as store, store.reading() as connection:
        listed = [key_json(key, now()) for key in stored.each(connection)]
        is_open = open_access.is_open(connection)
    if as_json:
        print_json({"keys": listed})
    elif listed:
        print_keys(listed)
    elif is_open:
        print_note(
            _("There are no keys: everybody who reaches the server may ask. matcher keys create")
        )
    else:
        print_note(_("There are no keys, only accounts (matcher users list)."))


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
        print(_("{identity} is revoked.", identity=identity))


@keys.command()
def rotate(
    context: typer.Context,
    identity: KeyId,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Give a key another secret and show it, this once; the old one ends."""
    settings = read_settings(context)

    from matcher.access import api_keys
    from matcher.store import audit
    from matcher.store import keys as stored
    from matcher.store.schema.times import now
    from matcher.wiring.open import open_store
    from matcher.wiring.pepper import pepper_for_new

    secret = api_keys.new_secret()
    with open_store(settings) as store:
        pepper = pepper_for_new(settings, store)
        with store.writing() as connection:
            key = stored.rotate(connection, identity, api_keys.hash_secret(secret, pepper), now())
            audit.append(connection, by=COMMAND_CALLER, action="key.rotated", subject=identity)
            show_key(key, secret, as_json)
    print_shown(key, as_json)


def show_key(key: "ApiKey", secret: str, as_json: bool) -> None:
    """Print the whole key, this once, before it is valid; later only its id is known."""
    from matcher.access.api_keys import format_key

    whole = format_key(key.id, secret)
    if as_json:
        show_once(json_line({"id": key.id, "key": whole, "role": key.role.value}))
    else:
        show_once(whole)


def print_shown(key: "ApiKey", as_json: bool) -> None:
    """Tell that the key that was shown is valid."""
    if as_json:
        return
    print_note(
        _(
            "The key {id} ({role}) is valid. Keep it now: it is not shown again.",
            id=key.id,
            role=label(ROLE[key.role]),
        )
    )


def key_json(key: "ApiKey", moment: "datetime") -> dict[str, Any]:
    """Return the entry of a key in the list, JSON-ready; nothing that came from its secret."""
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


def print_keys(listed: list[dict[str, Any]]) -> None:
    """Print the list of keys for people."""
    from matcher.commands.terminal.console import folding_table, new_console

    headings = (
        _("id"),
        _("role"),
        _("for"),
        _("state"),
        _("created"),
        _("valid until"),
        _("last used"),
        _("label"),
    )
    table = folding_table(headings, whole=_("id"))
    for key in listed:
        holder = key["institution"] or key["enterprise"] or ""
        days = [_day(key["created_at"]), _last_day(key["expires_at"]), _day(key["last_used_at"])]
        role, state = label(ROLE[key["role"]]), label(KEY_STATE[key["state"]])
        table.add_row(key["id"], role, holder, state, *days, key["label"] or "")
    new_console().print(table, markup=False)


def _day(written: str | None) -> str:
    """Return the day of a time in ISO 8601."""
    return (written or "")[:DAY]


def _last_day(end: str | None) -> str:
    """Return the last day before an end in ISO 8601, which may be the midnight after it."""
    from datetime import datetime, timedelta

    if end is None:
        return ""
    return (datetime.fromisoformat(end) - timedelta(seconds=1)).date().isoformat()
