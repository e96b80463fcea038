"""Evidence of each result: the passages that answer, the parts they answer, and the fit label."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np

from matcher.evidence.content_words import ContentWords, TextWords
from matcher.evidence.fit_label import MIN_ANSWER, FitFeatures, FitLabel
from matcher.evidence.labelling import Labelled, Labeller
from matcher.evidence.parts import (
    PartEvidence,
    ScoredStatement,
    background,
    part_evidence,
    part_terms,
    parts_to_show,
    unanswered_parts,
)
from matcher.evidence.related_words import are_related, mark_related
from matcher.evidence.shared_words import NeedWords, overlaps
from matcher.patents.statements import Statement, statements
from matcher.ports import BoolArray, Encoder, Vectors
from matcher.retrieval.candidates import Candidates
from matcher.retrieval.index import PassageIndex
from matcher.text.highlights import Span
from matcher.types import Evidence, NeedPart, NeedPartKind, Patent, PatentRow

MAX_CLAIMS = 2
"""Claims shown of one patent; the rest can be read in the patent."""


@dataclass(frozen=True)
class EvidenceQuery:
    """A need as evidence is looked for."""

    text: str
    parts: tuple[NeedPart, ...]
    part_vectors: Vectors
    """A unit vector (n, d) for each part."""
    pieces: Vectors
    """Unit vectors (v, d) of the pieces of its text."""


@dataclass(frozen=True)
class MatchEvidence:
    """Evidence of one result."""

    evidence: tuple[Evidence, ...]
    unanswered: tuple[NeedPartKind, ...]
    fit: FitLabel


class EvidenceFinder:
    """Finds evidence in the patents of one index. May be used from several threads."""

    def __init__(self, encoder: Encoder, index: PassageIndex) -> None:
        """Set up over an index with the vectors of abstracts' sentences and of most words."""
        self._index = index
        self._labeller = Labeller(index)
        self._words = ContentWords(encoder, index.words, index.text_words)

    def find(
        self,
        query: EvidenceQuery,
        candidates: Candidates,
        patents: Sequence[tuple[PatentRow, Patent]],
    ) -> list[MatchEvidence]:
        """Find the evidence of each of the patents, which are candidates, in their order."""
        vectors = [candidates.passage_vectors(row) for row, _ in patents]
        aligned = self._align(query, patents, vectors)
        labels = self._labeller.labels(
            query.text, query.pieces, _labelled(patents, vectors, aligned)
        )
        least = list(map(_min_answer, labels))
        passages = list(map(_passages, aligned, least))
        texts = [
            [_passage_text(passage.statement, patent) for passage in own]
            for (_, patent), own in zip(patents, passages, strict=True)
        ]
        content = self._words.of([query.text, *sorted({text for own in texts for text in own})])
        highlighter = _Highlighter.of(query.text, content)
        return [
            MatchEvidence(
                evidence=tuple(map(highlighter.mark, own, own_texts)),
                unanswered=tuple(part.kind for part in unanswered_parts(parts, min_score)),
                fit=label,
            )
            for parts, own, own_texts, label, min_score in zip(
                aligned, passages, texts, labels, least, strict=True
            )
        ]

    def fit_features(
        self,
        query: EvidenceQuery,
        candidates: Candidates,
        patents: Sequence[tuple[PatentRow, Patent]],
    ) -> list[FitFeatures | None]:
        """Return the features of each patent's fit label; None for one without a label."""
        labelled = self._to_label(query, candidates, patents)
        return self._labeller.features(query.text, query.pieces, labelled)

    def fit_labels(
        self,
        query: EvidenceQuery,
        candidates: Candidates,
        patents: Sequence[tuple[PatentRow, Patent]],
    ) -> list[FitLabel]:
        """Return each patent's fit label, without its evidence."""
        labelled = self._to_label(query, candidates, patents)
        return self._labeller.labels(query.text, query.pieces, labelled)

    def _to_label(
        self,
        query: EvidenceQuery,
        candidates: Candidates,
        patents: Sequence[tuple[PatentRow, Patent]],
    ) -> list[Labelled]:
        vectors = [candidates.passage_vectors(row) for row, _ in patents]
        return _labelled(patents, vectors, self._align(query, patents, vectors))

    def _align(
        self,
        query: EvidenceQuery,
        patents: Sequence[tuple[PatentRow, Patent]],
        vectors: Sequence[dict[int, Vectors]],
    ) -> list[tuple[PartEvidence, ...]]:
        """Return the best statements of each patent for each part of the need."""
        listed = [statements(patent) for _, patent in patents]
        terms = part_terms(query.parts, self._index.lexical.idf)
        random = background(query.part_vectors, self._labeller.random_passages)
        aligned = []
        for (row, _), own, stored in zip(patents, listed, vectors, strict=True):
            known, rows = _with_vectors(own, self._index.sentences.of_patent(row), stored)
            aligned.append(
                part_evidence(query.parts, query.part_vectors, known, rows, random, terms)
            )
        return aligned


