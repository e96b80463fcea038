"""Public ids of records: they cannot be guessed, and their prefix names the kind of record."""

import re
import secrets

_ID = re.compile(r"[!-~]{1,60}")


def new_id(prefix: str) -> str:
    """Return the prefix, `_` and 24 random hex digits: `need_…`, `match_…`, `ranking_…`."""
    return f"{prefix}_{secrets.token_hex(12)}"


def is_id(text: str) -> bool:
    """True if a text can be an id; some databases fail on other characters."""
    return _ID.fullmatch(text) is not None
