"""Merging of the rows of one file that are about the same case or team into one record.

An export lists the A and the B publication of a case as two rows, and manual lists repeat teams;
the values of each row count, but only one record goes into the database.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from matcher.importing.rows.case_rows import fold_case, later, later_tto, row_name
from matcher.importing.rows.problem import Problem
from matcher.importing.rows.record import PatentRecord, TeamRecord
from matcher.importing.rows.record_spool import RecordSpool
from matcher.importing.rows.row import MAX_LISTED_ROWS, MAX_SHOWN_CHARACTERS, FileContext
from matcher.labels import listed
from matcher.language.messages import _
from matcher.patents.ids import is_local, next_of_content
from matcher.types import PatentId


@dataclass(frozen=True, slots=True)
class _Key:
    """Ids of a record, without its content."""

    id: PatentId
    further_ids: tuple[PatentId, ...]
    rests_on_text: bool


def fold_patents(records: RecordSpool, context: FileContext) -> None:
    """Make the records one a case, in the order of their first rows.

    A row with a publication number alone, or with an id of its source, belongs to the case of the
    row, above or below it, that gives the same beside an application number. Rows that have the
    same texts and no number stay apart, which is told.
    """
    keys: dict[int, _Key] = {}
    for index in records.indices_of_shared_ids():
        record = records[index]
        keys[index] = _Key(record.patent.id, record.further_ids, record.rests_on_text)
    keys = _keep_apart(records, keys, context)
    case_of = _cases(keys.values())
    rows_of: dict[PatentId, list[int]] = defaultdict(list)
    for index, key in keys.items():
        rows_of[case_of.get(key.id, key.id)].append(index)
    records.replace(_folded(records, rows_of, context))


def _folded(
    records: RecordSpool, rows_of: Mapping[PatentId, Sequence[int]], context: FileContext
) -> Iterator[tuple[int, PatentRecord | None]]:
    """Yield the record of each case for the index of its first row, and None for those of others.

    Each is made when it is asked for, so that they are not in memory together.
    """
    for identity, indices in rows_of.items():
        rows = [
            replace(record, patent=replace(record.patent, id=identity))
            for record in (records[index] for index in indices)
        ]
        yield indices[0], fold_case(rows, context)
        for index in indices[1:]:
            yield index, None


def _cases(keys: Iterable[_Key]) -> dict[PatentId, PatentId]:
    """Return the ids of the cases to which the local ids of other rows lead."""
    case_of: dict[PatentId, PatentId] = {}
    for key in sorted(keys, key=lambda key: is_local(key.id)):
        identity = case_of.get(key.id, key.id)
        for further in key.further_ids:
            case_of.setdefault(further, identity)
    return case_of


def _keep_apart(
    records: RecordSpool, keys: Mapping[int, _Key], context: FileContext
) -> dict[int, _Key]:
    """Give patents without number whose texts are equal an id each, and name their rows.

    The ids do not follow the order of the rows, so that the same file in another order gives each
    patent its id again.
    """
    groups: dict[PatentId, list[int]] = defaultdict(list)
    for index, key in keys.items():
        if key.rests_on_text:
            groups[key.id].append(index)
    apart = dict(keys)
    for identity, indices in groups.items():
        if len(indices) == 1:
            continue
        _tell_twins([records[index] for index in indices], context)
        in_order = sorted(indices, key=lambda index: repr(records[index].patent))
        for occurrence, index in enumerate(in_order, start=1):
            apart[index] = replace(keys[index], id=next_of_content(identity, occurrence))
    return apart


def _tell_twins(twins: Sequence[PatentRecord], context: FileContext) -> None:
    first = twins[0]
    rows = [row_name(twin, first.sheet) for twin in twins[:MAX_LISTED_ROWS]]
    more = ["…"] if len(twins) > MAX_LISTED_ROWS else []
    fix = _(
        "the rows {rows} have no number and the same title, abstract and applicant: each was kept "
        "as a patent of its own; add 申请号, or take out the rows that repeat another",
        rows=listed([*rows, *more]),
    )
    title = first.patent.title[:MAX_SHOWN_CHARACTERS]
    context.problems.append(
        Problem(context.file, first.sheet, first.file_row, None, title, fix),
    )


def fold_teams(records: Sequence[TeamRecord]) -> list[TeamRecord]:
    """Return one record a team, in the order of their first rows; of two rows the later counts."""
    folded: dict[tuple[str, str], TeamRecord] = {}
    for record in records:
        key = record.team.institution, record.team.name
        known = folded.get(key)
        if known is None:
            folded[key] = record
            continue
        team = later(known.team, record.team)
        folded[key] = replace(
            known,
            team=team,
            tto=later_tto(known.tto, record.tto),
            personal=(*known.personal, *record.personal),
            additions=known.additions + (team != known.team),
            repeats=known.repeats + (team == known.team),
        )
    return list(folded.values())
