"""`matcher audit`: check and export of the audit trail."""

import re
from typing import Annotated, Literal

import typer

from matcher.commands.options import (
    AsJson,
    Debug,
    Home,
    command_group,
    print_json,
    read_settings,
)
from matcher.errors import InputError, MatcherError
from matcher.language.messages import _

audit = command_group("Check and export the audit trail.")


class BrokenTrailError(MatcherError):
    """The audit trail was changed after it was written."""


@audit.command()
def verify(
    context: typer.Context,
    head: Annotated[
        str | None,
        typer.Option(metavar="DIGEST", help="A head that an earlier verify told."),
    ] = None,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Walk the chain of digests; the exit code is 0 only where it holds.

    Note the head at another place and hand it in the next time: only so does it show if rows were
    cut off at the end, or if all of the trail was written anew.
    """
    if head is not None and not re.fullmatch("[0-9a-f]{64}", head):
        raise InputError(_("a head has 64 digits (0-9, a-f): give it as verify printed it"))
    settings = read_settings(context)

    from dataclasses import asdict

    from matcher.store import audit as stored
    from matcher.wiring.open import open_store

    with open_store(settings) as store, store.reading() as connection:
        check = stored.verify(connection, head)
    if as_json:
        print_json(asdict(check))
    elif check.is_intact:
        print(_("intact: {rows:,} rows, head {head}", rows=check.rows, head=check.head))
    if not check.is_intact:
        raise BrokenTrailError(
            _(
                "the audit trail is broken at row {first_bad}: {reason}",
                first_bad=check.first_bad,
                reason=check.reason,
            )
        )


@audit.command()
def export(
    context: typer.Context,
    format: Annotated[
        Literal["jsonl", "csv"], typer.Option(help="jsonl: an object a line; csv: a spreadsheet.")
    ] = "jsonl",
    action: Annotated[str | None, typer.Option(help="Only this: contact.revealed.")] = None,
    about: Annotated[
        str | None, typer.Option(metavar="ID", help="Only rows that name this id.")
    ] = None,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Write the rows on stdout; that they were exported becomes a row itself.

    --json is jsonl.
    """
    settings = read_settings(context)

    import io
    import sys

    from matcher.access.roles import COMMAND_CALLER
    from matcher.reporting.audit_tables import write_csv, write_json_lines
    from matcher.store import audit as stored
    from matcher.store.schema.times import now
    from matcher.wiring.open import open_store
    from matcher.workflows.record_export import record_audit_export

    content = io.BytesIO()
    chosen = "jsonl" if as_json else format
    with open_store(settings) as store, store.adding() as connection:
        rows = stored.page(connection, action=action, about=about)
        record_audit_export(connection, COMMAND_CALLER, len(rows), chosen)
    if chosen == "csv":
        write_csv(content, rows, exported_by="matcher audit export", moment=now())
    else:
        write_json_lines(content, rows)
    sys.stdout.flush()
    sys.stdout.write(content.getvalue().decode())
