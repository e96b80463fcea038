"""Collections of an index in Milvus: names, creation, and those that are no more needed."""

import secrets
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Literal

from indexes.forward import K1, B
from indexes.milvus.client import MilvusCalls
from indexes.milvus.entities import schema

VectorKind = Literal["auto", "flat", "hnsw", "hnsw_sq", "ivf_sq8", "diskann"]
_HOME_FILE = "milvus-home"
_KINDS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "flat": ("FLAT", {}),
    "hnsw": ("HNSW", {"M": 32, "efConstruction": 200}),
    "hnsw_sq": ("HNSW_SQ", {"M": 32, "efConstruction": 200, "sq_type": "SQ8"}),
    "ivf_sq8": ("IVF_SQ8", {"nlist": 1024}),
    "diskann": ("DISKANN", {}),
}
SCALARS = ("segment", "patent", "status", "region", "patent_type")
ARRAYS = ("industries", "ipc")
"""Fields with an index of their own; milvus-lite has none for arrays."""


def home_prefix(name: str, root: Path) -> str:
    """Return the beginning of the names of one home's collections, which no other home has."""
    file = root / _HOME_FILE
    if not file.exists():
        root.mkdir(parents=True, exist_ok=True)
        file.write_text(secrets.token_hex(4) + "\n", "utf-8")
    return f"{name}_{file.read_text('utf-8').strip()}_"


def new_name(prefix: str) -> str:
    """Return the name of a new collection."""
    return prefix + secrets.token_hex(4)


def create(
    calls: MilvusCalls, collection: str, dimension: int, kind: VectorKind, vectors: int, large: int
) -> None:
    """Create a collection for so many vectors; from `large` of them, auto takes a graph."""
    from pymilvus import MilvusClient

    if kind == "auto":
        kind = "flat" if vectors <= large else "hnsw"
    index_type, parameters = _KINDS[kind]
    indexes = MilvusClient.prepare_index_params()
    indexes.add_index("vector", index_type=index_type, metric_type="IP", params=dict(parameters))
    indexes.add_index(
        "bm25",
        index_type="SPARSE_INVERTED_INDEX",
        metric_type="BM25",
        params={"bm25_k1": K1, "bm25_b": B},
    )
    for field in SCALARS if calls.is_lite else (*SCALARS, *ARRAYS):
        indexes.add_index(field, index_type="INVERTED")
    calls.create(collection, schema(dimension), indexes)


def drop_others(calls: MilvusCalls, prefix: str, needed: Collection[str]) -> None:
    """Drop the collections of a home but those that are needed."""
    for name in calls.collections():
        if name.startswith(prefix) and name not in needed:
            calls.drop(name)
