"""Texts of patents as the model reads them: passages, vectors, sentences and tokens of each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, median
from typing import Any

from matcher.embedding.embed_catalogue import passage_chunks, sentence_chunks
from matcher.embedding.parts import Chunk
from matcher.patents.passages import in_simplified, passages
from matcher.ports import Encoder
from matcher.settings import Settings
from matcher.store import patents
from matcher.types import Patent, PatentRow
from matcher.wiring.open import open_store

SPECIAL_TOKENS = 2
"""Tokens around each text that the built-in model reads."""


@dataclass(frozen=True)
class PatentTexts:
    """Texts of one patent."""

    passages: int
    vectors: int
    sentences: int
    characters: int
    """Characters of title, abstract and claims."""
    chunks: tuple[Chunk, ...]
    """Passages and sentences that get a vector."""

    @property
    def read(self) -> list[str]:
        """Texts that the model reads, each once: a sentence within its abstract costs nothing."""
        return list(dict.fromkeys(chunk.text for chunk in self.chunks))


def patent_texts(settings: Settings, encoder: Encoder) -> list[PatentTexts]:
    """Return the texts of each patent of a database, as `matcher index` cuts them."""
    with open_store(settings) as store, store.reading() as connection:
        return [_of(row, patent, encoder) for row, patent in patents.each(connection)]


def tokens_of(encoder: Encoder, texts: Sequence[str]) -> int:
    """Count the tokens that the model reads of texts, those around each included."""
    counting: Any = encoder
    return sum(counting._count(text) + SPECIAL_TOKENS for text in texts)


def per_patent(texts: Sequence[PatentTexts], encoder: Encoder) -> dict[str, tuple[float, float]]:
    """Return the mean and the median of each count."""
    columns: Mapping[str, Sequence[float]] = {
        "passages": [own.passages for own in texts],
        "vectors": [own.vectors for own in texts],
        "sentences": [own.sentences for own in texts],
        "characters": [own.characters for own in texts],
        "tokens": [tokens_of(encoder, own.read) for own in texts],
    }
    return {name: (mean(column), median(column)) for name, column in columns.items()}


def _of(row: PatentRow, original: Patent, encoder: Encoder) -> PatentTexts:
    patent = in_simplified(original)
    each: list[Chunk] = []
    count = vectors = sentences = 0
    for passage in passages(row, patent):
        chunks = passage_chunks(patent, passage, encoder)
        count += bool(chunks)
        vectors += len(chunks)
        each += chunks
        if passage.kind == "abstract":
            own = sentence_chunks(patent, [chunk.text for chunk in chunks], encoder)
            sentences += len(own)
            each += own
    return PatentTexts(count, vectors, sentences, sum(map(len, _said(original))), tuple(each))


def _said(patent: Patent) -> Iterator[str]:
    yield patent.title
    yield patent.abstract
    yield from (claim.text for claim in patent.claims)
