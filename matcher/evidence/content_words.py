"""The words of a text that say something, each with its vector; a word is read once."""

from collections.abc import Iterable, Sequence

import numpy as np

from matcher.embedding.word_vectors import WordTable
from matcher.evidence.lru_cache import Remembered
from matcher.ports import Encoder, Vectors, WordEncoder, WordVectors
from matcher.text.content_words import content_spans

KEPT_WORDS = 20_000
"""Words whose vectors stay in memory."""


class ContentWords:
    """Finds the content words of texts. May be used from several threads."""

    def __init__(self, encoder: Encoder, known: WordTable) -> None:
        """`known` are words read before; an encoder that cannot tell any apart has none."""
        self._encoder = encoder if isinstance(encoder, WordEncoder) else None
        self._known = known
        self._others = Remembered(self._encode, KEPT_WORDS)

    def of(self, texts: Iterable[str]) -> dict[str, WordVectors]:
        """The content words of each text; empty where the model cannot tell."""
        listed = list(dict.fromkeys(texts))
        kept = content_spans(self._encoder, listed)
        if kept is None:
            return {}
        wanted = [text[a:b] for text, own in zip(listed, kept, strict=True) for a, b in own]
        vectors: dict[str, Vectors | None] = dict(self._known.of(wanted))
        vectors |= self._others.of(word for word in wanted if word not in vectors)
        if any(vector is None for vector in vectors.values()):
            return {}
        return {
            text: WordVectors(own, np.array([vectors[text[a:b]] for a, b in own], dtype=np.float32))
            for text, own in zip(listed, kept, strict=True)
        }

    def _encode(self, words: list[str]) -> Sequence[Vectors | None]:
        assert self._encoder is not None
        found = self._encoder.word_vectors(words)
        return [None] * len(words) if found is None else list(found)
