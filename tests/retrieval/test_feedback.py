import numpy as np
from scipy.sparse import csr_array

from matcher.retrieval.candidates import Candidates
from matcher.retrieval.feedback import with_feedback
from matcher.retrieval.fusion import FloatArray, standardised

PATENTS = np.array([2, 4, 6, 8])
# One vector each; patent 8 resembles patent 2, patent 6 does not.
VECTORS = np.array([[1, 0], [0, 1], [0, -1], [0.8, 0.6]], dtype=np.float32)
TERMS = np.array([[1, 1, 0], [0, 0, 0.5], [1, 0, 0], [0, 1, 0]])
NO_TERMS = np.zeros((4, 1))


def candidates(foreign: tuple[int, ...] = (), terms: FloatArray = TERMS) -> Candidates:
    """Four patents; those at the places `foreign` are in the other language than the need."""
    nothing = np.zeros(4)
    return Candidates(
        patents=PATENTS,
        asked=("whole",),
        dense=nothing[:, None],
        lexical=nothing[:, None],
        foreign=np.isin(np.arange(4), foreign),
        best_claim=np.zeros(4, dtype=np.int64),
        vectors=VECTORS,
        vector_owners=PATENTS,
        terms=csr_array(terms.astype(np.float32).reshape(4, -1)),
    )


def by_hand(fused: FloatArray) -> tuple[FloatArray, FloatArray]:
    """What the best ask for by meaning and by words, z-scored; four candidates all speak."""
    scores = standardised(fused)
    shares = np.exp((scores - scores.max()) / 2)
    meant = shares @ VECTORS
    similarity = VECTORS @ (meant / np.linalg.norm(meant))
    shared = TERMS @ (shares @ TERMS)
    return standardised(similarity.astype(np.float64)), standardised(shared)


def test_what_resembles_the_best_rises() -> None:
    fused = np.array([9.0, 0.0, 1.0, 0.9])
    assert fused.argsort().tolist() == [1, 3, 2, 0]
    ranked = with_feedback(candidates(terms=NO_TERMS), fused, 1.0)
    assert ranked.argsort().tolist()[-2:] == [3, 0]


def test_what_shares_the_words_of_the_best_rises() -> None:
    fused = np.array([9.0, 0.1, 0.0, 1.0])
    assert fused.argsort().tolist() == [2, 1, 3, 0]
    assert with_feedback(candidates(), fused, 0.5).argsort().tolist() == [1, 2, 3, 0]
    silent = with_feedback(candidates(terms=NO_TERMS), fused, 0.5)
    assert silent.argsort().tolist() == [2, 1, 3, 0]


def test_the_score_by_hand() -> None:
    fused = np.array([3.0, 1.0, 1.0, 1.0])
    meaning, words = by_hand(fused)
    expected = standardised(fused) + 0.5 * (meaning + words)
    np.testing.assert_allclose(with_feedback(candidates(), fused, 0.5), expected, rtol=1e-6)


def test_where_no_words_are_told_apart_meaning_speaks_for_both() -> None:
    fused = np.array([3.0, 1.0, 1.0, 1.0])
    meaning, _ = by_hand(fused)
    expected = standardised(fused) + meaning
    found = with_feedback(candidates(terms=NO_TERMS), fused, 0.5)
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_words_order_within_a_language_and_meaning_between_two() -> None:
    fused = np.array([3.0, 1.0, 1.0, 1.0])
    meaning, _ = by_hand(fused)
    told = with_feedback(candidates(foreign=(3,)), fused, 1.0) - standardised(fused) - meaning
    np.testing.assert_allclose(told[3], meaning[3])
    np.testing.assert_allclose(told[:3].mean(), meaning[:3].mean())
    np.testing.assert_allclose(told[:3].std(), meaning[:3].std())
    assert told[:3].argsort().tolist() == [1, 2, 0]


def test_without_weight_the_scores_stay_as_z_scores() -> None:
    fused = np.array([3.0, 1.0, 2.0, 0.0])
    np.testing.assert_allclose(with_feedback(candidates(), fused, 0.0), standardised(fused))
