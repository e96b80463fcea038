"""The engine's answers to the sample needs as users get them, and the cost of diversity."""

from collections.abc import Iterable, Mapping

from matcher.measures import Ranked
from matcher.search.matcher import Matcher
from matcher.search.options import SearchOptions
from matcher.types import Answer, Filters, LegalStatus, Match, Need
from scripts.quality.figures import Figure, Run, ranking_figures
from scripts.quality.samples import TODAY

DIVERSIFIED = "samples, results spread over teams"
EVERY_STATUS = Filters(legal_status=frozenset(LegalStatus))
"""No filter by legal status: only the technique was judged, so a lapsed patent can be right."""


def answer_needs(
    matcher: Matcher, needs: Mapping[str, Need], diversity: float | None = None
) -> dict[str, Answer]:
    """Ten results for each need, by its id; None takes the diversity of the settings."""
    answers = matcher.match_many(
        list(needs.values()), SearchOptions(EVERY_STATUS, diversity=diversity), today=TODAY
    )
    return dict(zip(needs, answers, strict=True))


def ranked_ids(matches: Iterable[Match]) -> Ranked:
    """Patents of an answer by id; folded family members come right after their patent."""
    return [
        (identity, match.score)
        for match in matches
        for identity in (match.patent.id, *match.family_members)
    ]


def diversity_figures(
    diversified: Mapping[str, Answer],
    plain: Mapping[str, Answer],
    qrels: Mapping[str, Mapping[str, int]],
) -> list[Figure]:
    """nDCG@10 of diversified answers; the reference is the answers without diversity."""
    runs: dict[Run, dict[str, Ranked]] = {"reference": _runs(plain), "engine": _runs(diversified)}
    return ranking_figures(DIVERSIFIED, runs, qrels, ("ndcg@10",))


def _runs(answers: Mapping[str, Answer]) -> dict[str, Ranked]:
    return {query: ranked_ids(answer.results) for query, answer in answers.items()}
