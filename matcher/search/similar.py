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

from datetime import date

from matcher.errors import InputError
from matcher.patents.families import same_invention
from matcher.search.answer_json import (
    Json,
    answer_json,
    patent_summary_json,
)
from matcher.search.matcher import Matcher
from matcher.store import patents
from matcher.types import Answer, Filters, Match, Need, Patent, PatentId, PatentRow


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
    return {"patent": patent_summary_json(patent, today), **answered}
