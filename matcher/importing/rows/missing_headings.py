"""Headings to put above a list that has none, guessed from what its columns hold."""

import re
from collections.abc import Callable, Sequence

from matcher.importing.files.cells import clean
from matcher.importing.files.sheet import SheetRow
from matcher.patents import application_numbers, ipc
from matcher.patents.application_numbers import ApplicationNumber
from matcher.patents.publication_numbers import parse_publication_number
from matcher.text import dates

_MIN_SHARE = 0.6
"""Share of a column's cells that have the form."""
_ABSTRACT_CHARACTERS = 60
_TITLE_CHARACTERS = 5
_ORGANISATION = re.compile(
    r"大学|大學|学院|學院|公司|研究[院所]|univ|inc\b|ltd|gmbh|corp", re.IGNORECASE
)


def suggest_headings(rows: Sequence[SheetRow]) -> list[str] | None:
    """Return a heading for each column of a list of patents, empty where none is guessed.

    None for rows that do not look like patents: no column of them holds numbers.
    """
    width = max((len(row.cells) for row in rows), default=0)
    columns = [_cells(rows, index) for index in range(width)]
    headings = [""] * width
    for heading, fits in _FORMS:
        for index, cells in enumerate(columns):
            if heading not in headings and not headings[index] and _most(cells, fits):
                headings[index] = heading
    has_numbers = not {"公开(公告)号", "申请号"}.isdisjoint(headings)
    return headings if has_numbers else None


def _cells(rows: Sequence[SheetRow], index: int) -> list[str]:
    return [
        text for row in rows if index < len(row.cells) and (text := clean(row.cells[index]).strip())
    ]


def _most(cells: Sequence[str], fits: Callable[[str], bool]) -> bool:
    return bool(cells) and sum(map(fits, cells)) >= _MIN_SHARE * len(cells)


def _is_application(cell: str) -> bool:
    return isinstance(application_numbers.parse_application_number(cell), ApplicationNumber)


def _is_symbol(cell: str) -> bool:
    return any("/" in symbol for symbol in ipc.read_symbols(cell)) and len(cell) < 500


_FORMS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("公开(公告)号", lambda cell: parse_publication_number(cell) is not None),
    ("申请号", _is_application),
    ("IPC分类号", _is_symbol),
    ("申请日", lambda cell: len(cell) <= 20 and dates.parse(cell) is not None),
    ("公开(公告)日", lambda cell: len(cell) <= 20 and dates.parse(cell) is not None),
    ("摘要", lambda cell: len(cell) >= _ABSTRACT_CHARACTERS),
    ("申请人", lambda cell: len(cell) < 200 and _ORGANISATION.search(cell) is not None),
    ("发明名称", lambda cell: len(cell) >= _TITLE_CHARACTERS),
)
"""Headings with the form of their cells, the surest first."""
