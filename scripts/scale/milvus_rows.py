"""Rows of an index in Milvus, and the calls of an answer: counted on milvus-lite.

Bytes are those of the values, without the frames of gRPC around them.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from indexes.milvus.client import MilvusCalls
from matcher.settings import Settings
from matcher.types import Need, Patent
from matcher.wiring.open import load_encoder
from matcher.wiring.temporary import temporary_engine
from scripts.bench.event import RandomVectors
from scripts.scale.stages import TODAY

INTEGER, SPARSE = 8, 8
"""Bytes of a number, and of a term in a sparse vector: its number and its weight."""
VECTOR, TERMS, TOKENS, BM25, SCALARS = "vector", "terms", "tokens", "bm25", "scalars"
FIELDS = (VECTOR, TERMS, TOKENS, BM25, SCALARS)


@dataclass
class Calls:
    """Calls that were made."""

    rows: int = 0
    """Rows that were written."""
    written: Counter[str] = field(default_factory=Counter)
    """Bytes that were written, by field."""
    searches: int = 0
    gets: int = 0
    hits: int = 0
    fetched: int = 0
    """Rows that came with vector and terms."""
    sent: int = 0
    received: int = 0
    """Bytes."""


@dataclass(frozen=True)
class MilvusFigures:
    """Figures of a collection and of an answer from it."""

    patents: int
    vectors: int
    row_bytes: Mapping[str, float]
    """Bytes of a row by field: the mean over all rows."""
    answer: Mapping[str, float]
    """Medians over the answers."""


def measure_rows(
    documents: Sequence[Patent], needs: Sequence[str], settings: Settings, folder: Path
) -> MilvusFigures:
    """Write a collection, answer needs from it, and count."""
    place = f"milvus+file:{folder}/rows.db"
    encoder = RandomVectors(load_encoder(settings))
    with (
        _counted() as counted,
        temporary_engine(documents, settings, encoder=encoder, index=place) as engine,
    ):
        written = counted[0]
        answers = []
        rows: Any = engine.matcher._retriever.index.dense
        for need in needs:
            rows._published.rows._rows.clear()  # as in the first answer of a server
            counted[0] = Calls()
            engine.matcher.match(Need(need), today=TODAY)
            answers.append(counted[0])
    names = ("searches", "gets", "hits", "fetched", "sent", "received")
    return MilvusFigures(
        len(documents),
        written.rows,
        {name: written.written[name] / written.rows for name in FIELDS},
        {name: median(getattr(own, name) for own in answers) for name in names},
    )


def row_fields(row: Mapping[str, Any]) -> dict[str, int]:
    """Return the bytes of a row by field; those of `bm25` are of the vector that Milvus makes."""
    scalars = {name: value for name, value in row.items() if name not in FIELDS}
    return {
        VECTOR: np.asarray(row[VECTOR], np.float32).nbytes,
        TERMS: len(row[TERMS]),
        TOKENS: len(row[TOKENS]),
        BM25: SPARSE * len(set(row[TOKENS].split())),
        SCALARS: sum(map(_bytes, scalars.values())),
    }


def _bytes(value: Any) -> int:
    if isinstance(value, str):
        return len(value.encode())
    if isinstance(value, bool):
        return 1
    return INTEGER if isinstance(value, int) else sum(map(_bytes, value))


@contextmanager
def _counted() -> Iterator[list[Calls]]:
    """Count the calls; the counts are the first of the list, and can be begun anew there."""
    counted = [Calls()]
    work = MilvusCalls._work

    def counting(calls: MilvusCalls, method: str, *arguments: Any, **options: Any) -> Any:
        result = work(calls, method, *arguments, **options)
        _count(counted[0], method, arguments, options, result)
        return result

    MilvusCalls._work = counting  # type: ignore[assignment, method-assign]
    try:
        yield counted
    finally:
        MilvusCalls._work = work  # type: ignore[method-assign]


def _count(
    calls: Calls, method: str, arguments: Sequence[Any], options: Mapping[str, Any], result: Any
) -> None:
    """Add a call that was made, with what it returned."""
    if method == "upsert":
        for row in arguments[1]:
            calls.rows += 1
            calls.written.update(row_fields(row))
    elif method == "search":
        hits = sum(len(own.ids) for own in result)
        calls.searches += 1
        calls.hits += hits
        calls.sent += len(options["filter"]) + sum(map(_sent, options["data"]))
        calls.received += hits * (INTEGER + 4)
    elif method == "get":
        calls.gets += 1
        calls.fetched += len(result)
        calls.sent += INTEGER * len(arguments[1])
        calls.received += sum(
            INTEGER + np.asarray(row[VECTOR], np.float32).nbytes + len(row[TERMS]) for row in result
        )


def _sent(query: Any) -> int:
    """Bytes of a query: a text or a vector."""
    return len(query) if isinstance(query, str) else 4 * len(query)
