"""The same needs in Chinese and in English, to the patents of one language: a fair comparison."""

from collections.abc import Mapping

from matcher.progress import Report
from matcher.text.languages import is_chinese
from matcher.types import Patent
from scripts.quality.figures import Figure, ranking_figures, with_a_positive
from scripts.quality.samples import Language, Samples
from scripts.quality.systems import Contenders

WORDS: Mapping[Language, str] = {"zh": "Chinese", "en": "English"}


def crossing(need: Language, patents: Language) -> str:
    """What the figures of needs in one language to patents in one language are measured on."""
    return f"samples, {WORDS[need]} need to {WORDS[patents]} patents"


def language_figures(ranking: Contenders, samples: Samples, report: Report) -> list[Figure]:
    """nDCG@10 and MRR@10 of every need in either language, to Chinese and to English patents."""
    figures = []
    languages: tuple[Language, ...] = ("zh", "en")
    for patents in languages:
        pool = [str(one.id) for one in samples.patents if language(one) == patents]
        within = {
            query: {identity: grade for identity, grade in grades.items() if identity in pool}
            for query, grades in samples.qrels.items()
        }
        qrels = with_a_positive(within)
        for need in languages:
            on = crossing(need, patents)
            asked = {query: samples.renderings[need][query] for query in qrels}
            runs = ranking.rank_all(asked, dict.fromkeys(asked, pool), on, report)
            figures += ranking_figures(on, runs, qrels, ("ndcg@10", "mrr@10"))
    return figures


def language(patent: Patent) -> Language:
    """The language of a patent's title and abstract."""
    return "zh" if is_chinese(f"{patent.title}\n{patent.abstract}") else "en"
