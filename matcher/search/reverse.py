"""Needs that a patent fits best."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from matcher.errors import InputError
from matcher.search.answer_json import (
    Json,
    match_json,
    need_json,
    patent_summary_json,
)
from matcher.search.matcher import Matcher
from matcher.types import Match, Need, Patent


@dataclass(frozen=True, slots=True)
class NeedMatch:
    """One ranked need of a patent."""

    rank: int
    need: Need
    match: Match
    """The patent as the need's own answer would show it; its rank is its place there."""


@dataclass(frozen=True, slots=True)
class NeedsAnswer:
    """The needs that a patent fits best."""

    patent: Patent
    model: str
    index: str
    asked: int
    """How many needs were looked at."""
    results: tuple[NeedMatch, ...]


def needs_for(
    matcher: Matcher, patent: Patent, needs: Sequence[Need], k: int = 10, *, today: date
) -> NeedsAnswer:
    """The k of these needs that the patent fits best; those that say nothing are passed over.

    Raises InputError for a patent that is not in the index or k below 1.
    """
    if k < 1:
        raise InputError(f"the number of results must be at least 1, not {k}")
    standings = matcher.standings(patent, needs, today=today)
    stood = [(need, match) for need, match in zip(needs, standings, strict=True) if match]
    stood.sort(key=lambda pair: -pair[1].score)  # of equals the first in the list
    return NeedsAnswer(
        patent=patent,
        model=matcher.encoder.name,
        index=matcher.generation,
        asked=len(stood),
        results=tuple(
            NeedMatch(rank, need, match) for rank, (need, match) in enumerate(stood[:k], start=1)
        ),
    )


def needs_json(answer: NeedsAnswer, today: date) -> Json:
    """The ranked needs of a patent; `place` is the patent's in the need's own answer."""
    return {
        "patent": patent_summary_json(answer.patent, today),
        "model": answer.model,
        "index": answer.index,
        "asked": answer.asked,
        "results": [
            {
                "rank": result.rank,
                "need": need_json(result.need),
                "place": result.match.rank,
                **_how(match_json(result.match, today)),
            }
            for result in answer.results
        ],
    }


def _how(match: Json) -> Json:
    return {name: match[name] for name in ("score", "channels", "fit", "evidence")}
