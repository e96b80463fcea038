import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.evidence.parts import (
    INDEPENDENT,
    LINE,
    WORDS,
    Background,
    Found,
    PartEvidence,
    above_chance,
    background,
    part_evidence,
    part_shares,
    part_vectors,
    shown,
    unanswered,
    word_shares,
    word_weights,
    words_met,
)
from matcher.patents.statements import (
    Statement,
    statements,
)
from matcher.ports import Vectors
from matcher.retrieval.query_building import text_vectors
from matcher.text.highlights import words
from matcher.types import Claim, NeedPart
from models.fake import FakeEncoder
from tests.support.samples import SEPARATOR

CHANCE = Background(np.array([0.0]), np.array([0.1]))
PART = NeedPart("technique", "xyz")


def said(passage: str, *, independent: bool = False, text: str = "甲乙") -> Statement:
    return Statement(passage, text, (0, len(text)), independent)


def vectors_with_cosines(*cosines: float) -> Vectors:
    """Unit vectors with these cosines to (1, 0)."""
    return np.array([[c, math.sqrt(1 - c * c)] for c in cosines], dtype=np.float32)


def met(*pairs: tuple[Statement, float]) -> PartEvidence:
    (found,) = part_evidence(
        [PART],
        np.array([[1, 0]], dtype=np.float32),
        [statement for statement, _ in pairs],
        vectors_with_cosines(*(cosine for _, cosine in pairs)),
        CHANCE,
        [{}],
    )
    return found


def test_statements_are_the_abstracts_sentences_and_the_claims() -> None:
    patent = replace(SEPARATOR, abstract="隔膜会收缩。本发明涂覆陶瓷！\n By 3.5% less. So it holds")
    listed = statements(patent)
    assert [(one.passage, one.text) for one in listed[:4]] == [
        ("abstract", "隔膜会收缩。"),
        ("abstract", "本发明涂覆陶瓷！"),
        ("abstract", "By 3.5% less."),
        ("abstract", "So it holds"),
    ]
    assert all(patent.abstract[slice(*one.span)] == one.text for one in listed[:4])
    claims = [one for one in listed if one.is_claim]
    assert [one.text for one in claims] == [claim.text for claim in patent.claims]
    assert [one.passage for one in claims] == [f"claim {claim.number}" for claim in patent.claims]


def test_statements_know_dependent_claims_and_fall_back_on_the_title() -> None:
    claims = (
        Claim(1, "一种膜"),
        Claim(2, "根据权利要求1所述的膜", is_dependent=True),
        Claim(3, " "),
    )
    listed = statements(replace(SEPARATOR, abstract="", claims=claims))
    assert [(one.passage, one.is_independent) for one in listed] == [
        ("abstract", False),
        ("claim 1", True),
        ("claim 2", False),
    ]
    assert listed[0].text == SEPARATOR.title


@given(st.text(alphabet="甲乙丙a1 。；.;!\n", max_size=60))
def test_cutting_keeps_every_letter_once_and_in_order(text: str) -> None:
    patent = replace(SEPARATOR, title="", abstract=text, claims=())
    spans = [one.span for one in statements(patent)]
    kept = "".join(text[a:b] for a, b in spans)
    assert [c for c in kept if c.isalnum()] == [c for c in text if c.isalnum()]
    assert all(a < b for a, b in spans) and spans == sorted(spans)


def test_the_nearest_claim_and_sentence_are_found_apart() -> None:
    found = met(
        (said("abstract", text="甲"), 0.2),
        (said("abstract", text="乙"), 0.5),
        (said("claim 1", independent=True), 0.4),
        (said("claim 5", independent=True), 0.1),
    )
    assert found.sentence is not None and found.claim is not None
    assert found.sentence.statement.text == "乙"
    assert found.claim.statement.passage == "claim 1"
    assert found.sentence.score == pytest.approx(5.0, abs=1e-5)
    assert found.score == found.sentence.score and found.is_answered


@pytest.mark.parametrize(("ahead", "wins"), [(-0.01, "claim 1"), (0.01, "claim 2")])
def test_a_dependent_claim_must_be_clearly_nearer(ahead: float, wins: str) -> None:
    found = met(
        (said("claim 1", independent=True), 0.3),
        (said("claim 2"), 0.3 + INDEPENDENT * 0.1 + ahead),
    )
    assert found.claim is not None and found.claim.statement.passage == wins


