"""Parts of a state that a command changes one after the other, each in a transaction of its own."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping

from scripts.chaos.state import State

Divided = Mapping[str, object]
"""Parts of a state by name."""
Parts = Callable[[State], Divided]

_SUGGESTED = ("suggestions", "arrivals")
_ANSWERED = ("event_needs", "rankings", "shown", "matches", "match_events")
_NEED = re.compile(r"<need [^>]*>")


def undivided(state: State) -> Divided:
    """Return the whole state as one part: it is changed in one transaction."""
    return {"all": (state.answers, state.records, state.acts, state.files)}


def index_and_suggestions(state: State) -> Divided:
    """Return the suggestions apart: they are made with the new index, after it is published."""
    suggested = [row for row in state.records if row[0] in _SUGGESTED]
    others = [row for row in state.records if row[0] not in _SUGGESTED]
    return {
        "index": (state.answers, others, state.files),
        "suggestions": (suggested, state.acts),
    }


def needs_apart(state: State) -> Divided:
    """Return what is kept of each need of an event apart, and all the rest as one part."""
    found: dict[str, list[object]] = defaultdict(list)
    for table, row in state.records:
        need = _NEED.search(row) if table in _ANSWERED else None
        found["all else" if need is None else need[0]].append((table, row))
    found["all else"] += [state.answers, state.acts, state.files]
    return found
