"""Reverse matching: the needs that a patent fits best.

Each need is answered from the whole catalogue, and needs are ranked by the fused score of this
patent there. An index of needs with the patent as the query is worse: it ranks needs high that are
near to every patent, while the score in a need's own answer says how much better this patent fits
than the others. (Sample needs and qrels, 59 patents that answer one, when this was chosen: nDCG@10
0.850, against 0.766 by an index of needs, which is also one more index of needs' texts to guard.)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from matcher.errors import InputError
from matcher.language.messages import _
from matcher.search.answer_json import (
    match_json,
    need_json,
    patent_summary_json,
)
from matcher.search.matcher import Matcher
from matcher.types import Json, Match, Need, Patent


@dataclass(frozen=True, slots=True)
class NeedMatch:
    """One ranked need of a patent."""

    rank: int
    need: Need
    match: Match
    """The patent's match in the need's own answer, with its rank there."""


@dataclass(frozen=True, slots=True)
class NeedsAnswer:
    """The needs that a patent fits best."""

    patent: Patent
    model: str
    index: str
    asked: int
    """Number of needs that were answered."""
    results: tuple[NeedMatch, ...]


def needs_for(
    matcher: Matcher, patent: Patent, needs: Sequence[Need], k: int = 10, *, today: date
) -> NeedsAnswer:
    """Rank the k needs that the patent fits best; needs without text are passed over.

    Raises InputError for a patent that is not in the index or k below 1.
    """
    if k < 1:
        raise InputError(_("the number of results must be at least 1, not {k}", k=k))
    matches = matcher.patent_matches(patent, needs, today=today)
    answered = [(need, match) for need, match in zip(needs, matches, strict=True) if match]
    answered.sort(key=lambda pair: -pair[1].score)  # ties keep their order
    return NeedsAnswer(
        patent=patent,
        model=matcher.encoder.name,
        index=matcher.generation,
        asked=len(answered),
        results=tuple(
            NeedMatch(rank, need, match) for rank, (need, match) in enumerate(answered[:k], start=1)
        ),
    )


def needs_json(answer: NeedsAnswer, today: date) -> Json:
    """Return a patent's ranked needs; `place` is the patent's in the need's own answer."""
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
