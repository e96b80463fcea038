"""Bytes of a vector in the forms that FAISS, and Milvus with it, can store.

Indexes of FAISS are filled at two sizes and written into memory; the line through both says what
one more vector takes. Lists keep eight bytes of id beside each vector.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from indexes.vector_lists import import_faiss
from matcher.ports import Vectors
from scripts.scale.lines import line_through

DIMENSIONS = (384, 1_024)
SIZES = (512, 1_536)
LINKS = 32
"""M of the graph, as indexes/milvus/collection.py creates it."""
LISTS = 4
FLOAT_BYTES = 4
DISKANN_MEMORY = 0.125
"""Memory of DISKANN by the vectors' bytes: PQCodeBudgetGBRatio of Milvus' documentation."""
DISKANN_LINKS = 56
"""Links of a vector in DISKANN's graph: MaxDegree of Milvus' documentation."""

Form = Callable[[int], Any]


def forms() -> Mapping[str, Form]:
    """Return the forms by name, each made for a dimension."""
    faiss = import_faiss()
    product, scalar = faiss.METRIC_INNER_PRODUCT, faiss.ScalarQuantizer

    def lists(dimension: int) -> Any:
        return faiss.IndexFlatIP(dimension), dimension, LISTS

    return {
        "float32": lambda d: faiss.IndexFlat(d, product),
        "float16": lambda d: faiss.IndexScalarQuantizer(d, scalar.QT_fp16, product),
        "SQ8": lambda d: faiss.IndexScalarQuantizer(d, scalar.QT_8bit, product),
        "HNSW, float32": lambda d: faiss.IndexHNSWFlat(d, LINKS, product),
        "HNSW, SQ8": lambda d: faiss.IndexHNSWSQ(d, scalar.QT_8bit, LINKS, product),
        "IVF, SQ8": lambda d: faiss.IndexIVFScalarQuantizer(
            *lists(d), scalar.QT_8bit, product, False
        ),
        "IVF, RaBitQ": lambda d: faiss.IndexIVFRaBitQ(*lists(d), product),
        "IVF, PQ of 4 dimensions in 4 bits": lambda d: faiss.IndexIVFPQ(
            *lists(d), d // 4, 4, product
        ),
    }


def bytes_by_form(dimension: int) -> dict[str, float]:
    """Return the bytes that one more vector takes in each form; DISKANN's by its formula."""
    random = np.random.default_rng(1)
    vectors: Vectors = random.standard_normal((SIZES[-1], dimension), dtype=np.float32)
    measured = {name: _bytes_each(make, vectors) for name, make in forms().items()}
    raw = FLOAT_BYTES * dimension
    return {
        **measured,
        "DISKANN, in memory (formula)": DISKANN_MEMORY * raw,
        "DISKANN, on disk (formula)": raw + FLOAT_BYTES * (DISKANN_LINKS + 1),
    }


def _bytes_each(make: Form, vectors: Vectors) -> float:
    """Growth of a written index with each vector."""
    faiss = import_faiss()
    written = {}
    for size in SIZES:
        index = make(vectors.shape[1])
        index.train(vectors)
        index.add(vectors[:size])
        written[size] = float(len(faiss.serialize_index(index)))
    return line_through(written).each
