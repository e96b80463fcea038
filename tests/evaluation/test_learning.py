import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from matcher.errors import InputError, ModelError
from matcher.evaluation.learning import (
    MIN_NEEDS,
    TRAINING_DEPTH,
    JudgedNeed,
    Judgement,
    cross_validate,
    fit,
    judged_needs,
    learn,
    verdict,
)
from matcher.measures import Interval
from matcher.ports import FloatArray, Rows
from matcher.progress import Step
from matcher.retrieval import learned_ranker
from matcher.retrieval.features import Features
from matcher.retrieval.learned_ranker import Ranker, learned_scores, misfit
from matcher.types import Need, PatentRow

NAMES = ("meaning", "words", "noise")
FIXED = np.array([1.0, 1.0, 1.0])


def invented(
    count: int, truth: Sequence[float], *, seed: int = 0, size: int = 20, error: float = 0.5
) -> list[JudgedNeed]:
    """Needs whose grades follow `truth` (one weight per feature) with noise."""
    rng = np.random.default_rng(seed)
    needs = []
    for number in range(count):
        values = rng.standard_normal((size, len(NAMES)))
        quality = values @ np.array(truth) + error * rng.standard_normal(size)
        grades = np.digitize(quality, np.quantile(quality, [0.6, 0.8, 0.95]))
        needs.append(judged(f"need {number}", values, grades))
    return needs


def judged(text: str, values: FloatArray, grades: Rows) -> JudgedNeed:
    rows = np.arange(100, 100 + len(values))
    features = Features(NAMES, values, values @ FIXED, rows)
    return JudgedNeed(Need(text), features, dict(zip(rows.tolist(), grades.tolist(), strict=True)))


def learned(needs: Sequence[JudgedNeed]) -> Ranker:
    return learn(needs, model="tiny", fingerprint="abc", sources=["sample/dev"])


def test_fitted_weights_follow_the_true_weights() -> None:
    weights = fit(invented(40, (3.0, 1.0, 0.0)))
    assert weights[0] > weights[1] > 5 * abs(weights[2])
    assert weights[0] / weights[1] == pytest.approx(3, rel=0.2)


def test_a_single_pair_gives_the_optimum_of_the_loss() -> None:
    pair = judged("need", np.array([[1.0, 0, 0], [0, 1.0, 0]]), np.array([2, 1]))
    weights = fit([pair])
    # The least of w² + log(1 + exp(-2w)) is where w = 1 / (1 + exp(2w)).
    assert weights == pytest.approx([0.33745, -0.33745, 0], abs=1e-3)


def test_needs_count_alike_however_many_pairs_they_have() -> None:
    def need(better: int, copies: int) -> JudgedNeed:
        values = np.zeros((1 + copies, 3))
        values[0, better] = 1.0
        return judged(f"need {better}", values, np.array([1] + [0] * copies))

    weights = fit([need(0, copies=1), need(1, copies=50)])
    assert weights[0] == pytest.approx(weights[1], abs=1e-3)
    assert weights[0] > 0.1


def test_weights_better_than_the_fixed_ones_are_active() -> None:
    # The fixed weights give the noise the same weight as the rest.
    ranker = learned(invented(40, (2.0, 1.0, 0.0)))
    assert ranker.active and ranker.reason.startswith("on: +0.")
    assert ranker.learned["ndcg@10"] - ranker.fixed["ndcg@10"] == pytest.approx(
        ranker.interval.difference
    )
    assert ranker.interval.low is not None and ranker.interval.low > 0.05
    assert ranker.learned["spearman"] > ranker.fixed["spearman"]
    assert (ranker.needs, ranker.sources) == (40, ("sample/dev",))
    # Of 20 candidates 12 have grade 0, 4 grade 1, 3 grade 2, one grade 3.
    assert ranker.pairs == 40 * (12 * 8 + 4 * 4 + 3)


def test_a_ranker_that_is_no_better_than_the_fixed_weights_is_inactive() -> None:
    ranker = learned(invented(40, (1.0, 1.0, 1.0)))
    assert not ranker.active and ranker.reason.startswith("off")
    assert ranker.interval.difference == pytest.approx(0, abs=0.02)


