"""Content words of texts, with cached vectors."""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from cachetools import LRUCache

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

    def __init__(self, encoder: Encoder, indexed: WordTable) -> None:
        """Set up with `indexed` words and their vectors; an encoder without words finds none."""
        self._encoder = encoder if isinstance(encoder, WordEncoder) else None
        self._indexed = indexed
        self._cache: LRUCache[str, Vectors | None] = LRUCache(MAX_CACHED_WORDS)
        self._lock = threading.Lock()

    def of(self, texts: Iterable[str]) -> dict[str, TextWords]:
        """Return the content words of each text; empty where the model cannot tell words apart."""
        distinct = list(dict.fromkeys(texts))
        plain = list(map(simplified, distinct))
        every = None if self._encoder is None else self._encoder.words(plain)
        if every is None:
            return {}
        spans = [
            tuple((a, b) for a, b in own if is_content_word(text[a:b]))
            for text, own in zip(plain, every, strict=True)
        ]
        words = [text[a:b] for text, own in zip(plain, spans, strict=True) for a, b in own]
        vectors: dict[str, Vectors | None] = dict(self._indexed.of(words))
        vectors |= self._encoded(word for word in words if word not in vectors)
        if any(vector is None for vector in vectors.values()):
            return {}
        return {
            text: TextWords(
                own, np.array([vectors[read[a:b]] for a, b in own], dtype=np.float32), all_words
            )
            for text, read, own, all_words in zip(distinct, plain, spans, every, strict=True)
        }

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