@dataclass(frozen=True)
class _Passage:
    """A statement to be shown, and the parts of the need that it answers."""

    statement: Statement
    answers: tuple[NeedPartKind, ...]


@dataclass(frozen=True)
class _Highlighter:
    """Marks words of passages that meet those of one need."""

    need: NeedWords
    content: Mapping[str, TextWords]
    """Words of each text that is shown, where the model can tell them apart."""
    is_related: BoolArray
    """True for each distinct word (u,) of these texts that is related to a word of the need."""

    @classmethod
    def of(cls, need: str, content: Mapping[str, TextWords]) -> "_Highlighter":
        """Make the highlighter of a need's text."""
        own = content.get(need)
        if own is None:
            return cls(NeedWords(need, None), content, np.empty(0, dtype=np.bool_))
        is_related = are_related(own.distinct[np.unique(own.numbers)], own.distinct)
        return cls(NeedWords(need, own.every), content, is_related)

    def mark(self, passage: _Passage, text: str) -> Evidence:
        """Return the passage with its marks."""
        own = self.content.get(text)
        negated = self.need.negated(text)
        shared = self.need.shared(text, None if own is None else own.every, negated)
        related: tuple[Span, ...] = ()
        if own is not None:
            words = compress(own.spans, self.is_related[own.numbers].tolist())
            marked = mark_related(words, shared)
            shared = marked.highlights
            related = tuple(span for span in marked.related if not overlaps(span, negated))
        statement = passage.statement
        focus = None if statement.span == (0, len(text)) else statement.span
        return Evidence(statement.passage, text, shared, related, focus, passage.answers)


def _labelled(
    patents: Sequence[tuple[PatentRow, Patent]],
    vectors: Sequence[Mapping[int, Vectors]],
    aligned: Sequence[Sequence[PartEvidence]],
) -> list[Labelled]:
    empty = np.empty((0, 0), dtype=np.float32)
    return [
        Labelled(patent, np.concatenate(list(own.values())) if own else empty, parts)
        for (_, patent), own, parts in zip(patents, vectors, aligned, strict=True)
    ]


def _min_answer(label: FitLabel) -> float:
    """Return the answer score from which a part counts as answered.

    Nothing is answered of a need that says too little to be judged.
    """
    if label.basis is None or label.gap == "need_without_technique":
        return math.inf
    return MIN_ANSWER[label.basis]


def _passages(aligned: Sequence[PartEvidence], min_score: float) -> list[_Passage]:
    """Return the passages to show, claims before the abstract, each with the parts it answers.

    A part counts as answered from `min_score` on.
    """
    best: dict[str, ScoredStatement] = {}
    answers: dict[str, list[NeedPartKind]] = {}
    for part in parts_to_show(aligned):
        for scored in part.statements:
            passage = scored.statement.passage
            if passage not in best or best[passage].score < scored.score:
                best[passage] = scored
            if scored.answer_score >= min_score:  # by the claim, say, and not by the sentence
                answers.setdefault(passage, []).append(part.part.kind)
    ranked = [scored.statement for scored in sorted(best.values(), key=lambda s: -s.score)]
    claims = [statement for statement in ranked if statement.is_claim][:MAX_CLAIMS]
    sentences = [statement for statement in ranked if not statement.is_claim]
    return [
        _Passage(statement, tuple(answers.get(statement.passage, ())))
        for statement in (*claims, *sentences)
    ]


def _with_vectors(
    listed: Sequence[Statement], sentences: Vectors, stored: Mapping[int, Vectors]
) -> tuple[list[Statement], Vectors]:
    """Return the statements that have a vector, and these (s, d); the others are newer."""
    known = [statement for statement in listed if not statement.is_claim][: len(sentences)]
    vectors = [sentences[: len(known)]]
    for statement in listed:
        if statement.is_claim and (claim := stored.get(_claim_number(statement))) is not None:
            mean = claim.mean(axis=0, keepdims=True)
            known.append(statement)
            vectors.append(mean / np.linalg.norm(mean))
    return known, np.concatenate(vectors)


def _passage_text(statement: Statement, patent: Patent) -> str:
    return statement.text if statement.is_claim else patent.abstract or patent.title


def _claim_number(claim: Statement) -> int:
    return int(claim.passage.removeprefix("claim "))
