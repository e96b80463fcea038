"""A deterministic encoder for tests: no model, no training, texts that share words are near."""

import hashlib
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from matcher.ports import TextKind, Vectors
from matcher.text import tokens
from models.late_chunking import ReadsAlone


class FakeEncoder(ReadsAlone):
    """Sums one pseudo-random direction a token; a text without any gets one of its own."""

    name = "fake"

    def __init__(self, dimension: int = 64, window: int = 200) -> None:
        """`window` is the most characters a piece may have."""
        self.dimension = dimension
        self.fingerprint = f"fake-{dimension}-{window}"
        self._window = window

    def split(self, text: str, kind: TextKind) -> list[str]:
        """Cut at every `window` characters."""
        stripped = text.strip()
        return [stripped[i : i + self._window] for i in range(0, len(stripped), self._window)]

    def encode(
        self, texts: Sequence[str], kind: TextKind, progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Unit vectors (n, d)."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            words = sorted(set(tokens.words(text))) or [text]
            total = np.sum([_direction(word, self.dimension) for word in words], axis=0)
            vectors[row] = total / np.linalg.norm(total)
            if progress is not None:
                progress(row + 1)
        return vectors


@lru_cache(maxsize=20_000)
def _direction(word: str, dimension: int) -> Vectors:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
    return np.random.default_rng(seed).standard_normal(dimension, dtype=np.float32)
