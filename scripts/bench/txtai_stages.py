"""What scripts/bench/speed.py measures of txtai (dense and BM25) with the same model and data."""

import json
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.fake import FakeEncoder
from models.loading import BUILTIN, BUILTIN_FOLDER
from scripts.bench.catalogue import needs
from scripts.bench.process import (
    ENCODED,
    answer,
    asked,
    peak_memory,
    seconds,
)

RESULTS = 10
_fake = FakeEncoder()


def fake_vectors(texts: Sequence[str]) -> NDArray[np.float32]:
    """The fake encoder as txtai calls it."""
    return _fake.encode(list(texts), "passage")


def version(options: dict[str, Any]) -> dict[str, Any]:
    """Which txtai this is."""
    from importlib.metadata import version

    import txtai  # noqa: F401 - fails where it cannot be used

    return {"version": version("txtai")}


def index(options: dict[str, Any]) -> dict[str, Any]:
    """Encode some passages, then build the whole index, each several times; the last one stays."""
    texts = json.loads(Path(options["passages"]).read_text("utf-8"))
    embeddings = _new(options["model"])
    some = texts[:ENCODED]
    embeddings.batchtransform(some[:8], "data")
    runs = range(options["runs"])
    encoding = [seconds(lambda: embeddings.batchtransform(some, "data")) for _ in runs]
    indexing = []
    for _ in runs:
        start = time.perf_counter()
        embeddings.index(texts)
        embeddings.save(options["folder"])
        indexing.append(time.perf_counter() - start)
    rates = [len(some) / taken for taken in encoding]
    return {"rates": rates, "seconds": indexing, "memory": peak_memory()}


def query(options: dict[str, Any]) -> dict[str, Any]:
    """Answer every sample need several times; a query's encoding is timed beside its search."""
    embeddings = _open(options)
    embeddings.search(needs()[0], RESULTS)
    encoding, searching = [], []
    for _ in range(options["runs"]):
        for text in needs():
            taken = seconds(partial(embeddings.transform, text, "query"))
            whole = seconds(partial(embeddings.search, text, RESULTS))
            encoding.append(taken)
            searching.append(max(0.0, whole - taken))
    return {"encoding": encoding, "searching": searching, "memory": peak_memory()}


def first(options: dict[str, Any]) -> dict[str, Any]:
    """Answer one need; the parent times the whole process."""
    return {"results": len(_open(options).search(needs()[0], RESULTS))}


def _new(model: str) -> Any:
    from txtai import Embeddings

    return Embeddings({"content": True, "hybrid": True, "encodebatch": 32, **_vectors(model)})


def _open(options: dict[str, Any]) -> Any:
    from txtai import Embeddings

    embeddings = Embeddings()
    embeddings.load(options["folder"], config=_vectors(options["model"]))
    return embeddings


def _vectors(model: str) -> dict[str, Any]:
    """How txtai is told to make vectors with this model."""
    if model == "fake":
        return {"method": "external", "transform": fake_vectors}
    path = str(BUILTIN_FOLDER) if model == BUILTIN else model
    # Weights kept in halves would else be computed in float16, which CPUs do very slowly.
    loading = {"model_kwargs": {"dtype": "float32"}}
    return {"method": "sentence-transformers", "path": path, "vectors": loading}


STAGES = {"version": version, "index": index, "query": query, "first": first}

if __name__ == "__main__":
    stage, given = asked()
    answer(STAGES[stage](given))
