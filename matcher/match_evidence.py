"""What each result of an answer shows: the passages that answer, for which parts, and how well."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matcher.evidence import Span, highlights, words
from matcher.fit import fit, fit_features
from matcher.part_evidence import (
    LEAST_BACKGROUND,
    LINE,
    Background,
    Found,
    PartEvidence,
    Statement,
    background,
    part_evidence,
    part_vectors,
    shown,
    statements,
    unanswered,
    word_weights,
)
from matcher.ports import Encoder, Vectors, WordEncoder, WordVectors
from matcher.remembered import Remembered
from matcher.retrieval import Retriever
from matcher.semantic_marks import marks
from matcher.types import Evidence, Fit, NeedPart, NeedPartKind, Patent, PatentRow

CHANCE = 500
"""Passages of the index that stand for one taken at random."""
MOST_CLAIMS = 2
"""Claims shown of one patent; the rest can be read in the patent."""
KEPT_SENTENCES, KEPT_PASSAGES = 20_000, 512
"""Sentences of abstracts, and passages with all their words, whose vectors stay in memory."""


@dataclass(frozen=True)
class Sought:
    """A need as evidence is looked for: its text, its parts, and the vectors of its pieces."""

    text: str
    parts: tuple[NeedPart, ...]
    pieces: Vectors


@dataclass(frozen=True)
class Shown:
    """What one result shows of its patent."""

    evidence: tuple[Evidence, ...]
    unanswered: tuple[NeedPartKind, ...]
    fit: Fit | None


class EvidenceFinder:
    """Finds what patents of one index say to a need. May be used from several threads."""

    def __init__(self, encoder: Encoder, retriever: Retriever) -> None:
        """Claims have their vectors in the index; the abstracts' sentences are encoded."""
        self._encoder = encoder
        self._retriever = retriever
        self._sentences = Remembered(self._encode, KEPT_SENTENCES)
        self._words = Remembered(self._word_vectors, KEPT_PASSAGES)

    def find(self, sought: Sought, patents: Sequence[tuple[PatentRow, Patent]]) -> list[Shown]:
        """What each of the patents shows, in their order."""
        said = [statements(patent) for _, patent in patents]
        stored = [self._retriever.passage_vectors(row) for row, _ in patents]
        answers = self._answers(sought, said, stored)
        passages = [_passages(found) for found in answers]
        texts = {
            _text(one.said, patent)
            for (_, patent), listed in zip(patents, passages, strict=True)
            for one in listed
        }
        marker = _Marker(sought.text, self._need_words(sought.text), self._words.of(texts))
        of_pieces = background(sought.pieces, self._chance)
        return [
            Shown(
                evidence=tuple(marker.evidence(one, _text(one.said, patent)) for one in listed),
                unanswered=tuple(part.kind for part in unanswered(found)),
                fit=self._label(sought.pieces, vectors, of_pieces, found),
            )
            for (_, patent), vectors, found, listed in zip(
                patents, stored, answers, passages, strict=True
            )
        ]

    def _answers(
        self,
        sought: Sought,
        said: Sequence[Sequence[Statement]],
        stored: Sequence[dict[int, Vectors]],
    ) -> list[tuple[PartEvidence, ...]]:
        """What each patent has to say to each part of the need."""
        sentences = self._sentences.of(
            one.text for listed in said for one in listed if not one.is_claim
        )
        weights = word_weights(one.text for listed in said for one in listed)
        asked = part_vectors(self._encoder, sought.parts)
        chance = background(asked, self._chance)
        found = []
        for listed, vectors in zip(said, stored, strict=True):
            known = _with_vectors(listed, sentences, vectors)
            rows = np.array(list(known.values())).reshape(-1, self._encoder.dimension)
            found.append(part_evidence(sought.parts, asked, list(known), rows, chance, weights))
        return found

    @cached_property
    def _chance(self) -> Vectors:
        return self._retriever.sample(CHANCE)

    def _encode(self, texts: list[str]) -> Sequence[Vectors]:
        """A unit vector (d,) for each text; of one longer than the window, its first piece."""
        pieces = [self._encoder.split(text, "passage")[0] for text in texts]
        return list(self._encoder.encode(pieces, "passage"))

    def _word_vectors(self, texts: list[str]) -> Sequence[WordVectors | None]:
        if not isinstance(self._encoder, WordEncoder):
            return [None] * len(texts)
        return self._encoder.word_vectors(texts, "passage") or [None] * len(texts)

    def _need_words(self, text: str) -> WordVectors | None:
        if not isinstance(self._encoder, WordEncoder):
            return None
        listed = self._encoder.word_vectors([text], "query")
        return listed[0] if listed else None

    def _label(
        self,
        pieces: Vectors,
        stored: dict[int, Vectors],
        chance: Background,
        found: Sequence[PartEvidence],
    ) -> Fit | None:
        """None where the index is too small to tell what chance gives."""
        if not stored or len(self._chance) < LEAST_BACKGROUND:
            return None
        passages = np.concatenate(list(stored.values()))
        return fit(fit_features(pieces, passages, chance, found))


@dataclass(frozen=True)
class _Passage:
    """A statement to be shown, and the parts of the need that it answers."""

    said: Statement
    answers: tuple[NeedPartKind, ...]


@dataclass(frozen=True)
class _Marker:
    """Marks the words of passages that met those of one need."""

    need: str
    need_words: WordVectors | None
    words: Mapping[str, WordVectors | None]
    """Of each text that is shown."""

    def evidence(self, passage: _Passage, text: str) -> Evidence:
        """The passage with its marks."""
        shared = highlights(words(self.need), text)
        related: tuple[Span, ...] = ()
        of_text = self.words[text]
        if self.need_words is not None and of_text is not None:
            marked = marks(self.need, self.need_words, text, of_text, shared)
            shared, related = marked.highlights, marked.related
        said = passage.said
        focus = None if said.span == (0, len(text)) else said.span
        return Evidence(said.passage, text, shared, related, focus, passage.answers)


def _passages(found: Sequence[PartEvidence]) -> list[_Passage]:
    """The claims first, then the abstract; each with the parts it answers."""
    best: dict[str, Found] = {}
    answers: dict[str, list[NeedPartKind]] = {}
    for part in shown(found):
        for one in filter(None, (part.claim, part.sentence)):
            passage = one.statement.passage
            if passage not in best or best[passage].score < one.score:
                best[passage] = one
            if one.score >= LINE:  # a part can be answered by the claim and not by the sentence
                answers.setdefault(passage, []).append(part.part.kind)
    ranked = sorted(best.values(), key=lambda one: -one.score)
    claims = [one for one in ranked if one.statement.is_claim][:MOST_CLAIMS]
    sentences = [one for one in ranked if not one.statement.is_claim]
    return [
        _Passage(one.statement, tuple(answers.get(one.statement.passage, ())))
        for one in (*claims, *sentences)
    ]


def _with_vectors(
    said: Sequence[Statement], sentences: Mapping[str, Vectors], stored: Mapping[int, Vectors]
) -> dict[Statement, Vectors]:
    """The statements that have a vector (d,), with it; a claim newer than the index has none."""
    known: dict[Statement, Vectors] = {}
    for one in said:
        if not one.is_claim:
            known[one] = sentences[one.text]
        elif (claim := stored.get(_number(one))) is not None:
            mean = claim.mean(axis=0)
            known[one] = mean / np.linalg.norm(mean)
    return known


def _text(said: Statement, patent: Patent) -> str:
    return said.text if said.is_claim else patent.abstract or patent.title


def _number(claim: Statement) -> int:
    return int(claim.passage.removeprefix("claim "))
