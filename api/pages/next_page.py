"""Page to which a sign-in leads: only ever one of this server."""

from urllib.parse import urlsplit

FIRST = "/"
_NOT_AGAIN = ("/sign-in", "/sign-out")
MAX_CHARACTERS = 8_000


def next_path(wanted: str) -> str:
    """Return the wanted path with its query if it is one of this server, else the first page.

    Browsers take `//host` and `/\\host` for other servers, and drop tabs and line ends.
    """
    is_path = wanted.startswith("/") and not wanted.startswith("//")
    if not is_path or "\\" in wanted or len(wanted) > MAX_CHARACTERS:
        return FIRST
    if any(character <= " " or character == "\x7f" for character in wanted):
        return FIRST
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return FIRST
    if parts.scheme or parts.netloc or parts.path in _NOT_AGAIN:
        return FIRST
    return wanted
