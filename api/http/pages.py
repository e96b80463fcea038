"""Pages of lists, and the opaque cursors that lead from one page to the next."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeVar

from fastapi.responses import JSONResponse

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


class _Named(Protocol):
    @property
    def id(self) -> str: ...


Record = TypeVar("Record", bound=_Named)


def record_page(
    name: str,
    found: Sequence[Record],
    limit: int,
    shown: Callable[[Record], dict[str, Any]],
    ordered_by: Callable[[Record], datetime],
) -> JSONResponse:
    """At most `limit` records under a name, and the cursor of the page that follows.

    One record more than `limit` was read: it tells whether there is such a page.
    """
    page = found[:limit]
    more = len(found) > limit
    cursor = to_record_cursor(ordered_by(page[-1]), page[-1].id) if more else None
    return JSONResponse({name: [shown(one) for one in page], "next_cursor": cursor})
