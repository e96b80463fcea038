"""Measure the engine on Milvus beside the engine on files: how good, and what it adds to the calls.

    python -m scripts.bench.milvus                              # judged samples, 5,000 passages
    python -m scripts.bench.milvus --collection FOLDER --passages 100000

The collection (BEIR layout, split dev) is filled up with clauses of the samples in new order, which
answer none of its needs; their vectors are random, as embedding them would take most of the time.
Both engines hold the same passages and vectors and answer the same needs in one process, Milvus in
a file of milvus-lite or at `--index`. The calls are those of the client while an answer is found,
until their rows are read; the path is all of the answer.
"""

import argparse
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

import numpy as np

import matcher
from indexes.milvus.client import MilvusCalls
from matcher.evaluation.collection import Collection, read_collection
from matcher.measures import measure
from matcher.patents.statements import abstract_sentences
from matcher.ports import Encoder, Progress, Spans, TextKind, Vectors
from matcher.search.matcher import Matcher
from matcher.settings import Settings
from matcher.types import Patent, PatentId
from matcher.wiring.open import load_encoder
from matcher.wiring.temporary import TemporaryEngine, temporary_engine
from scripts.bench.machine import describe_commit, describe_machine
from scripts.bench.process import peak_memory
from scripts.quality.caching_encoder import CachingEncoder

SAMPLES = Path(matcher.__file__).parent / "samples"
CLAUSE_END = re.compile("[，；。,;]+")
TIMED = 20
"""Needs whose answers are timed."""
DEPTH = 10


class FillingEncoder(CachingEncoder):
    """Encoder that gives some texts random unit vectors."""

    def __init__(self, encoder: Encoder, fillings: Set[str]) -> None:
        super().__init__(encoder)
        self._fillings = fillings
        self._random = np.random.default_rng(1)

    def encode_spans(
        self, texts: Sequence[str], spans: Spans, kind: TextKind, progress: Progress | None = None
    ) -> list[Vectors]:
        """Unit vectors (s, d) of the spans of each text, random ones for fillings."""
        for text, own in zip(texts, spans, strict=True):
            key = kind, text, tuple(own)
            if text in self._fillings and key not in self._span_vectors:
                drawn = self._random.standard_normal((len(own), self.dimension), dtype=np.float32)
                self._span_vectors[key] = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
        return super().encode_spans(texts, spans, kind, progress)


@dataclass
class Timed:
    """Answers of one engine."""

    ndcg: float
    answers: list[float] = field(default_factory=list)
    """Seconds of each answer."""
    calls: list[float] = field(default_factory=list)
    """Seconds of the client's calls in each answer."""


def main() -> None:
    """Build both engines, let them answer, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--collection", type=Path, default=SAMPLES)
    parser.add_argument("--passages", type=int, default=5_000)
    parser.add_argument("--index", help="MATCHER_INDEX; by default a file of milvus-lite")
    options = parser.parse_args()
    collection = read_collection(options.collection, "dev")
    print(f"Commit {describe_commit()}; {describe_machine()}\n", flush=True)
    with tempfile.TemporaryDirectory(prefix="matcher milvus ") as folder:
        index = options.index or f"milvus+file:{folder}/rows.db"
        settings = Settings(home=Path(folder), database_url=None)
        fillings = list(_filling(collection, options.passages))
        encoder = FillingEncoder(load_encoder(settings), {own.title for own in fillings})
        documents = [*collection.documents, *fillings]
        measured = {}
        for name, place in (("files", "files"), ("Milvus", index)):
            with temporary_engine(documents, settings, encoder=encoder, index=place) as engine:
                size = len(engine.matcher._retriever.index.table.patent)
                print(f"{name}: {size:,} passages indexed", flush=True)
                measured[name] = _measure(engine, collection)
    _print(measured, collection)


def _filling(collection: Collection, passages: int) -> Iterator[Patent]:
    """Yield documents that answer no need, until there are so many passages."""
    held = sum(1 + len(patent.claims) for patent in collection.documents)
    samples = read_collection(SAMPLES, "dev").documents
    clauses = [
        clause.strip()
        for patent in samples
        for sentence in abstract_sentences(patent)
        for clause in CLAUSE_END.split(sentence.text)
        if clause.strip()
    ]
    random = np.random.default_rng(1)
    for number in range(passages - held):
        chosen = random.integers(len(clauses), size=2)
        title = "，".join(clauses[own] for own in chosen)
        yield Patent(id=PatentId(f"filling-{number}"), title=title)


def _measure(engine: TemporaryEngine, collection: Collection) -> Timed:
    """Rank all needs, and time the answers to some of them."""
    names = {row: identity for identity, row in engine.rows.items()}
    qrels = {q: grades for q, grades in collection.qrels.items() if max(grades.values()) > 0}
    run = {}
    for query in qrels:
        ranked = engine.matcher.rankings(collection.needs[query], k=DEPTH, allowed=None)["engine"]
        run[query] = [(str(names[row]), score) for row, score in ranked]
    timed = Timed(float(measure(run, qrels)["ndcg@10"].mean()))
    with _timed_calls() as calls:
        for query in list(qrels)[:TIMED]:
            _answer(engine.matcher, collection, query, calls, timed)
    return timed


def _answer(
    engine: Matcher, collection: Collection, query: str, calls: list[float], timed: Timed
) -> None:
    _forget(engine)
    calls.clear()
    start = time.perf_counter()
    engine.match(collection.needs[query], today=date.today())
    timed.answers.append(time.perf_counter() - start)
    timed.calls.append(sum(calls))


def _forget(engine: Matcher) -> None:
    """Empty the rows in memory, so that each answer makes all of its calls."""
    dense: Any = engine._retriever.index.dense
    if hasattr(dense, "_published"):
        dense._published.rows._rows.clear()


@contextmanager
def _timed_calls() -> Iterator[list[float]]:
    """Note the seconds of each call to Milvus, in which the client also reads what it was sent."""
    noted: list[float] = []

    def timing(method: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*arguments: Any) -> Any:
            start = time.perf_counter()
            try:
                return method(*arguments)
            finally:
                noted.append(time.perf_counter() - start)

        return timed

    search, rows = MilvusCalls.search, MilvusCalls.rows
    with (
        patch.object(MilvusCalls, "search", timing(search)),
        patch.object(MilvusCalls, "rows", timing(rows)),
    ):
        yield noted


def _print(measured: dict[str, Timed], collection: Collection) -> None:
    files, milvus = measured["files"], measured["Milvus"]
    ratios = [a / c for a, c in zip(milvus.answers, milvus.calls, strict=True)]
    print(f"\n{len(collection.qrels)} judged needs, {len(ratios)} answers timed\n")
    print("| | files | Milvus |\n|---|---:|---:|")
    print(f"| nDCG@10 of the engine | {files.ndcg:.4f} | {milvus.ndcg:.4f} |")
    for line, values in (
        ("answer, median", (files.answers, milvus.answers)),
        ("calls of the client in it, median", ([], milvus.calls)),
    ):
        print(f"| {line} | {_seconds(values[0])} | {_seconds(values[1])} |")
    print(f"| answer over its calls, median |  | {median(ratios):.2f} |")
    print(f"\nPeak memory {peak_memory():.0f} MB")


def _seconds(values: Sequence[float]) -> str:
    return f"{median(values):.3f} s" if values else ""


if __name__ == "__main__":
    main()
