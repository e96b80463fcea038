"""Similar patents and reverse matching, judged by the needs: for whatever ranks them.

A ranking is a function, so that the engine's own can be measured beside a plain one.
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
    with_a_positive,
)

SIMILAR = "samples, similar patents"
REVERSE = "samples, patent to needs"

RankPatents = Callable[[Patent], Ranked]
"""Other patents by their ids, the best first; the patent itself may be among them."""
RankNeeds = Callable[[Patent], Ranked]
"""Needs by their ids, the best first."""
Qrels = Mapping[str, Mapping[str, int]]
Patents = Mapping[str, Patent]


def similar_figures(run: Run, rank: RankPatents, patents: Patents, qrels: Qrels) -> list[Figure]:
    """nDCG@10 and MRR@10 of bringing the patents that answer the same need as a patent does.

    What is the same invention (family, near-same text) is no find, and counts for nobody.
    """
    wanted = similar_qrels(qrels, patents)
    found: dict[str, Ranked] = {
        identity: [
            (other, score)
            for other, score in rank(patents[identity])
            if _is_another(identity, other, patents)
        ]
        for identity in wanted
    }
    return ranking_figures(SIMILAR, {run: found}, wanted, ("ndcg@10", "mrr@10"))


def similar_qrels(qrels: Qrels, patents: Patents) -> dict[str, dict[str, int]]:
    """For each patent with a positive, how well each other one answers a need that it answers.

    The grade is the lesser of the two patents' grades; over several needs, the best.
    """
    similar: dict[str, dict[str, int]] = {}
    for grades in qrels.values():
        for patent, grade in grades.items():
            if not grade:
                continue
            row = similar.setdefault(patent, {})
            for other, theirs in grades.items():
                if _is_another(patent, other, patents):
                    row[other] = max(row.get(other, 0), min(grade, theirs))
    return {patent: dict(row) for patent, row in with_a_positive(similar).items()}


def _is_another(patent: str, other: str, patents: Patents) -> bool:
    return patent != other and same_invention(patents[patent], patents[other]) is None


def reverse_figures(run: Run, rank: RankNeeds, patents: Patents, qrels: Qrels) -> list[Figure]:
    """nDCG@10 and MRR@10 of bringing the needs that a patent answers."""
    wanted = transposed(qrels)
    found = {identity: rank(patents[identity]) for identity in wanted}
    return ranking_figures(REVERSE, {run: found}, wanted, ("ndcg@10", "mrr@10"))


def transposed(qrels: Qrels) -> dict[str, dict[str, int]]:
    """The judgements the other way round, for the patents that answer a need."""
    turned: dict[str, dict[str, int]] = {}
    for need, grades in qrels.items():
        for patent, grade in grades.items():
            turned.setdefault(patent, {})[need] = grade
    return {patent: dict(row) for patent, row in with_a_positive(turned).items()}


def by_standing(answers: Mapping[str, Ranked]) -> RankNeeds:
    """Needs by the score that a patent has in the answer to each; those without it come last.

    This is how `search.similar.needs_for` ranks them, the whole catalogue being the candidates.
    """
    scores = {need: dict(found) for need, found in answers.items()}

    def rank(patent: Patent) -> Ranked:
        standing = [(need, found.get(patent.id, -np.inf)) for need, found in scores.items()]
        return sorted(standing, key=lambda pair: -pair[1])

    return rank


def nearest(
    encoder: Encoder, texts: Mapping[str, str], kind: TextKind
) -> Callable[[Patent], Ranked]:
    """The plain ranking: texts by how near their vectors are to a patent's title and abstract.

    Patents are passages, so `kind` is passage for patents and query for needs.
    """
    names = list(texts)
    pieces = [encoder.split(texts[name], kind) for name in names]
    owner = np.repeat(np.arange(len(names), dtype=np.int64), [len(listed) for listed in pieces])
    known = encoder.encode([piece for listed in pieces for piece in listed], kind)

    def rank(patent: Patent) -> Ranked:
        asked = encoder.encode(encoder.split(text_of(patent), "passage"), "passage")
        wanted = np.arange(len(names), dtype=np.int64)
        each = [best_per_group(owner, row, wanted) for row in (asked @ known.T).astype(np.float64)]
        scores = np.nan_to_num(np.mean(each, axis=0), nan=-1.0)
        order = np.argsort(-scores, kind="stable")
        return [(names[place], float(scores[place])) for place in order]

    return rank


def patent_texts(patents: Sequence[Patent]) -> dict[str, str]:
    """Title and abstract of each patent, by id."""
    return {patent.id: text_of(patent) for patent in patents}


def need_texts(needs: Mapping[str, Need]) -> dict[str, str]:
    """All that each need says, by id."""
    return {query: need.full_text for query, need in needs.items()}


def text_of(patent: Patent) -> str:
    """A patent's title and abstract."""
    return f"{patent.title}\n{patent.abstract}".strip()
