"""`matcher reminders`: terms of records and next steps of matches that are due."""

from datetime import date, datetime, timedelta
from typing import Annotated

import typer

from matcher.commands.export_options import OfInstitution
from matcher.commands.options import AsJson, Debug, Home, print_json, read_settings
from matcher.labels import COLON, label, listed
from matcher.language.messages import _


def reminders(
    context: typer.Context,
    until: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            metavar="DAY",
            help="Last day that counts; by default in 30 days.",
            show_default=False,
        ),
    ] = None,
    institution: OfInstitution = None,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Show what is due and overdue.

    Terms of records, and next steps of matches that have a day.
    """
    from matcher.access.roles import COMMAND_CALLER
    from matcher.store.programme import REMINDER_DAYS
    from matcher.wiring.open import open_store
    from matcher.workflows.reminders import due_reminders

    today = date.today()
    last = until.date() if until is not None else today + timedelta(days=REMINDER_DAYS)
    with open_store(read_settings(context)) as store, store.reading() as connection:
        due = due_reminders(
            connection, COMMAND_CALLER, until=last, today=today, institution=institution
        )
    if as_json:
        print_json({"until": last.isoformat(), "reminders": due})
        return
    print(_("{count:,} due until {last}", count=len(due), last=last))
    for reminder in due:
        late = " " + _("overdue") if reminder["is_overdue"] else ""
        names = [reminder[key] for key in ("number", "patent", "institution", "enterprise")]
        subject = listed(filter(None, names))
        print(f"{reminder['due_on']}{late} {reminder['what']}{label(COLON)}{subject}")
