"""All measurements of a run, in order."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from matcher.evaluation.collection import read_collection
from matcher.measures import Metric, Ranked
from matcher.ports import Encoder
from matcher.progress import Report
from matcher.search.options import SearchOptions
from matcher.search.similar import similar
from matcher.settings import Settings
from matcher.types import Patent
from scripts.quality import reverse
from scripts.quality.answers import (
    EVERY_STATUS,
    answer_needs,
    diversity_figures,
    ranked_ids,
)
from scripts.quality.calibration import label_figures
from scripts.quality.card_agreement import card_figures
from scripts.quality.claims import claim_figures
from scripts.quality.cross_lingual import LANGUAGE_NAMES, cross_lingual_figures
from scripts.quality.figures import (
    Figure,
    Run,
    ranking_figures,
    short_name,
    with_positives,
)
from scripts.quality.held_out import held_out_figures
from scripts.quality.samples import TODAY, Samples, read_samples
from scripts.quality.systems import Systems, open_systems
from scripts.quality.targets import DEV

METRICS: tuple[Metric, ...] = ("ndcg@10", "spearman", "mrr@10")
SAMPLES = "samples"
NEEDS_DATA = "dev needs, journals and translations, which need --data or MATCHER_DATA"
MODEL_ONLY = "answers as shown, labels, similar patents, reverse matching and cards (--model-only)"

Say = Callable[[str], None]
"""A function that prints the name of the stage that begins."""


def measure_all(
    settings: Settings,
    encoder: Encoder,
    data: Path | None,
    say: Say,
    report: Report,
    *,
    model_only: bool = False,
) -> Iterator[Figure]:
    """Every figure; without `data` only those of the samples.

    `model_only` leaves out what a change of the model is not judged by.
    """
    if data is not None:
        say("dev needs")
        yield from dev_figures(settings, encoder, data / "need-achievement", report)
    yield from sample_figures(settings, encoder, say, report, model_only=model_only)
    if data is not None:
        say("held-out texts")
        yield from held_out_figures(encoder, data, report)


def dev_figures(settings: Settings, encoder: Encoder, folder: Path, report: Report) -> list[Figure]:
    """Figures of real needs, ranked within their judged pools (condensed lists)."""
    collection = read_collection(folder, "dev")
    judged = with_positives(collection.qrels)
    # The record is published with the repository, the data is not: its ids are hashed.
    needs = {short_name(query): collection.needs[query] for query in judged}
    qrels = {short_name(query): grades for query, grades in judged.items()}
    with open_systems(collection.documents, settings, encoder, report) as systems:
        runs = systems.rank_all(needs, qrels, DEV, report)
    return ranking_figures(DEV, runs, qrels, METRICS)


def sample_figures(
    settings: Settings, encoder: Encoder, say: Say, report: Report, *, model_only: bool
) -> Iterator[Figure]:
    """Figures of the sample needs over the whole sample catalogue."""
    samples = read_samples()
    say("samples")
    with open_systems(samples.patents, settings, encoder, report) as systems:
        runs = systems.rank_all(samples.needs, None, SAMPLES, report)
        yield from _needs(runs, samples)
        say("samples: the same needs in two languages")
        yield from cross_lingual_figures(systems, samples, report)
        if model_only:
            return
        yield from _reverse(runs["engine"], systems, samples, encoder)
        say("samples: the answers as shown")
        yield from _answers(systems, samples)
        say("samples: similar patents")
        yield from _similar(systems, samples, encoder)
    yield from card_figures(samples.patents, samples.cards)


def _needs(runs: Mapping[Run, Mapping[str, Ranked]], samples: Samples) -> Iterator[Figure]:
    qrels = with_positives(samples.qrels)
    yield from ranking_figures(SAMPLES, runs, qrels, METRICS)
    for language, name in LANGUAGE_NAMES.items():
        some = {q: grades for q, grades in qrels.items() if samples.written_in[q] == language}
        yield from ranking_figures(f"{SAMPLES}, {name} needs", runs, some, METRICS)


def _reverse(
    answers: Mapping[str, Ranked], systems: Systems, samples: Samples, encoder: Encoder
) -> Iterator[Figure]:
    """Reverse matching; the engine's ranking is derived from its answers to the needs."""
    runs: list[tuple[Run, reverse.RankNeeds]] = [
        ("dense", reverse.rank_by_vectors(encoder, reverse.need_texts(samples.needs), "query")),
        ("engine", reverse.rank_by_answers(answers)),
    ]
    for run, rank in runs:
        yield from reverse.reverse_figures(run, rank, systems.patents, samples.qrels)


def _answers(systems: Systems, samples: Samples) -> Iterator[Figure]:
    matcher = systems.engine.matcher
    shown = answer_needs(matcher, samples.needs)
    yield from claim_figures(shown, samples.claims)
    yield from label_figures(shown, samples.qrels)
    plain = answer_needs(matcher, samples.needs, diversity=0.0)
    yield from diversity_figures(shown, plain, samples.qrels)


def _similar(systems: Systems, samples: Samples, encoder: Encoder) -> Iterator[Figure]:
    def engine(patent: Patent) -> Ranked:
        answer = similar(systems.engine.matcher, patent, SearchOptions(EVERY_STATUS), today=TODAY)
        return ranked_ids(answer.results)

    texts = reverse.patent_texts(samples.patents)
    runs: list[tuple[Run, reverse.RankPatents]] = [
        ("dense", reverse.rank_by_vectors(encoder, texts, "passage")),
        ("engine", engine),
    ]
    for run, rank in runs:
        yield from reverse.similar_figures(run, rank, systems.patents, samples.qrels)
