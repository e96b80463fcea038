"""What each result of an answer shows: the passages that answer, for which parts, and how well."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matcher.evidence.content_words import ContentWords
from matcher.evidence.fit_label import FitFeatures, fit, fit_features
from matcher.evidence.parts import (
    LEAST_BACKGROUND,
    LINE,
    Found,
    PartEvidence,
    background,
    part_evidence,
    part_shares,
    shown,
    unanswered,
    word_weights,
)
from matcher.evidence.related_words import marks
from matcher.patents.statements import (
    Statement,
    statements,
)
from matcher.ports import Encoder, Vectors, WordVectors
from matcher.retrieval.retriever import Retriever
from matcher.text.highlights import Span, highlights, words
from matcher.types import Evidence, Fit, NeedPart, NeedPartKind, Patent, PatentRow

CHANCE = 500
"""Passages of the index that stand for one taken at random."""
MOST_CLAIMS = 2
"""Claims shown of one patent; the rest can be read in the patent."""


@dataclass(frozen=True)
class Sought:
    """A need as evidence is looked for."""

    text: str
    parts: tuple[NeedPart, ...]
    part_vectors: Vectors
    """A unit vector (n, d) for each part."""
    pieces: Vectors
    """The unit vectors (v, d) of the pieces of its text."""


@dataclass(frozen=True)
class Shown:
    """What one result shows of its patent."""

    evidence: tuple[Evidence, ...]
    unanswered: tuple[NeedPartKind, ...]
    fit: Fit | None


class EvidenceFinder:
    """Finds what patents of one index say to a need. May be used from several threads."""

    def __init__(self, encoder: Encoder, retriever: Retriever) -> None:
        """Claims, sentences of abstracts and most words have their vectors in the index."""
        self._retriever = retriever
        self._words = ContentWords(encoder, retriever.words)

    def find(self, sought: Sought, patents: Sequence[tuple[PatentRow, Patent]]) -> list[Shown]:
        """What each of the patents shows, in their order."""
        stored = self._stored(patents)
        answers = self._answers(sought, patents, stored)
        passages = [_passages(found) for found in answers]
        texts = {
            _text(one.said, patent)
            for (_, patent), listed in zip(patents, passages, strict=True)
            for one in listed
        }
        content = self._words.of([sought.text, *sorted(texts)])
        marker = _Marker(words(sought.text), content.get(sought.text), content)
        features = self._features(sought, stored, answers)
        return [
            Shown(
                evidence=tuple(marker.evidence(one, _text(one.said, patent)) for one in listed),
                unanswered=tuple(part.kind for part in unanswered(found)),
                fit=None if of_fit is None else fit(of_fit),
            )
            for (_, patent), of_fit, found, listed in zip(
                patents, features, answers, passages, strict=True
            )
        ]

    def fit_features(
        self, sought: Sought, patents: Sequence[tuple[PatentRow, Patent]]
    ) -> list[FitFeatures | None]:
        """What the label of each of the patents is made of; None for one without a label."""
        stored = self._stored(patents)
        return self._features(sought, stored, self._answers(sought, patents, stored))

    def _stored(self, patents: Sequence[tuple[PatentRow, Patent]]) -> list[dict[int, Vectors]]:
        """The vectors (v, d) of the passages of each patent by claim number; 0: abstract."""
        return [self._retriever.passage_vectors(row) for row, _ in patents]

    def _answers(
        self,
        sought: Sought,
        patents: Sequence[tuple[PatentRow, Patent]],
        stored: Sequence[dict[int, Vectors]],
    ) -> list[tuple[PartEvidence, ...]]:
        """What each patent has to say to each part of the need."""
        said = [statements(patent) for _, patent in patents]
        sentences = [self._retriever.sentences.of_patent(row) for row, _ in patents]
        weights = word_weights(one.text for listed in said for one in listed)
        shares = part_shares(sought.parts, weights)
        asked = sought.part_vectors
        chance = background(asked, self._chance)
        found = []
        for listed, own, vectors in zip(said, sentences, stored, strict=True):
            known = _with_vectors(listed, own, vectors)
            rows = np.array(list(known.values())).reshape(-1, asked.shape[1])
            found.append(part_evidence(sought.parts, asked, list(known), rows, chance, shares))
        return found

    @cached_property
    def _chance(self) -> Vectors:
        return self._retriever.sample(CHANCE)

    def _features(
        self,
        sought: Sought,
        stored: Sequence[dict[int, Vectors]],
        answers: Sequence[Sequence[PartEvidence]],
    ) -> list[FitFeatures | None]:
        """None where the index is too small to tell what chance gives."""
        if len(self._chance) < LEAST_BACKGROUND:
            return [None for _ in stored]
        chance = background(sought.pieces, self._chance)
        return [
            fit_features(sought.pieces, np.concatenate(list(own.values())), chance, found)
            if own
            else None
            for own, found in zip(stored, answers, strict=True)
        ]


@dataclass(frozen=True)
class _Passage:
    """A statement to be shown, and the parts of the need that it answers."""

    said: Statement
    answers: tuple[NeedPartKind, ...]


@dataclass(frozen=True)
class _Marker:
    """Marks the words of passages that met those of one need."""

    need_words: frozenset[str]
    need_content: WordVectors | None
    content: Mapping[str, WordVectors]
    """The content words of each text that is shown, where they are known, as are the need's."""

    def evidence(self, passage: _Passage, text: str) -> Evidence:
        """The passage with its marks."""
        shared = highlights(self.need_words, text)
        related: tuple[Span, ...] = ()
        if self.need_content is not None and text in self.content:
            marked = marks(self.need_content, self.content[text], shared)
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
    said: Sequence[Statement], sentences: Vectors, stored: Mapping[int, Vectors]
) -> dict[Statement, Vectors]:
    """The statements that have a vector (d,), with it; what is newer than the index has none."""
    of_abstract = [one for one in said if not one.is_claim]
    known: dict[Statement, Vectors] = dict(zip(of_abstract, sentences, strict=False))
    for one in said:
        if one.is_claim and (claim := stored.get(_number(one))) is not None:
            mean = claim.mean(axis=0)
            known[one] = mean / np.linalg.norm(mean)
    return known


def _text(said: Statement, patent: Patent) -> str:
    return said.text if said.is_claim else patent.abstract or patent.title


def _number(claim: Statement) -> int:
    return int(claim.passage.removeprefix("claim "))
