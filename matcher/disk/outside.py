"""Errors that name a place on this machine, as callers of a server are told them."""

from matcher.errors import DiskError, DiskFullError, MatcherError, StoreUnavailableError
from matcher.language.messages import _


def outside_text(error: MatcherError) -> str | None:
    """Return the text for callers, who have no use for the place; None where there is none in it.

    Whoever calls this logs the error itself.
    """
    if isinstance(error, DiskFullError):
        return _(
            "the server's disk is full, and nothing was saved: whoever keeps the server frees "
            "some space; then send the same again"
        )
    if isinstance(error, DiskError):
        return _(
            "nothing can be saved now, for the server may not write to its disk; reading works. "
            "Ask whoever keeps the server: its log has the reason"
        )
    if isinstance(error, StoreUnavailableError):
        return database_text()
    return None


def database_text() -> str:
    """Return the text for callers where the database cannot be used."""
    return _(
        "the database cannot be used now; try again, and if that does not help, ask whoever "
        "keeps the server: its log has the reason"
    )
