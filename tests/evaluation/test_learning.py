import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from matcher.errors import InputError, ModelError
from matcher.evaluation.learning import (
    LEAST_NEEDS,
    RANKED,
    JudgedNeed,
    Judgement,
    compare,
    fit,
    judged_needs,
    learn,
    verdict,
)
from matcher.measures import Interval
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
    """Needs whose grades follow `truth` (a weight a feature) but for some noise."""
    rng = np.random.default_rng(seed)
    needs = []
    for number in range(count):
        values = rng.standard_normal((size, len(NAMES)))
        worth = values @ np.array(truth) + error * rng.standard_normal(size)
        grades = np.digitize(worth, np.quantile(worth, [0.6, 0.8, 0.95]))
        needs.append(judged(f"need {number}", values, grades))
    return needs


def judged(text: str, values: NDArray[np.float64], grades: NDArray[np.int64]) -> JudgedNeed:
    rows = np.arange(100, 100 + len(values))
    features = Features(NAMES, values, values @ FIXED, rows)
    return JudgedNeed(Need(text), features, dict(zip(rows.tolist(), grades.tolist(), strict=True)))


def made(needs: Sequence[JudgedNeed]) -> Ranker:
    return learn(needs, model="tiny", fingerprint="abc", sources=["sample/dev"])


def test_the_weights_point_where_the_grades_do() -> None:
    weights = fit(invented(40, (3.0, 1.0, 0.0)))
    assert weights[0] > weights[1] > 5 * abs(weights[2])
    assert weights[0] / weights[1] == pytest.approx(3, rel=0.2)


def test_one_pair_is_enough_and_leads_the_right_way() -> None:
    one = judged("need", np.array([[1.0, 0, 0], [0, 1.0, 0]]), np.array([2, 1]))
    weights = fit([one])
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


def test_a_better_way_of_weighing_is_found_and_switched_on() -> None:
    # The fixed weights believe the noise as much as the rest.
    found = made(invented(40, (2.0, 1.0, 0.0)))
    assert found.active and found.reason.startswith("on: +0.")
    assert found.learned["ndcg@10"] - found.fixed["ndcg@10"] == pytest.approx(
        found.interval.difference
    )
    assert found.interval.low is not None and found.interval.low > 0.05
    assert found.learned["spearman"] > found.fixed["spearman"]
    assert (found.needs, found.sources) == (40, ("sample/dev",))
    # Of 20 candidates 12 have grade 0, 4 grade 1, 3 grade 2, one grade 3.
    assert found.pairs == 40 * (12 * 8 + 4 * 4 + 3)


def test_weights_that_are_right_already_stay_in_charge() -> None:
    found = made(invented(40, (1.0, 1.0, 1.0)))
    assert not found.active and found.reason.startswith("off")
    assert found.interval.difference == pytest.approx(0, abs=0.02)


def test_grades_that_hang_on_nothing_teach_nothing() -> None:
    """Ranking the very needs it learned from would look better: held-out needs do not."""
    needs = invented(30, (0.0, 0.0, 0.0), seed=3, size=12, error=1.0)
    weights = fit(needs)
    seen = [
        JudgedNeed(one.need, replace(one.features, fused=one.features.values @ weights), one.grades)
        for one in needs
    ]
    assert compare(seen).fixed["ndcg@10"].mean() > compare(seen).learned["ndcg@10"].mean()
    assert not made(needs).active


def test_a_need_is_never_ranked_by_weights_learned_from_it() -> None:
    """A need whose grades contradict all others is ranked by what the others say."""
    agreeing = invented(30, (1.0, 0.0, 0.0), error=0.0)
    odd = invented(1, (-1.0, 0.0, 0.0), seed=9, error=0.0)[0]
    twins = [replace(odd, need=Need("odd one")) for _ in range(30)]
    found = compare([*agreeing, *twins])
    # Thirty of the same words are always held out together, so none teaches the others.
    assert (found.learned["spearman"][30:] < -0.8).all()


def test_the_same_needs_give_the_same_ranker() -> None:
    needs = invented(25, (1.0, 2.0, 0.0))
    first, second = made(needs), made(needs)
    assert replace(first, created="") == replace(second, created="")


def test_few_needs_switch_nothing_on() -> None:
    found = made(invented(LEAST_NEEDS - 1, (2.0, 1.0, -2.0)))
    assert found.interval.low is not None and found.interval.low > 0
    assert not found.active and found.reason.startswith(f"off: learned from {LEAST_NEEDS - 1}")


@pytest.mark.parametrize(
    ("interval", "needs", "active", "words"),
    [
        (Interval(0.02, 0.001, 0.04), 50, True, "on: +0.020 nDCG@10"),
        (Interval(0.02, 0.0, 0.04), 50, False, "not surely better"),
        (Interval(-0.02, -0.04, -0.01), 50, False, "ranks worse"),
        (Interval(0.02, 0.01, 0.04), 5, False, "20 with a good answer"),
        (Interval(0.02, None, None), 50, False, "to be sure"),
    ],
)
def test_the_verdict_follows_the_interval(
    interval: Interval, needs: int, active: bool, words: str
) -> None:
    found = verdict(interval, needs)
    assert found[0] is active
    assert words in found[1] and "\n" not in found[1]


