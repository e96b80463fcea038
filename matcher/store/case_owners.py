"""Case owners in the database: they stand in the row of their match."""

from dataclasses import replace

from sqlalchemy import Connection, update

from matcher.matches.case_owner import CaseOwner
from matcher.needs.record import MatchRecord
from matcher.store.schema.needs import matches
from matcher.store.schema.times import now


def assign(connection: Connection, match: MatchRecord, owner: CaseOwner | None) -> MatchRecord:
    """Give a match to a case owner, or with None to nobody; the match as it is now."""
    changed = replace(
        match,
        case_owner=None if owner is None else owner.name,
        case_owner_kind=None if owner is None else owner.kind.value,
        case_office=None if owner is None else owner.office,
        updated_at=now(),
        version=match.version + 1,
    )
    names = ("case_owner", "case_owner_kind", "case_office", "updated_at", "version")
    connection.execute(
        update(matches)
        .where(matches.c.id == match.id)
        .values({name: getattr(changed, name) for name in names})
    )
    return changed
