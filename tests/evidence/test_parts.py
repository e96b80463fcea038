import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.evidence.fit_label import MIN_ANSWER
from matcher.evidence.parts import (
    DEPENDENT_CLAIM_MARGIN,
    LEXICAL_WEIGHT,
    MIN_EVIDENCE_SCORE,
    Background,
    PartEvidence,
    PartTerms,
    ScoredStatement,
    background,
    background_zscore,
    lexical_coverage,
    part_evidence,
    part_terms,
    part_vectors,
    parts_to_show,
    term_shares,
    unanswered_parts,
)
from matcher.patents.statements import (
    Statement,
    statements,
)
from matcher.ports import FloatArray, Vectors
from matcher.retrieval.query_building import text_vectors
from matcher.text.highlights import words
from matcher.types import Claim, NeedPart, NeedPartKind
from models.fake import FakeEncoder
from tests.support.samples import SEPARATOR

BACKGROUND = Background(np.array([0.0]), np.array([0.1]))
PART = NeedPart("technique", "xyz")
NO_TERMS = PartTerms({}, {}, None)
PART_TERMS = PartTerms({"xyz": 1.0}, {"xyz": 1.0}, None)


def statement(passage: str, *, independent: bool = False, text: str = "甲乙") -> Statement:
    return Statement(passage, text, (0, len(text)), independent)


def vectors_with_cosines(*cosines: float) -> Vectors:
    """Unit vectors with these cosines to (1, 0)."""
    return np.array([[c, math.sqrt(1 - c * c)] for c in cosines], dtype=np.float32)


def evidence_of(*pairs: tuple[Statement, float]) -> PartEvidence:
    (evidence,) = part_evidence(
        [PART],
        np.array([[1, 0]], dtype=np.float32),
        [own for own, _ in pairs],
        vectors_with_cosines(*(cosine for _, cosine in pairs)),
        BACKGROUND,
        [PART_TERMS],
    )
    return evidence


def equal_idf(terms: Sequence[str]) -> FloatArray:
    return np.ones(len(terms))


def test_statements_are_the_abstracts_sentences_and_the_claims() -> None:
    patent = replace(SEPARATOR, abstract="隔膜会收缩。本发明涂覆陶瓷！\n By 3.5% less. So it holds")
    listed = statements(patent)
    assert [(item.passage, item.text) for item in listed[:4]] == [
        ("abstract", "隔膜会收缩。"),
        ("abstract", "本发明涂覆陶瓷！"),
        ("abstract", "By 3.5% less."),
        ("abstract", "So it holds"),
    ]
    assert all(patent.abstract[slice(*item.span)] == item.text for item in listed[:4])
    claims = [item for item in listed if item.is_claim]
    assert [item.text for item in claims] == [claim.text for claim in patent.claims]
    assert [item.passage for item in claims] == [f"claim {claim.number}" for claim in patent.claims]


def test_statements_mark_independent_claims_and_take_the_title_without_an_abstract() -> None:
    claims = (
        Claim(1, "一种膜"),
        Claim(2, "根据权利要求1所述的膜", is_dependent=True),
        Claim(3, " "),
    )
    listed = statements(replace(SEPARATOR, abstract="", claims=claims))
    assert [(item.passage, item.is_independent) for item in listed] == [
        ("abstract", False),
        ("claim 1", True),
        ("claim 2", False),
    ]
    assert listed[0].text == SEPARATOR.title


@given(st.text(alphabet="甲乙丙a1 。；.;!\n", max_size=60))
def test_sentences_keep_every_letter_once_and_in_order(text: str) -> None:
    patent = replace(SEPARATOR, title="", abstract=text, claims=())
    spans = [item.span for item in statements(patent)]
    joined = "".join(text[a:b] for a, b in spans)
    assert [c for c in joined if c.isalnum()] == [c for c in text if c.isalnum()]
    assert all(a < b for a, b in spans) and spans == sorted(spans)


