"""Ids of cases: a case may be imported by publication number before its application number."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, delete, select, update

from matcher.patents.ids import id_of_publication, is_local
from matcher.patents.merging import merge
from matcher.patents.publication_numbers import GRANTED_KINDS, parse_publication_number
from matcher.store.database import advance
from matcher.store.patent_json import from_record
from matcher.store.schema.catalogue import patents
from matcher.types import Patent, PatentId

CHUNK = 40
"""Publications per statement, each under every kind code; older SQLite takes 999 values."""
_LETTERS = sorted(GRANTED_KINDS | {"A"})
_KINDS = ("", *_LETTERS, *(letter + digit for letter in _LETTERS for digit in "12"))


def resolve_ids(connection: Connection, records: Sequence[Patent]) -> list[Patent]:
    """Return the records, in order, under the ids of their cases from now on.

    A record with only a publication number takes the id of the known case with that number. A
    case known under a local id takes the application number of the record and keeps its row.
    """
    resolved = list(records)
    stems = {
        index: number.stem
        for index, record in enumerate(records)
        if record.publication_number
        and (number := parse_publication_number(record.publication_number))
    }
    local = [index for index in stems if is_local(records[index].id)]
    for start in range(0, len(local), CHUNK):
        chunk = local[start : start + CHUNK]
        known = _ids_of(connection, [stems[index] for index in chunk])
        for index in chunk:
            resolved[index] = replace(records[index], id=known.get(stems[index], records[index].id))
    numbered = [index for index in stems if not is_local(records[index].id)]
    for index, known_patent in _known_as_local(connection, stems, numbered).items():
        resolved[index] = _rename(connection, known_patent, records[index])
    return resolved


def _ids_of(connection: Connection, stems: Sequence[str]) -> dict[str, PatentId]:
    """Return the ids of the cases with these publication numbers, under any kind code."""
    stem_of = {stem + kind: stem for stem in stems for kind in _KINDS}
    query = select(patents.c.publication_number, patents.c.id).where(
        patents.c.publication_number.in_(list(stem_of))
    )
    # Of two cases with one number (one is mistyped) the older is taken: it comes last.
    query = query.order_by(patents.c.row.desc())
    return {stem_of[row.publication_number]: PatentId(row.id) for row in connection.execute(query)}


def _known_as_local(
    connection: Connection, stems: dict[int, str], indices: Sequence[int]
) -> dict[int, Patent]:
    """Return the patents known only by the publication numbers of these records, by record index.

    The records give both numbers.
    """
    index_of = {id_of_publication(stems[index]): index for index in indices}
    identities = list(index_of)
    known: dict[int, Patent] = {}
    for start in range(0, len(identities), CHUNK):
        chunk = identities[start : start + CHUNK]
        query = select(patents.c.id, patents.c.record).where(patents.c.id.in_(chunk))
        for identity, record in connection.execute(query):
            known[index_of[identity]] = from_record(record)
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
    advance(connection, "generation")
    advance(connection, "revision")
    return merge(replace(known, id=record.id), record)
