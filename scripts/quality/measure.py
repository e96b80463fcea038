"""Everything that is measured, in order."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from matcher.evaluation.collection import read_collection
from matcher.measures import Metric, Ranked
from matcher.ports import Encoder
from matcher.progress import Report
from matcher.search.similar import similar
from matcher.settings import Settings
from matcher.types import Patent
from scripts.quality import reverse as related
from scripts.quality.answers import (
    EVERY_STATUS,
    answered,
    diversity_figures,
    ranked,
)
from scripts.quality.calibration import label_figures
from scripts.quality.card_agreement import card_figures
from scripts.quality.claims import claim_figures
from scripts.quality.cross_lingual import WORDS, language_figures
from scripts.quality.figures import (
    Figure,
    Run,
    ranking_figures,
    short_name,
    with_a_positive,
)
from scripts.quality.goals import DEV
from scripts.quality.held_out import held_out_figures
from scripts.quality.samples import TODAY, Samples, read_samples
from scripts.quality.systems import Contenders, contenders

METRICS: tuple[Metric, ...] = ("ndcg@10", "spearman", "mrr@10")
ALL = "samples"
NEEDS_DATA = "dev needs, journals and IPC titles, which need --data or MATCHER_DATA"

Say = Callable[[str], None]


def measure_everything(
    settings: Settings, encoder: Encoder, data: Path | None, say: Say, report: Report
) -> Iterator[Figure]:
    """Every figure there is; without `data` those of the samples alone."""
    if data is not None:
        say("dev needs")
        yield from on_dev(settings, encoder, data / "need-achievement", report)
    yield from on_samples(settings, encoder, say, report)
    if data is not None:
        say("texts the model never learned from")
        yield from held_out_figures(encoder, data, report)


def on_dev(settings: Settings, encoder: Encoder, folder: Path, report: Report) -> list[Figure]:
    """Real needs, ranked within their judged pools (condensed lists)."""
    collection = read_collection(folder, "dev")
    judged = with_a_positive(collection.qrels)
    # The record goes with the repository, the data does not: nor do its own ids.
    needs = {short_name(query): collection.needs[query] for query in judged}
    qrels = {short_name(query): grades for query, grades in judged.items()}
    with contenders(collection.documents, settings, encoder, report) as ranking:
        runs = ranking.rank_all(needs, qrels, DEV, report)
    return ranking_figures(DEV, runs, qrels, METRICS)


def on_samples(settings: Settings, encoder: Encoder, say: Say, report: Report) -> Iterator[Figure]:
    """Our own needs over the whole sample catalogue, and what hangs on their judgements."""
    samples = read_samples()
    say("samples")
    with contenders(samples.patents, settings, encoder, report) as ranking:
        runs = ranking.rank_all(samples.needs, None, ALL, report)
        yield from _needs(runs, samples)
        yield from _reverse(runs["engine"], ranking, samples, encoder)
        say("samples: the same needs in two languages")
        yield from language_figures(ranking, samples, report)
        say("samples: the answers as shown")
        yield from _answers(ranking, samples)
        say("samples: similar patents")
        yield from _similar(ranking, samples, encoder)
    yield from card_figures(samples.patents, samples.cards)


def _needs(runs: Mapping[Run, Mapping[str, Ranked]], samples: Samples) -> Iterator[Figure]:
    qrels = with_a_positive(samples.qrels)
    yield from ranking_figures(ALL, runs, qrels, METRICS)
    for language, word in WORDS.items():
        some = {q: grades for q, grades in qrels.items() if samples.written_in[q] == language}
        yield from ranking_figures(f"{ALL}, {word} needs", runs, some, METRICS)


def _reverse(
    engine: Mapping[str, Ranked], ranking: Contenders, samples: Samples, encoder: Encoder
) -> Iterator[Figure]:
    """The engine ranks needs by how a patent stands in their answers, which are there already."""
    runs: list[tuple[Run, related.RankNeeds]] = [
        ("dense", related.nearest(encoder, related.need_texts(samples.needs), "query")),
        ("engine", related.by_standing(engine)),
    ]
    for run, rank in runs:
        yield from related.reverse_figures(run, rank, ranking.patents, samples.qrels)


def _answers(ranking: Contenders, samples: Samples) -> Iterator[Figure]:
    shown = answered(ranking.engine.matcher, samples.needs)
    yield from claim_figures(shown, samples.claims)
    yield from label_figures(shown, samples.qrels)
    with ranking.with_diversity(0.0) as matcher:
        plain = answered(matcher, samples.needs)
    yield from diversity_figures(shown, plain, samples.qrels)


def _similar(ranking: Contenders, samples: Samples, encoder: Encoder) -> Iterator[Figure]:
    def engine(patent: Patent) -> Ranked:
        return ranked(similar(ranking.engine.matcher, patent, EVERY_STATUS, today=TODAY).results)

    runs: list[tuple[Run, related.RankPatents]] = [
        ("dense", related.nearest(encoder, related.patent_texts(samples.patents), "passage")),
        ("engine", engine),
    ]
    for run, rank in runs:
        yield from related.similar_figures(run, rank, ranking.patents, samples.qrels)
