"""Compare the built-in model run by OpenVINO with the same folder in sentence-transformers.

    python -m scripts.quality.runtimes                  # by the samples
    python -m scripts.quality.runtimes --data FOLDER    # also by the dev needs (MATCHER_DATA)

Both read models/bilingual. Vectors: cosines between the runtimes over the samples' texts. Answers:
nDCG@10 of the dense channel and of the engine. The first row is the reference, the model in
sentence-transformers and float32. With OMP_NUM_THREADS=1 the rates are those of one core. Prints
Markdown.
"""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from matcher.ports import Encoder, Vectors
from matcher.progress import silent
from matcher.settings import Settings
from models.loading import BUILTIN, BUILTIN_FOLDER
from models.openvino_encoder import OpenVinoEncoder
from models.pretrained import LoadOptions
from models.sentence_transformer import SentenceTransformerEncoder
from scripts.quality.caching_encoder import CachingEncoder
from scripts.quality.figures import Figure, Run, ranking_figures, with_positives
from scripts.quality.measure import METRICS, SAMPLES, dev_figures
from scripts.quality.options import add_data_option
from scripts.quality.samples import Samples, read_samples
from scripts.quality.systems import open_systems
from scripts.quality.targets import DEV

RUNS: tuple[Run, ...] = ("dense", "engine")


def main() -> None:
    """Print one row for each runtime."""
    data = _options().data
    samples = read_samples()
    reference: Vectors | None = None
    on = [SAMPLES] if data is None else [SAMPLES, DEV]
    columns = [f"{run}, {name}" for name in on for run in RUNS]
    print("| runtime | texts/processor s | median cosine | lowest | " + " | ".join(columns) + " |")
    print("|---|" + "---:|" * (3 + len(columns)))
    texts = _texts(samples)
    for name, encoder in _encoders():
        encoder.encode(texts[:8], "passage")
        began = time.process_time()
        vectors = encoder.encode(texts, "passage")
        rate = len(texts) / (time.process_time() - began)
        reference = vectors if reference is None else reference
        cosines = (vectors * reference).sum(axis=1)
        figures = list(_figures(CachingEncoder(encoder), samples, data))
        means = {(figure.on, figure.run): figure.mean for figure in figures}
        values = [means[place, run] for place in on for run in RUNS]
        cells = [f"{rate:.0f}", f"{np.median(cosines):.5f}", f"{cosines.min():.5f}"]
        cells += [f"{value:.4f}" for value in values]
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.quality.runtimes", description=(__doc__ or "").splitlines()[0]
    )
    add_data_option(parser, "need-achievement")
    return parser.parse_args()


def _encoders() -> Iterator[tuple[str, Encoder]]:
    """Yield the reference, then OpenVINO in each compute type."""
    options = LoadOptions("cpu", "float32")
    yield (
        "sentence-transformers, float32",
        SentenceTransformerEncoder(BUILTIN, str(BUILTIN_FOLDER), options),
    )
    for dtype in ("float32", "bfloat16"):
        yield f"OpenVINO, {dtype}", OpenVinoEncoder(BUILTIN, BUILTIN_FOLDER, dtype)


def _texts(samples: Samples) -> list[str]:
    """Titles and abstracts of the patents, and the needs."""
    patents = [f"{patent.title}\n{patent.abstract}" for patent in samples.patents]
    return [*patents, *(need.text for need in samples.needs.values())]


def _figures(encoder: Encoder, samples: Samples, data: Path | None) -> Iterator[Figure]:
    """Yield nDCG@10 of both runs."""
    with open_systems(samples.patents, Settings(), encoder, silent) as systems:
        runs = systems.rank_all(samples.needs, None, SAMPLES, silent)
    yield from ranking_figures(SAMPLES, runs, with_positives(samples.qrels), METRICS[:1])
    if data is not None:
        found = dev_figures(Settings(), encoder, data / "need-achievement", silent)
        yield from (figure for figure in found if figure.metric == METRICS[0])


if __name__ == "__main__":
    main()
