"""Needs prepared for search: read, turned into queries, encoded."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from matcher.evidence.finder import EvidenceQuery
from matcher.evidence.parts import part_vectors
from matcher.needs.contact_data import without_contacts
from matcher.needs.need_text import text_fault
from matcher.needs.reading.reading import read_need
from matcher.ports import Encoder
from matcher.retrieval.query import NeedQuery
from matcher.retrieval.query_building import (
    QueryTexts,
    build_query,
    part_texts,
    query_texts,
    text_vectors,
)
from matcher.types import Need, NeedPart, Reading


@dataclass(frozen=True)
class PreparedNeed:
    """A need with its reading and its queries."""

    need: Need
    reading: Reading
    query: NeedQuery | None
    """None for a need without a word, or too long."""
    evidence: EvidenceQuery | None
    """None where `query` is."""
    contact_places: int = 0
    """Places of the need from which contact data was taken out."""

    @property
    def pieces(self) -> int:
        """Number of pieces of the whole need's query; 0 without a query."""
        return 0 if self.query is None else len(self.query.whole.pieces)


def prepare_needs(
    encoder: Encoder, needs: Sequence[Need], reading: Reading | None = None
) -> list[PreparedNeed]:
    """Read needs without contact data, build their queries and encode all of them together.

    `reading` takes the place of the engine's own. Raises ModelError.
    """
    cleared = [
        (need, ()) if text_fault(need.full_text) else without_contacts(need) for need in needs
    ]
    drafts = [_draft(need, reading or read_need(need)) for need, _taken in cleared]
    vectors = text_vectors(
        encoder,
        [
            ("", ()) if draft.texts is None else (draft.texts.whole, draft.to_encode)
            for draft in drafts
        ],
    )
    prepared = []
    for draft, own, (_need, taken) in zip(drafts, vectors, cleared, strict=True):
        query = build_query(draft.texts, own)
        evidence = None
        if query is not None:
            parts = part_vectors(draft.part_texts, own)
            evidence = EvidenceQuery(query.whole.text, draft.parts, parts, query.whole.pieces)
        prepared.append(PreparedNeed(draft.need, draft.reading, query, evidence, len(taken)))
    return prepared


@dataclass(frozen=True)
class _Draft:
    """A need before its texts are encoded."""

    need: Need
    reading: Reading
    texts: QueryTexts | None
    parts: tuple[NeedPart, ...]
    part_texts: list[tuple[str, ...]]

    @property
    def to_encode(self) -> tuple[str, ...]:
        return (*(self.texts or ()), *chain.from_iterable(self.part_texts))


def _draft(need: Need, reading: Reading) -> _Draft:
    texts = None if text_fault(need.full_text) else query_texts(need, reading)
    if texts is None:
        return _Draft(need, reading, None, reading.parts, [])
    parts = reading.parts or (NeedPart("text", texts.whole),)
    return _Draft(need, reading, texts, parts, [part_texts(part, texts) for part in parts])
