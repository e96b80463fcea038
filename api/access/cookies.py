"""Cookies of pages: the session, the sign of a known browser, and the secret of forms.

The prefix `__Host-` lets browsers take a cookie only from this very host, over TLS or the
loopback, for all paths: none of another application can stand in for it.
"""

from starlette.datastructures import URL
from starlette.requests import HTTPConnection
from starlette.responses import Response

from matcher.access.sessions import KNOWN_BROWSER

SESSION = "__Host-matcher"
KNOWN = "__Host-matcher-known"
"""Left by a sign-in: by it failed attempts elsewhere do not lock the account here."""
FORM = "__Host-matcher-form"
FORM_IN_CLEAR = "matcher-form"
"""The same over plain http, where nobody can sign in and browsers take no secure cookie."""
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def is_private(connection: HTTPConnection, behind_tls: bool) -> bool:
    """True if nobody between the browser and the server reads along."""
    url: URL = connection.url
    return behind_tls or url.scheme == "https" or url.hostname in _LOOPBACK


def keep(response: Response, name: str, value: str) -> None:
    """Let the browser keep a cookie until it is closed; a known browser's stays."""
    lasting = int(KNOWN_BROWSER.total_seconds()) if name == KNOWN else None
    response.set_cookie(
        name, value, max_age=lasting, path="/", secure=True, httponly=True, samesite="lax"
    )


def forget(response: Response, name: str) -> None:
    """Let the browser forget a cookie."""
    response.delete_cookie(name, path="/", secure=True, httponly=True, samesite="lax")
