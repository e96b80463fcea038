"""Where else a person is named in the database: in teams, in patents, and as a case owner."""

from sqlalchemy import Connection, select

from matcher.store.patent_json import from_record
from matcher.store.schema.catalogue import patents, teams
from matcher.store.schema.needs import matches


def teams_naming(connection: Connection, person: str, institution: str) -> list[str]:
    """The institution's teams that the person leads or belongs to, by name."""
    rows = connection.execute(
        select(teams).where(teams.c.institution == institution).order_by(teams.c.name)
    )
    return [row.name for row in rows if person == row.lead or person in row.members]


def patents_naming(connection: Connection, person: str, institution: str) -> list[str]:
    """The ids of the institution's patents that name the person, as the patent office does."""
    query = select(patents.c.record).where(patents.c.institution == institution)
    found = map(from_record, connection.execute(query.order_by(patents.c.row)).scalars())
    return [
        patent.id
        for patent in found
        if person in patent.inventors or (patent.team is not None and person == patent.team.lead)
    ]


def matches_owned_by(connection: Connection, person: str, institution: str) -> list[str]:
    """The ids of the institution's matches that the person looks after."""
    query = select(matches.c.id).where(
        matches.c.case_owner == person, matches.c.institution == institution
    )
    return list(connection.execute(query.order_by(matches.c.created_at, matches.c.id)).scalars())