def test_what_teaches_nothing_is_an_error() -> None:
    alike = [judged(f"need {number}", np.eye(3), np.array([1, 1, 1])) for number in range(4)]
    with pytest.raises(InputError, match="different grades"):
        made(alike)
    for few in ([], invented(1, (1.0, 0.0, 0.0))):
        with pytest.raises(InputError, match="at least two needs"):
            made(few)


def test_needs_of_different_engines_do_not_mix() -> None:
    needs = invented(4, (1.0, 0.0, 0.0))
    other = replace(needs[0], features=replace(needs[0].features, names=("a", "b", "c")))
    with pytest.raises(InputError, match="different features"):
        made([*needs, other])


class Candidates:
    """Tells the row of a patent as its features, and remembers what it was asked."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.asked: list[tuple[str, Sequence[PatentRow] | None]] = []

    def features(self, need: Need, *, k: int, allowed: Sequence[PatentRow] | None) -> Features:
        self.asked.append((need.text, allowed))
        rows = np.array(range(self.size) if allowed is None else allowed, dtype=np.int64)
        values = np.column_stack([rows, -rows]).astype(np.float64)
        return Features(("row", "minus"), values, values[:, 0].copy(), rows)


def judgements(*triples: tuple[str, int, int]) -> list[Judgement]:
    return [Judgement(Need(text), PatentRow(row), grade) for text, row, grade in triples]


def test_judgements_become_needs_with_their_judged_candidates() -> None:
    source = Candidates(500)
    told: list[Step] = []
    found = judged_needs(
        judgements(("a", 7, 0), ("b", 1, 0), ("a", 3, 2)),
        source,
        judged_only=True,
        report=told.append,
    )
    (one,) = found  # b has no good answer
    assert source.asked == [("a", [3, 7])]
    assert one.features.patents.tolist() == [3, 7]
    assert one.labels.tolist() == [2, 0]
    assert told[-1] == Step("weighing candidates", 1, 1)


def test_else_the_first_hundred_by_the_fixed_weights_are_learned_from() -> None:
    source = Candidates(500)
    (one,) = judged_needs(judgements(("a", 499, 1), ("a", 0, 3)), source, judged_only=False)
    assert source.asked == [("a", None)]
    assert one.features.patents.tolist() == list(range(499, 499 - RANKED, -1))
    assert one.labels.tolist() == [1] + [0] * (RANKED - 1)
    # The best answer was not found: it counts against both ways of ranking.
    both = compare([one, replace(one, need=Need("b"))])
    assert both.fixed["ndcg@10"][0] == pytest.approx(1 / (3 + 1 / np.log2(3)))


def test_a_ranker_comes_back_from_its_file_as_it_was(tmp_path: Path) -> None:
    found = made(invented(25, (1.0, 2.0, 0.0)))
    file = tmp_path / "home" / learned_ranker.FILE
    assert learned_ranker.load(file) is None
    learned_ranker.save(found, file)
    kept = learned_ranker.load(file)
    assert kept is not None
    assert kept == replace(found, fixed=kept.fixed, learned=kept.learned)
    assert kept.fixed == pytest.approx(found.fixed, abs=1e-6)
    assert [entry.name for entry in file.parent.iterdir()] == [learned_ranker.FILE]
    told = json.loads(file.read_text("utf-8"))
    assert told["features"] == list(NAMES)
    assert told["active"] is found.active
    assert told["interval"]["low"] <= told["interval"]["difference"] <= told["interval"]["high"]


def test_a_damaged_file_is_told_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / learned_ranker.FILE
    learned_ranker.save(made(invented(4, (1.0, 0.0, 0.0))), file)
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


def test_it_ranks_by_its_weights_and_never_by_other_features() -> None:
    needs = invented(25, (1.0, 2.0, 0.0))
    found = made(needs)
    features = needs[0].features
    by_hand = [
        sum(weight * value for weight, value in zip(found.weights.values(), row, strict=True))
        for row in features.values
    ]
    np.testing.assert_allclose(learned_scores(found, features), by_hand)
    turned = replace(features, names=("words", "meaning", "noise"))
    with pytest.raises(ModelError, match="other features"):
        learned_scores(found, turned)


def test_it_is_not_used_with_another_model_or_other_features() -> None:
    found = made(invented(4, (1.0, 0.0, 0.0)))
    assert misfit(found, "abc", NAMES) is None
    assert "another model" in (misfit(found, "abd", NAMES) or "")
    assert "other features" in (misfit(found, "abc", NAMES[:2]) or "")
    assert "other features" in (misfit(found, "abc", NAMES[::-1]) or "")


def test_candidates_can_be_chosen_and_keep_their_scores() -> None:
    features = invented(1, (1.0, 0.0, 0.0))[0].features
    chosen = features.at(np.array([4, 0]))
    assert len(chosen) == 2
    assert chosen.patents.tolist() == [104, 100]
    assert chosen.values.tolist() == [features.values[4].tolist(), features.values[0].tolist()]
    assert chosen.fused.tolist() == [features.fused[4], features.fused[0]]