@pytest.mark.parametrize(("cosine", "answered"), [(0.1 * LINE + 0.01, True), (0.29, False)])
def test_a_part_below_the_line_is_unanswered(cosine: float, answered: bool) -> None:
    found = met((said("claim 1", independent=True), cosine))
    assert found.is_answered is answered
    assert unanswered([found]) == (() if answered else (PART,))


def test_a_patent_without_text_answers_nothing() -> None:
    (found,) = part_evidence(
        [PART], np.ones((1, 2), np.float32), [], np.empty((0, 2), np.float32), CHANCE, [{}]
    )
    assert (found.claim, found.sentence, found.score) == (None, None, -math.inf)
    assert not found.is_answered


def test_shared_words_raise_the_score() -> None:
    listed = [said("claim 1", text="隔膜收缩"), said("claim 2", text="轴承振动")]
    part = NeedPart("problem", "轴承振动")
    (found,) = part_evidence(
        [part],
        np.array([[1, 0]], dtype=np.float32),
        listed,
        vectors_with_cosines(0.3, 0.3),
        CHANCE,
        part_shares([part], word_weights(one.text for one in listed)),
    )
    assert found.claim is not None and found.claim.statement is listed[1]
    assert found.claim.score == pytest.approx(3.0 + WORDS, abs=1e-5)


def test_shown_are_the_answered_parts_or_else_the_nearest() -> None:
    def of(score: float) -> PartEvidence:
        return PartEvidence(PART, Found(said("claim 1"), score), None)

    low, lower, high, higher = of(1.0), of(0.5), of(LINE), of(LINE + 2)
    assert shown([low, high, higher]) == (high, higher)
    assert shown([lower, low]) == (low,)
    assert shown([]) == ()


def test_a_rare_word_tells_more_than_a_common_one() -> None:
    weights = word_weights(["隔膜 轴承", "隔膜 水泵", "隔膜 叉车"])
    need = words("隔膜 轴承")
    shares = word_shares(need, weights)
    rare, common = words_met(shares, words("轴承")), words_met(shares, words("隔膜"))
    assert rare > 0.8 > 0.2 > common
    assert rare + common == pytest.approx(1.0)
    assert words_met(shares, need) == pytest.approx(1.0)
    assert words_met(word_shares(words(""), weights), need) == 0.0


def test_a_word_that_no_text_has_counts_against_them() -> None:
    weights = word_weights(["轴承", "水泵"])
    shares = word_shares(words("轴承 蜜蜂"), weights)
    assert words_met(shares, words("轴承")) == pytest.approx(0.5)


def test_chance_is_measured_on_the_passages_given() -> None:
    passages = np.array([[0.6, 0.8], [0.0, 1.0]] * 20, dtype=np.float32)
    queries = np.array([[1, 0], [0, 1]], dtype=np.float32)
    chance = background(queries, passages)
    np.testing.assert_allclose(chance.mean, [0.3, 0.9], atol=1e-6)
    np.testing.assert_allclose(chance.spread, [0.3, 0.1], atol=1e-6)
    np.testing.assert_allclose(
        above_chance(np.array([[0.9], [0.9]]), chance), [[2], [0]], atol=1e-6
    )


def test_few_passages_or_equal_ones_give_no_wild_scores() -> None:
    query = np.array([[1, 0]], dtype=np.float32)
    few = background(query, query)
    assert 0 < few.mean[0] < 0.2 and 0.05 < few.spread[0] < 0.2
    equal = background(query, np.repeat(query, 40, axis=0))
    assert np.isfinite(above_chance(np.array([[1.0]]), equal)).all()


def test_part_vectors_are_unit_and_long_parts_lose_nothing() -> None:
    encoder = FakeEncoder(window=4)
    texts = [("轴承",), ("轴承振动隔膜收缩", "水泵"), ("",)]
    (known,) = text_vectors(encoder, [("轴承", ("轴承振动隔膜收缩", "水泵", ""))])
    vectors = part_vectors(texts, known)
    np.testing.assert_allclose(np.linalg.norm(vectors[:2], axis=1), 1, atol=1e-6)
    first, second, pump = encoder.encode(["轴承振动", "隔膜收缩", "水泵"], "query")
    expected = 8 * (first + second) / 2 + 2 * pump
    np.testing.assert_allclose(vectors[1], expected / np.linalg.norm(expected), atol=1e-6)
    assert not vectors[2].any()
    assert len(part_vectors([], {})) == 0
