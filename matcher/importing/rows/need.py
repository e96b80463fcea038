"""Technical need (技术需求征集表) from a row."""

import re

from matcher.importing.rows.check_boxes import ticked_text
from matcher.importing.rows.row import PERSONAL_FIELDS, Row
from matcher.language.messages import _
from matcher.needs.contact_data import without_contacts
from matcher.needs.need_text import text_fault
from matcher.patents.licence_terms import read_list
from matcher.text.characters import CHINESE
from matcher.text.markup import strip_markup
from matcher.types import Need

FORM = "form"
"""Format of a filled form or a text, which is one row."""
TEXT_FIELDS = ("text", "problem", "indicators", "goal")
"""Fields that describe the need, besides its title."""

_CHINESE_GAP = re.compile(rf"(?<=[{CHINESE}])\s+(?=[{CHINESE}])")
_JOINED_FIELDS = frozenset({*TEXT_FIELDS, "keywords"})
_TICKED_FIELDS = frozenset({"region", "industry", "budget", "cooperation", "deadline"})
_COUNTING_FIELDS = frozenset({"id", "filled_on"})
"""Fields of which a second column says nothing more."""


def read_need(row: Row) -> Need | None:
    """Read the need of a row; None, with a problem, where the row describes none.

    The form's contact columns are not read: a need to be matched holds no personal data. A need
    to be stored is read by `matcher.importing.rows.need_form`.
    """
    written = need_from(read_cells(row))
    if is_refused(row, written):
        return None
    need, taken = without_contacts(written)
    tell_contacts(row, len(taken))
    return None if is_refused(row, need) else need


def is_refused(row: Row, need: Need) -> bool:
    """Return True, with a problem, for a need whose text cannot be matched."""
    if fault := text_fault(need.full_text):
        row.complain(None, fault, refused=True)
    return fault is not None


def read_cells(row: Row) -> dict[str, str]:
    """Return the text of each field; texts of several columns are joined, else the first counts.

    A further column that is filled in otherwise is told.
    """
    cells: dict[str, str] = {}
    for name in row.layout.columns:
        if name in PERSONAL_FIELDS:
            continue
        texts = list(dict.fromkeys(row.all(name)))
        if name in _JOINED_FIELDS:
            cells[name] = "\n".join(texts)
            continue
        cells[name] = texts[0] if texts else ""
        if name in _TICKED_FIELDS:
            cells[name] = ticked_text(cells[name])
        if name not in _COUNTING_FIELDS:
            for heading in row.further_columns(name):
                fix = _("not read, because {column} is", column=row.column(name))
                row.context.tallies[row.sheet, heading, fix].append(row.number)
    return cells


def tell_contacts(row: Row, places: int, *, kept_apart: bool = False) -> None:
    """Add a problem where contact data was taken out of so many places of a row's texts.

    A document tells the places, a table the rows.
    """
    if not places:
        return
    if row.layout.format != FORM:
        row.tally(
            None,
            _("contact data was taken out of the text; the contact person is kept apart")
            if kept_apart
            else _("contact data was taken out of the text"),
        )
    elif kept_apart:
        fix = _(
            "places with contact data taken out of the text: {count}; the contact person is kept "
            "apart",
            count=places,
        )
        row.complain(None, fix)
    else:
        row.complain(
            None, _("places with contact data taken out of the text: {count}", count=places)
        )


def need_from(cells: dict[str, str]) -> Need:
    """Return a need from the texts of its fields; missing fields stay empty."""

    def given(name: str) -> str | None:
        return strip_markup(cells.get(name, "")) or None

    return Need(
        text=strip_markup(cells.get("text", "")),
        id=given("id"),
        title=given("title"),
        enterprise=given("enterprise"),
        region=given("region"),
        industry=given("industry"),
        problem=given("problem"),
        indicators=given("indicators"),
        goal=given("goal"),
        keywords=_keywords(cells.get("keywords", "")),
        budget=given("budget"),
        cooperation=given("cooperation"),
        deadline=given("deadline"),
    )


def _keywords(cell: str) -> tuple[str, ...]:
    """Return the keywords of a cell, those in Chinese also where only blanks part them."""
    words = (_CHINESE_GAP.split(entry) for entry in read_list(cell))
    return tuple(dict.fromkeys(word for entry in words for word in entry if word))
