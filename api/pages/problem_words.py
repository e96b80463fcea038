"""Problems in the words of a page: what a person can do, and nothing of the server's own."""

from collections.abc import Mapping
from typing import Any

from matcher.language.messages import _


def in_words(problem: Mapping[str, Any]) -> tuple[str, str]:
    """Return title and detail of a problem (RFC 9457) for a person at a browser."""
    title, detail = str(problem["title"]), str(problem["detail"])
    match str(problem["type"]).rpartition(":")[2]:
        case "not-found":
            title = _("There is no such page")
            detail = _("The address may be old or mistyped.")
        case "forbidden":
            title = _("You may not do that here")
        case "internal-error":
            detail = _("Send it again; if it fails again, report it with the number below.")
        case "index-unavailable" | "model-unavailable":
            # The API's detail names files of the server.
            detail = _(
                "Nothing can be searched until the operator has imported patents (matcher import "
                "FILE) and built the index (matcher index). The server's log says what is missing."
            )
    return title, detail
