"""Cursors: where a page ended, in a form that callers hand back without reading it."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

from matcher.errors import InputError
from matcher.types import PatentRow

_CURSOR = re.compile(r"after:(\d{1,18})")


def to_cursor(row: PatentRow) -> str:
    """The cursor of the page that follows this row."""
    return urlsafe_b64encode(f"after:{row}".encode()).decode().rstrip("=")


def from_cursor(cursor: str) -> PatentRow:
    """The row that `to_cursor` was given. Raises InputError for anything else."""
    try:
        written = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except ValueError:
        written = ""
    found = _CURSOR.fullmatch(written)
    if not found:
        raise InputError("the cursor is not one that a page gave: start again without a cursor")
    return PatentRow(int(found[1]))
