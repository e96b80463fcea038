"""An encoder that encodes no text twice: several measurements share one run's vectors."""

from collections.abc import Callable, Sequence

import numpy as np

from matcher.ports import Encoder, TextKind, Vectors, WordEncoder, WordVectors


class RememberingEncoder:
    """Another encoder, and every vector it gave."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.name = encoder.name
        self.dimension = encoder.dimension
        self.fingerprint = encoder.fingerprint
        self._known: dict[tuple[TextKind, str], Vectors] = {}
        self._words: dict[tuple[TextKind, str], WordVectors] = {}

    def split(self, text: str, kind: TextKind) -> list[str]:
        """As the other encoder splits."""
        return self._encoder.split(text, kind)

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

    def word_vectors(self, texts: Sequence[str], kind: TextKind) -> list[WordVectors] | None:
        """The words of each text; None where the other encoder cannot tell."""
        if not isinstance(self._encoder, WordEncoder):
            return None
        new = [text for text in dict.fromkeys(texts) if (kind, text) not in self._words]
        if new:
            found = self._encoder.word_vectors(new, kind)
            if found is None:
                return None
            self._words.update({(kind, t): w for t, w in zip(new, found, strict=True)})
        return [self._words[kind, text] for text in texts]
