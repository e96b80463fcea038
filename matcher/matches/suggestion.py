"""Suggestions (推荐): open needs that a new or newly open-licensed patent fits well.

Each need is answered from the whole catalogue as always; an imported patent is suggested if it
is among the need's first results and its fit is strong or fair. People decide if a suggestion
becomes a match.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from matcher.errors import ConflictError, NotFoundError
from matcher.types import Fit

MAX_RANK = 10
"""Last rank in the need's answer at which a patent is suggested: what an enterprise looks at."""
SUGGESTED_FITS: frozenset[Fit] = frozenset({"strong", "fair"})


class SuggestionNotFoundError(NotFoundError):
    """The suggestion does not exist, or the caller may not see it."""


class SuggestionDecidedError(ConflictError):
    """The suggestion was taken or dismissed, or its need and patent are a match already."""


class ArrivalReason(StrEnum):
    """Reason to match a patent against the open needs."""

    NEW = "new"
    OPEN_LICENCE = "open_licence"
    """Known before, and now under an open licence (开放许可)."""


class SuggestionState(StrEnum):
    """State of a suggestion: new or decided."""

    NEW = "new"
    TAKEN = "taken"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A need with a fitting patent, frozen as it was when suggested."""

    id: str
    need: str
    patent: str
    institution: str | None
    reason: ArrivalReason
    fit: Fit
    rank: int
    """Rank of the patent in the need's answer."""
    model: str
    index: str
    need_version: int
    answer: Mapping[str, Any]
    """Answer of the need without its results, as in a ranking."""
    result: Mapping[str, Any]
    """Result of the patent in that answer."""
    state: SuggestionState
    match: str | None
    """Id of the match it became."""
    made_at: datetime
    decided_at: datetime | None = None
    decided_by: str | None = None


def suggestion_json(suggestion: Suggestion) -> dict[str, Any]:
    """Return a suggestion as a JSON object, of the need only its id."""
    return {
        "id": suggestion.id,
        "need": suggestion.need,
        "patent": suggestion.patent,
        "reason": suggestion.reason.value,
        "fit": suggestion.fit,
        "rank": suggestion.rank,
        "model": suggestion.model,
        "index": suggestion.index,
        "result": dict(suggestion.result),
        "state": suggestion.state.value,
        "match": suggestion.match,
        "made_at": suggestion.made_at.isoformat(),
        "decided_at": suggestion.decided_at and suggestion.decided_at.isoformat(),
    }
