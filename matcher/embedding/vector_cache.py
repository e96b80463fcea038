"""Cache of the vectors of embedded texts, so that an index embeds only new ones.

It is a SQLite file beside the indexes; it is derived data and can be deleted at any time.
"""

import hashlib
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Self

import numpy as np

from matcher.disk.sqlite import open_to_read
from matcher.embedding.sentence_vectors import HalfVectors
from matcher.errors import IndexUnavailableError
from matcher.language.messages import _
from matcher.ports import Vectors

Key = bytes
MAX_KEYS = 900
"""Keys in one query: SQLite limits the number of parameters."""
PAGE_BYTES = 16_384
"""Bytes of a page of SQLite: several vectors share one, and none spills into a page of its own."""
_CHECKSUM_BYTES = 4
"""Bytes of the CRC-32 behind each vector: a damaged vector is computed anew, never indexed."""


def text_key(text: str) -> Key:
    """Return the key of a text: equal texts share one vector."""
    return hashlib.sha256(text.encode()).digest()[:16]


class VectorCache:
    """Cache of unit vectors by model fingerprint and text key."""

    def __init__(self, file: Path, fingerprint: str, dimension: int) -> None:
        """Open the cache of one model; the file is created if it is missing."""
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file = file
        self._dimension = dimension
        self._fingerprint = fingerprint
        self._database = sqlite3.connect(file, timeout=60)
        with self._changing():
            self._database.execute(f"PRAGMA page_size={PAGE_BYTES}")  # of a new file
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute("PRAGMA synchronous=NORMAL")
            self._database.execute(
                "CREATE TABLE IF NOT EXISTS vectors (model TEXT, text BLOB, vector BLOB, "
                "PRIMARY KEY (model, text))"
            )

    def missing(self, keys: Iterable[Key]) -> set[Key]:
        """Return the keys that have no vector yet, or a damaged one."""
        missing = set(keys)
        listed = list(missing)
        for start in range(0, len(listed), MAX_KEYS):
            rows = self._rows("text, vector", listed[start : start + MAX_KEYS])
            missing -= {key for key, blob in rows if _is_whole(blob)}
        return missing

    def put(self, keys: Sequence[Key], vectors: Vectors) -> None:
        """Store vectors (n, d) under n keys; they are committed on return."""
        rows = [
            (self._fingerprint, key, _blob(vector))
            for key, vector in zip(keys, vectors, strict=True)
        ]
        with self._changing():
            self._database.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)

    def fill(self, keys: Sequence[Key], out: Vectors | HalfVectors) -> None:
        """Write the vectors of n keys into `out` (n, d). Every key must be cached."""
        for start in range(0, len(keys), MAX_KEYS):
            batch = keys[start : start + MAX_KEYS]
            vectors = {
                key: np.frombuffer(blob[:-_CHECKSUM_BYTES], dtype="<f4")
                for key, blob in self._rows("text, vector", list(set(batch)))
            }
            for offset, key in enumerate(batch):
                out[start + offset] = vectors[key]

    def keep_only(self, keys: set[Key]) -> None:
        """Delete this model's vectors under all other keys."""
        with self._changing():
            query = "SELECT text FROM vectors WHERE model = ?"
            cached = [key for (key,) in self._database.execute(query, (self._fingerprint,))]
            others = [(self._fingerprint, key) for key in cached if key not in keys]
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
        with self._changing():
            return self._database.execute(query, (self._fingerprint, *keys)).fetchall()

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Commit what the block does. Raises IndexUnavailableError for a damaged file."""
        try:
            with self._database:
                yield
        except sqlite3.OperationalError:
            raise  # of the disk or a lock: the file itself is whole
        except sqlite3.DatabaseError as problem:
            raise IndexUnavailableError(
                _(
                    "the vector cache {file} is damaged; delete it and run matcher index: its "
                    "vectors are computed anew",
                    file=self._file,
                )
            ) from problem


def damage(file: Path) -> tuple[int, int] | None:
    """Return the number of damaged vectors and of all, of any model; None for a damaged file.

    Reads every vector and writes nothing.
    """
    try:
        with closing(open_to_read(file)) as database:
            if database.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
                return None
            table = "SELECT 1 FROM sqlite_schema WHERE name = 'vectors'"
            if database.execute(table).fetchone() is None:  # it was just begun
                return 0, 0
            own = [_is_whole(blob) for (blob,) in database.execute("SELECT vector FROM vectors")]
            return own.count(False), len(own)
    except sqlite3.OperationalError:
        raise  # of the disk or a lock: the file itself is whole
    except sqlite3.DatabaseError:
        return None


def delete_damaged(file: Path) -> None:
    """Delete the damaged vectors of every model, or the file if it is damaged itself."""
    if damage(file) is None:
        for part in (file, *(file.with_name(file.name + ending) for ending in ("-wal", "-shm"))):
            part.unlink(missing_ok=True)
        return
    with closing(sqlite3.connect(file, timeout=60)) as database, database:
        rows = database.execute("SELECT model, text, vector FROM vectors")
        gone = [(model, text) for model, text, blob in rows if not _is_whole(blob)]
        database.executemany("DELETE FROM vectors WHERE model = ? AND text = ?", gone)


def _blob(vector: Vectors) -> bytes:
    """Vector in bytes, with its checksum."""
    content = vector.astype("<f4").tobytes()
    return content + zlib.crc32(content).to_bytes(_CHECKSUM_BYTES, "little")


def _is_whole(blob: bytes) -> bool:
    """True if a stored vector is as it was written."""
    content, checksum = blob[:-_CHECKSUM_BYTES], blob[-_CHECKSUM_BYTES:]
    return zlib.crc32(content).to_bytes(_CHECKSUM_BYTES, "little") == checksum
