"""The basket (清单): patents that a reader put aside, as a cookie of their ids.

Nothing of it is stored on the server, so a visitor needs no account, and there is nothing to erase.
"""

import re
from collections.abc import Iterable
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import Response

COOKIE = "basket"
MAX_PATENTS = 50
"""Patents of a basket: what fits into a cookie."""
COOKIE_SECONDS = 30 * 24 * 3600
_ID = re.compile(r"[A-Z]{2}[0-9A-Za-z./-]{1,30}|local:[0-9a-f]{16}")


def read(request: Request) -> tuple[str, ...]:
    """Return the ids in the basket, in the order in which they were put there."""
    ids = unquote(request.cookies.get(COOKIE, "")).split("|")
    known = dict.fromkeys(identity for identity in ids if _ID.fullmatch(identity))
    return tuple(known)[:MAX_PATENTS]


def write(response: Response, ids: Iterable[str], *, is_secure: bool) -> None:
    """Let the browser keep these ids; no script and no foreign page can read them."""
    kept = quote("|".join(ids), safe="")
    response.set_cookie(
        COOKIE, kept, max_age=COOKIE_SECONDS, httponly=True, samesite="lax", secure=is_secure
    )
