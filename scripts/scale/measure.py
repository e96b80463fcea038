"""All that is measured, at sizes that this machine can run in a few minutes."""

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from matcher.patents.statements import abstract_sentences
from matcher.settings import Settings
from matcher.types import Patent
from matcher.wiring.open import load_encoder
from scripts.bench.process import Measured
from scripts.scale import stages
from scripts.scale.catalogue import save_documents
from scripts.scale.embedding_rate import tokens_a_second
from scripts.scale.lines import Line, line_through
from scripts.scale.milvus_rows import MilvusFigures, measure_rows
from scripts.scale.parts import PARTS
from scripts.scale.quantised import DIMENSIONS, bytes_by_form
from scripts.scale.searches import dense_line, marking_line, words_line
from scripts.scale.texts import patent_texts, per_patent

HASHED = 64 * 2**20
"""Bytes that are hashed to learn how fast that is."""


@dataclass(frozen=True, slots=True)
class Extent:
    """Sizes at which is measured."""

    sizes: tuple[int, int]
    """Patents in files."""
    milvus: int
    """Patents in milvus-lite."""
    vectors: tuple[int, int]
    """Vectors that are searched exactly."""
    words: tuple[int, int]
    """Passages that are searched for words."""
    embedded: int
    """Patents whose texts are embedded by the model."""
    needs: int


@dataclass(frozen=True)
class Figures:
    """Measured figures."""

    extent: Extent
    per_patent: Mapping[str, tuple[float, float]]
    """Mean and median of each count of a patent."""
    parts: Mapping[str, Line]
    """Bytes on disk by patents."""
    index_memory: Line
    """Peak memory of `matcher index` by patents, in bytes."""
    index_seconds: Line
    """Processor time of `matcher index` by patents, without the model."""
    held: Line
    """Memory of an open index by patents, in bytes, without mapped files."""
    columns: Line
    """Memory of the columns of the catalogue by patents, in bytes."""
    values: Line
    """Memory of the values that filters compare by patents, in bytes."""
    filtering: Line
    """Time in which the patents that a filter allows are read, by patents, in seconds."""
    server: float
    """Peak memory of a process that answered, at the smaller size, in bytes."""
    answers: tuple[Measured, Measured]
    """Medians of answers at both sizes, times in seconds."""
    dense: Line
    """Time of one exact search by vectors that are read, in seconds."""
    marking: Line
    """Time of marking what a filter allows by vectors of the index, in seconds."""
    words: Line
    """Time of one search for words by postings of its terms, in seconds."""
    milvus: MilvusFigures
    forms: Mapping[int, Mapping[str, float]]
    """Bytes of a vector by form, for each dimension."""
    rates: Mapping[int, float]
    """Tokens that are embedded in a second, by cores."""
    hashing: float
    """Bytes a second that are compared with their checksums when an index is opened."""

    def mean(self, name: str) -> float:
        """Return the mean of a count of a patent."""
        return self.per_patent[name][0]


def measure(
    documents: Sequence[Patent],
    needs: Sequence[str],
    extent: Extent,
    folder: Path,
    tell: Callable[[str], None],
) -> Figures:
    """Measure everything; `tell` says what is under way."""
    needs = needs[: extent.needs]
    by_size = {}
    for size in extent.sizes:
        tell(f"index of {size:,} patents")
        by_size[size] = _in_files(documents[:size], needs, folder / f"{size} patents")
    small, large = (by_size[size] for size in extent.sizes)
    settings = Settings(home=folder / f"{extent.sizes[0]} patents", database_url=None)
    encoder = load_encoder(settings)
    texts = patent_texts(settings, encoder)
    tell("searches")
    dense = dense_line(extent.vectors, encoder.dimension)
    marking = marking_line(extent.vectors, encoder.dimension)
    sentences = [own.text for patent in documents[:500] for own in abstract_sentences(patent)]
    words = words_line(extent.words, sentences, needs)
    tell(f"collection of {extent.milvus:,} patents in milvus-lite")
    milvus = measure_rows(documents[: extent.milvus], needs, settings, folder)
    tell("model")
    rates = tokens_a_second(texts[: extent.embedded], settings)

    def line(read: Callable[[Measured], float]) -> Line:
        return line_through({size: read(own) for size, own in by_size.items()})

    return Figures(
        extent,
        per_patent(texts, encoder),
        {part: line(partial(_part, part)) for part in PARTS},
        line(lambda own: own["memory"] * 2**20),
        line(lambda own: own["seconds"]),
        line(lambda own: own["held"]),
        line(lambda own: own["columns"]),
        line(lambda own: own["values"]),
        line(lambda own: own["answer"]["filter"]),
        small["answer"]["memory"] * 2**20,
        (small["answer"], large["answer"]),
        dense,
        marking,
        words,
        milvus,
        {dimension: bytes_by_form(dimension) for dimension in DIMENSIONS},
        rates,
        _hashing(),
    )


def _in_files(documents: Sequence[Patent], needs: Sequence[str], home: Path) -> Measured:
    """Build, open and ask an index in files; each in a process of its own."""
    home.mkdir()
    save_documents(documents, home)
    options = {"home": str(home), "needs": list(needs)}
    built, opened = stages.run("index", options), stages.run("opened", options)
    return {
        **built,
        "held": opened["index"],
        "columns": opened["columns"],
        "values": opened["values"],
        "answer": stages.run("answers", options),
    }


def _part(name: str, measured: Measured) -> float:
    """Bytes of a part."""
    return float(measured["bytes"][name])


def _hashing() -> float:
    content = bytes(HASHED)
    start = time.process_time()
    hashlib.sha256(content).digest()
    return HASHED / (time.process_time() - start)
