"""Merging of the rows of one file that are about the same case or team into one record.

An export lists the A and the B publication of a case as two rows, and manual lists repeat teams;
the values of each row count, but only one record goes into the database.
"""

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import TypeVar

from matcher.importing.rows.record import PatentRecord, TeamRecord
from matcher.patents.ids import id_of_publication, is_local
from matcher.patents.merging import merge
from matcher.patents.publication_numbers import parse_publication_number
from matcher.types import PatentId, Team, TtoContact

T = TypeVar("T", Team, TtoContact)


def fold_patents(records: Sequence[PatentRecord]) -> list[PatentRecord]:
    """Return one record a case, in the order of their first rows.

    A row with a publication number alone belongs to the case of the row, above or below it, that
    gives the same number beside an application number.
    """
    numbered = [record.patent for record in records if not is_local(record.patent.id)]
    case_of: dict[PatentId, PatentId] = {}
    for patent in numbered:
        if patent.publication_number and (
            number := parse_publication_number(patent.publication_number)
        ):
            case_of.setdefault(id_of_publication(number.stem), patent.id)
    folded: dict[PatentId, PatentRecord] = {}
    for record in records:
        identity = case_of.get(record.patent.id, record.patent.id)
        patent = replace(record.patent, id=identity)
        known = folded.get(identity)
        named = replace(record, patent=patent)
        folded[identity] = named if known is None else _fold(known, named)
    return list(folded.values())


def fold_teams(records: Sequence[TeamRecord]) -> list[TeamRecord]:
    """Return one record a team, in the order of their first rows; of two rows the later counts."""
    folded: dict[tuple[str, str], TeamRecord] = {}
    for record in records:
        key = record.team.institution, record.team.name
        known = folded.get(key)
        if known is None:
            folded[key] = record
            continue
        team = _later(known.team, record.team)
        folded[key] = replace(
            known,
            team=team,
            tto=_later_tto(known.tto, record.tto),
            personal=(*known.personal, *record.personal),
            additions=known.additions + (team != known.team),
            repeats=known.repeats + (team == known.team),
        )
    return list(folded.values())


def _fold(known: PatentRecord, newer: PatentRecord) -> PatentRecord:
    patent = replace(merge(known.patent, newer.patent), source=known.patent.source)
    return replace(
        known,
        patent=patent,
        tto=_later_tto(known.tto, newer.tto),
        personal=(*known.personal, *newer.personal),
        additions=known.additions + (patent != known.patent),
        repeats=known.repeats + (patent == known.patent),
    )


def _later_tto(known: TtoContact | None, newer: TtoContact | None) -> TtoContact | None:
    """Merge the details of one institution's TTO; of two institutions the later one counts."""
    if known is None or newer is None or known.institution != newer.institution:
        return newer or known
    return _later(known, newer)


def _later(known: T, newer: T) -> T:
    """Return the later row's values, and the earlier ones where the later row has none."""
    given = {
        spec.name: getattr(newer, spec.name) for spec in fields(newer) if getattr(newer, spec.name)
    }
    return replace(known, **given)
