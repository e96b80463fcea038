"""A whole engine over a few patents, with the fake encoder, for the tests."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from matcher.ports import Progress, Spans, TextKind, Vectors
from matcher.search.matcher import Matcher
from matcher.settings import Settings
from matcher.store import institutions, patents
from matcher.text.highlights import Span
from matcher.types import Patent
from matcher.wiring.build import build_index
from matcher.wiring.open import (
    open_matcher,
    open_store,
)
from models.fake import FakeEncoder
from tests.support.samples import ALL, TTO


class CountingEncoder(FakeEncoder):
    """The fake encoder, which remembers every text it was given."""

    def __init__(self, dimension: int = 64, window: int = 200) -> None:
        super().__init__(dimension, window)
        self.encoded: list[str] = []

    def encode(
        self, texts: Sequence[str], kind: TextKind, progress: Callable[[int], None] | None = None
    ) -> Vectors:
        self.encoded += texts
        return super().encode(texts, kind, progress)


class ContextEncoder(FakeEncoder):
    """Reads a span within its text: half of its vector is the text's. Notes what it read."""

    def __init__(self, dimension: int = 64, window: int = 200) -> None:
        super().__init__(dimension, window)
        self.read: list[str] = []

    def split_behind(self, head: str, text: str, kind: TextKind) -> list[tuple[str, Span]]:
        return [
            (f"{head}\n{piece}", (len(head) + 1, len(head) + 1 + len(piece)))
            for piece in self.split(text, kind)
        ]

    def encode_within(
        self, texts: Sequence[str], spans: Spans, kind: TextKind, progress: Progress | None = None
    ) -> list[Vectors]:
        self.read += texts
        alone = super().encode_within(texts, spans, kind, progress)
        mixed = [own + self.encode([text], kind) for own, text in zip(alone, texts, strict=True)]
        return [one / np.linalg.norm(one, axis=1, keepdims=True) for one in mixed]


class WordedEncoder(FakeEncoder):
    """Words are what blanks part; notes what it read."""

    def __init__(self, *, has_spans: bool = True, has_vectors: bool = True) -> None:
        super().__init__()
        self.read: list[str] = []
        self._has_spans, self._has_vectors = has_spans, has_vectors

    def words(self, texts: Sequence[str]) -> list[tuple[Span, ...]] | None:
        spans = [tuple(one.span() for one in re.finditer(r"\S+", text)) for text in texts]
        return spans if self._has_spans else None

    def word_vectors(self, words: Sequence[str]) -> Vectors | None:
        self.read += words
        return self.encode(words, "passage") if self._has_vectors else None


def settings_for(home: Path, **changes: object) -> Settings:
    """The settings of a home of its own, whatever the environment says."""
    values = {"home": home, "database_url": None, "model": "fake", **changes}
    return Settings(**values)  # type: ignore[arg-type]


def save(settings: Settings, *records: Patent) -> None:
    """Put patents into the database, as an import would."""
    with open_store(settings) as store, store.writing() as connection:
        patents.save(connection, records)
        institutions.save_tto(connection, [TTO])


def keep_only(settings: Settings, *records: Patent) -> None:
    """Delete every other patent."""
    with open_store(settings) as store, store.writing() as connection:
        patents.delete_all_but(connection, {patent.id for patent in records})


@contextmanager
def engine(home: Path, records: Sequence[Patent] = ALL, **changes: object) -> Iterator[Matcher]:
    """A Matcher over these patents."""
    settings = settings_for(home, **changes)
    save(settings, *records)
    build_index(settings)
    with open_matcher(settings) as matcher:
        yield matcher
