"""A page of records that are ordered by time and id, as an answer."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from fastapi.responses import JSONResponse

from api.cursors import to_record_cursor


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
