"""Mentions of a person elsewhere in the database: in teams, in patents, as a case owner."""

from sqlalchemy import Connection, select

from matcher.store.patent_json import from_record
from matcher.store.schema.catalogue import patents, teams
from matcher.store.schema.needs import matches


def teams_naming(connection: Connection, person: str, institution: str) -> list[str]:
    """Return the names of the institution's teams that the person leads or belongs to."""
    rows = connection.execute(
        select(teams).where(teams.c.institution == institution).order_by(teams.c.name)
    )
    return [row.name for row in rows if person == row.lead or person in row.members]


def patents_naming(connection: Connection, person: str, institution: str) -> list[str]:
    """Return the ids of the institution's patents with the person as inventor or team lead."""
    query = select(patents.c.record).where(patents.c.institution == institution)
    records = connection.execute(query.order_by(patents.c.row)).scalars()
    return [
        patent.id
        for patent in map(from_record, records)
        if person in patent.inventors or (patent.team is not None and person == patent.team.lead)
    ]


def matches_owned_by(connection: Connection, person: str, institution: str) -> list[str]:
    """Return the ids of the institution's matches with the person as case owner."""
    query = select(matches.c.id).where(
        matches.c.case_owner == person, matches.c.institution == institution
    )
    return list(connection.execute(query.order_by(matches.c.created_at, matches.c.id)).scalars())
