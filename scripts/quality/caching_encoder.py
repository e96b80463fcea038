"""An encoder that encodes no text twice: several measurements share one run's vectors."""

from collections.abc import Callable, Sequence

import numpy as np

from matcher.ports import Encoder, Progress, Spans, TextKind, Vectors
from matcher.text.highlights import Span


class RememberingEncoder:
    """Another encoder, and every vector and every cut it gave.

    It does not tell words apart: that only serves to mark related words, which nothing here
    measures, and would take longer than all that is measured.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.name = encoder.name
        self.dimension = encoder.dimension
        self.fingerprint = encoder.fingerprint
        self._pieces: dict[tuple[TextKind, str], list[str]] = {}
        self._known: dict[tuple[TextKind, str], Vectors] = {}
        self._within: dict[tuple[TextKind, str, tuple[Span | None, ...]], Vectors] = {}

    def split(self, text: str, kind: TextKind) -> list[str]:
        """As the other encoder splits."""
        if (kind, text) not in self._pieces:
            self._pieces[kind, text] = self._encoder.split(text, kind)
        return list(self._pieces[kind, text])

    def encode(
        self, texts: Sequence[str], kind: TextKind, progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Unit vectors (n, d); only what is new is encoded. Raises ModelError."""
        new = [text for text in dict.fromkeys(texts) if (kind, text) not in self._known]
        if new:
            vectors = self._encoder.encode(new, kind, progress)
            self._known.update({(kind, t): v for t, v in zip(new, vectors, strict=True)})
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        return np.stack([self._known[kind, text] for text in texts])

    def split_behind(self, head: str, text: str, kind: TextKind) -> list[tuple[str, Span]]:
        """As the other encoder splits."""
        return self._encoder.split_behind(head, text, kind)

    def encode_within(
        self, texts: Sequence[str], spans: Spans, kind: TextKind, progress: Progress | None = None
    ) -> list[Vectors]:
        """Unit vectors; only texts that are new with their spans are encoded. Raises ModelError."""
        asked = [(kind, text, tuple(own)) for text, own in zip(texts, spans, strict=True)]
        new = [one for one in dict.fromkeys(asked) if one not in self._within]
        if new:
            vectors = self._encoder.encode_within(
                [text for _, text, _ in new], [own for *_, own in new], kind, progress
            )
            self._within.update(zip(new, vectors, strict=True))
        return [self._within[one] for one in asked]
