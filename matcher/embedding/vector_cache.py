"""Vectors of texts that were embedded before, so that an index embeds only what is new.

Kept in a SQLite file of its own beside the indexes: it is derived, and can be deleted at any time.
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
CHUNK = 900


def key_of(text: str) -> Key:
    """The key of a text: equal texts share one vector."""
    return hashlib.sha256(text.encode()).digest()[:16]


class VectorCache:
    """Unit vectors of passages by model fingerprint and text."""

    def __init__(self, file: Path, fingerprint: str, dimension: int) -> None:
        """Open the cache of one model, creating the file if need be."""
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
        """Which of the keys have no vector yet."""
        wanted = set(keys)
        listed = list(wanted)
        for start in range(0, len(listed), CHUNK):
            wanted -= {key for key, _ in self._rows("text, 1", listed[start : start + CHUNK])}
        return wanted

    def put(self, keys: Sequence[Key], vectors: Vectors) -> None:
        """Keep vectors (n, d) under n keys, for good as soon as this returns."""
        rows = [
            (self._fingerprint, key, vector.astype("<f4").tobytes())
            for key, vector in zip(keys, vectors, strict=True)
        ]
        with self._database:
            self._database.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)

    def fill(self, keys: Sequence[Key], out: Vectors | HalfVectors) -> None:
        """Write the vectors of n keys into `out` (n, d). Every key must be there."""
        for start in range(0, len(keys), CHUNK):
            chunk = keys[start : start + CHUNK]
            found = {
                key: np.frombuffer(blob, dtype="<f4")
                for key, blob in self._rows("text, vector", list(set(chunk)))
            }
            for offset, key in enumerate(chunk):
                out[start + offset] = found[key]

    def keep_only(self, keys: set[Key]) -> None:
        """Forget this model's vectors of texts that are no longer in the catalogue."""
        query = "SELECT text FROM vectors WHERE model = ?"
        held = [key for (key,) in self._database.execute(query, (self._fingerprint,))]
        doomed = [(self._fingerprint, key) for key in held if key not in keys]
        with self._database:
            self._database.executemany("DELETE FROM vectors WHERE model = ? AND text = ?", doomed)

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
