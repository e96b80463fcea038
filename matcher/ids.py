"""Ids of records that callers meet: they cannot be guessed, and say what they name."""

import re
import secrets

_ID = re.compile(r"[!-~]{1,60}")


def new_id(prefix: str) -> str:
    """The prefix, `_` and 24 random hex digits: `need_…`, `match_…`, `ranking_…`."""
    return f"{prefix}_{secrets.token_hex(12)}"


def is_id(text: str) -> bool:
    """Whether a text can be an id: not every database takes any text to look for."""
    return _ID.fullmatch(text) is not None
