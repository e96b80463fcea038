"""Encoder that measures its own run time."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from matcher.ports import Encoder, Progress, Spans, TextKind, Vectors, WordEncoder
from matcher.text.highlights import Span


class TimedEncoder:
    """Another encoder whose calls are timed; `seconds` is their sum so far."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.name = encoder.name
        self.dimension = encoder.dimension
        self.fingerprint = encoder.fingerprint
        self.seconds = 0.0

    def split(self, text: str, kind: TextKind) -> list[str]:
        """Cut a text into pieces."""
        with self._timed():
            return self._encoder.split(text, kind)

    def encode(
        self, texts: Sequence[str], kind: TextKind, progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Unit vectors (n, d) of the texts."""
        with self._timed():
            return self._encoder.encode(texts, kind, progress)

    def split_with_title(self, title: str, text: str, kind: TextKind) -> list[tuple[str, Span]]:
        """Cut a text into pieces that fit the window with the title."""
        with self._timed():
            return self._encoder.split_with_title(title, text, kind)

    def encode_spans(
        self, texts: Sequence[str], spans: Spans, kind: TextKind, progress: Progress | None = None
    ) -> list[Vectors]:
        """Unit vectors (s, d) of the spans of each text."""
        with self._timed():
            return self._encoder.encode_spans(texts, spans, kind, progress)

    def words(self, texts: Sequence[str]) -> list[tuple[Span, ...]] | None:
        """Words of each text; None if the encoder has none."""
        with self._timed():
            return self._encoder.words(texts) if isinstance(self._encoder, WordEncoder) else None

    def word_vectors(self, words: Sequence[str]) -> Vectors | None:
        """Unit vectors (n, d) of the words; None if the encoder has none."""
        if not isinstance(self._encoder, WordEncoder):
            return None
        with self._timed():
            return self._encoder.word_vectors(words)

    @contextmanager
    def _timed(self) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds += time.perf_counter() - start
