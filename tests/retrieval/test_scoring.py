"""How the engine weighs what the channels say, over scores made by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from matcher.measures import METRICS, Interval
from matcher.retrieval.candidates import Candidates
from matcher.retrieval.feedback import with_feedback
from matcher.retrieval.fusion import FloatArray, fuse, standardised
from matcher.retrieval.learned_ranker import Ranker
from matcher.retrieval.query import (
    COLUMNS,
    Column,
)
from matcher.retrieval.scoring import FEATURES, Weighing, no_features

NAN = np.nan
WHOLE: tuple[Column, ...] = ("whole",)


def candidates(
    dense: list[list[float]],
    lexical: list[list[float]],
    asked: tuple[Column, ...] = COLUMNS,
    foreign: tuple[int, ...] = (),
) -> Candidates:
    """Patents 10, 20 … with one vector each; the scores by patent and column."""
    count = len(dense)
    patents = 10 * np.arange(1, count + 1)
    angles = np.arange(count) / 2
    return Candidates(
        patents=patents,
        asked=asked,
        dense=np.array(dense, dtype=np.float64).reshape(count, len(asked)),
        lexical=np.array(lexical, dtype=np.float64).reshape(count, len(asked)),
        foreign=np.isin(np.arange(count), foreign),
        best_claim=np.zeros(count, dtype=np.int64),
        vectors=np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32),
        vector_owners=patents,
        terms=csr_array(np.eye(count, dtype=np.float32)),
    )


THREE = candidates(
    dense=[[0.9, 0.1, 0.5], [0.5, 0.8, 0.6], [0.1, 0.3, 0.9]],
    lexical=[[2.0, NAN, 1.0], [NAN, 4.0, 3.0], [5.0, 1.0, NAN]],
)


def ranker(**weights: float) -> Ranker:
    """A ranker that listens to these features alone."""
    named = {name.replace("_", " "): weight for name, weight in weights.items()}
    figures = dict.fromkeys(METRICS, 0.5)
    return Ranker(
        active=True,
        reason="for a test",
        created="2026-06-01T00:00:00+00:00",
        model="fake",
        fingerprint="fake",
        sources=("sample/dev",),
        needs=30,
        pairs=60,
        weights={name: named.get(name, 0.0) for name in FEATURES},
        fixed=figures,
        learned=figures,
        interval=Interval(0.1, 0.05, 0.15),
    )


def column(found: Candidates, weighing: Weighing, name: str) -> FloatArray:
    values: FloatArray = weighing.features(found).values[:, FEATURES.index(name)]
    return values


def test_each_channel_alone_leaves_out_what_it_did_not_find() -> None:
    weighing = Weighing("zscore")
    assert weighing.rank(THREE, "dense").order.tolist() == [0, 1, 2]
    assert weighing.rank(THREE, "lexical").order.tolist() == [2, 0]


@pytest.mark.parametrize("fusion", ["zscore", "rrf"])
def test_the_fixed_weights_are_the_fused_scores_with_feedback(fusion: str) -> None:
    weighing = Weighing(fusion, feedback=0.4)  # type: ignore[arg-type]
    fused = fuse(THREE.dense, THREE.lexical, THREE.foreign, weighing.fusion)
    expected = with_feedback(THREE, fused, 0.4)
    ranking = weighing.rank(THREE, "engine")
    np.testing.assert_allclose(ranking.scores, expected)
    assert ranking.order.tolist() == np.argsort(-expected).tolist()


def test_equal_scores_stay_in_the_order_of_the_rows() -> None:
    level = candidates([[0.5]] * 4, [[1.0]] * 4, WHOLE)
    for mode in ("dense", "lexical", "engine"):
        assert Weighing("zscore").rank(level, mode).order.tolist() == [0, 1, 2, 3]


def test_features_are_eight_named_z_scores_of_each_candidate() -> None:
    weighing = Weighing("zscore", 0.6)
    features = weighing.features(THREE)
    assert features.names == FEATURES
    assert FEATURES == (
        "meaning whole",
        "meaning title",
        "meaning parts",
        "words whole",
        "words title",
        "words parts",
        "feedback by meaning",
        "feedback by words",
    )
    assert features.values.shape == (3, 8) and len(features) == 3
    assert features.patents.tolist() == [10, 20, 30]
    np.testing.assert_allclose(features.fused, weighing.fixed(THREE))
    for place, name in enumerate(COLUMNS):
        np.testing.assert_allclose(
            column(THREE, weighing, f"meaning {name}"), standardised(THREE.dense[:, place])
        )
        np.testing.assert_allclose(
            column(THREE, weighing, f"words {name}"), standardised(THREE.lexical[:, place])
        )


def test_a_need_that_does_not_ask_by_title_or_parts_asks_there_as_a_whole() -> None:
    one = candidates([[0.9], [0.5], [0.1]], [[1.0], [3.0], [2.0]], WHOLE)
    weighing = Weighing("zscore")
    for channel in ("meaning", "words"):
        whole = column(one, weighing, f"{channel} whole")
        assert whole.any()
        for name in ("title", "parts"):
            np.testing.assert_array_equal(column(one, weighing, f"{channel} {name}"), whole)


def test_for_a_patent_in_the_other_language_meaning_speaks_for_words_too() -> None:
    found = candidates(
        [[0.9], [0.5], [0.1], [0.3]], [[NAN], [3.0], [2.0], [1.0]], WHOLE, foreign=(0,)
    )
    weighing = Weighing("zscore")
    words, meaning = (
        column(found, weighing, "words whole"),
        column(found, weighing, "meaning whole"),
    )
    assert words[0] == pytest.approx(meaning[0])
    np.testing.assert_allclose(words[1:], standardised(found.lexical[1:, 0]))


SCORES = st.floats(-50, 50, width=32)


@given(st.data(), st.integers(1, 8), st.sampled_from([WHOLE, COLUMNS]))
def test_features_and_scores_are_numbers_whatever_a_channel_found(
    data: st.DataObject, count: int, asked: tuple[Column, ...]
) -> None:
    row = st.lists(SCORES, min_size=len(asked), max_size=len(asked))
    gaps = st.lists(SCORES | st.just(NAN), min_size=len(asked), max_size=len(asked))
    found = candidates(
        data.draw(st.lists(row, min_size=count, max_size=count)),
        data.draw(st.lists(gaps, min_size=count, max_size=count)),
        asked,
        tuple(data.draw(st.sets(st.integers(0, count - 1)))),
    )
    for fusion in ("zscore", "rrf"):
        weighing = Weighing(fusion, 0.6)
        features = weighing.features(found)
        assert np.isfinite(features.values).all() and np.isfinite(features.fused).all()
        ranking = weighing.rank(found, "engine")
        assert sorted(ranking.order.tolist()) == list(range(count))
        assert (np.diff(ranking.scores[ranking.order]) <= 0).all()


def test_a_learned_ranker_takes_the_place_of_the_fixed_weights() -> None:
    fixed = Weighing("zscore", 0.6)
    learned = replace(fixed, ranker=ranker(meaning_title=2.0))
    ranking = learned.rank(THREE, "engine")
    np.testing.assert_allclose(ranking.scores, 2 * standardised(THREE.dense[:, 1]))
    assert ranking.order.tolist() == [1, 2, 0]
    by_words = replace(fixed, ranker=ranker(words_whole=1.0))
    assert by_words.rank(THREE, "engine").order.tolist()[0] == 2
    # The channels alone, and what the fixed weights say, do not change.
    for mode in ("dense", "lexical"):
        np.testing.assert_array_equal(
            learned.rank(THREE, mode).order,
            fixed.rank(THREE, mode).order,
        )
    np.testing.assert_array_equal(learned.features(THREE).fused, fixed.fixed(THREE))


def test_feedback_is_a_feature_whatever_its_fixed_weight() -> None:
    off, on = Weighing("zscore", 0.0), Weighing("zscore", 2.0)
    assert column(THREE, off, "feedback by meaning").any()
    assert column(THREE, off, "feedback by words").any()
    np.testing.assert_array_equal(off.features(THREE).values, on.features(THREE).values)


def test_a_need_that_asks_nothing_has_no_candidate_to_weigh() -> None:
    none = no_features()
    assert len(none) == 0 and none.values.shape == (0, len(FEATURES))
    assert none.names == FEATURES and none.fused.shape == none.patents.shape == (0,)
