"""Claim finding by hand."""

from matcher.types import Patent, PatentId
from scripts.quality import claims
from tests.scripts.quality.examples import answer, match


def test_claim_finding_counts_the_unshown_and_leaves_out_the_folded() -> None:
    one, two = (Patent(PatentId(name), name) for name in "12")
    named = {
        ("n", "1"): frozenset({2, 3}),
        ("n", "2"): frozenset({1}),
        ("n", "3"): frozenset({1, 4}),
        ("n", "4"): frozenset({1}),
    }
    shown = match(one, "claim 2", "claim 5", "abstract"), match(two, "abstract", family=("4",))
    found = {
        (f.on, f.metric, f.run): f.values
        for f in claims.claim_figures({"n": answer("n", *shown)}, named)
    }
    assert found[claims.ON_ANSWERS, "hit", "engine"] == {"n 1": 1, "n 2": 0, "n 3": 0}
    assert found[claims.ON_ANSWERS, "hit", "reference"] == {"n 1": 0, "n 2": 1, "n 3": 1}
    assert found[claims.ON_SHOWN, "precision", "engine"] == {"n 1": 0.5, "n 2": 0}
    assert found[claims.ON_SHOWN, "recall", "engine"] == {"n 1": 0.5, "n 2": 0}
    assert found[claims.ON_SHOWN, "recall", "reference"] == {"n 1": 0, "n 2": 1}
