"""Alignment of each part of a need with the best claim and sentence of a patent.

Pure functions over texts and their vectors. A cosine alone says little: it depends on the model,
and a vague part is a little near to everything. So scores are z-scores: standard deviations above
the mean cosine with passages taken at random (the background).
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, repeat

import numpy as np

from matcher.evidence.technique import technique_terms
from matcher.patents.statements import Statement
from matcher.ports import FloatArray, Vectors
from matcher.text.highlights import words
from matcher.text.negation import negated_spans, words_by_polarity
from matcher.text.tokens import WordSet, folded
from matcher.types import NeedPart

MIN_EVIDENCE_SCORE = 3.0
"""Score from which a statement is shown for a part: three standard deviations above background."""
LEXICAL_WEIGHT = 5.0
"""Added to a score for sharing all informative terms of a part; a tenth of them adds a tenth."""
DEPENDENT_CLAIM_MARGIN = 1.5
"""Lead that a dependent claim needs to be shown before an independent one.

It adds a detail to a claim that it contains, and short texts score by chance more often.
"""
MIN_BACKGROUND = 30
"""Passages below which there is no background of the index's own."""
_BACKGROUND_MEAN, _BACKGROUND_SPREAD = 0.09, 0.1
"""Cosine of the built-in model for a need and a passage that have nothing in common."""
_MIN_SPREAD = 0.01


@dataclass(frozen=True)
class Background:
    """Mean and spread (q,) of the cosine of each of q texts with passages taken at random."""

    mean: FloatArray
    spread: FloatArray


@dataclass(frozen=True, slots=True)
class PartTerms:
    """Terms of a part, each with its share in the weight of them all."""

    every: Mapping[str, float]
    """The shares add up to 1."""
    technique: Mapping[str, float]
    """Those without general words, such as 产品 or 提高."""
    polarity: tuple[frozenset[str], frozenset[str]] | None
    """Words that the part affirms, and those that it only negates; None without a negation."""
    need: WordSet | None = None
    """Terms of all parts of the need, which are looked for together; None for this part alone."""


@dataclass(frozen=True, slots=True)
class ScoredStatement:
    """A statement with its score for a part of the need."""

    statement: Statement
    score: float
    answer_score: float
    """The score without the general words that both use: it tells whether the statement answers.

    -inf for a part that names no technique.
    """


@dataclass(frozen=True, slots=True)
class PartEvidence:
    """Best statements of a patent for one part of a need, even below the threshold."""

    part: NeedPart
    claim: ScoredStatement | None
    """Best claim, None where the patent has none."""
    sentence: ScoredStatement | None
    """Best sentence of the abstract."""

    @property
    def statements(self) -> tuple[ScoredStatement, ...]:
        """Best claim and best sentence, as far as there are any."""
        return tuple(filter(None, (self.claim, self.sentence)))

    @property
    def score(self) -> float:
        """The better of the two scores; -inf where the patent has no text."""
        return max((scored.score for scored in self.statements), default=-math.inf)

    @property
    def answer_score(self) -> float:
        """The better of the two answer scores; -inf where the patent has no text."""
        return max((scored.answer_score for scored in self.statements), default=-math.inf)


def part_vectors(parts: Sequence[Sequence[str]], pieces: Mapping[str, Vectors]) -> Vectors:
    """Return each part's unit vector (n, d): its texts' pieces' mean, weighted by text length.

    `pieces` holds the vectors (v, d) of the pieces of each text. No part gives an empty (0, 0).
    """
    if not parts:
        return np.empty((0, 0), dtype=np.float32)
    weighted = [
        [pieces[text].sum(axis=0) * len(text) / max(1, len(pieces[text])) for text in texts]
        for texts in parts
    ]
    vectors = np.stack([np.sum(own, axis=0) for own in weighted]).astype(np.float32)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return vectors


def background(queries: Vectors, passages: Vectors) -> Background:
    """Return the background of queries (q, d) over passages (b, d) that were taken at random.

    For fewer than 30 passages it is what the built-in model usually gives.
    """
    if len(passages) < MIN_BACKGROUND:
        return Background(
            np.full(len(queries), _BACKGROUND_MEAN), np.full(len(queries), _BACKGROUND_SPREAD)
        )
    cosines = (queries @ passages.T).astype(np.float64)
    return Background(cosines.mean(axis=1), np.maximum(cosines.std(axis=1), _MIN_SPREAD))


def background_zscore(cosines: FloatArray, random: Background) -> FloatArray:
    """Return cosines (q, p) of q texts, p passages, in standard deviations above background."""
    scores: FloatArray = (cosines - random.mean[:, None]) / random.spread[:, None]
    return scores


def term_shares(terms: Iterable[str], weights: Mapping[str, float]) -> dict[str, float]:
    """Return the share of each term in the weight of them all; the shares add up to 1."""
    own = {term: weights[term] for term in terms}
    total = sum(own.values())
    return {term: weight / total for term, weight in own.items()} if total else {}


