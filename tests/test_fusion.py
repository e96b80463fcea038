import numpy as np
import pytest

from matcher.fusion import fuse, rank_numbers, reciprocal_ranks, standard_scores

NAN = float("nan")


def test_standard_scores_are_the_sum_of_z_scores() -> None:
    dense = np.array([1.0, 2.0, 3.0])
    lexical = np.array([30.0, 10.0, 20.0])
    spread = np.sqrt(2 / 3)
    expected = np.array([-1, 0, 1]) / spread + np.array([10, -10, 0]) / (10 * spread)
    np.testing.assert_allclose(standard_scores([dense, lexical]), expected)


def test_a_patent_one_channel_missed_gets_that_channels_least_score() -> None:
    dense = np.array([0.5, 0.5, 0.5])
    lexical = np.array([3.0, NAN, 1.0])
    fused = standard_scores([dense, lexical])
    assert fused[0] > fused[1] == fused[2]


@pytest.mark.parametrize("channel", [[4.0, 4.0], [NAN, NAN], [7.0, 7.0]])
def test_a_channel_that_tells_nothing_apart_adds_nothing(channel: list[float]) -> None:
    other = np.array([1.0, 2.0])
    np.testing.assert_allclose(
        standard_scores([other, np.array(channel)]), standard_scores([other])
    )


def test_reciprocal_ranks_by_hand() -> None:
    dense = np.array([0.9, 0.8, 0.1])
    lexical = np.array([NAN, 5.0, 7.0])
    expected = [1 / 61, 1 / 62 + 1 / 62, 1 / 63 + 1 / 61]
    np.testing.assert_allclose(reciprocal_ranks([dense, lexical]), expected)


def test_rank_numbers_break_ties_by_position_and_leave_the_missing_out() -> None:
    ranks = rank_numbers(np.array([2.0, 5.0, NAN, 2.0]))
    np.testing.assert_array_equal(ranks, [2.0, 1.0, NAN, 3.0])


def test_fuse_takes_the_method_by_name() -> None:
    channels = [np.array([1.0, 2.0]), np.array([2.0, 1.0])]
    np.testing.assert_allclose(fuse(channels, "rrf"), reciprocal_ranks(channels))
    np.testing.assert_allclose(fuse(channels, "zscore"), [0.0, 0.0], atol=1e-12)
