"""Measure embedding on one and two workers of a Ray cluster, beside this process.

    python -m scripts.bench.ray_workers                  # varied sample patents
    python -m scripts.bench.ray_workers --data FILE      # other patents

Embeds the texts of all passages and sentences, in turns on one worker, on two, and in this process
with all cores. A run on Ray starts a cluster of this machine, loads the model in each worker,
embeds and ends. Its start is measured by a run with one short text, and taken off for the rate.
Checks that all vectors are equal to the bit. Prints a Markdown table of medians.
"""

import argparse
import tempfile
import time
from datetime import date
from pathlib import Path
from statistics import median

import numpy as np

from matcher.embedding.embed_catalogue import passage_chunks, sentence_chunks
from matcher.embedding.parts import Chunk, LocalPartEncoder, Part, PartEncoder, cut_parts
from matcher.embedding.vector_cache import Key
from matcher.patents.passages import in_simplified, passages
from matcher.ports import Encoder, Vectors
from matcher.settings import Settings
from matcher.store import patents
from matcher.wiring.open import import_files, load_encoder, open_store
from matcher.wiring.ray_embedding.open import ray_part_encoder
from scripts.bench.compare import add_data_options, bench_data
from scripts.bench.machine import describe_commit, describe_machine

WORKERS = (1, 2)
SHORT = [Part(["阀"], [[None]], [b"0" * 16])]


def main() -> None:
    """Embed in turns and print the table."""
    options = _options()
    print(f"Commit {describe_commit()}; {describe_machine()}\n")
    with tempfile.TemporaryDirectory(prefix="matcher ray ") as folder:
        data, _needs = bench_data(options, Path(folder))
        settings = Settings(
            home=Path(folder), database_url=None, ray_address=None, compute_dtype=options.dtype
        )
        import_files(settings, [data], today=date.today())
        encoder = load_encoder(settings)
        work = cut_parts(_chunks(settings, encoder))
        ways: dict[str, PartEncoder] = {"this process": LocalPartEncoder(encoder)}
        for workers in WORKERS:
            on_ray = ray_part_encoder(settings.model_copy(update={"ray_workers": workers}), encoder)
            ways[f"Ray, {workers} worker{'s' if workers > 1 else ''}"] = on_ray
        _print(ways, work, options.runs)


def _print(ways: dict[str, PartEncoder], work: list[Part], runs: int) -> None:
    """Measure each way in turns; print the table."""
    texts = sum(len(part.texts) for part in work)
    totals: dict[str, list[float]] = {way: [] for way in ways}
    starts: dict[str, list[float]] = {way: [] for way in ways}
    first: dict[Key, Vectors] = {}
    for _run in range(runs):
        for way, encoder in ways.items():
            starts[way].append(_timed(encoder, SHORT)[0])
            seconds, vectors = _timed(encoder, work)
            totals[way].append(seconds)
            first = first or vectors
            if any(not np.array_equal(first[key], own) for key, own in vectors.items()):
                raise SystemExit(f"{way}: other vectors than in the first run")
    print(f"{texts:,} texts in {len(work)} parts; medians of {runs} runs in turns; equal vectors\n")
    print("| embedding | all, s | of it start, s | texts a second without the start |")
    print("|---|---|---|---|")
    for way in ways:
        total, start = median(totals[way]), median(starts[way])
        rates = [
            texts / (total - start) for total, start in zip(totals[way], starts[way], strict=True)
        ]
        print(f"| {way} | {total:.1f} | {start:.1f} | {median(rates):,.0f} |")


def _timed(encoder: PartEncoder, work: list[Part]) -> tuple[float, dict[Key, Vectors]]:
    """Embed parts; return the seconds and the vectors."""
    start = time.perf_counter()
    with (
        encoder.earlier(full=True),
        encoder.encode(work, lambda texts: None) as encoded,
    ):
        vectors = {
            key: vector
            for own in encoded
            for key, vector in zip(own.keys, own.vectors, strict=True)
        }
    return time.perf_counter() - start, vectors


def _chunks(settings: Settings, encoder: Encoder) -> list[Chunk]:
    """Chunks of all patents, each once."""
    chunks: list[Chunk] = []
    with open_store(settings) as store, store.reading() as connection:
        for row, original in patents.each(connection):
            patent = in_simplified(original)
            for passage in passages(row, patent):
                pieces = passage_chunks(patent, passage, encoder)
                chunks += pieces
                if passage.kind == "abstract":
                    chunks += sentence_chunks(patent, [piece.text for piece in pieces], encoder)
    return list({chunk.key: chunk for chunk in chunks}.values())


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.bench.ray_workers", description=(__doc__ or "").splitlines()[0]
    )
    add_data_options(parser)
    parser.add_argument("--runs", type=int, default=3, help="runs; the table has their medians")
    parser.add_argument("--dtype", default="float32", help="compute type (auto, float32)")
    options = parser.parse_args()
    if min(options.runs, options.patents) < 1:
        parser.error("--runs and --patents must be at least 1")
    return options


if __name__ == "__main__":
    main()
