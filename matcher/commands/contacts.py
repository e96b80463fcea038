"""`matcher contacts`: personal contacts, their consents, and the key that encrypts them."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.access.roles import COMMAND_CALLER
from matcher.commands.options import (
    AsJson,
    Debug,
    Home,
    command_group,
    print_json,
    print_note,
    read_settings,
)
from matcher.labels import CONSENT_SCOPE, label
from matcher.language.messages import _

if TYPE_CHECKING:
    from sqlalchemy import Connection

contacts = command_group("Look after personal contacts and consents.")

Person = Annotated[str, typer.Argument(metavar="PERSON", help="The name, as it was imported.")]
Institution = Annotated[str, typer.Option(help="The person's institution: namesakes are others.")]


@contacts.command("list")
def list_contacts(
    context: typer.Context,
    institution: Annotated[str | None, typer.Option(help="Only this institution's.")] = None,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Show who is held and on which consents: never a phone or an e-mail."""
    settings = read_settings(context)

    from matcher.store import personal_contacts
    from matcher.wiring.open import open_store

    with open_store(settings) as store, store.reading() as connection:
        stored = personal_contacts.of_institution(connection, institution)
        listed = [_with_consents(connection, contact) for contact in stored]
    if as_json:
        print_json({"contacts": listed})
    else:
        _print_contacts(listed)


@contacts.command()
def withdraw(
    context: typer.Context,
    consent: Annotated[str, typer.Argument(metavar="CONSENT", help="consent_…, from the list.")],
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Let a consent permit nothing from this moment on."""
    settings = read_settings(context)

    from matcher.store import consents
    from matcher.wiring.open import open_store
    from matcher.workflows.subject_access import consent_json

    with open_store(settings) as store, store.writing() as connection:
        withdrawn = consents.withdraw(connection, consent, COMMAND_CALLER)
    shown = consent_json(withdrawn)
    if as_json:
        print_json(shown)
    else:
        print(
            _(
                "{id} is withdrawn since {withdrawn_at}",
                id=withdrawn.id,
                withdrawn_at=shown["withdrawn_at"],
            )
        )


@contacts.command("rotate-key")
def rotate_key(
    context: typer.Context,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Seal everything anew by the first key of MATCHER_CONTACT_KEY.

    Set it to NEW,OLD before, and to NEW alone afterwards.
    """
    settings = read_settings(context)

    from matcher.store import audit, personal_contacts
    from matcher.wiring.open import open_store

    with open_store(settings) as store, store.writing() as connection:
        count = personal_contacts.reseal_all(connection, settings.contact_key)
        audit.append(
            connection,
            by=COMMAND_CALLER,
            action="contact_key.rotated",
            subject="contact_key",
            details={"resealed": count},
        )
    if as_json:
        print_json({"resealed": count})
    else:
        print(_("{count:,} records are sealed by the first key now", count=count))
        print_note(_("Next: take the old key out of MATCHER_CONTACT_KEY."))


@contacts.command()
def report(
    context: typer.Context,
    person: Person,
    institution: Institution,
    values: Annotated[
        bool, typer.Option("--values", help="With phone and e-mail, for the person.")
    ] = False,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Show all that is held about one person, and who saw it.

    Printed as JSON; --json puts it on one line.
    """
    settings = read_settings(context)

    import json

    from matcher.wiring.open import open_store
    from matcher.workflows import subject_access

    with open_store(settings) as store, store.writing() as connection:
        held = subject_access.report(
            connection,
            person,
            institution,
            by=COMMAND_CALLER,
            with_values=values,
            key=settings.contact_key,
        )
    if as_json:
        print_json(held)
    else:
        print(json.dumps(held, ensure_ascii=False, indent=2))


@contacts.command()
def erase(
    context: typer.Context,
    person: Person,
    institution: Institution,
    reason: Annotated[str, typer.Option(help="Why: kept for good, so without names.")],
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Delete a person's contacts and consents; the audit trail stays."""
    settings = read_settings(context)

    from matcher.wiring.open import open_store
    from matcher.workflows import subject_access

    with open_store(settings) as store, store.writing() as connection:
        erased = subject_access.erase(
            connection, person, institution, reason=reason, by=COMMAND_CALLER
        )
    if as_json:
        print_json(erased)
        return
    print(
        _(
            "deleted {count} contacts and {consents} consents",
            count=len(erased["contacts"]),
            consents=erased["consents"],
        )
    )
    for contact in erased["contacts"]:
        print(_("the audit trail goes on to name {contact}", contact=contact))
    print_note(_("Take the person out of the files that are imported, or the contact comes back."))


def _with_consents(connection: "Connection", contact: Any) -> dict[str, Any]:
    from matcher.access.contact_rules import consent_day
    from matcher.store import consents
    from matcher.store.schema.times import now
    from matcher.workflows.subject_access import consent_json, contact_json

    today = consent_day(now())
    listed = [
        {**consent_json(consent), "in_force": consent.is_in_force(today)}
        for consent in consents.of_contact(connection, contact.id)
    ]
    return {**contact_json(contact), "consents": listed}


def _print_contacts(listed: list[dict[str, Any]]) -> None:
    """Print a row for each consent, and one for each contact without any."""
    from matcher.commands.terminal.console import folding_table, new_console

    headings = (
        _("institution"),
        _("team"),
        _("person"),
        _("consent"),
        _("scope"),
        _("until"),
        _("in force"),
    )
    table = folding_table(headings, whole=_("consent"))
    for contact in listed:
        names = (contact["institution"], contact["team"] or "", contact["person"])
        for consent in contact["consents"]:
            until, in_force = (
                consent["expires_on"] or "",
                _("yes") if consent["in_force"] else _("no"),
            )
            scope = label(CONSENT_SCOPE[consent["scope"]])
            table.add_row(*names, consent["id"], scope, until, in_force)
        if not contact["consents"]:
            table.add_row(*names, _("none"), "", "", _("no"))
    new_console().print(table)