def test_random_grades_give_an_inactive_ranker() -> None:
    """Only the training needs themselves are ranked better, the held-out needs are not."""
    needs = invented(30, (0.0, 0.0, 0.0), seed=3, size=12, error=1.0)
    weights = fit(needs)
    seen = [
        replace(need, features=replace(need.features, fused=need.features.values @ weights))
        for need in needs
    ]
    assert (
        cross_validate(seen).fixed["ndcg@10"].mean()
        > cross_validate(seen).learned["ndcg@10"].mean()
    )
    assert not learned(needs).active


def test_a_need_is_never_ranked_by_weights_learned_from_it() -> None:
    """A need whose grades contradict all others is ranked by the weights of the others."""
    agreeing = invented(30, (1.0, 0.0, 0.0), error=0.0)
    odd = invented(1, (-1.0, 0.0, 0.0), seed=9, error=0.0)[0]
    twins = [replace(odd, need=Need("odd one")) for _ in range(30)]
    ranker = cross_validate([*agreeing, *twins])
    # Thirty needs with the same text are in one fold, so none is training data for another.
    assert (ranker.learned["spearman"][30:] < -0.8).all()


def test_learning_is_deterministic() -> None:
    needs = invented(25, (1.0, 2.0, 0.0))
    first, second = learned(needs), learned(needs)
    assert replace(first, created="") == replace(second, created="")


def test_a_ranker_learned_from_few_needs_is_inactive() -> None:
    ranker = learned(invented(MIN_NEEDS - 1, (2.0, 1.0, -2.0)))
    assert ranker.interval.low is not None and ranker.interval.low > 0
    assert not ranker.active and ranker.reason.startswith(f"off: learned from {MIN_NEEDS - 1}")


@pytest.mark.parametrize(
    ("interval", "needs", "active", "text"),
    [
        (Interval(0.02, 0.001, 0.04), 50, True, "on: +0.020 nDCG@10"),
        (Interval(0.02, 0.0, 0.04), 50, False, "not surely better"),
        (Interval(-0.02, -0.04, -0.01), 50, False, "ranks worse"),
        (Interval(0.02, 0.01, 0.04), 5, False, "20 with a good answer"),
        (Interval(0.02, None, None), 50, False, "to be sure"),
    ],
)
def test_the_verdict_follows_the_interval(
    interval: Interval, needs: int, active: bool, text: str
) -> None:
    is_active, reason = verdict(interval, needs)
    assert is_active is active
    assert text in reason and "\n" not in reason


def test_needs_without_a_difference_in_grades_or_too_few_are_an_error() -> None:
    alike = [judged(f"need {number}", np.eye(3), np.array([1, 1, 1])) for number in range(4)]
    with pytest.raises(InputError, match="different grades"):
        learned(alike)
    for few in ([], invented(1, (1.0, 0.0, 0.0))):
        with pytest.raises(InputError, match="at least two needs"):
            learned(few)


def test_needs_with_different_features_are_an_error() -> None:
    needs = invented(4, (1.0, 0.0, 0.0))
    other = replace(needs[0], features=replace(needs[0].features, names=("a", "b", "c")))
    with pytest.raises(InputError, match="different features"):
        learned([*needs, other])


