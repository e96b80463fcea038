"""Stages of txtai (dense and BM25) that scripts/bench/speed.py measures, with the same data."""

import json
import time
from collections.abc import Sequence
from functools import partial
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.fake import FakeEncoder
from models.loading import BUILTIN, BUILTIN_FOLDER
from scripts.bench.process import (
    PASSAGES_ENCODED,
    Measured,
    Options,
    peak_memory,
    run_stage,
    seconds,
)

RESULTS = 10


def version(options: Options) -> Measured:
    """Version of the installed txtai; fails if txtai cannot be imported."""
    import_module("txtai")
    return {"version": metadata.version("txtai")}


def index(options: Options) -> Measured:
    """Encode some passages in each run, then build and save the whole index in each run."""
    texts = json.loads(Path(options["passages"]).read_text("utf-8"))
    embeddings = _new(options["model"])
    some = texts[:PASSAGES_ENCODED]
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


def query(options: Options) -> Measured:
    """Answer every sample need in each run; the encoding is timed apart and subtracted."""
    embeddings = _open(options)
    embeddings.search(options["needs"][0], RESULTS)
    encoding, searching, answering = [], [], []
    for _ in range(options["runs"]):
        for text in options["needs"]:
            taken = seconds(partial(embeddings.transform, text, "query"))
            whole = seconds(partial(embeddings.search, text, RESULTS))
            encoding.append(taken)
            searching.append(max(0.0, whole - taken))
            answering.append(whole)
    return {
        "encoding": encoding,
        "searching": searching,
        "whole": answering,
        "memory": peak_memory(),
    }


def first(options: Options) -> Measured:
    """Answer one need; the parent process times the whole process."""
    return {"results": len(_open(options).search(options["needs"][0], RESULTS))}


def fake_vectors(texts: Sequence[str]) -> NDArray[np.float32]:
    """Encode with the fake encoder in the form that txtai calls."""
    return FakeEncoder().encode(list(texts), "passage")


def _new(model: str) -> Any:
    from txtai import Embeddings

    return Embeddings({"content": True, "hybrid": True, "encodebatch": 32, **_vectors(model)})


def _open(options: Options) -> Any:
    from txtai import Embeddings

    embeddings = Embeddings()
    embeddings.load(options["folder"], config=_vectors(options["model"]))
    return embeddings


def _vectors(model: str) -> dict[str, Any]:
    """Configuration of txtai's vectors for this model."""
    if model == "fake":
        return {"method": "external", "transform": fake_vectors}
    path = str(BUILTIN_FOLDER) if model == BUILTIN else model
    # The weights are in float16; without this option txtai would compute in float16, which is
    # very slow on CPUs.
    loading = {"model_kwargs": {"dtype": "float32"}}
    return {"method": "sentence-transformers", "path": path, "vectors": loading}


if __name__ == "__main__":
    run_stage({"version": version, "index": index, "query": query, "first": first})
