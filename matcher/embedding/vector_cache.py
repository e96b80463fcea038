"""Cache of the vectors of embedded texts, so that an index embeds only new ones.

It is a SQLite file beside the indexes; it is derived data and can be deleted at any time.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Self

import numpy as np

from matcher.embedding.sentence_vectors import HalfVectors
from matcher.ports import Vectors

Key = bytes
MAX_KEYS = 900
"""Keys in one query: SQLite limits the number of parameters."""


def text_key(text: str) -> Key:
    """Return the key of a text: equal texts share one vector."""
    return hashlib.sha256(text.encode()).digest()[:16]


class VectorCache:
    """Cache of unit vectors by model fingerprint and text key."""

    def __init__(self, file: Path, fingerprint: str, dimension: int) -> None:
        """Open the cache of one model; the file is created if it is missing."""
        file.parent.mkdir(parents=True, exist_ok=True)
        self._dimension = dimension
        self._fingerprint = fingerprint
        self._database = sqlite3.connect(file, timeout=60)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=NORMAL")
        with self._database:
            self._database.execute(
                "CREATE TABLE IF NOT EXISTS vectors (model TEXT, text BLOB, vector BLOB, "
                "PRIMARY KEY (model, text)) WITHOUT ROWID"
            )

    def missing(self, keys: Iterable[Key]) -> set[Key]:
        """Return the keys that have no vector yet."""
        missing = set(keys)
        listed = list(missing)
        for start in range(0, len(listed), MAX_KEYS):
            missing -= {key for key, _ in self._rows("text, 1", listed[start : start + MAX_KEYS])}
        return missing

    def put(self, keys: Sequence[Key], vectors: Vectors) -> None:
        """Store vectors (n, d) under n keys; they are committed on return."""
        rows = [
            (self._fingerprint, key, vector.astype("<f4").tobytes())
            for key, vector in zip(keys, vectors, strict=True)
        ]
        with self._database:
            self._database.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)

    def fill(self, keys: Sequence[Key], out: Vectors | HalfVectors) -> None:
        """Write the vectors of n keys into `out` (n, d). Every key must be cached."""
        for start in range(0, len(keys), MAX_KEYS):
            batch = keys[start : start + MAX_KEYS]
            vectors = {
                key: np.frombuffer(blob, dtype="<f4")
                for key, blob in self._rows("text, vector", list(set(batch)))
            }
            for offset, key in enumerate(batch):
                out[start + offset] = vectors[key]

    def keep_only(self, keys: set[Key]) -> None:
        """Delete this model's vectors under all other keys."""
        query = "SELECT text FROM vectors WHERE model = ?"
        cached = [key for (key,) in self._database.execute(query, (self._fingerprint,))]
        others = [(self._fingerprint, key) for key in cached if key not in keys]
        with self._database:
            self._database.executemany("DELETE FROM vectors WHERE model = ? AND text = ?", others)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _rows(self, columns: str, keys: list[Key]) -> list[tuple[Key, bytes]]:
        marks = ",".join("?" * len(keys))
        query = f"SELECT {columns} FROM vectors WHERE model = ? AND text IN ({marks})"
        return self._database.execute(query, (self._fingerprint, *keys)).fetchall()
