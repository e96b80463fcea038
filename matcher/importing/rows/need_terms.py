"""Entries of forms for the publish scope and the modes of cooperation of a need."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from matcher.importing.headings.heading_tables import heading_key
from matcher.needs.record import Cooperation, PublishScope


def read_publish_scope(entry: str) -> PublishScope | None:
    """Return the scope of an entry, such as 脱敏后公开; None for an unknown one."""
    scope = _entries("publish_scope").get(heading_key(entry))
    return None if scope is None else PublishScope(scope)


def read_cooperation(entry: str) -> Cooperation | None:
    """Return the mode of an entry, such as 产学研合作; None for an unknown one."""
    mode = _entries("cooperation").get(heading_key(entry))
    return None if mode is None else Cooperation(mode)


@cache
def _entries(term: str) -> Mapping[str, str]:
    table: dict[str, Any] = json.loads(
        files(__package__).joinpath("need_terms.json").read_text("utf-8")
    )
    return {
        heading_key(entry): value
        for value, entries in table[term].items()
        for entry in (value, *entries)
    }
