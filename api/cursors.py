"""Cursors: where a page ended, in a form that callers hand back without reading it."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta

from matcher.errors import InputError
from matcher.types import PatentRow

REFUSED = "the cursor is not one that a page gave: start again without a cursor"
NUMBER = r"(\d{1,18})"
"""In the pattern of a place: a number that every database holds."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_cursor(row: PatentRow) -> str:
    """The cursor of the page that follows this row."""
    return write_place(str(row))


def from_cursor(cursor: str) -> PatentRow:
    """The row that `to_cursor` was given. Raises InputError for anything else."""
    return PatentRow(int(read_place(cursor, NUMBER)[1]))


def to_record_cursor(moment: datetime, identity: str) -> str:
    """The cursor of the page that follows a record, where records are ordered by time and id."""
    return write_place(f"{(moment - _EPOCH) // timedelta(microseconds=1)}:{identity}")


def from_record_cursor(cursor: str) -> tuple[datetime, str]:
    """What `to_record_cursor` was given. Raises InputError for anything else."""
    found = read_place(cursor, r"(\d{1,16}):([a-z]{1,12}_[0-9a-f]{24})")
    return _EPOCH + timedelta(microseconds=int(found[1])), found[2]


def write_place(place: str) -> str:
    """The cursor of the page that follows a place in a list: by what the list is ordered by."""
    return urlsafe_b64encode(f"after:{place}".encode()).decode().rstrip("=")


def read_place(cursor: str, pattern: str) -> re.Match[str]:
    """The place that `write_place` was given, as the list's pattern reads it.

    Raises InputError for anything else.
    """
    try:
        written = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except ValueError:
        written = ""
    found = re.fullmatch(f"after:(?:{pattern})", written, re.ASCII)
    if not found:
        raise InputError(REFUSED)
    return found
