"""Pages of lists, and the opaque cursors that lead from one page to the next."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Generic, TypeVar

from fastapi.responses import JSONResponse

from matcher.errors import InputError
from matcher.language.messages import _

NUMBER = r"(\d{1,18})"
"""Part of a cursor's pattern: a number that every database holds."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One page of a list."""

    items: Sequence[Item]
    next_cursor: str | None
    """Cursor of the page that follows; None on the last."""

    def response(self, name: str, to_json: Callable[[Item], dict[str, Any]]) -> JSONResponse:
        """Build the answer: the items under a name, and the next cursor."""
        return JSONResponse(
            {name: [to_json(item) for item in self.items], "next_cursor": self.next_cursor}
        )


def read_page(
    read: Callable[[int], Sequence[Item]], limit: int, cursor_after: Callable[[Item], str]
) -> Page[Item]:
    """Read a page of at most `limit` items.

    `read` takes a number of items and gets one more than `limit`, which shows whether another
    page follows. `cursor_after` makes the cursor of the page that follows an item.
    """
    return cut_page(read(limit + 1), limit, cursor_after)


def cut_page(items: Sequence[Item], limit: int, cursor_after: Callable[[Item], str]) -> Page[Item]:
    """Cut a page out of items of which one more than `limit` was read; see `read_page`."""
    page = items[:limit]
    return Page(page, cursor_after(page[-1]) if len(items) > limit else None)


def write_cursor(position: str) -> str:
    """Encode a position in a list, in terms of what the list is ordered by."""
    return urlsafe_b64encode(f"after:{position}".encode()).decode().rstrip("=")


def read_cursor(cursor: str | None, pattern: str) -> re.Match[str] | None:
    """Match the position in a cursor of `write_cursor`; None without a cursor.

    Raises InputError for anything else.
    """
    if cursor is None:
        return None
    try:
        written = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except ValueError:
        written = ""
    position = re.fullmatch(f"after:(?:{pattern})", written, re.ASCII)
    if not position:
        raise _not_a_cursor()
    return position


def number_cursor(number: int) -> str:
    """Encode the position of an item in a list that is ordered by a number."""
    return write_cursor(str(number))


def read_number_cursor(cursor: str | None) -> int | None:
    """Decode a cursor of `number_cursor`; None without one. Raises InputError."""
    position = read_cursor(cursor, NUMBER)
    return None if position is None else int(position[1])


def record_cursor(moment: datetime, record_id: str) -> str:
    """Encode the position of a record in a list that is ordered by time and id."""
    return write_cursor(f"{to_microseconds(moment)}:{record_id}")


def read_record_cursor(cursor: str | None) -> tuple[datetime, str] | None:
    """Decode a cursor of `record_cursor`; None without one. Raises InputError."""
    position = read_cursor(cursor, r"(\d{1,16}):([a-z]{1,12}_[0-9a-f]{24})")
    return None if position is None else (from_microseconds(position[1]), position[2])


def to_microseconds(moment: datetime) -> int:
    """Count the microseconds from 1970 to a moment, exactly."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def from_microseconds(number: str) -> datetime:
    """Return the moment of `to_microseconds`, in UTC."""
    return _EPOCH + timedelta(microseconds=int(number))


def read_day(written: str) -> date:
    """Read an ISO day of a cursor. Raises InputError for one that no calendar has."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise _not_a_cursor() from None


def _not_a_cursor() -> InputError:
    return InputError(_("the cursor is not one that a page gave: start again without a cursor"))
