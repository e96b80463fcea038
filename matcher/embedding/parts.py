"""Parts of the work of embedding: texts that are encoded together, here or on other machines."""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import chain
from typing import Protocol

import numpy as np

from matcher.embedding.vector_cache import Key, text_key
from matcher.ports import Encoder, Progress, Vectors
from matcher.text.highlights import Span

PART_TEXTS = 512
"""Texts of a part: what is lost at most when the process that encodes it is killed."""
PART_TOKENS = 65_536
"""Tokens of a part, each of them counted as a character, which it is at least."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Unit of encoding: a text, or a span of it that is encoded within the text."""

    text: str
    span: Span | None = None

    @classmethod
    def of(cls, text: str, span: Span) -> "Chunk":
        """Chunk of a span, which may be the whole text."""
        return cls(text, None if span == (0, len(text)) else span)

    @property
    def key(self) -> Key:
        """Cache key; the same span in another text has another key."""
        return text_key(self.text if self.span is None else f"{self.text}\0{self.span}")


@dataclass(frozen=True, slots=True)
class Part:
    """Texts that are encoded together, with the spans of each that get a vector."""

    texts: list[str]
    spans: list[list[Span | None]]
    keys: list[Key]
    """Cache key of each span, in order."""

    @property
    def name(self) -> str:
        """Name that the same texts and spans have in every run."""
        return sha256(b"".join(self.keys)).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class EmbeddedPart:
    """Vectors of a part."""

    texts: int
    """Number of texts."""
    keys: Sequence[Key]
    vectors: Vectors
    """Unit vectors (k, d), one for each key."""


class PartEncoder(Protocol):
    """Encoder of many parts, in any order."""

    def earlier(self, *, full: bool) -> AbstractContextManager[Iterator[EmbeddedPart]]:
        """Open what a run that was killed has embedded and did not hand over.

        It is forgotten once it was handed over; `full` forgets it unseen.
        """

    def encode(
        self, parts: Sequence[Part], progress: Progress
    ) -> AbstractContextManager[Iterator[EmbeddedPart]]:
        """Open the vectors of the parts, each as soon as it is encoded.

        A part is safe with the caller when the next one is asked for. `progress` takes the texts
        that are done of parts under way. Raises ModelError, ClusterError.
        """


@dataclass
class LocalPartEncoder:
    """Encodes parts in this process, one after the other."""

    encoder: Encoder
    seconds: float = field(default=0.0, init=False)
    """Time that all encoding took so far."""

    def earlier(self, *, full: bool) -> AbstractContextManager[Iterator[EmbeddedPart]]:
        """Open nothing: what was embedded was handed over at once."""
        return nullcontext(iter(()))

    def encode(
        self, parts: Sequence[Part], progress: Progress
    ) -> AbstractContextManager[Iterator[EmbeddedPart]]:
        """Open the vectors of the parts. Raises ModelError."""
        return nullcontext(self._embedded(part, progress) for part in parts)

    def _embedded(self, part: Part, progress: Progress) -> EmbeddedPart:
        start = time.perf_counter()
        own = embedded(self.encoder, part, progress)
        self.seconds += time.perf_counter() - start
        return own


def embedded(encoder: Encoder, part: Part, progress: Progress | None = None) -> EmbeddedPart:
    """Encode a part. Raises ModelError."""
    vectors = encoder.encode_spans(part.texts, part.spans, "passage", progress)
    return EmbeddedPart(len(part.texts), part.keys, np.concatenate(vectors))


def cut_parts(chunks: Iterable[Chunk]) -> list[Part]:
    """Cut chunks, no two of them with one key, into parts of texts of similar length.

    The same chunks in the same order always give the same parts.
    """
    by_text: dict[str, list[Chunk]] = {}
    for chunk in chunks:
        by_text.setdefault(chunk.text, []).append(chunk)
    return [_part(texts, by_text) for texts in _groups(sorted(by_text, key=len))]


def _groups(texts: Sequence[str]) -> Iterator[list[str]]:
    """Yield the texts, which are sorted, in groups within the limits of a part."""
    group: list[str] = []
    tokens = 0
    for text in texts:
        if group and (len(group) == PART_TEXTS or tokens + len(text) > PART_TOKENS):
            yield group
            group, tokens = [], 0
        group.append(text)
        tokens += len(text)
    if group:
        yield group


def _part(texts: list[str], by_text: dict[str, list[Chunk]]) -> Part:
    chunks = [by_text[text] for text in texts]
    spans = [[chunk.span for chunk in own] for own in chunks]
    return Part(texts, spans, [chunk.key for chunk in chain.from_iterable(chunks)])
