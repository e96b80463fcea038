"""List of the accounts, for programs and for people."""

from typing import TYPE_CHECKING, Any

from matcher.labels import ACCOUNT_STATE, ROLE, label
from matcher.language.messages import _

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from matcher.access.accounts import Account

MINUTES = len("2027-03-31T23:59")
"""Characters of an ISO time that are printed: no seconds."""


def account_json(
    connection: "Connection", account: "Account", moment: "datetime"
) -> dict[str, Any]:
    """Return the entry of an account in the list, JSON-ready; nothing made of its password."""
    from matcher.store import accounts as stored
    from matcher.store import sessions

    state = "locked" if stored.is_locked(connection, account, moment) else "usable"
    times = ("created_at", "password_set_at", "disabled_at", "last_sign_in_at")
    return {
        "id": account.id,
        "name": account.name,
        "role": account.role.value,
        "state": state if account.is_enabled else "disabled",
        "institution": account.institution,
        "enterprise": account.enterprise,
        "sessions": len(sessions.of_holder(connection, account.id, moment)),
        **{name: (at := getattr(account, name)) and at.isoformat() for name in times},
    }


def print_accounts(listed: list[dict[str, Any]]) -> None:
    """Print the list of accounts for people."""
    from matcher.commands.terminal.console import folding_table, new_console

    headings = (
        _("sign-in name"),
        _("role"),
        _("for"),
        _("state"),
        _("created"),
        _("last sign-in"),
        _("sessions"),
        _("id"),
    )
    table = folding_table(headings, whole=_("id"))
    for account in listed:
        holder = account["institution"] or account["enterprise"] or ""
        state = label(ACCOUNT_STATE[account["state"]])
        times = [(account[name] or "")[:MINUTES] for name in ("created_at", "last_sign_in_at")]
        role_name = label(ROLE[account["role"]])
        row = (account["name"], role_name, holder, state, *times, str(account["sessions"]))
        table.add_row(*row, account["id"])
    new_console().print(table, markup=False)
