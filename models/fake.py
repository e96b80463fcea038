"""Deterministic encoder for tests: no model, no training; texts that share words are near."""

import hashlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from matcher.ports import Progress, TextKind, Vectors
from matcher.text import tokens
from models.late_chunking import NoLateChunking


class FakeEncoder(NoLateChunking):
    """Encoder that sums a pseudo-random vector for each token; a text without one gets its own."""

    name = "fake"

    def __init__(self, dimension: int = 64, window: int = 200) -> None:
        """`window` is the maximum number of characters of a piece."""
        self.dimension = dimension
        self.fingerprint = f"fake-{dimension}-{window}"
        self._window = window

    def split(self, text: str, kind: TextKind) -> list[str]:
        """Cut a text at every `window` characters."""
        stripped = text.strip()
        return [stripped[i : i + self._window] for i in range(0, len(stripped), self._window)]

    def encode(
        self, texts: Sequence[str], kind: TextKind, progress: Progress | None = None
    ) -> Vectors:
        """Return unit float32 vectors (n, d)."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            distinct = sorted(set(tokens.words(text))) or [text]
            total = np.sum([_direction(token, self.dimension) for token in distinct], axis=0)
            vectors[row] = total / np.linalg.norm(total)
            if progress is not None:
                progress(row + 1)
        return vectors


@lru_cache(maxsize=20_000)
def _direction(token: str, dimension: int) -> Vectors:
    seed = int.from_bytes(hashlib.sha256(token.encode()).digest()[:8], "big")
    return np.random.default_rng(seed).standard_normal(dimension, dtype=np.float32)