class RowFeatures:
    """Source whose features are the row of a patent and its negative; records its calls."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.calls: list[tuple[str, Sequence[PatentRow] | None]] = []

    def features(self, need: Need, *, k: int, allowed: Sequence[PatentRow] | None) -> Features:
        self.calls.append((need.text, allowed))
        rows = np.array(range(self.size) if allowed is None else allowed, dtype=np.int64)
        values = np.column_stack([rows, -rows]).astype(np.float64)
        return Features(("row", "minus"), values, values[:, 0].copy(), rows)


def judgements(*triples: tuple[str, int, int]) -> list[Judgement]:
    return [Judgement(Need(text), PatentRow(row), grade) for text, row, grade in triples]


def test_with_judged_only_the_candidates_are_the_judged_patents() -> None:
    source = RowFeatures(500)
    steps: list[Step] = []
    needs = judged_needs(
        judgements(("a", 7, 0), ("b", 1, 0), ("a", 3, 2)),
        source,
        judged_only=True,
        report=steps.append,
    )
    (need,) = needs  # b has no good answer
    assert source.calls == [("a", [3, 7])]
    assert need.features.patents.tolist() == [3, 7]
    assert need.labels.tolist() == [2, 0]
    assert steps[-1] == Step("weighing candidates", 1, 1)


def test_by_default_the_candidates_are_the_first_hundred_by_the_fixed_weights() -> None:
    source = RowFeatures(500)
    (need,) = judged_needs(judgements(("a", 499, 1), ("a", 0, 3)), source, judged_only=False)
    assert source.calls == [("a", None)]
    assert need.features.patents.tolist() == list(range(499, 499 - TRAINING_DEPTH, -1))
    assert need.labels.tolist() == [1] + [0] * (TRAINING_DEPTH - 1)
    # The best answer was not retrieved: that lowers the figures of both rankings.
    both = cross_validate([need, replace(need, need=Need("b"))])
    assert both.fixed["ndcg@10"][0] == pytest.approx(1 / (3 + 1 / np.log2(3)))


def test_a_saved_ranker_is_loaded_unchanged(tmp_path: Path) -> None:
    ranker = learned(invented(25, (1.0, 2.0, 0.0)))
    file = tmp_path / "home" / learned_ranker.FILE
    assert learned_ranker.load(file) is None
    learned_ranker.save(ranker, file)
    loaded = learned_ranker.load(file)
    assert loaded is not None
    assert loaded == replace(ranker, fixed=loaded.fixed, learned=loaded.learned)
    assert loaded.fixed == pytest.approx(ranker.fixed, abs=1e-6)
    assert [entry.name for entry in file.parent.iterdir()] == [learned_ranker.FILE]
    content = json.loads(file.read_text("utf-8"))
    assert content["features"] == list(NAMES)
    assert content["active"] is ranker.active
    interval = content["interval"]
    assert interval["low"] <= interval["difference"] <= interval["high"]


def test_a_file_of_format_1_is_read_under_the_names_of_today(tmp_path: Path) -> None:
    file = tmp_path / learned_ranker.FILE
    learned_ranker.save(learned(invented(4, (1.0, 0.0, 0.0))), file)
    values = json.loads(file.read_text("utf-8"))
    former = ["meaning whole", "words title", "feedback by meaning"]
    file.write_text(json.dumps({**values, "format": 1, "features": former}), encoding="utf-8")
    ranker = learned_ranker.load(file)
    assert ranker is not None
    assert list(ranker.weights) == ["dense whole", "lexical title", "dense feedback"]


def test_a_damaged_ranker_file_is_a_one_line_error(tmp_path: Path) -> None:
    file = tmp_path / learned_ranker.FILE
    learned_ranker.save(learned(invented(4, (1.0, 0.0, 0.0))), file)
    good = json.loads(file.read_text("utf-8"))
    damages: list[object] = [
        {**good, "weights": [1.0]},
        {**good, "weights": [1.0, 2.0, float("nan")]},
        {**good, "active": "yes"},
        {**good, "format": 99},
        {key: value for key, value in good.items() if key != "interval"},
        [good],
        "words",
    ]
    for text in [*(json.dumps(damage) for damage in damages), "{"]:
        file.write_text(text, encoding="utf-8")
        with pytest.raises(ModelError, match="matcher learn") as caught:
            learned_ranker.load(file)
        assert "\n" not in str(caught.value)


def test_a_ranker_scores_by_its_weights_and_refuses_other_features() -> None:
    needs = invented(25, (1.0, 2.0, 0.0))
    ranker = learned(needs)
    features = needs[0].features
    by_hand = [
        sum(weight * value for weight, value in zip(ranker.weights.values(), row, strict=True))
        for row in features.values
    ]
    np.testing.assert_allclose(learned_scores(ranker, features.names, features.values), by_hand)
    with pytest.raises(ModelError, match="other features"):
        learned_scores(ranker, ("words", "meaning", "noise"), features.values)


def test_a_ranker_does_not_fit_another_model_or_other_features() -> None:
    ranker = learned(invented(4, (1.0, 0.0, 0.0)))
    assert misfit(ranker, "abc", NAMES) is None
    assert "another model" in (misfit(ranker, "abd", NAMES) or "")
    assert "other features" in (misfit(ranker, "abc", NAMES[:2]) or "")
    assert "other features" in (misfit(ranker, "abc", NAMES[::-1]) or "")


def test_features_of_some_candidates_keep_their_values() -> None:
    features = invented(1, (1.0, 0.0, 0.0))[0].features
    chosen = features.at(np.array([4, 0]))
    assert len(chosen) == 2
    assert chosen.patents.tolist() == [104, 100]
    assert chosen.values.tolist() == [features.values[4].tolist(), features.values[0].tolist()]
    assert chosen.fused.tolist() == [features.fused[4], features.fused[0]]
