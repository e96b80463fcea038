"""Ids of cases: a case may be imported by publication number before its application number."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import Connection, and_, delete, or_, select, update

from matcher.patents.application_numbers import former_ids
from matcher.patents.ids import is_local
from matcher.patents.merging import merge
from matcher.patents.publication_numbers import (
    PublicationNumber,
    parse_publication_number,
    spellings,
)
from matcher.store import catalogue_states, locks
from matcher.store.endings import count_change
from matcher.store.patent_json import from_record
from matcher.store.schema.catalogue import patents
from matcher.types import Patent, PatentId

CHUNK = 40
"""Publications per statement."""
IDS_CHUNK = 400
"""Ids per statement; older SQLite takes 999 values."""


def resolve_ids(
    connection: Connection,
    records: Sequence[Patent],
    further_ids: Sequence[Sequence[PatentId]] | None = None,
) -> list[Patent]:
    """Return the records, in order, under the ids of their cases from now on.

    A record with only a publication number takes the id of the known case with that number, in
    whatever spelling. A case known under a local id (`further_ids` of the record) takes the
    application number of the record and keeps its row. A case that an earlier version knows under
    another spelling of its application number keeps that id.
    """
    locks.take_catalogue(connection)
    further = further_ids if further_ids is not None else [()] * len(records)
    resolved = _under_former_ids(connection, records)
    local = [index for index, record in enumerate(resolved) if is_local(record.id)]
    numbers = _publications(records, local)
    known = _ids_of(connection, [numbers[index] for index in local if index in numbers])
    as_local = _patents_of(connection, (identity for ids in further for identity in ids))
    for index in local:
        identity = known.get(numbers[index].key) if index in numbers else None
        if identity is None and resolved[index].id not in as_local:
            identity = next((i for i in further[index] if i in as_local), None)
        if identity is not None:
            resolved[index] = replace(resolved[index], id=identity)
    for index, record in enumerate(resolved):
        if is_local(record.id):
            continue
        for identity in further[index]:
            if identity == record.id:
                continue
            if (known_patent := as_local.pop(identity, None)) is not None:
                resolved[index] = _rename(connection, known_patent, resolved[index])
    return resolved


def _publications(records: Sequence[Patent], local: Sequence[int]) -> dict[int, PublicationNumber]:
    """Return the publication numbers of local records that give a readable one, by index."""
    return {
        index: number
        for index in local
        if (written := records[index].publication_number)
        and (number := parse_publication_number(written))
    }


def _under_former_ids(connection: Connection, records: Sequence[Patent]) -> list[Patent]:
    """Return the records under the ids that earlier versions gave to their cases, where known."""
    of_former = {former: record.id for record in records for former in former_ids(record.id)}
    if not of_former:
        return list(records)
    known = {of_former[identity]: identity for identity in _known_ids(connection, of_former)}
    current = set(_known_ids(connection, known))
    return [
        replace(record, id=PatentId(known[record.id]))
        if record.id in known and record.id not in current
        else record
        for record in records
    ]


def _known_ids(connection: Connection, ids: Iterable[str]) -> list[str]:
    """Return those of the ids that the catalogue holds."""
    wanted = list(ids)
    known: list[str] = []
    for start in range(0, len(wanted), IDS_CHUNK):
        query = select(patents.c.id).where(patents.c.id.in_(wanted[start : start + IDS_CHUNK]))
        known += connection.execute(query).scalars()
    return known


def _ids_of(connection: Connection, numbers: Sequence[PublicationNumber]) -> dict[str, PatentId]:
    """Return the ids of the cases with these publications, by key; under any kind code."""
    ids: dict[str, PatentId] = {}
    for start in range(0, len(numbers), CHUNK):
        keys = {number.key for number in numbers[start : start + CHUNK]}
        stems = {s for number in numbers[start : start + CHUNK] for s in spellings(number)}
        column = patents.c.publication_number
        # A stem is followed by a kind code of one letter and one digit at most.
        ranges = [and_(column >= stem, column <= stem + "ZZ") for stem in sorted(stems)]
        # Of two cases with one number (one is mistyped) the older is taken: it comes last.
        query = select(column, patents.c.id).where(or_(*ranges)).order_by(patents.c.row.desc())
        for written, identity in connection.execute(query):
            number = parse_publication_number(written)
            if number is not None and number.key in keys:
                ids[number.key] = PatentId(identity)
    return ids


def _patents_of(connection: Connection, ids: Iterable[PatentId]) -> dict[PatentId, Patent]:
    """Return the known patents with these ids."""
    wanted = list(dict.fromkeys(ids))
    known: dict[PatentId, Patent] = {}
    for start in range(0, len(wanted), IDS_CHUNK):
        query = select(patents.c.id, patents.c.record).where(
            patents.c.id.in_(wanted[start : start + IDS_CHUNK])
        )
        for identity, record in connection.execute(query):
            known[PatentId(identity)] = replace(from_record(record), id=PatentId(identity))
    return known


def _rename(connection: Connection, known: Patent, record: Patent) -> Patent:
    """Set the application number of a case; return the record to save.

    Where the case is known under that number too, the two are merged: the case known by its
    publication alone is deleted, and the record carries its content.
    """
    here = patents.c.id == known.id
    taken = connection.execute(select(patents.c.row).where(patents.c.id == record.id)).first()
    if taken is None:
        connection.execute(update(patents).where(here).values(id=record.id))
        return record
    connection.execute(delete(patents).where(here))
    catalogue_states.advance(connection)
    count_change(connection)
    return merge(replace(known, id=record.id), record)
