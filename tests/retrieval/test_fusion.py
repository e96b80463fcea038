import numpy as np
import pytest

from matcher.ports import FloatArray
from matcher.retrieval.fusion import (
    fuse,
    ranks,
    reciprocal_rank_fusion,
    zscore_sum,
)

NAN = float("nan")
SAME_LANGUAGE = np.zeros(3, dtype=np.bool_)


def column(*scores: float) -> FloatArray:
    """Scores (n, 1) of a channel for one query."""
    return np.array(scores)[:, None]


def test_fused_scores_are_the_sum_of_z_scores() -> None:
    dense = column(1.0, 2.0, 3.0)
    lexical = column(30.0, 10.0, 20.0)
    spread = np.sqrt(2 / 3)
    expected = np.array([-1, 0, 1]) / spread + np.array([10, -10, 0]) / (10 * spread)
    np.testing.assert_allclose(zscore_sum(dense, lexical, SAME_LANGUAGE), expected)


def test_a_patent_without_a_score_gets_the_least_score_of_the_channel() -> None:
    fused = zscore_sum(column(0.5, 0.5, 0.5), column(3.0, NAN, 1.0), SAME_LANGUAGE)
    assert fused[0] > fused[1] == fused[2]


@pytest.mark.parametrize("channel", [[4.0, 4.0, 4.0], [NAN, NAN, NAN]])
def test_a_channel_with_equal_or_no_scores_leaves_the_order_to_the_other(
    channel: list[float],
) -> None:
    other = column(1.0, 2.0, 3.0)
    spread = np.sqrt(2 / 3)
    expected = np.array([-1, 0, 1]) / spread
    np.testing.assert_allclose(zscore_sum(other, column(*channel), SAME_LANGUAGE), 2 * expected)
    np.testing.assert_allclose(zscore_sum(column(*channel), other, SAME_LANGUAGE), expected)


def test_a_single_patent_in_the_language_of_the_need_can_be_first() -> None:
    dense = column(0.9, 0.8, 0.1)
    fused = zscore_sum(dense, column(7.0, NAN, NAN), np.array([False, True, True]))
    assert fused.argmax() == 0


def test_the_dense_score_counts_twice_for_a_patent_in_the_other_language() -> None:
    dense = column(0.9, 0.6, 0.1, 0.2)
    lexical = column(NAN, 9.0, 1.0, NAN)
    cross_lingual = np.array([True, False, False, False])
    fused = zscore_sum(dense, lexical, cross_lingual)
    dense_z = (dense - dense.mean()) / dense.std()
    assert fused[0] == pytest.approx(2 * dense_z[0, 0])
    assert fused.argmax() == 0
    assert zscore_sum(dense, lexical, np.zeros(4, dtype=np.bool_)).argmax() != 0
    assert reciprocal_rank_fusion(dense, lexical, cross_lingual)[0] == pytest.approx(2 / 61)


def test_reciprocal_rank_fusion_of_three_patents() -> None:
    dense = column(0.9, 0.8, 0.1)
    lexical = column(NAN, 5.0, 7.0)
    expected = [1 / 61, 1 / 62 + 1 / 62, 1 / 63 + 1 / 61]
    np.testing.assert_allclose(reciprocal_rank_fusion(dense, lexical, SAME_LANGUAGE), expected)


def test_ranks_break_ties_by_position_and_keep_missing_scores_missing() -> None:
    numbers = ranks(np.array([2.0, 5.0, NAN, 2.0]))
    np.testing.assert_array_equal(numbers, [2.0, 1.0, NAN, 3.0])


def test_fuse_takes_the_method_by_name() -> None:
    channels = column(1.0, 2.0, 4.0), column(4.0, 2.0, 1.0)
    np.testing.assert_allclose(
        fuse(*channels, SAME_LANGUAGE, "rrf"), reciprocal_rank_fusion(*channels, SAME_LANGUAGE)
    )
    np.testing.assert_allclose(
        fuse(*channels, SAME_LANGUAGE, "zscore"), zscore_sum(*channels, SAME_LANGUAGE)
    )


def test_query_fields_have_equal_weights() -> None:
    dense = np.array([[1.0, 3.0], [2.0, 1.0], [3.0, 2.0]])
    lexical = np.array([[NAN, 1.0], [1.0, NAN], [5.0, NAN]])
    apart = [
        [method(dense[:, [n]], lexical[:, [n]], SAME_LANGUAGE) for n in (0, 1)]
        for method in (zscore_sum, reciprocal_rank_fusion)
    ]
    np.testing.assert_allclose(zscore_sum(dense, lexical, SAME_LANGUAGE), sum(apart[0]) / 2)
    np.testing.assert_allclose(reciprocal_rank_fusion(dense, lexical, SAME_LANGUAGE), sum(apart[1]))
