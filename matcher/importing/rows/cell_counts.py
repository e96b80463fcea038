"""Rows of delimited text with more or fewer cells than the table has headings.

A row with too many holds a separator outside quotation marks. A row with too few either lacks
empty cells at its end, which some spreadsheet programs leave off, or a cell within, and then those
behind it stand in wrong columns. Only the former is read.
"""

import re
from collections.abc import Callable, Mapping

from matcher.importing.rows.row import Row
from matcher.language.messages import _
from matcher.patents.application_numbers import canonical_or_none
from matcher.patents.ipc import read_symbols
from matcher.patents.legal_status import read_status
from matcher.patents.publication_numbers import parse_publication_number
from matcher.text import dates
from matcher.text.characters import nfkc
from matcher.text.personal_data import has_contact
from matcher.types import LegalStatus

_DAYS = ("_date", "_on", "_until")
"""Ends of the names of fields that hold a day."""
_COUNT = re.compile(r"\d{1,6}\s*[次件项]?")
_CLASS = re.compile(r"[A-H]\d{2}[A-Z]\s*\d{1,4}\s*[/-]\s*\d{2,6}.*", re.DOTALL)
_DAY = re.compile(r"(?:19|20)\d{2}(?:[-./年]\d{1,2}[-./月]\d{1,2}日?|\d{4})(?:\s+[\d:]+)?")


def count_fault(row: Row, widths: Mapping[int, int]) -> str | None:
    """Return why the row cannot be read, and its fix; None where its cells fit the headings.

    `widths` counts the rows of the file by the number of their cells up to the last filled one.
    """
    headings = row.layout.headings
    if any(row.texts[len(headings) :]):
        return _(
            "the row has {cells} cells for {headings} headings: put cells that hold a separator "
            "into quotation marks, or save the table as .xlsx",
            cells=len(row.cells),
            headings=len(headings),
        )
    if len(row.cells) >= len(headings):
        return None
    wanted = max((n for n, heading in enumerate(headings, start=1) if heading), default=0)
    if len(row.cells) >= wanted or _lacks_only_its_end(row, wanted, widths):
        return None
    return _(
        "the row has {cells} cells for {headings} headings, so cells may stand in wrong columns: "
        "give every empty cell its separator, or save the table as .xlsx",
        cells=len(row.cells),
        headings=wanted,
    )


def _lacks_only_its_end(row: Row, wanted: int, widths: Mapping[int, int]) -> bool:
    """True if no cell can be missing before the last filled one.

    Every cell fits its column, and the last one shows by its kind (number, date, class, status)
    that it stands in its own and in none of those behind it; or no row of the file but the
    headings is longer.
    """
    filled = [index for index, text in enumerate(row.texts) if text]
    kinds = _kinds(row)
    if not all(_fits(row.texts[index], kinds.get(index)) for index in filled):
        return False
    longer = sum(count for width, count in widths.items() if width > len(row.cells))
    if longer <= 1 or not filled:
        return longer <= 1
    last = filled[-1]
    behind = range(last + 1, last + 1 + wanted - len(row.cells))
    kind = kinds.get(last)
    return kind in _TOLD_BY_FORM and not any(kinds.get(index) == kind for index in behind)


def _fits(text: str, kind: str | None) -> bool:
    """True if a cell is of its kind; a text is none of those that have a form."""
    if kind == _TEXT:
        return not any(_TOLD_BY_FORM[name](text) for name in _FOREIGN_TO_TEXT)
    return kind is None or _TOLD_BY_FORM[kind](text)


def _kinds(row: Row) -> dict[int, str]:
    """Return, by column, the kind of its cells, where that can be told."""
    return {
        index: kind
        for name, columns in row.layout.columns.items()
        if (kind := _KINDS.get(name) or ("day" if name.endswith(_DAYS) else None))
        for index in columns
    }


def _is_day(text: str) -> bool:
    return bool(dates.parse_all(text))


def _is_status(text: str) -> bool:
    return read_status(text, text, was_granted=False).status is not LegalStatus.UNKNOWN


def _is_count(text: str) -> bool:
    return _COUNT.fullmatch(text) is not None


_TEXT = "text"
_TOLD_BY_FORM: Mapping[str, Callable[[str], bool]] = {
    "application": lambda text: canonical_or_none(text) is not None,
    "publication": lambda text: parse_publication_number(text) is not None,
    "class": lambda text: bool(read_symbols(text)),
    "class alone": lambda text: _CLASS.fullmatch(nfkc(text).upper()) is not None,
    "status": _is_status,
    "count": _is_count,
    "contact": has_contact,
    "day": _is_day,
    "day alone": lambda text: _DAY.fullmatch(nfkc(text)) is not None,
}
"""Checks that a text is of a kind, for the kinds that have a form."""
_FOREIGN_TO_TEXT = ("application", "publication", "class alone", "day alone")
"""Kinds that no title and no name has."""
_KINDS: Mapping[str, str] = {
    "application_number": "application",
    "patent": "application",
    "publication_number": "publication",
    **dict.fromkeys(("ipc_main", "ipc_all", "cpc"), "class"),
    **dict.fromkeys(("validity", "legal_status"), "status"),
    **dict.fromkeys(("transfer_count", "license_count", "pledge_count"), "count"),
    **dict.fromkeys(("contact_phone", "contact_email", "tto_phone", "tto_email"), "contact"),
    **dict.fromkeys(("consent_given", "deadline"), "day"),
    **dict.fromkeys(("title", "abstract", "applicant", "owner", "inventors"), _TEXT),
    **dict.fromkeys(("company", "problem", "goal", "institution", "team"), _TEXT),
}
"""Kinds of the fields whose values have a form, and of those of free text."""
