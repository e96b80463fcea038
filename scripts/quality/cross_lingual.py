"""Cross-lingual figures: the same needs in Chinese and in English, to patents of one language."""

from collections.abc import Mapping

from matcher.progress import Report
from matcher.text.languages import is_chinese
from matcher.types import Patent
from scripts.quality.figures import Figure, ranking_figures, with_positives
from scripts.quality.samples import Language, Samples
from scripts.quality.systems import Systems

LANGUAGE_NAMES: Mapping[Language, str] = {"zh": "Chinese", "en": "English"}


def language_pair(need: Language, patents: Language) -> str:
    """Name of the figures of needs in one language to patents in one language."""
    return f"samples, {LANGUAGE_NAMES[need]} need to {LANGUAGE_NAMES[patents]} patents"


def cross_lingual_figures(systems: Systems, samples: Samples, report: Report) -> list[Figure]:
    """nDCG@10 and MRR@10 of every need in either language, to Chinese and to English patents."""
    figures = []
    languages: tuple[Language, ...] = ("zh", "en")
    for patents in languages:
        pool = [str(one.id) for one in samples.patents if language_of(one) == patents]
        within = {
            query: {identity: grade for identity, grade in grades.items() if identity in pool}
            for query, grades in samples.qrels.items()
        }
        qrels = with_positives(within)
        for language in languages:
            on = language_pair(language, patents)
            needs = {query: samples.renderings[language][query] for query in qrels}
            runs = systems.rank_all(needs, dict.fromkeys(needs, pool), on, report)
            figures += ranking_figures(on, runs, qrels, ("ndcg@10", "mrr@10"))
    return figures


def language_of(patent: Patent) -> Language:
    """Language of a patent's title and abstract."""
    return "zh" if is_chinese(f"{patent.title}\n{patent.abstract}") else "en"
