"""Institutions with the public contact of their TTO, and inventor teams."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Column, Connection, func, insert, or_, select, update

from matcher.ports import Rows
from matcher.store.database import SaveOutcome
from matcher.store.endings import count_change
from matcher.store.schema.catalogue import institutions, patents, teams
from matcher.store.schema.contacts import personal_contacts
from matcher.text.organisations import organisation_key, team_key
from matcher.types import Institution, PatentRow, Team, TeamRef, TtoContact

CHUNK = 500
"""Rows per statement."""
_TEAM_DETAILS = ("college", "lead", "members", "fields")
_TTO_DETAILS = ("tto_name", "tto_phone", "tto_email")
_HAS_CONTACT = or_(*(institutions.c[name] != "" for name in _TTO_DETAILS))


def save_tto(connection: Connection, contacts: Iterable[TtoContact]) -> None:
    """Insert or update TTO contacts; a detail that is not given keeps its value.

    Advances `revision` if one is new or changed.
    """
    columns = (institutions.c[name] for name in ("name", *_TTO_DETAILS))
    known = {row.name: row._asdict() for row in connection.execute(select(*columns))}
    changed = False
    for contact in dict.fromkeys(contacts):
        details = dict(zip(_TTO_DETAILS, (contact.name, contact.phone, contact.email), strict=True))
        held = known.get(contact.institution)
        given = {key: value for key, value in details.items() if value}
        if held is None:
            connection.execute(insert(institutions).values(name=contact.institution, **details))
        elif any(held[key] != value for key, value in given.items()):
            connection.execute(
                update(institutions).where(institutions.c.name == contact.institution).values(given)
            )
        else:
            continue
        known[contact.institution] = (held or details) | given
        changed = True
    if changed:
        count_change(connection)


def save_teams(connection: Connection, records: Iterable[Team]) -> list[SaveOutcome]:
    """Insert or replace teams by institution and name; return the outcome of each, in order."""
    known: dict[tuple[str, str], dict[str, Any]] = {
        (row.institution, row.name): {name: getattr(row, name) for name in _TEAM_DETAILS}
        for row in connection.execute(select(teams))
    }
    outcomes: list[SaveOutcome] = []
    for team in records:
        save_tto(connection, [TtoContact(team.institution)])
        values = {name: getattr(team, name) for name in _TEAM_DETAILS}
        values["members"] = list(team.members)
        held = known.get((team.institution, team.name))
        known[team.institution, team.name] = values
        if held is None:
            connection.execute(
                insert(teams).values(institution=team.institution, name=team.name, **values)
            )
            outcomes.append("new")
        elif held == values:
            outcomes.append("unchanged")
        else:
            here = (teams.c.institution == team.institution) & (teams.c.name == team.name)
            connection.execute(update(teams).where(here).values(values))
            outcomes.append("changed")
    return outcomes


def known_teams(connection: Connection) -> set[tuple[str, str]]:
    """Return institution and name of every team, of lists of teams and of patents."""
    team = patents.c.record["team"]
    columns = (team["institution"].as_string(), team["name"].as_string())
    of_patents = connection.execute(
        select(*columns).where(columns[1].is_not(None)).distinct()
    ).all()
    of_lists = connection.execute(select(teams.c.institution, teams.c.name)).all()
    return {(institution, name) for institution, name in (*of_patents, *of_lists)}


def teams_of_patents(
    connection: Connection, rows: Sequence[int] | Rows
) -> list[tuple[PatentRow, TeamRef]]:
    """Return the named team of each of these patents; those without one are left out."""
    listed: list[tuple[PatentRow, TeamRef]] = []
    named = [int(row) for row in rows]
    for start in range(0, len(named), CHUNK):
        query = select(patents.c.row, patents.c.record["team"]).where(
            patents.c.row.in_(named[start : start + CHUNK])
        )
        listed += [
            (PatentRow(row), TeamRef(**team))
            for row, team in connection.execute(query)
            if team and team.get("name")
        ]
    return listed


def published(connection: Connection, names: Sequence[str]) -> list[Institution]:
    """Return the published facts of the institutions with exactly these names, by name."""
    query = select(institutions).where(institutions.c.name.in_(names)).order_by("name")
    return [
        Institution(
            row.name,
            row.kind,
            row.region,
            TtoContact(row.name, row.tto_name, row.tto_phone, row.tto_email),
        )
        for row in connection.execute(query)
    ]


def names(connection: Connection) -> list[str]:
    """Return the name of every institution that is on record, in order."""
    query = select(institutions.c.name).order_by(institutions.c.name)
    return list(connection.execute(query).scalars())


def listed_teams(connection: Connection, names: Sequence[str]) -> list[Team]:
    """Return the teams that lists name for these institutions, by name."""
    query = select(teams).where(teams.c.institution.in_(names)).order_by(teams.c.name)
    return [
        Team(row.institution, row.name, row.college, row.lead, tuple(row.members), row.fields)
        for row in connection.execute(query)
    ]


def tto_contact(connection: Connection, institution: str | None) -> TtoContact | None:
    """Public contact of an institution (its TTO), if it is known."""
    return tto_contacts(connection, [institution] if institution else []).get(institution or "")


def tto_contacts(connection: Connection, names: Sequence[str]) -> dict[str, TtoContact]:
    """Public contacts (TTO) of these institutions by name; those not known are left out.

    An institution is found under any spelling of its name.
    """
    found = _contacts_of(connection, names)
    others = {organisation_key(name) for name in names if name not in found}
    if not others:
        return found
    spelled: dict[str, str] = {}
    # Names alone: an answer asks this, and a catalogue may have thousands of institutions.
    query = select(institutions.c.name).where(_HAS_CONTACT).order_by(institutions.c.name)
    for spelling in connection.execute(query).scalars():
        key = organisation_key(spelling)
        if key in others:
            spelled.setdefault(key, spelling)
    more = _contacts_of(connection, list(spelled.values()))
    for name in names:
        contact = more.get(spelled.get(organisation_key(name), ""))
        if contact is not None:
            found.setdefault(name, contact)
    return found


def _contacts_of(connection: Connection, names: Sequence[str]) -> dict[str, TtoContact]:
    """Public contacts of the institutions with exactly these names."""
    query = select(institutions).where(_HAS_CONTACT, institutions.c.name.in_(names))
    return {
        row.name: TtoContact(row.name, row.tto_name, row.tto_phone, row.tto_email)
        for row in connection.execute(query)
    }


def spellings(connection: Connection, column: Column[Any], name: str) -> list[str]:
    """Return the spellings of an organisation's name that stand in a column."""
    key = organisation_key(name)
    stored = connection.execute(select(column).where(column.is_not(None)).distinct()).scalars()
    return [spelling for spelling in stored if organisation_key(spelling) == key]


def counts(connection: Connection) -> dict[str, int]:
    """Count institutions, teams (of lists and of patents) and personal contacts."""
    known = known_teams(connection)
    names = {*connection.execute(select(institutions.c.name)).scalars(), *(of for of, _ in known)}
    contacts = connection.execute(select(func.count()).select_from(personal_contacts))
    return {
        "institutions": len({organisation_key(name) for name in names}),
        "teams": len({team_key(*team) for team in known}),
        "personal_contacts": contacts.scalar_one(),
    }
