"""`matcher backup`: the database and what cannot be made anew, in one file."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from matcher.commands.options import (
    AsJson,
    Debug,
    Force,
    Home,
    check_not_there,
    print_json,
    print_note,
    read_settings,
)
from matcher.language.messages import _


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="File to write: backup.tar.gz.")],
    force: Force = False,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Write a backup into one file, while servers serve.

    Secrets are not in it: keep MATCHER_CONTACT_KEY and the pepper of the keys apart."""
    settings = read_settings(context)
    check_not_there(file, force)

    from matcher.commands.terminal.progress import progress_line
    from matcher.wiring.backup.back_up import back_up

    with progress_line() as report:
        made = back_up(settings, file, force=force, report=report)
    if as_json:
        print_json(asdict(made))
        return
    print(
        _(
            "Backed up {patents:,} patents (revision {revision}) to {file}: {size:,.1f} MB. The "
            "audit trail has {rows:,} rows, head {head}.",
            patents=made.patents,
            revision=made.revision,
            file=made.file,
            size=made.bytes / 1e6,
            rows=made.audit_rows,
            head=made.audit_head,
        )
    )
    print_note(
        _(
            "Not in it: MATCHER_CONTACT_KEY, and the pepper of the keys (keys.pepper or "
            "MATCHER_KEY_PEPPER). Keep them at another place."
        )
    )
