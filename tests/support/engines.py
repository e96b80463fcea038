"""Engines over a few patents, with fake encoders, for the tests."""

import re
from collections.abc import Iterator, Sequence
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
from matcher.wiring.open import open_matcher, open_store
from models.fake import FakeEncoder
from tests.support import databases
from tests.support.samples import ALL, TTO


class CountingEncoder(FakeEncoder):
    """Fake encoder that records every text."""

    def __init__(self, dimension: int = 64, window: int = 200) -> None:
        super().__init__(dimension, window)
        self.encoded: list[str] = []

    def encode(
        self, texts: Sequence[str], kind: TextKind, progress: Progress | None = None
    ) -> Vectors:
        self.encoded += texts
        return super().encode(texts, kind, progress)


class ContextEncoder(FakeEncoder):
    """Fake encoder with late chunking: half of a span's vector is its text's. Records the texts."""

    def __init__(self, dimension: int = 64, window: int = 200) -> None:
        super().__init__(dimension, window)
        self.read: list[str] = []

    def split_with_title(self, title: str, text: str, kind: TextKind) -> list[tuple[str, Span]]:
        return [
            (f"{title}\n{piece}", (len(title) + 1, len(title) + 1 + len(piece)))
            for piece in self.split(text, kind)
        ]

    def encode_spans(
        self, texts: Sequence[str], spans: Spans, kind: TextKind, progress: Progress | None = None
    ) -> list[Vectors]:
        self.read += texts
        alone = super().encode_spans(texts, spans, kind, progress)
        mixed = [own + self.encode([text], kind) for own, text in zip(alone, texts, strict=True)]
        return [vectors / np.linalg.norm(vectors, axis=1, keepdims=True) for vectors in mixed]


class WordedEncoder(FakeEncoder):
    """Fake encoder with word vectors; words are parted by blanks. Records the words."""

    def __init__(self, *, has_spans: bool = True, has_vectors: bool = True) -> None:
        super().__init__()
        self.read: list[str] = []
        self._has_spans, self._has_vectors = has_spans, has_vectors

    def words(self, texts: Sequence[str]) -> list[tuple[Span, ...]] | None:
        spans = [tuple(match.span() for match in re.finditer(r"\S+", text)) for text in texts]
        return spans if self._has_spans else None

    def word_vectors(self, words: Sequence[str]) -> Vectors | None:
        self.read += words
        return self.encode(words, "passage") if self._has_vectors else None


def settings_for(home: Path, **changes: object) -> Settings:
    """Build settings of a home, whatever the environment has."""
    values = {"home": home, "database_url": None, "model": "fake", **changes}
    return Settings(**values)  # type: ignore[arg-type]


def unlimited(home: Path, **changes: object) -> Settings:
    """Build settings of a server without limits, and without work in the background."""
    free = {"rate_per_minute": 0, "refused_per_minute": 0, "quota_per_day": 0}
    url = databases.url_of(home) if databases.server else None  # for other processes
    return settings_for(
        home, database_url=url, background_seconds=0, wait_seconds=120, **free, **changes
    )


def save(settings: Settings, *records: Patent) -> None:
    """Save patents and a TTO contact in the database, as an import does."""
    with open_store(settings) as store, store.writing() as connection:
        patents.save(connection, records)
        institutions.save_tto(connection, [TTO])


def keep_only(settings: Settings, *records: Patent) -> None:
    """Delete every other patent."""
    with open_store(settings) as store, store.writing() as connection:
        patents.delete_all_but(connection, {patent.id for patent in records})


@contextmanager
def engine(home: Path, records: Sequence[Patent] = ALL, **changes: object) -> Iterator[Matcher]:
    """Open a Matcher over these patents."""
    settings = settings_for(home, **changes)
    save(settings, *records)
    build_index(settings)
    with open_matcher(settings) as matcher:
        yield matcher
