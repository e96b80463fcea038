import numpy as np
from scipy.sparse import csr_array

from matcher.ports import FloatArray
from matcher.retrieval.candidates import Candidates
from matcher.retrieval.feedback import add_feedback
from matcher.retrieval.fusion import zscore

PATENTS = np.array([2, 4, 6, 8])
# One vector each; patent 8 resembles patent 2, patent 6 does not.
VECTORS = np.array([[1, 0], [0, 1], [0, -1], [0.8, 0.6]], dtype=np.float32)
TERMS = np.array([[1, 1, 0], [0, 0, 0.5], [1, 0, 0], [0, 1, 0]])
NO_TERMS = np.zeros((4, 1))


def candidates(cross_lingual: tuple[int, ...] = (), terms: FloatArray = TERMS) -> Candidates:
    """Four patents; those at the positions `cross_lingual` are in the other language."""
    nothing = np.zeros(4)
    return Candidates(
        patents=PATENTS,
        fields=("whole",),
        dense=nothing[:, None],
        lexical=nothing[:, None],
        cross_lingual=np.isin(np.arange(4), cross_lingual),
        best_claim=np.zeros(4, dtype=np.int64),
        vectors=VECTORS,
        vector_owners=PATENTS,
        vector_passages=np.arange(4),
        vector_claims=np.zeros(4, dtype=np.int64),
        terms=csr_array(terms.astype(np.float32).reshape(4, -1)),
    )


def by_hand(fused: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Dense and lexical PRF scores, z-scored, with all four candidates as feedback documents."""
    scores = zscore(fused)
    weights = np.exp((scores - scores.max()) / 2)
    centroid = weights @ VECTORS
    similarity = VECTORS @ (centroid / np.linalg.norm(centroid))
    overlap = TERMS @ (weights @ TERMS)
    return zscore(similarity.astype(np.float64)), zscore(overlap)


def test_a_patent_near_the_best_rises() -> None:
    fused = np.array([9.0, 0.0, 1.0, 0.9])
    assert fused.argsort().tolist() == [1, 3, 2, 0]
    ranked = add_feedback(candidates(terms=NO_TERMS), fused, 1.0)
    assert ranked.argsort().tolist()[-2:] == [3, 0]


def test_a_patent_with_terms_of_the_best_rises() -> None:
    fused = np.array([9.0, 0.1, 0.0, 1.0])
    assert fused.argsort().tolist() == [2, 1, 3, 0]
    assert add_feedback(candidates(), fused, 0.5).argsort().tolist() == [1, 2, 3, 0]
    dense_only = add_feedback(candidates(terms=NO_TERMS), fused, 0.5)
    assert dense_only.argsort().tolist() == [2, 1, 3, 0]


def test_the_score_is_the_z_score_plus_weighted_prf_scores() -> None:
    fused = np.array([3.0, 1.0, 1.0, 1.0])
    dense, lexical = by_hand(fused)
    expected = zscore(fused) + 0.5 * (dense + lexical)
    np.testing.assert_allclose(add_feedback(candidates(), fused, 0.5), expected, rtol=1e-6)


def test_without_terms_the_dense_prf_score_counts_twice() -> None:
    fused = np.array([3.0, 1.0, 1.0, 1.0])
    dense, _ = by_hand(fused)
    expected = zscore(fused) + dense
    scores = add_feedback(candidates(terms=NO_TERMS), fused, 0.5)
    np.testing.assert_allclose(scores, expected, rtol=1e-6)


def test_terms_order_within_a_language_and_vectors_between_languages() -> None:
    fused = np.array([3.0, 1.0, 1.0, 1.0])
    dense, _ = by_hand(fused)
    lexical = add_feedback(candidates(cross_lingual=(3,)), fused, 1.0) - zscore(fused) - dense
    np.testing.assert_allclose(lexical[3], dense[3])
    np.testing.assert_allclose(lexical[:3].mean(), dense[:3].mean())
    np.testing.assert_allclose(lexical[:3].std(), dense[:3].std())
    assert lexical[:3].argsort().tolist() == [1, 2, 0]


def test_at_weight_zero_the_scores_are_z_scores() -> None:
    fused = np.array([3.0, 1.0, 2.0, 0.0])
    np.testing.assert_allclose(add_feedback(candidates(), fused, 0.0), zscore(fused))
