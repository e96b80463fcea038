"""Similar patents and reverse matching (needs of a patent), judged by the needs' qrels.

A ranking is a function, so that the engine can be compared with a plain dense ranking.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from matcher.embedding.passage_table import best_per_group
from matcher.measures import Ranked
from matcher.patents.families import same_invention
from matcher.ports import Encoder, TextKind
from matcher.types import Need, Patent
from scripts.quality.figures import (
    Figure,
    Run,
    ranking_figures,
    with_positives,
)

SIMILAR = "samples, similar patents"
REVERSE = "samples, patent to needs"

RankPatents = Callable[[Patent], Ranked]
"""Other patents by id, best first; the patent itself may be among them."""
RankNeeds = Callable[[Patent], Ranked]
"""Needs by id, best first."""
Qrels = Mapping[str, Mapping[str, int]]
Patents = Mapping[str, Patent]


def similar_figures(run: Run, rank: RankPatents, patents: Patents, qrels: Qrels) -> list[Figure]:
    """nDCG@10 and MRR@10 of ranking the patents that answer the same need as a patent does.

    The same invention (family, nearly the same text) is left out of ranking and judgements.
    """
    wanted = similar_qrels(qrels, patents)
    rankings: dict[str, Ranked] = {
        identity: [
            (other, score)
            for other, score in rank(patents[identity])
            if _is_other_invention(identity, other, patents)
        ]
        for identity in wanted
    }
    return ranking_figures(SIMILAR, {run: rankings}, wanted, ("ndcg@10", "mrr@10"))


def similar_qrels(qrels: Qrels, patents: Patents) -> dict[str, dict[str, int]]:
    """Grades of the other patents for each patent with a positive.

    The grade of a pair is the lower of both patents' grades for a need; over several needs the
    highest counts.
    """
    similar: dict[str, dict[str, int]] = {}
    for grades in qrels.values():
        for patent, grade in grades.items():
            if not grade:
                continue
            row = similar.setdefault(patent, {})
            for other, other_grade in grades.items():
                if _is_other_invention(patent, other, patents):
                    row[other] = max(row.get(other, 0), min(grade, other_grade))
    return {patent: dict(row) for patent, row in with_positives(similar).items()}


def _is_other_invention(patent: str, other: str, patents: Patents) -> bool:
    return patent != other and same_invention(patents[patent], patents[other]) is None


def reverse_figures(run: Run, rank: RankNeeds, patents: Patents, qrels: Qrels) -> list[Figure]:
    """nDCG@10 and MRR@10 of ranking the needs that a patent answers."""
    wanted = transposed(qrels)
    rankings = {identity: rank(patents[identity]) for identity in wanted}
    return ranking_figures(REVERSE, {run: rankings}, wanted, ("ndcg@10", "mrr@10"))


def transposed(qrels: Qrels) -> dict[str, dict[str, int]]:
    """Grades of the needs for each patent that answers one."""
    by_patent: dict[str, dict[str, int]] = {}
    for need, grades in qrels.items():
        for patent, grade in grades.items():
            by_patent.setdefault(patent, {})[need] = grade
    return {patent: dict(row) for patent, row in with_positives(by_patent).items()}


def rank_by_answers(answers: Mapping[str, Ranked]) -> RankNeeds:
    """Ranking of needs by the patent's score in the answer to each; needs without it come last.

    `search.similar.needs_for` ranks them in this way, with the whole catalogue as candidates.
    """
    scores = {need: dict(ranked) for need, ranked in answers.items()}

    def rank(patent: Patent) -> Ranked:
        scored = [(need, own.get(patent.id, -np.inf)) for need, own in scores.items()]
        return sorted(scored, key=lambda pair: -pair[1])

    return rank


def rank_by_vectors(
    encoder: Encoder, texts: Mapping[str, str], kind: TextKind
) -> Callable[[Patent], Ranked]:
    """Plain dense ranking: texts by the cosine of their vectors with title and abstract.

    `kind` is passage for the texts of patents, query for those of needs.
    """
    names = list(texts)
    pieces = [encoder.split(texts[name], kind) for name in names]
    owner = np.repeat(np.arange(len(names), dtype=np.int64), [len(own) for own in pieces])
    vectors = encoder.encode([piece for own in pieces for piece in own], kind)

    def rank(patent: Patent) -> Ranked:
        queries = encoder.encode(encoder.split(text_of(patent), "passage"), "passage")
        rows = np.arange(len(names), dtype=np.int64)
        cosines = (queries @ vectors.T).astype(np.float64)
        best = [best_per_group(owner, scores, rows) for scores in cosines]
        scores = np.nan_to_num(np.mean(best, axis=0), nan=-1.0)
        order = np.argsort(-scores, kind="stable")
        return [(names[place], float(scores[place])) for place in order]

    return rank


def patent_texts(patents: Sequence[Patent]) -> dict[str, str]:
    """Title and abstract of each patent, by id."""
    return {patent.id: text_of(patent) for patent in patents}


def need_texts(needs: Mapping[str, Need]) -> dict[str, str]:
    """Full text of each need, by id."""
    return {query: need.full_text for query, need in needs.items()}


def text_of(patent: Patent) -> str:
    """Title and abstract of a patent."""
    return f"{patent.title}\n{patent.abstract}".strip()
