"""Rows of one case made one record, in whatever order the file lists them.

A publication outranks an earlier one, and any of them a row that names neither kind nor date. Rows
that nothing ranks are put in an order of their content, so that the file's order decides nothing,
and a title or owner that they dispute is told.
"""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date
from typing import TypeVar

from matcher.importing.rows.problem import Problem
from matcher.importing.rows.record import PatentRecord
from matcher.importing.rows.row import MAX_SHOWN_CHARACTERS, FileContext
from matcher.language.messages import _
from matcher.patents.merging import merge
from matcher.patents.publication_order import compare_publications, publication_of
from matcher.text.personal_data import has_contact
from matcher.types import Patent, Team, TtoContact

T = TypeVar("T", Team, TtoContact)
_COLUMNS = {"title": "发明名称", "owners": "专利权人", "applicants": "申请人"}
"""Fields of which a row's own value is told where another counts."""


def fold_case(rows: Sequence[PatentRecord], context: FileContext) -> PatentRecord:
    """Return one record of the rows of a case, which stand in the order of the file."""
    if len(rows) == 1:
        return rows[0]
    folded, patents = rows[0], [row.patent for row in rows]
    for row in rows[1:]:
        folded = replace(
            folded,
            tto=later_tto(folded.tto, row.tto),
            personal=(*folded.personal, *row.personal),
            further_ids=tuple(dict.fromkeys((*folded.further_ids, *row.further_ids))),
        )
    merged, *others = sorted(patents, key=_rank)
    additions = repeats = 0
    for other in others:
        known, merged = merged, merge(merged, other, one_file=True)
        merged = replace(merged, source=patents[0].source)
        additions += merged != known
        repeats += merged == known
    _tell_disputes(rows, context)
    return replace(
        folded,
        patent=merged,
        additions=folded.additions + additions,
        repeats=folded.repeats + repeats,
    )


def row_name(record: PatentRecord, sheet: str | None) -> str:
    """Return the number of a row, with its sheet if that is another one."""
    if record.sheet == sheet:
        return str(record.file_row)
    return _("{row} of sheet {sheet}", row=record.file_row, sheet=record.sheet)


def later_tto(known: TtoContact | None, newer: TtoContact | None) -> TtoContact | None:
    """Merge the details of one institution's TTO; of two institutions the later one counts."""
    if known is None or newer is None or known.institution != newer.institution:
        return newer or known
    return later(known, newer)


def later(known: T, newer: T) -> T:
    """Return the later row's values, and the earlier ones where the later row has none."""
    given = {
        spec.name: getattr(newer, spec.name) for spec in fields(newer) if getattr(newer, spec.name)
    }
    return replace(known, **given)


def _rank(patent: Patent) -> tuple[int, date, str, str]:
    """Place of a row among those of its case: by kind, date, digit of the kind, then content.

    Rows of one publication keep the order of the file, in which the lower one corrects.
    """
    publication = publication_of(patent)
    place = publication.level or 0, publication.day or date.min, publication.kind or ""
    return *place, "" if publication.kind else repr(patent)


def _tell_disputes(rows: Sequence[PatentRecord], context: FileContext) -> None:
    """Tell, once a field, the first two rows that nothing ranks and that give it differently."""
    in_order = sorted(rows, key=lambda row: _rank(row.patent))
    for name, column in _COLUMNS.items():
        giving = [row for row in in_order if getattr(row.patent, name)]
        if not giving:
            continue
        winner = giving[-1]
        for row in giving[:-1]:
            if _are_disputed(row.patent, winner.patent, name):
                _tell(row, winner, name, column, context)
                break


def _are_disputed(first: Patent, second: Patent, name: str) -> bool:
    publications = publication_of(first), publication_of(second)
    is_open = compare_publications(*publications) == 0
    return is_open and getattr(first, name) != getattr(second, name)


def _tell(
    row: PatentRecord, winner: PatentRecord, name: str, column: str, context: FileContext
) -> None:
    value = getattr(row.patent, name)
    fix = _(
        "rows {row} and {other} are of one patent and differ here, and neither kind nor date of "
        "their publications tells which is newer: that of row {other} was taken; add 公开(公告)号 "
        "and 公开(公告)日, or take out the wrong row",
        row=row_name(row, row.sheet),
        other=row_name(winner, row.sheet),
    )
    text = value if isinstance(value, str) else "; ".join(value)
    shown = None if has_contact(text) else text[:MAX_SHOWN_CHARACTERS]
    context.problems.append(
        Problem(context.file, row.sheet, row.file_row, column, shown, fix),
    )