def part_terms(
    parts: Sequence[NeedPart], idf: Callable[[Sequence[str]], FloatArray]
) -> list[PartTerms]:
    """Return the terms of each part; `idf` gives the weights (t,) of terms."""
    own_words = [words(part.text) for part in parts]
    need = WordSet(chain.from_iterable(own_words))
    listed = sorted(need)
    weights = dict(zip(listed, idf(listed).tolist(), strict=True))
    found = []
    for part, own in zip(parts, own_words, strict=True):
        every = term_shares(own, weights)
        named = technique_terms(part.text)
        technique = {term: every[term] for term in every if term in named}
        polarity = words_by_polarity(part.text) if negated_spans(part.text) else None
        found.append(PartTerms(every, technique, polarity, need))
    return found


def lexical_coverage(shares: Mapping[str, float], statement: frozenset[str]) -> float:
    """Return the share (0 to 1) of a part's term weight that a statement's words cover."""
    return sum(map(shares.get, statement, repeat(0.0)))


def part_evidence(
    parts: Sequence[NeedPart],
    vectors: Vectors,
    statements: Sequence[Statement],
    statement_vectors: Vectors,
    random: Background,
    terms: Sequence[PartTerms],
) -> tuple[PartEvidence, ...]:
    """Return a patent's best claim and best sentence for each part (its vector in (n, d)).

    `statement_vectors` (s, d) belong to the statements, `random` and `terms` to the parts. Ties
    go to the earlier statement.
    """
    zscores = background_zscore((vectors @ statement_vectors.T).astype(np.float64), random)
    wanted = {id(own.need or own): own.need or WordSet(own.every) for own in terms}
    read = [_StatementWords.of(statement, wanted.values()) for statement in statements]
    evidence = []
    for part, row, own in zip(parts, zscores.tolist(), terms, strict=True):
        scored = [_scored(zscore, own, part, text) for text, zscore in zip(read, row, strict=True)]
        claims = [s for s in scored if s.statement.is_claim]
        sentences = [s for s in scored if not s.statement.is_claim]
        claim = max(claims, key=_score_to_show, default=None)
        sentence = max(sentences, key=_score_to_show, default=None)
        evidence.append(PartEvidence(part, claim, sentence))
    return tuple(evidence)


def parts_to_show(evidence: Sequence[PartEvidence]) -> tuple[PartEvidence, ...]:
    """Return the parts with a statement to show, in order; where none has, the best part."""
    shown = tuple(part for part in evidence if part.score >= MIN_EVIDENCE_SCORE)
    return shown or tuple(sorted(evidence, key=lambda part: -part.score)[:1])


def unanswered_parts(evidence: Iterable[PartEvidence], min_score: float) -> tuple[NeedPart, ...]:
    """Return the parts of the need that nothing in the patent answers, in the need's order."""
    return tuple(part.part for part in evidence if part.answer_score < min_score)


@lru_cache(maxsize=10_000)
def _read(text: str) -> tuple[str, tuple[frozenset[str], frozenset[str]] | None]:
    """Return a statement folded, and its words by polarity; None where it negates nothing.

    Cached for statements of patents; needs are not cached.
    """
    return folded(text), words_by_polarity(text) if negated_spans(text) else None


@dataclass(frozen=True, slots=True)
class _StatementWords:
    """A statement and the words of a need that it has."""

    statement: Statement
    used: frozenset[str]
    polarity: tuple[frozenset[str], frozenset[str]] | None
    """Words that it affirms, and those that it only negates; None where it negates nothing."""

    @classmethod
    def of(cls, statement: Statement, wanted: Iterable[WordSet]) -> "_StatementWords":
        """Look for the terms of a need's parts in a statement."""
        text, polarity = _read(statement.text)
        used = frozenset[str]().union(*(words.within(text) for words in wanted))
        return cls(statement, used, polarity)


def _scored(
    zscore: float, terms: PartTerms, part: NeedPart, text: _StatementWords
) -> ScoredStatement:
    """Return a statement with its scores for a part."""
    is_problem = part.kind == "problem"
    polarity = text.polarity or (text.used, frozenset())
    score = _score(zscore, terms.every, terms, is_problem, polarity)
    technique = -math.inf
    if terms.technique:
        technique = _score(zscore, terms.technique, terms, is_problem, polarity)
    return ScoredStatement(text.statement, score, min(score, technique))


def _score(
    zscore: float,
    shares: Mapping[str, float],
    terms: PartTerms,
    is_problem: bool,
    polarity: tuple[frozenset[str], frozenset[str]],
) -> float:
    """Return the score of a statement for a part, by the words that it affirms and negates.

    Means that only one of the two negates ("不采用加热") count against it, and where they weigh
    more than what both affirm, the statement is no answer. A problem may well be answered by doing
    without something.
    """
    stated, negated = polarity
    if is_problem or not (negated or terms.polarity):
        used = stated | negated if negated else stated
        return zscore + LEXICAL_WEIGHT * lexical_coverage(shares, used)
    wanted, unwanted = terms.polarity or (frozenset(terms.every), frozenset())
    agreed = lexical_coverage(shares, (wanted & stated) | (unwanted & negated))
    opposed = lexical_coverage(shares, (wanted & negated) | (unwanted & stated))
    score = zscore + LEXICAL_WEIGHT * (agreed - opposed)
    return min(score, MIN_EVIDENCE_SCORE - opposed) if opposed > agreed else score


def _score_to_show(scored: ScoredStatement) -> float:
    return scored.score + DEPENDENT_CLAIM_MARGIN * scored.statement.is_independent
