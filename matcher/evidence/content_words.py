"""Content words of texts, with cached vectors."""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

from matcher.embedding.text_words import EMPTY, RARE, IndexedTexts
from matcher.embedding.word_vectors import WordTable
from matcher.ports import Encoder, Vectors, WordEncoder, WordVectors
from matcher.text.characters import simplified
from matcher.text.content_words import is_content_word
from matcher.text.highlights import Span

MAX_CACHED_WORDS = 20_000
"""Words whose vectors stay in memory."""


@dataclass(frozen=True)
class TextWords(WordVectors):
    """Content words of a text with their vectors, and the spans of all its words."""

    every: tuple[Span, ...]


class ContentWords:
    """Finds the content words of texts. May be used from several threads."""

    def __init__(self, encoder: Encoder, indexed: WordTable, texts: IndexedTexts) -> None:
        """Set up with `indexed` words and their vectors, and the words of indexed `texts`.

        An encoder without words finds none.
        """
        self._encoder = encoder if isinstance(encoder, WordEncoder) else None
        self._indexed = indexed
        self._texts = texts
        self._cache: LRUCache[str, Vectors | None] = LRUCache(MAX_CACHED_WORDS)
        self._lock = threading.Lock()

    def of(self, texts: Iterable[str]) -> dict[str, TextWords]:
        """Return the content words of each text; empty where the model cannot tell words apart."""
        distinct = list(dict.fromkeys(texts))
        plain = list(map(simplified, distinct))
        found = self._find(plain)
        if found is None:
            return {}
        encoded = self._encoded(
            word for text, own in zip(plain, found, strict=True) for word in own.rare(text)
        )
        if any(vector is None for vector in encoded.values()):
            return {}
        return {
            text: TextWords(own.content, self._vectors(own, read, encoded), own.every)
            for text, read, own in zip(distinct, plain, found, strict=True)
        }

    def _find(self, texts: Sequence[str]) -> "list[_Found] | None":
        """Find the words of simplified texts, indexed ones by position; None without words."""
        if self._encoder is None:
            return None
        known = {text: rows for text in texts if (rows := self._texts.of(text)) is not None}
        others = [text for text in texts if text not in known]
        spans = self._encoder.words(others)
        if spans is None:
            return None
        read = dict(zip(others, spans, strict=True))
        return [
            _Found(known[text].spans, known[text].rows)
            if text in known
            else self._look_up(text, read[text])
            for text in texts
        ]

    def _look_up(self, text: str, spans: Sequence[Span]) -> "_Found":
        """Look the words of a text up in the word table."""
        rows = [self._row(text[a:b]) for a, b in spans]
        return _Found(
            np.array(spans, dtype=np.int64).reshape(-1, 2), np.array(rows, dtype=np.int32)
        )

    def _row(self, word: str) -> int:
        if not is_content_word(word):
            return EMPTY
        row = self._indexed.row(word)
        return RARE if row is None else row

    def _vectors(
        self, found: "_Found", text: str, encoded: Mapping[str, Vectors | None]
    ) -> Vectors:
        """Vectors (c, d) of the content words of a text."""
        rows = found.rows[found.rows != EMPTY]
        is_rare = rows == RARE
        if not is_rare.any():
            return self._indexed.vectors(rows)
        rare = np.array([encoded[word] for word in found.rare(text)], dtype=np.float32)
        vectors = np.empty((len(rows), rare.shape[1]), dtype=np.float32)
        vectors[is_rare] = rare
        if not is_rare.all():
            vectors[~is_rare] = self._indexed.vectors(rows[~is_rare])
        return vectors

    def _encoded(self, words: Iterable[str]) -> dict[str, Vectors | None]:
        """Return vectors of words that the index lacks; uncached words are encoded together."""
        distinct = list(dict.fromkeys(words))
        with self._lock:
            vectors = {word: self._cache[word] for word in distinct if word in self._cache}
        missing = [word for word in distinct if word not in vectors]
        if missing:
            vectors.update(zip(missing, self._encode(missing), strict=True))
            with self._lock:
                self._cache.update({word: vectors[word] for word in missing})
        return vectors

    def _encode(self, words: list[str]) -> Sequence[Vectors | None]:
        assert self._encoder is not None
        vectors = self._encoder.word_vectors(words)
        return [None] * len(words) if vectors is None else list(vectors)


@dataclass(frozen=True, slots=True)
class _Found:
    """Words of a simplified text: spans (w, 2), and the row of each in the word table (w,)."""

    spans: NDArray[Any]
    rows: NDArray[np.int32]

    @property
    def every(self) -> tuple[Span, ...]:
        """Spans of all words."""
        return _pairs(self.spans)

    @property
    def content(self) -> tuple[Span, ...]:
        """Spans of the content words."""
        return _pairs(self.spans[self.rows != EMPTY])

    def rare(self, text: str) -> list[str]:
        """Return the content words without a vector in the index, in order."""
        return [text[a:b] for a, b in self.spans[self.rows == RARE].tolist()]


def _pairs(spans: NDArray[Any]) -> tuple[Span, ...]:
    return tuple(zip(*spans.T.tolist(), strict=True))
