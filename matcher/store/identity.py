"""Under which id a case is known: it may be met by a publication number before its application."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, delete, select, update

from matcher.patents.ids import id_of_publication, is_local
from matcher.patents.merging import merge
from matcher.patents.publication_numbers import GRANTED_KINDS, parse
from matcher.store.database import advance
from matcher.store.patent_json import from_record
from matcher.store.schema.catalogue import patents
from matcher.types import Patent, PatentId

CHUNK = 40
"""Publications asked for in one statement, each under every kind; older SQLite takes 999 values."""
_LETTERS = sorted(GRANTED_KINDS | {"A"})
_KINDS = ("", *_LETTERS, *(letter + digit for letter in _LETTERS for digit in "12"))


def settle(connection: Connection, records: Sequence[Patent]) -> list[Patent]:
    """The records, in order, under the ids by which their cases go from now on.

    A record that names only a publication number takes the id of the case known to have it. A
    case known under an id of our own takes the application number that a record gives for it, and
    keeps its row.
    """
    settled = list(records)
    stems = {
        place: number.stem
        for place, record in enumerate(records)
        if record.publication_number and (number := parse(record.publication_number))
    }
    local = [place for place in stems if is_local(records[place].id)]
    for start in range(0, len(local), CHUNK):
        places = local[start : start + CHUNK]
        known = _ids_of(connection, [stems[place] for place in places])
        for place in places:
            settled[place] = replace(records[place], id=known.get(stems[place], records[place].id))
    numbered = [place for place in stems if not is_local(records[place].id)]
    for place, known_patent in _known_as_local(connection, stems, numbered).items():
        settled[place] = _name(connection, known_patent, records[place])
    return settled


def _ids_of(connection: Connection, stems: Sequence[str]) -> dict[str, PatentId]:
    """The ids of the cases known under these publication numbers, of whatever kind."""
    stem_of = {stem + kind: stem for stem in stems for kind in _KINDS}
    query = select(patents.c.publication_number, patents.c.id).where(
        patents.c.publication_number.in_(list(stem_of))
    )
    # Of two cases with one number, one of them mistyped, the one known longer: it comes last.
    query = query.order_by(patents.c.row.desc())
    return {stem_of[row.publication_number]: PatentId(row.id) for row in connection.execute(query)}


def _known_as_local(
    connection: Connection, stems: dict[int, str], places: Sequence[int]
) -> dict[int, Patent]:
    """The patents known by publication numbers alone of which these places give both numbers."""
    place_of = {id_of_publication(stems[place]): place for place in places}
    identities = list(place_of)
    found: dict[int, Patent] = {}
    for start in range(0, len(identities), CHUNK):
        asked = identities[start : start + CHUNK]
        query = select(patents.c.id, patents.c.record).where(patents.c.id.in_(asked))
        for identity, record in connection.execute(query):
            found[place_of[identity]] = from_record(record)
    return found


def _name(connection: Connection, known: Patent, record: Patent) -> Patent:
    """Give a case its application number; what is then to be saved.

    Where the case is known under that number too, the two become one: the one known by its
    publication alone goes, and the record carries on what it said.
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
