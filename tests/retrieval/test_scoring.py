"""Scores and features of candidates, from channel scores made by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from matcher.ports import FloatArray
from matcher.retrieval.candidates import Candidates
from matcher.retrieval.feedback import add_feedback
from matcher.retrieval.fusion import (
    fuse,
    zscore,
)
from matcher.retrieval.learned_ranker import Ranker
from matcher.retrieval.query import (
    QUERY_FIELDS,
    QueryField,
)
from matcher.retrieval.scoring import FEATURES, Scorer, no_features
from tests.support.rankers import learned

NAN = np.nan
WHOLE: tuple[QueryField, ...] = ("whole",)


def candidates(
    dense: list[list[float]],
    lexical: list[list[float]],
    fields: tuple[QueryField, ...] = QUERY_FIELDS,
    cross_lingual: tuple[int, ...] = (),
) -> Candidates:
    """Candidates 10, 20 … with one vector each; scores by patent and query field."""
    count = len(dense)
    patents = 10 * np.arange(1, count + 1)
    angles = np.arange(count) / 2
    return Candidates(
        patents=patents,
        fields=fields,
        dense=np.array(dense, dtype=np.float64).reshape(count, len(fields)),
        lexical=np.array(lexical, dtype=np.float64).reshape(count, len(fields)),
        cross_lingual=np.isin(np.arange(count), cross_lingual),
        best_claim=np.zeros(count, dtype=np.int64),
        vectors=np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32),
        vector_owners=patents,
        vector_passages=np.arange(count),
        vector_claims=np.zeros(count, dtype=np.int64),
        terms=csr_array(np.eye(count, dtype=np.float32)),
    )


THREE = candidates(
    dense=[[0.9, 0.1, 0.5], [0.5, 0.8, 0.6], [0.1, 0.3, 0.9]],
    lexical=[[2.0, NAN, 1.0], [NAN, 4.0, 3.0], [5.0, 1.0, NAN]],
)


def ranker(**weights: float) -> Ranker:
    """Ranker with weights for these features alone."""
    named = {name.replace("_", " "): weight for name, weight in weights.items()}
    return learned(weights={name: named.get(name, 0.0) for name in FEATURES})


def feature(scored: Candidates, scorer: Scorer, name: str) -> FloatArray:
    values: FloatArray = scorer.features(scored).values[:, FEATURES.index(name)]
    return values


def test_the_run_of_a_channel_has_only_patents_that_it_scored() -> None:
    scorer = Scorer("zscore")
    assert scorer.rank(THREE, "dense").order.tolist() == [0, 1, 2]
    assert scorer.rank(THREE, "lexical").order.tolist() == [2, 0]


@pytest.mark.parametrize("fusion", ["zscore", "rrf"])
def test_without_a_learned_ranker_scores_are_fused_scores_with_feedback(fusion: str) -> None:
    scorer = Scorer(fusion, feedback=0.4)  # type: ignore[arg-type]
    fused = fuse(THREE.dense, THREE.lexical, THREE.cross_lingual, scorer.fusion)
    expected = add_feedback(THREE, fused, 0.4)
    ranking = scorer.rank(THREE, "engine")
    np.testing.assert_allclose(ranking.scores, expected)
    assert ranking.order.tolist() == np.argsort(-expected).tolist()


def test_ties_are_in_the_order_of_rows() -> None:
    level = candidates([[0.5]] * 4, [[1.0]] * 4, WHOLE)
    for mode in ("dense", "lexical", "engine"):
        assert Scorer("zscore").rank(level, mode).order.tolist() == [0, 1, 2, 3]


def test_features_are_eight_named_z_scores_of_each_candidate() -> None:
    scorer = Scorer("zscore", 0.6)
    features = scorer.features(THREE)
    assert features.names == FEATURES
    assert FEATURES == (
        "dense whole",
        "dense title",
        "dense parts",
        "lexical whole",
        "lexical title",
        "lexical parts",
        "dense feedback",
        "lexical feedback",
    )
    assert features.values.shape == (3, 8) and len(features) == 3
    assert features.patents.tolist() == [10, 20, 30]
    np.testing.assert_allclose(features.fused, scorer.fused_scores(THREE))
    for index, name in enumerate(QUERY_FIELDS):
        np.testing.assert_allclose(
            feature(THREE, scorer, f"dense {name}"), zscore(THREE.dense[:, index])
        )
        np.testing.assert_allclose(
            feature(THREE, scorer, f"lexical {name}"), zscore(THREE.lexical[:, index])
        )


def test_features_of_missing_query_fields_are_those_of_the_whole_need() -> None:
    whole_only = candidates([[0.9], [0.5], [0.1]], [[1.0], [3.0], [2.0]], WHOLE)
    scorer = Scorer("zscore")
    for channel in ("dense", "lexical"):
        whole = feature(whole_only, scorer, f"{channel} whole")
        assert whole.any()
        for name in ("title", "parts"):
            np.testing.assert_array_equal(feature(whole_only, scorer, f"{channel} {name}"), whole)


def test_lexical_features_of_a_patent_in_the_other_language_are_the_dense_ones() -> None:
    scored = candidates(
        [[0.9], [0.5], [0.1], [0.3]], [[NAN], [3.0], [2.0], [1.0]], WHOLE, cross_lingual=(0,)
    )
    scorer = Scorer("zscore")
    lexical = feature(scored, scorer, "lexical whole")
    assert lexical[0] == pytest.approx(feature(scored, scorer, "dense whole")[0])
    np.testing.assert_allclose(lexical[1:], zscore(scored.lexical[1:, 0]))


SCORES = st.floats(-50, 50, width=32)


@given(st.data(), st.integers(1, 8), st.sampled_from([WHOLE, QUERY_FIELDS]))
def test_features_and_scores_are_finite_whatever_the_channels_give(
    data: st.DataObject, count: int, fields: tuple[QueryField, ...]
) -> None:
    row = st.lists(SCORES, min_size=len(fields), max_size=len(fields))
    gaps = st.lists(SCORES | st.just(NAN), min_size=len(fields), max_size=len(fields))
    scored = candidates(
        data.draw(st.lists(row, min_size=count, max_size=count)),
        data.draw(st.lists(gaps, min_size=count, max_size=count)),
        fields,
        tuple(data.draw(st.sets(st.integers(0, count - 1)))),
    )
    for fusion in ("zscore", "rrf"):
        scorer = Scorer(fusion, 0.6)
        features = scorer.features(scored)
        assert np.isfinite(features.values).all() and np.isfinite(features.fused).all()
        ranking = scorer.rank(scored, "engine")
        assert sorted(ranking.order.tolist()) == list(range(count))
        assert (np.diff(ranking.scores[ranking.order]) <= 0).all()


def test_a_learned_ranker_replaces_the_fixed_weights() -> None:
    fixed = Scorer("zscore", 0.6)
    learned = replace(fixed, ranker=ranker(dense_title=2.0))
    ranking = learned.rank(THREE, "engine")
    np.testing.assert_allclose(ranking.scores, 2 * zscore(THREE.dense[:, 1]))
    assert ranking.order.tolist() == [1, 2, 0]
    lexical_only = replace(fixed, ranker=ranker(lexical_whole=1.0))
    assert lexical_only.rank(THREE, "engine").order.tolist()[0] == 2
    # The runs of the channels and the fused scores do not change.
    for mode in ("dense", "lexical"):
        np.testing.assert_array_equal(
            learned.rank(THREE, mode).order,
            fixed.rank(THREE, mode).order,
        )
    np.testing.assert_array_equal(learned.features(THREE).fused, fixed.fused_scores(THREE))


def test_feedback_is_a_feature_even_at_weight_zero() -> None:
    off, on = Scorer("zscore", 0.0), Scorer("zscore", 2.0)
    assert feature(THREE, off, "dense feedback").any()
    assert feature(THREE, off, "lexical feedback").any()
    np.testing.assert_array_equal(off.features(THREE).values, on.features(THREE).values)


def test_no_features_have_names_and_no_row() -> None:
    none = no_features()
    assert len(none) == 0 and none.values.shape == (0, len(FEATURES))
    assert none.names == FEATURES and none.fused.shape == none.patents.shape == (0,)