def test_the_best_claim_and_the_best_sentence_are_chosen_separately() -> None:
    evidence = evidence_of(
        (statement("abstract", text="甲"), 0.2),
        (statement("abstract", text="乙"), 0.5),
        (statement("claim 1", independent=True), 0.4),
        (statement("claim 5", independent=True), 0.1),
    )
    assert evidence.sentence is not None and evidence.claim is not None
    assert evidence.sentence.statement.text == "乙"
    assert evidence.claim.statement.passage == "claim 1"
    assert evidence.sentence.score == pytest.approx(5.0, abs=1e-5)
    assert evidence.score == evidence.sentence.score == evidence.answer_score


@pytest.mark.parametrize(("ahead", "wins"), [(-0.01, "claim 1"), (0.01, "claim 2")])
def test_a_dependent_claim_needs_the_margin_over_an_independent_one(
    ahead: float, wins: str
) -> None:
    evidence = evidence_of(
        (statement("claim 1", independent=True), 0.3),
        (statement("claim 2"), 0.3 + DEPENDENT_CLAIM_MARGIN * 0.1 + ahead),
    )
    assert evidence.claim is not None and evidence.claim.statement.passage == wins


@pytest.mark.parametrize(
    ("cosine", "answered"), [(0.1 * MIN_ANSWER["claims"] + 0.01, True), (0.37, False)]
)
def test_a_part_below_the_minimum_score_is_unanswered(cosine: float, answered: bool) -> None:
    evidence = evidence_of((statement("claim 1", independent=True), cosine))
    assert unanswered_parts([evidence], MIN_ANSWER["claims"]) == (() if answered else (PART,))


def test_a_patent_without_text_answers_no_part() -> None:
    (evidence,) = part_evidence(
        [PART],
        np.ones((1, 2), np.float32),
        [],
        np.empty((0, 2), np.float32),
        BACKGROUND,
        [NO_TERMS],
    )
    assert (evidence.claim, evidence.sentence, evidence.score) == (None, None, -math.inf)
    assert evidence.answer_score == -math.inf


def test_shared_words_raise_the_score() -> None:
    listed = [statement("claim 1", text="隔膜收缩"), statement("claim 2", text="轴承振动")]
    part = NeedPart("problem", "轴承振动")
    (evidence,) = part_evidence(
        [part],
        np.array([[1, 0]], dtype=np.float32),
        listed,
        vectors_with_cosines(0.3, 0.3),
        BACKGROUND,
        part_terms([part], equal_idf),
    )
    assert evidence.claim is not None and evidence.claim.statement is listed[1]
    assert evidence.claim.score == pytest.approx(3.0 + LEXICAL_WEIGHT, abs=1e-5)
    assert evidence.claim.answer_score == evidence.claim.score


@pytest.mark.parametrize(
    ("need", "text", "answer_score"),
    [
        ("提高产品质量", "提高产品质量", -math.inf),  # names no technique
        ("隔膜产品", "该产品美观", 3.0),  # shares a general word only
        ("improve the diaphragm", "Products improve.", 3.0),
        ("隔膜 10", "步骤10", 3.0),  # a figure alone
    ],
)
def test_general_words_and_figures_answer_nothing(
    need: str, text: str, answer_score: float
) -> None:
    part, own = NeedPart("goal", need), statement("claim 1", text=text)
    (evidence,) = part_evidence(
        [part],
        np.array([[1, 0]], dtype=np.float32),
        [own],
        vectors_with_cosines(0.3),
        BACKGROUND,
        part_terms([part], equal_idf),
    )
    assert evidence.score > 3.0 + 0.2 * LEXICAL_WEIGHT
    assert evidence.answer_score == pytest.approx(answer_score, abs=1e-5)


