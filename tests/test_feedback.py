import numpy as np
import pytest

from matcher.feedback import with_feedback
from matcher.fusion import standardised
from matcher.retrieval import Candidates

PATENTS = np.array([2, 4, 6, 8])
# One vector each; patent 8 resembles patent 2, patent 6 does not.
VECTORS = np.array([[1, 0], [0, 1], [0, -1], [0.8, 0.6]], dtype=np.float32)


@pytest.fixture
def candidates() -> Candidates:
    nothing = np.zeros(4)
    return Candidates(
        patents=PATENTS,
        asked=("whole",),
        dense=nothing[:, None],
        lexical=nothing[:, None],
        foreign=np.zeros(4, dtype=np.bool_),
        best_claim=np.zeros(4, dtype=np.int64),
        vectors=VECTORS,
        vector_owners=PATENTS,
    )


def test_what_resembles_the_best_rises(candidates: Candidates) -> None:
    fused = np.array([9.0, 0.0, 1.0, 0.9])
    assert fused.argsort().tolist() == [1, 3, 2, 0]
    assert with_feedback(candidates, fused, 1.0).argsort().tolist()[-2:] == [3, 0]


def test_the_score_by_hand(candidates: Candidates) -> None:
    fused = np.array([3.0, 1.0, 1.0, 1.0])
    scores = standardised(fused)
    shares = np.exp((scores - scores[0]) / 2)
    meant = shares @ VECTORS
    similarity = VECTORS @ (meant / np.linalg.norm(meant))
    expected = scores + 0.5 * standardised(similarity.astype(np.float64))
    np.testing.assert_allclose(with_feedback(candidates, fused, 0.5), expected, rtol=1e-6)


def test_without_weight_the_scores_stay_as_z_scores(candidates: Candidates) -> None:
    fused = np.array([3.0, 1.0, 2.0, 0.0])
    np.testing.assert_allclose(with_feedback(candidates, fused, 0.0), standardised(fused))
