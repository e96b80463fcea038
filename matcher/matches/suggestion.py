"""Suggestions (推荐): open needs that a new or newly open-licensed patent fits well.

Each need is answered from the whole catalogue as always; a patent that an import brought is
suggested where it stands among the need's first results and its fit is strong or fair. Whether a
suggestion becomes a match is for people to say.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from matcher.errors import ConflictError, NotFoundError
from matcher.types import Fit

TOP_RANKS = 10
"""Places of a need's own answer among which a patent must stand: what its enterprise looks at."""
FITTING: frozenset[Fit] = frozenset({"strong", "fair"})


class SuggestionNotFoundError(NotFoundError):
    """There is no such suggestion, or none that the caller may see."""


class SuggestionDecidedError(ConflictError):
    """The suggestion was taken or dismissed, or its need and patent are a match already."""


class ArrivalReason(StrEnum):
    """Why a patent is held against the open needs."""

    NEW = "new"
    OPEN_LICENCE = "open_licence"
    """It was known, and is now under an open licence (开放许可)."""


class SuggestionState(StrEnum):
    """What people made of a suggestion."""

    NEW = "new"
    TAKEN = "taken"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One need with one patent that fits it, as it was when it was found."""

    id: str
    need: str
    patent: str
    institution: str | None
    reason: ArrivalReason
    fit: Fit
    rank: int
    """The patent's place in the need's own answer."""
    model: str
    index: str
    need_version: int
    answer: Mapping[str, Any]
    """The need's answer without its results, as a ranking keeps it."""
    result: Mapping[str, Any]
    """The patent as that answer showed it."""
    state: SuggestionState
    match: str | None
    """The match that it became."""
    made_at: datetime
    decided_at: datetime | None = None
    decided_by: str | None = None


def suggestion_json(suggestion: Suggestion) -> dict[str, Any]:
    """A suggestion, JSON-ready: of the need only its id."""
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
