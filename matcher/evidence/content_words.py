"""Content words of texts, with cached vectors."""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, compress
from typing import Any

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

from matcher.embedding.text_words import EMPTY, RARE, IndexedTexts
from matcher.embedding.word_vectors import WordTable
from matcher.ports import BoolArray, Encoder, Rows, Vectors, WordEncoder
from matcher.text.characters import simplified
from matcher.text.content_words import is_content_word
from matcher.text.highlights import Span

MAX_CACHED_WORDS = 20_000
"""Words whose vectors stay in memory."""
_NO_VECTORS = np.empty((0, 0), dtype=np.float32)


@dataclass(frozen=True)
class TextWords:
    """Content words of a text, and the spans of all its words."""

    spans: tuple[Span, ...]
    every: tuple[Span, ...]
    distinct: Vectors
    """Unit vectors (u, d) of the distinct words of all texts that were asked for together."""
    numbers: Rows
    """Distinct word of each content word (c,)."""

    @property
    def vectors(self) -> Vectors:
        """Unit vector (c, d) of each content word."""
        return self.distinct[self.numbers]


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
        names = list(dict.fromkeys(texts))
        plain = list(map(simplified, names))
        found = self._find(plain)
        if found is None:
            return {}
        encoded = self._encoded(
            word for text, own in zip(plain, found, strict=True) for word in own.rare(text)
        )
        if any(vector is None for vector in encoded.values()):
            return {}
        distinct, numbers = self._distinct(plain, found, encoded)
        words: dict[str, TextWords] = {}
        start = 0
        for text, own in zip(names, found, strict=True):
            end = start + len(own.content)
            words[text] = TextWords(own.content, own.every, distinct, numbers[start:end])
            start = end
        return words

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

    def _distinct(
        self,
        texts: Sequence[str],
        found: "Sequence[_Found]",
        encoded: Mapping[str, Vectors | None],
    ) -> tuple[Vectors, Rows]:
        """Return the vectors (u, d) of distinct words, and the one of each content word (c,).

        The words of the index come first, then those that were `encoded`.
        """
        rows = np.concatenate([own.rows[own.is_content] for own in found])
        indexed, numbers = np.unique(rows[rows != RARE], return_inverse=True)
        vectors = [self._indexed.vectors(indexed)] if len(indexed) else []
        every = np.empty(len(rows), dtype=np.int64)
        every[rows != RARE] = numbers
        if encoded:
            place = {word: number for number, word in enumerate(encoded, start=len(indexed))}
            rare = chain.from_iterable(map(_Found.rare, found, texts))
            every[rows == RARE] = [place[word] for word in rare]
            vectors.append(np.array(list(encoded.values()), dtype=np.float32))
        return np.concatenate(vectors) if vectors else _NO_VECTORS, every

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


@dataclass(frozen=True)
class _Found:
    """Words of a simplified text: spans (w, 2), and the row of each in the word table (w,)."""

    spans: NDArray[Any]
    rows: NDArray[np.int32]

    @cached_property
    def is_content(self) -> BoolArray:
        """True for each content word (w,)."""
        is_content: BoolArray = self.rows != EMPTY
        return is_content

    @cached_property
    def every(self) -> tuple[Span, ...]:
        """Spans of all words."""
        return tuple(zip(*self.spans.T.tolist(), strict=True))

    @cached_property
    def content(self) -> tuple[Span, ...]:
        """Spans of the content words."""
        return tuple(compress(self.every, self.is_content.tolist()))

    def rare(self, text: str) -> list[str]:
        """Return the content words without a vector in the index, in order."""
        return [text[a:b] for a, b in self.spans[self.rows == RARE].tolist()]
