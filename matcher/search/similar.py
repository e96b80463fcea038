"""Patents like a patent, and the needs that a patent answers: the same engine, asked otherwise.

Similar patents: the patent's own title and abstract ask as a need would. Neither it nor what says
the same thing (its family, its near-same texts) may answer, nor sway how the others are weighed:
a patent is so much more like itself than any other that its score would flatten theirs. The best
do not ask once more: feedback lends a need the words of patents, which a patent has already. (Our
sample qrels, 54 patents that answer a need with others: nDCG@10 0.679, and 0.602 when it did ask.)

Reverse matching: each need asks the catalogue, and the needs are ranked by how this patent stands
there, in its fused score. An index of the needs, asked by the patent, is the other way to do it,
and the worse one: it ranks needs high that are near to every patent, while the score in a need's
own answer says how much better this patent fits than the others. (Our sample needs and qrels, all
59 patents that answer one, when it was chosen: nDCG@10 0.850, against 0.766 by an index of needs,
which adds a text of needs to keep beside the patents.)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from matcher.errors import InputError
from matcher.patents.families import same_invention
from matcher.patents.rights import effective_status
from matcher.search.answer_json import (
    Json,
    answer_json,
    match_json,
    need_json,
)
from matcher.search.matcher import Matcher
from matcher.store import patents
from matcher.types import Answer, Filters, Match, Need, Patent, PatentId, PatentRow


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


def similar(
    matcher: Matcher,
    patent: Patent,
    filters: Filters = Filters(),
    k: int = 10,
    *,
    today: date,
    diversity: float | None = None,
) -> Answer:
    """The k patents that are most like this one; its family and near-same texts are left out.

    The answer's need is the patent's own text. Raises InputError for a patent that says nothing,
    k below 1 or a diversity outside 0 to 1.
    """
    need = need_of(patent)
    without: set[PatentId] = {patent.id}
    while True:
        rows = _rows(matcher, without)
        answer = matcher.match(
            need, filters, k, today=today, without=rows, diversity=diversity, feedback=0.0
        )
        same = {id for match in answer.results for id in _same_in(patent, match)}
        if not same - without:
            return answer
        without |= same


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


def need_of(patent: Patent) -> Need:
    """A patent's title and abstract as a need; the first claim where there is no abstract.

    Raises InputError for one without any text.
    """
    text = patent.abstract or (patent.claims[0].text if patent.claims else "")
    need = Need(id=patent.application_number or patent.id, title=patent.title, text=text)
    if not need.full_text:
        raise InputError(f"the patent {patent.id} has no text to compare others with")
    return need


def _same_in(patent: Patent, match: Match) -> list[PatentId]:
    """Those of a result that say the same as the patent: it stands there with all its members."""
    if same_invention(patent, match.patent) is None:
        return []
    return [match.patent.id, *map(PatentId, match.family_members)]


def _rows(matcher: Matcher, ids: set[PatentId]) -> list[PatentRow]:
    with matcher.catalogue.store.reading() as connection:
        return list(patents.rows_of(connection, sorted(ids)).values())


def similar_json(patent: Patent, answer: Answer, today: date) -> Json:
    """Similar patents in the form of any answer, with the patent in the place of the need."""
    answered = answer_json(answer, today)
    del answered["need"]
    return {"patent": _named(patent, today), **answered}


def needs_json(answer: NeedsAnswer, today: date) -> Json:
    """The ranked needs of a patent; `place` is the patent's in the need's own answer."""
    return {
        "patent": _named(answer.patent, today),
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


def _named(patent: Patent, today: date) -> Json:
    return {
        "id": patent.id,
        "application_number": patent.application_number,
        "publication_number": patent.publication_number,
        "title": patent.title,
        "legal_status": str(effective_status(patent, today)),
    }