def test_answered_parts_are_shown_or_else_the_best_one() -> None:
    def of(score: float) -> PartEvidence:
        return PartEvidence(PART, ScoredStatement(statement("claim 1"), score, score), None)

    low, lower, high, higher = of(1.0), of(0.5), of(MIN_EVIDENCE_SCORE), of(MIN_EVIDENCE_SCORE + 2)
    assert parts_to_show([low, high, higher]) == (high, higher)
    assert parts_to_show([lower, low]) == (low,)
    assert parts_to_show([]) == ()


def test_a_rare_word_covers_more_than_a_common_one() -> None:
    weights = {"隔膜": 0.1, "轴承": 1.0}
    need = words("隔膜 轴承")
    shares = term_shares(need, weights)
    rare, common = lexical_coverage(shares, words("轴承")), lexical_coverage(shares, words("隔膜"))
    assert rare > 0.8 > 0.2 > common
    assert rare + common == pytest.approx(1.0)
    assert lexical_coverage(shares, need) == pytest.approx(1.0)
    assert lexical_coverage(term_shares(words(""), weights), need) == 0.0


def test_the_background_is_mean_and_spread_over_the_passages() -> None:
    passages = np.array([[0.6, 0.8], [0.0, 1.0]] * 20, dtype=np.float32)
    queries = np.array([[1, 0], [0, 1]], dtype=np.float32)
    random = background(queries, passages)
    np.testing.assert_allclose(random.mean, [0.3, 0.9], atol=1e-6)
    np.testing.assert_allclose(random.spread, [0.3, 0.1], atol=1e-6)
    np.testing.assert_allclose(
        background_zscore(np.array([[0.9], [0.9]]), random), [[2], [0]], atol=1e-6
    )


def test_few_or_equal_passages_give_finite_scores() -> None:
    query = np.array([[1, 0]], dtype=np.float32)
    few = background(query, query)
    assert 0 < few.mean[0] < 0.2 and 0.05 < few.spread[0] < 0.2
    equal = background(query, np.repeat(query, 40, axis=0))
    assert np.isfinite(background_zscore(np.array([[1.0]]), equal)).all()


def test_part_vectors_are_unit_means_over_all_pieces() -> None:
    encoder = FakeEncoder(window=4)
    texts = [("轴承",), ("轴承振动隔膜收缩", "水泵"), ("",)]
    (pieces,) = text_vectors(encoder, [("轴承", ("轴承振动隔膜收缩", "水泵", ""))])
    vectors = part_vectors(texts, pieces)
    np.testing.assert_allclose(np.linalg.norm(vectors[:2], axis=1), 1, atol=1e-6)
    first, second, pump = encoder.encode(["轴承振动", "隔膜收缩", "水泵"], "query")
    expected = 8 * (first + second) / 2 + 2 * pump
    np.testing.assert_allclose(vectors[1], expected / np.linalg.norm(expected), atol=1e-6)
    assert not vectors[2].any()
    assert len(part_vectors([], {})) == 0


@pytest.mark.parametrize(
    ("kind", "need", "text", "answered"),
    [
        ("technique", "加热固化", "不采用加热固化。", False),
        ("technique", "加热固化", "采用加热固化。", True),
        ("technique", "不加热固化", "不采用加热固化。", True),
        ("technique", "不使用加热", "采用加热炉。", False),
        ("title", "curing by heating", "It cures without heating.", False),
        ("problem", "反复加热费电", "无需加热。", True),  # doing without it is the answer
    ],
)
def test_means_that_a_statement_does_without_are_no_answer(
    kind: NeedPartKind, need: str, text: str, answered: bool
) -> None:
    part, own = NeedPart(kind, need), statement("claim 1", text=text)
    (evidence,) = part_evidence(
        [part],
        np.array([[1, 0]], dtype=np.float32),
        [own],
        vectors_with_cosines(0.9),
        BACKGROUND,
        part_terms([part], equal_idf),
    )
    assert (evidence.answer_score >= MIN_ANSWER["claims"]) is answered
