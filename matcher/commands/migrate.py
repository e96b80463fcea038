"""`matcher migrate`: bring the database of an earlier version to the schema of this one."""

from dataclasses import asdict
from typing import Annotated

import typer

from matcher.commands.options import AsJson, Debug, Home, print_json, read_settings
from matcher.language.messages import _


def migrate(
    context: typer.Context,
    contract: Annotated[
        bool,
        typer.Option(
            "--contract",
            help="Shut older programs out too: only when every server runs this one.",
        ),
    ] = False,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Bring the database of an earlier version up to date.

    Nothing is lost; all of it happens or nothing. Make a backup first all the same. Servers of an
    earlier program go on over a database that was only added to."""
    from matcher.store import migrate as migrating
    from matcher.wiring.earlier_database import had_database

    settings = read_settings(context)
    may_create = not had_database(settings)
    done = migrating.migrate(settings.url, contracts=contract, may_create=may_create)
    if as_json:
        print_json(asdict(done))
    elif done.before == done.after:
        print(_("The database is at revision {after} already.", after=done.after))
    elif done.before is None:
        print(_("The database was empty; it is at revision {after} now.", after=done.after))
    else:
        print(
            _(
                "The database went from revision {before} to {after}.",
                before=done.before,
                after=done.after,
            )
        )
