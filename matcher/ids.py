"""Ids of records that callers meet: they cannot be guessed, and say what they name."""

import secrets


def new_id(prefix: str) -> str:
    """The prefix, `_` and 24 random hex digits: `need_…`, `match_…`, `ranking_…`."""
    return f"{prefix}_{secrets.token_hex(12)}"
