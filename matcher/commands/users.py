"""`matcher users`: accounts of people who sign in to the pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.access.roles import COMMAND_CALLER, Role
from matcher.commands.account_list import account_json, print_accounts
from matcher.commands.holder_options import HolderOptions
from matcher.commands.options import (
    AsJson,
    Debug,
    Home,
    command_group,
    expand_options,
    print_json,
    print_note,
    read_settings,
)
from matcher.commands.password_source import PasswordFromStdin, read_password
from matcher.labels import ROLE, label
from matcher.language.messages import _, ngettext

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from matcher.access.accounts import Account
    from matcher.store.audit import Details

users = command_group("Accounts of people who sign in to the pages.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="The sign-in name.")]


@dataclass(frozen=True, slots=True)
class AccountOptions(HolderOptions):
    """Holder of an account."""

    def details(self) -> dict[str, str | int | None]:
        """Return the details of a row in the audit trail."""
        return dict(asdict(self))

    def make_account(self, name: str, password: str) -> "Account":
        """Make the record of an account. Raises InputError for a password that may not be."""
        from matcher.access import accounts, passwords
        from matcher.store.schema.times import now

        passwords.check_new(password, name)
        moment = now()
        return accounts.Account(
            id=accounts.new_id(),
            name=name,
            role=Role(self.role),
            hashed=passwords.hash_password(password),
            created_at=moment,
            password_set_at=moment,
            institution=self.institution,
            enterprise=self.enterprise,
        )


@users.command()
@expand_options
def add(
    context: typer.Context,
    name: Name,
    options: AccountOptions,
    password_stdin: PasswordFromStdin = False,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Make an account; its password is asked for twice."""
    settings = read_settings(context)

    from matcher.access import accounts
    from matcher.store import accounts as stored
    from matcher.store import audit, open_access
    from matcher.wiring.open import open_store
    from matcher.wiring.pepper import pepper_for_new

    options.check()
    folded = accounts.check_name(name)
    with open_store(settings) as store:
        with store.reading() as connection:
            stored.check_free(connection, folded)
        account = options.make_account(folded, read_password(password_stdin))
        pepper_for_new(settings, store)  # sessions are hashed with it
        with store.writing() as connection:
            is_first = open_access.is_open(connection)
            stored.add(connection, account)
            audit.append(
                connection,
                by=COMMAND_CALLER,
                action="account.created",
                subject=account.id,
                details=options.details(),
            )
    if as_json:
        print_json({"id": account.id, "name": folded, "role": options.role})
    else:
        role = label(ROLE[options.role])
        print(_("The account {name} ({role}) can sign in.", name=folded, role=role))
    if is_first:
        print_note(
            _(
                "This is the first account: from now on the pages ask for a sign-in, and every "
                "request to /v1 needs a key."
            )
        )


@users.command("list")
def list_users(
    context: typer.Context,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Show the accounts, without their passwords' hashes."""
    settings = read_settings(context)

    from matcher.store import accounts as stored
    from matcher.store.schema.times import now
    from matcher.wiring.open import open_store

    with open_store(settings) as store, store.reading() as connection:
        listed = [account_json(connection, account, now()) for account in stored.each(connection)]
    if as_json:
        print_json({"accounts": listed})
    elif listed:
        print_accounts(listed)
    else:
        print_note(_("There are no accounts. Make one: matcher users add NAME --role staff"))


@users.command()
def password(
    context: typer.Context,
    name: Name,
    password_stdin: PasswordFromStdin = False,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Give an account another password; all its sessions and its lock end."""
    from matcher.access import accounts, passwords
    from matcher.store import accounts as stored
    from matcher.store.schema.times import now

    new = read_password(password_stdin)
    passwords.check_new(new, accounts.fold_name(name))
    hashed = passwords.hash_password(new)
    with changing(context, name, "account.password_set") as (connection, account):
        stored.set_password(connection, account, hashed, now())
    print_outcome(account, as_json, _("{name} has a new password.", name=account.name))


@users.command()
@expand_options
def role(
    context: typer.Context,
    name: Name,
    options: AccountOptions,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Give an account another role; all its sessions end."""
    from matcher.store import accounts as stored

    options.check()
    with changing(context, name, "account.role_set", options.details()) as (connection, account):
        changed = replace(
            account,
            role=Role(options.role),
            institution=options.institution,
            enterprise=options.enterprise,
        )
        stored.set_role(connection, changed)
    said = _("{name} is {role} now.", name=account.name, role=label(ROLE[options.role]))
    print_outcome(changed, as_json, said)


@users.command()
def disable(
    context: typer.Context,
    name: Name,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Let an account sign in no more; all its sessions end. It can be enabled again."""
    from matcher.store import accounts as stored
    from matcher.store.schema.times import now

    with changing(context, name, "account.disabled") as (connection, account):
        stored.disable(connection, account, now())
    print_outcome(account, as_json, _("{name} is disabled.", name=account.name))


@users.command()
def enable(
    context: typer.Context,
    name: Name,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Let a disabled account sign in again."""
    from matcher.store import accounts as stored

    with changing(context, name, "account.enabled") as (connection, account):
        stored.enable(connection, account)
    print_outcome(account, as_json, _("{name} can sign in.", name=account.name))


@users.command()
def unlock(
    context: typer.Context,
    name: Name,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """End the lock that failed attempts to sign in brought."""
    from matcher.store import accounts as stored

    with changing(context, name, "account.unlocked") as (connection, account):
        stored.forget_failures(connection, account)
    print_outcome(account, as_json, _("{name} is not locked.", name=account.name))


@users.command("sign-out")
def sign_out(
    context: typer.Context,
    name: Name,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """End all sessions of an account, in every browser."""
    from matcher.store import sessions

    with changing(context, name, "account.signed_out") as (connection, account):
        ended = sessions.end_all(connection, account.id)
    said = ngettext("{n} session has ended.", "{n} sessions have ended.", ended)
    print_outcome(account, as_json, said)


@contextmanager
def changing(
    context: typer.Context, name: str, action: str, details: "Details | None" = None
) -> Iterator[tuple["Connection", "Account"]]:
    """Open a transaction for the change of an account, with its row in the audit trail.

    Raises NotFoundError.
    """
    settings = read_settings(context)

    from matcher.store import accounts as stored
    from matcher.store import audit
    from matcher.wiring.open import open_store

    with open_store(settings) as store, store.writing() as connection:
        account = stored.named(connection, name)
        yield connection, account
        audit.append(
            connection,
            by=COMMAND_CALLER,
            action=action,
            subject=account.id,
            details=details or {},
        )


def print_outcome(account: "Account", as_json: bool, message: str) -> None:
    """Print the account that was changed, or the message."""
    if as_json:
        print_json({"id": account.id, "name": account.name, "role": account.role.value})
    else:
        print(message)
