"""`matcher contacts`: personal contacts, the consents they rest on, and the key that seals them."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.access.roles import COMMAND_CALLER
from matcher.commands.options import AsJson, Debug, Home, print_json, read_settings, tell

if TYPE_CHECKING:
    from sqlalchemy import Connection

contacts = typer.Typer(
    help="Look after personal contacts and consents (个人联系方式与同意记录).",
    invoke_without_command=True,
    rich_markup_mode=None,
)

Person = Annotated[str, typer.Argument(metavar="PERSON", help="The name, as it was imported.")]
Institution = Annotated[str, typer.Option(help="The person's institution: namesakes are others.")]


@contacts.callback()
def everywhere(context: typer.Context) -> None:
    """Look after personal contacts and consents (个人联系方式与同意记录)."""
    if context.invoked_subcommand is None:
        print(context.get_help())


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
        held = personal_contacts.of_institution(connection, institution)
        shown = [_with_consents(connection, contact) for contact in held]
    if as_json:
        print_json({"contacts": shown})
        return
    _print_list(shown)


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
        print(f"{withdrawn.id} is withdrawn since {shown['withdrawn_at']}")


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
        print(f"{count:,} records are sealed by the first key now")
        tell("Next: take the old key out of MATCHER_CONTACT_KEY.")


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
    """All that is held about one person, and who saw it.

    Printed as JSON; --json puts it on one line.
    """
    settings = read_settings(context)

    import json

    from matcher.wiring.open import open_store
    from matcher.workflows import subject_access

    with open_store(settings) as store, store.writing() as connection:
        found = subject_access.report(
            connection,
            person,
            institution,
            by=COMMAND_CALLER,
            with_values=values,
            key=settings.contact_key,
        )
    if as_json:
        print_json(found)
    else:
        print(json.dumps(found, ensure_ascii=False, indent=2))


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
    print(f"deleted {len(erased['contacts'])} contacts and {erased['consents']} consents")
    for contact in erased["contacts"]:
        print(f"the audit trail goes on to name {contact}")
    tell("Take the person out of the files that are imported, or the contact comes back.")


def _with_consents(connection: "Connection", contact: Any) -> dict[str, Any]:
    from matcher.access.contact_rules import consent_day
    from matcher.store import consents
    from matcher.store.schema.times import now
    from matcher.workflows.subject_access import consent_json, contact_json

    today = consent_day(now())
    held = consents.of_contact(connection, contact.id)
    shown = [{**consent_json(one), "in_force": one.is_in_force(today)} for one in held]
    return {**contact_json(contact), "consents": shown}


def _print_list(shown: list[dict[str, Any]]) -> None:
    from rich.table import Table

    from matcher.commands.terminal.answer import new_console

    names = ("institution", "team", "person", "consent", "scope", "until", "in force")
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in names:
        table.add_column(name, overflow="fold", no_wrap=name == "consent")
    for contact in shown:
        who = (contact["institution"], contact["team"] or "", contact["person"])
        for consent in contact["consents"] or [None]:
            said = ("none", "", "", "no")
            if consent is not None:
                until, holds = consent["expires_on"] or "", consent["in_force"]
                said = (consent["id"], consent["scope"], until, "yes" if holds else "no")
            table.add_row(*who, *said)
    new_console().print(table)
