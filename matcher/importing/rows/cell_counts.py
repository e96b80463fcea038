"""Rows of delimited text with more or fewer cells than the table has headings.

A row with too many holds a separator outside quotation marks. A row with too few either lacks
empty cells at its end, which some spreadsheet programs leave off, or a cell within, and then those
behind it stand in wrong columns. Only the former is read.
"""

import re
from collections.abc import Callable, Mapping

from matcher.importing.files.cells import clean
from matcher.importing.rows.row import Row
from matcher.language.messages import _
from matcher.patents.application_numbers import canonical_or_none
from matcher.patents.ipc import read_symbols
from matcher.patents.legal_status import read_status
from matcher.patents.publication_numbers import parse_publication_number
from matcher.text import dates
from matcher.text.personal_data import has_contact
from matcher.types import LegalStatus

_DAYS = ("_date", "_on", "_until")
"""Ends of the names of fields that hold a day."""
_COUNT = re.compile(r"\d{1,6}\s*[次件项]?")


def count_fault(row: Row, widths: Mapping[int, int]) -> str | None:
    """Return why the row cannot be read, and its fix; None where its cells fit the headings.

    `widths` counts the rows of the file by the number of their cells up to the last filled one.
    """
    headings = row.layout.headings
    if any(clean(cell) for cell in row.cells[len(headings) :]):
        return _(
            "the row has {cells} cells for {headings} headings: put cells that hold a separator "
            "into quotation marks, or save the table as .xlsx",
            cells=len(row.cells),
            headings=len(headings),
        )
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

    It shows by its kind (number, date, class, status) that it stands in its column; or no row of
    the file but the headings is longer, and no cell shows the contrary.
    """
    filled = [index for index, cell in enumerate(row.cells) if clean(cell)]
    verdicts = {index: fits for index, fits in _verdicts(row).items() if index in filled}
    if filled and verdicts.get(filled[-1]):
        return True
    longer = sum(count for width, count in widths.items() if width > len(row.cells))
    return longer <= 1 and all(verdicts.values())


def _verdicts(row: Row) -> dict[int, bool]:
    """Return, by column, whether a cell is of the kind of its field, where kinds can be told."""
    return {
        index: is_of_kind(clean(row.cells[index]))
        for name, columns in row.layout.columns.items()
        if (is_of_kind := _KINDS.get(name) or (_is_day if name.endswith(_DAYS) else None))
        for index in columns
        if index < len(row.cells)
    }


def _is_day(text: str) -> bool:
    return bool(dates.parse_all(text))


def _is_status(text: str) -> bool:
    return read_status(text, text, was_granted=False).status is not LegalStatus.UNKNOWN


def _is_count(text: str) -> bool:
    return _COUNT.fullmatch(text) is not None


_KINDS: Mapping[str, Callable[[str], bool]] = {
    "application_number": lambda text: canonical_or_none(text) is not None,
    "publication_number": lambda text: parse_publication_number(text) is not None,
    **dict.fromkeys(("ipc_main", "ipc_all", "cpc"), lambda text: bool(read_symbols(text))),
    **dict.fromkeys(("validity", "legal_status"), _is_status),
    **dict.fromkeys(("transfer_count", "license_count", "pledge_count"), _is_count),
    **dict.fromkeys(("contact_phone", "contact_email", "tto_phone", "tto_email"), has_contact),
    **dict.fromkeys(("consent_given", "deadline"), _is_day),
    "patent": lambda text: canonical_or_none(text) is not None,
}
"""Checks that a text is of the kind of a field, for the fields whose values have a form."""
