"""Encoder that encodes no text twice, so that several measurements share one run's vectors."""

from collections.abc import Callable, Sequence

import numpy as np

from matcher.ports import Encoder, Progress, Spans, TextKind, Vectors
from matcher.text.highlights import Span


class CachingEncoder:
    """Another encoder with a cache of its vectors and pieces.

    It has no word vectors: they serve only to mark related words, which is not measured here and
    would take longer than all measurements together.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.name = encoder.name
        self.dimension = encoder.dimension
        self.fingerprint = encoder.fingerprint
        self._pieces: dict[tuple[TextKind, str], list[str]] = {}
        self._vectors: dict[tuple[TextKind, str], Vectors] = {}
        self._span_vectors: dict[tuple[TextKind, str, tuple[Span | None, ...]], Vectors] = {}

    def split(self, text: str, kind: TextKind) -> list[str]:
        """Cut a text into pieces, as the other encoder does."""
        if (kind, text) not in self._pieces:
            self._pieces[kind, text] = self._encoder.split(text, kind)
        return list(self._pieces[kind, text])

    def encode(
        self, texts: Sequence[str], kind: TextKind, progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Unit vectors (n, d); only new texts are encoded. Raises ModelError."""
        new = [text for text in dict.fromkeys(texts) if (kind, text) not in self._vectors]
        if new:
            vectors = self._encoder.encode(new, kind, progress)
            self._vectors.update({(kind, t): v for t, v in zip(new, vectors, strict=True)})
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        return np.stack([self._vectors[kind, text] for text in texts])

    def split_with_title(self, title: str, text: str, kind: TextKind) -> list[tuple[str, Span]]:
        """Cut a text into pieces behind the title, as the other encoder does."""
        return self._encoder.split_with_title(title, text, kind)

    def encode_spans(
        self, texts: Sequence[str], spans: Spans, kind: TextKind, progress: Progress | None = None
    ) -> list[Vectors]:
        """Unit vectors (s, d) of the spans of each text; only new texts or spans are encoded.

        Raises ModelError.
        """
        keys = [(kind, text, tuple(own)) for text, own in zip(texts, spans, strict=True)]
        new = [key for key in dict.fromkeys(keys) if key not in self._span_vectors]
        if new:
            vectors = self._encoder.encode_spans(
                [text for _, text, _ in new], [own for *_, own in new], kind, progress
            )
            self._span_vectors.update(zip(new, vectors, strict=True))
        return [self._span_vectors[key] for key in keys]
