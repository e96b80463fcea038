"""Similar patents: the patent's own title and abstract are the query.

The patent itself and its duplicates (its family, near-same texts) are excluded before scoring: a
patent is so much more like itself than any other that its score would flatten all z-scores. There
is no feedback: it lends a need the vocabulary of patents, which a patent has already. (Sample
qrels, 54 patents that answer a need with others: nDCG@10 0.679, and 0.602 with feedback.)
"""

from dataclasses import replace
from datetime import date

from matcher.errors import InputError
from matcher.language.messages import _
from matcher.patents.families import same_invention
from matcher.search.answer_json import (
    answer_json,
    patent_summary_json,
)
from matcher.search.matcher import Matcher
from matcher.search.options import SearchOptions
from matcher.store import patents
from matcher.types import Answer, Json, Match, Need, Patent, PatentId, PatentRow


def similar(
    matcher: Matcher, patent: Patent, options: SearchOptions = SearchOptions(), *, today: date
) -> Answer:
    """Rank the patents most like this one; its family and near-same texts are left out.

    The answer's need is the patent's own text. Raises InputError for a patent without text, or a
    diversity outside 0 to 1.
    """
    need = need_of(patent)
    excluded: set[PatentId] = {patent.id}
    while True:
        rows = tuple(_rows(matcher, excluded))
        answer = matcher.match(need, replace(options, exclude=rows, feedback=0.0), today=today)
        duplicates = {id for match in answer.results for id in _duplicates(patent, match)}
        if not duplicates - excluded:
            return answer
        excluded |= duplicates


def need_of(patent: Patent) -> Need:
    """Return a patent's title and abstract as a need; the first claim without an abstract.

    Raises InputError for one without any text.
    """
    text = patent.abstract or (patent.claims[0].text if patent.claims else "")
    need = Need(id=patent.shown_number, title=patent.title, text=text)
    if not need.full_text:
        raise InputError(
            _("the patent {id} has no text to compare others with", id=patent.shown_number)
        )
    return need


def _duplicates(patent: Patent, match: Match) -> list[PatentId]:
    """Return a result's patents that are duplicates of the patent: with one, all folded in."""
    if same_invention(patent, match.patent) is None:
        return []
    return [match.patent.id, *map(PatentId, match.family_members)]


def _rows(matcher: Matcher, ids: set[PatentId]) -> list[PatentRow]:
    with matcher.catalogue.store.reading() as connection:
        return list(patents.rows_of(connection, sorted(ids)).values())


def similar_json(patent: Patent, answer: Answer, today: date) -> Json:
    """Return similar patents in the form of any answer; the patent stands for the need."""
    answered = answer_json(answer, today)
    del answered["need"]
    return {"patent": patent_summary_json(patent, today), **answered}
