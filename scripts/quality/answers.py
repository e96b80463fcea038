"""The engine's answers to the sample needs as a user gets them, and what spreading them costs."""

from collections.abc import Iterable, Mapping

from matcher.measures import Ranked
from matcher.search.matcher import Matcher
from matcher.types import Answer, Filters, LegalStatus, Match, Need
from scripts.quality.figures import Figure, Run, ranking_figures
from scripts.quality.samples import TODAY

SPREAD = "samples, results spread over teams"
EVERY_STATUS = Filters(legal_status=frozenset(LegalStatus))
"""Only the technique was judged: a lapsed patent can be the answer."""


def answered(matcher: Matcher, needs: Mapping[str, Need]) -> dict[str, Answer]:
    """The ten results for each need, by its id."""
    answers = matcher.match_many(list(needs.values()), EVERY_STATUS, today=TODAY)
    return dict(zip(needs, answers, strict=True))


def ranked(matches: Iterable[Match]) -> Ranked:
    """The patents of an answer by their ids; one that is folded into another comes right behind."""
    return [
        (identity, match.score)
        for match in matches
        for identity in (match.patent.id, *match.family_members)
    ]


def diversity_figures(
    spread: Mapping[str, Answer],
    plain: Mapping[str, Answer],
    qrels: Mapping[str, Mapping[str, int]],
) -> list[Figure]:
    """nDCG@10 of the answers as they are set to be spread; the reference is not spread at all."""
    runs: dict[Run, dict[str, Ranked]] = {"reference": _runs(plain), "engine": _runs(spread)}
    return ranking_figures(SPREAD, runs, qrels, ("ndcg@10",))


def _runs(answers: Mapping[str, Answer]) -> dict[str, Ranked]:
    return {query: ranked(answer.results) for query, answer in answers.items()}
