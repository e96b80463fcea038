import numpy as np
import pytest

from matcher.retrieval.fusion import (
    FloatArray,
    fuse,
    rank_numbers,
    reciprocal_ranks,
    standard_scores,
)

NAN = float("nan")
HOME = np.zeros(3, dtype=np.bool_)


def column(*scores: float) -> FloatArray:
    """The scores of one query, as a channel gives them."""
    return np.array(scores)[:, None]


def test_standard_scores_are_the_sum_of_z_scores() -> None:
    dense = column(1.0, 2.0, 3.0)
    lexical = column(30.0, 10.0, 20.0)
    spread = np.sqrt(2 / 3)
    expected = np.array([-1, 0, 1]) / spread + np.array([10, -10, 0]) / (10 * spread)
    np.testing.assert_allclose(standard_scores(dense, lexical, HOME), expected)


def test_a_patent_one_channel_missed_gets_that_channels_least_score() -> None:
    fused = standard_scores(column(0.5, 0.5, 0.5), column(3.0, NAN, 1.0), HOME)
    assert fused[0] > fused[1] == fused[2]


@pytest.mark.parametrize("channel", [[4.0, 4.0, 4.0], [NAN, NAN, NAN]])
def test_a_channel_that_tells_nothing_apart_leaves_the_order_to_the_other(
    channel: list[float],
) -> None:
    other = column(1.0, 2.0, 3.0)
    spread = np.sqrt(2 / 3)
    expected = np.array([-1, 0, 1]) / spread
    np.testing.assert_allclose(standard_scores(other, column(*channel), HOME), 2 * expected)
    np.testing.assert_allclose(standard_scores(column(*channel), other, HOME), expected)


def test_a_lone_patent_of_the_needs_language_is_at_no_disadvantage() -> None:
    dense = column(0.9, 0.8, 0.1)
    fused = standard_scores(dense, column(7.0, NAN, NAN), np.array([False, True, True]))
    assert fused.argmax() == 0


def test_words_say_nothing_of_a_patent_in_the_other_language() -> None:
    dense = column(0.9, 0.6, 0.1, 0.2)
    lexical = column(NAN, 9.0, 1.0, NAN)
    foreign = np.array([True, False, False, False])
    fused = standard_scores(dense, lexical, foreign)
    meaning = (dense - dense.mean()) / dense.std()
    assert fused[0] == pytest.approx(2 * meaning[0, 0])
    assert fused.argmax() == 0
    assert standard_scores(dense, lexical, np.zeros(4, dtype=np.bool_)).argmax() != 0
    assert reciprocal_ranks(dense, lexical, foreign)[0] == pytest.approx(2 / 61)


def test_reciprocal_ranks_by_hand() -> None:
    dense = column(0.9, 0.8, 0.1)
    lexical = column(NAN, 5.0, 7.0)
    expected = [1 / 61, 1 / 62 + 1 / 62, 1 / 63 + 1 / 61]
    np.testing.assert_allclose(reciprocal_ranks(dense, lexical, HOME), expected)


def test_rank_numbers_break_ties_by_position_and_leave_the_missing_out() -> None:
    ranks = rank_numbers(np.array([2.0, 5.0, NAN, 2.0]))
    np.testing.assert_array_equal(ranks, [2.0, 1.0, NAN, 3.0])


def test_fuse_takes_the_method_by_name() -> None:
    channels = column(1.0, 2.0, 4.0), column(4.0, 2.0, 1.0)
    np.testing.assert_allclose(fuse(*channels, HOME, "rrf"), reciprocal_ranks(*channels, HOME))
    np.testing.assert_allclose(fuse(*channels, HOME, "zscore"), standard_scores(*channels, HOME))


def test_every_query_counts_alike() -> None:
    dense = np.array([[1.0, 3.0], [2.0, 1.0], [3.0, 2.0]])
    lexical = np.array([[NAN, 1.0], [1.0, NAN], [5.0, NAN]])
    apart = [
        [method(dense[:, [n]], lexical[:, [n]], HOME) for n in (0, 1)]
        for method in (standard_scores, reciprocal_ranks)
    ]
    np.testing.assert_allclose(standard_scores(dense, lexical, HOME), sum(apart[0]) / 2)
    np.testing.assert_allclose(reciprocal_ranks(dense, lexical, HOME), sum(apart[1]))
