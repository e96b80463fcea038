"""Fit the models of the labels strong, fair and weak to judgements.

    python -m scripts.quality.calibrate_fit                  # abstracts and claims, by the samples
    python -m scripts.quality.calibrate_fit --titles FOLDER  # also titles, by judged real needs

Each basis of a label has its own few numbers. The samples, in both languages, with claims and
without, set those of claims and abstracts; a collection in BEIR layout whose documents are titles
sets those of titles. Labels are reported by leave one out: each need is labelled by a model that
was fitted without it. The printed models go into matcher/evidence/fit_label.py.
"""

import argparse
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from matcher.evaluation.calibration import calibration_curve, calibration_error
from matcher.evaluation.collection import read_collection
from matcher.evaluation.labels import CALIBRATION_BINS, LABELS
from matcher.evidence.fit_label import (
    MIN_NEED_LENGTH,
    MIN_SOLVING_GRADE,
    MODELS,
    FitFeatures,
    FitModel,
    fit_probability,
    label_of,
)
from matcher.ports import BoolArray, Encoder, FloatArray
from matcher.settings import Settings
from matcher.types import Claim, ClaimsCoverage, Fit, FitBasis, Need, Patent
from matcher.wiring.open import load_encoder
from matcher.wiring.temporary import TemporaryEngine, temporary_engine
from scripts.quality.caching_encoder import CachingEncoder
from scripts.quality.samples import Samples, read_samples

REGULARISATION = 100.0
"""Scikit-learn's C: hardly any, for the few numbers of a model."""
RESAMPLES = 1_000
SEED = 0


@dataclass(frozen=True)
class JudgedPairs:
    """The n judged pairs of needs and patents whose labels rest on one text."""

    features: Sequence[FitFeatures]
    solved: BoolArray
    """(n,)"""
    needs: Sequence[str]
    """The need of each pair."""

    def at(self, mask: BoolArray) -> "JudgedPairs":
        """Return the pairs in the mask (n,)."""
        chosen: list[int] = np.flatnonzero(mask).tolist()
        return JudgedPairs(
            [self.features[row] for row in chosen],
            self.solved[mask],
            [self.needs[row] for row in chosen],
        )


def main() -> None:
    """Print the models, and the labels of each need left out."""
    folder = _options().titles
    encoder = CachingEncoder(load_encoder(Settings()))
    samples = read_samples()
    catalogues: Mapping[FitBasis, list[Patent]] = {
        "claims": samples.patents,
        "abstract": abstracts(samples),
    }
    for basis, patents in catalogues.items():
        pairs = sample_pairs(samples, patents, encoder)
        report(f"{basis}, by the samples", pairs, basis, MODELS[basis])
    if folder is not None:
        titles = title_pairs(folder, "dev", encoder)
        report(f"titles, by {folder.name}", titles, "title", MODELS["title"])
        blind = replace(titles, features=[replace(f, coverage=None) for f in titles.features])
        report("titles in another language, by the same", blind, "title", FitModel(0.0, 0.0))


def abstracts(samples: Samples) -> list[Patent]:
    """Return the sample patents without their claims."""
    nothing: tuple[Claim, ...] = ()
    return [
        replace(patent, claims=nothing, claims_coverage=ClaimsCoverage.NONE)
        for patent in samples.patents
    ]


def sample_pairs(samples: Samples, patents: Sequence[Patent], encoder: Encoder) -> JudgedPairs:
    """Return every need in either language with every patent; unjudged ones do not solve it."""
    with temporary_engine(patents, Settings(), encoder=encoder) as engine:
        identities = [str(patent.id) for patent in patents]
        judged = [
            (query, renderings[query], {one: grades.get(one, 0) for one in identities})
            for renderings in samples.renderings.values()
            for query, grades in samples.qrels.items()
        ]
        return judged_pairs(engine, judged)


def title_pairs(folder: Path, split: str, encoder: Encoder) -> JudgedPairs:
    """Return the judged pairs of a collection of titles."""
    collection = read_collection(folder, split)
    with temporary_engine(collection.documents, Settings(), encoder=encoder) as engine:
        judged = [(q, collection.needs[q], grades) for q, grades in collection.qrels.items()]
        return judged_pairs(engine, judged)


def judged_pairs(
    engine: TemporaryEngine, judged: Iterable[tuple[str, Need, Mapping[str, int]]]
) -> JudgedPairs:
    """Return the features of judged needs: query id, need, and grades by document."""
    rows = {str(identity): row for identity, row in engine.rows.items()}
    features: list[FitFeatures] = []
    solved: list[bool] = []
    needs: list[str] = []
    for query, need, grades in judged:
        own = engine.matcher.fit_features(need, [rows[identity] for identity in grades])
        for grade, values in zip(grades.values(), own, strict=True):
            assert values is not None  # the collections are large enough for labels
            features.append(values)
            solved.append(grade >= MIN_SOLVING_GRADE)
            needs.append(query)
    return JudgedPairs(features, np.array(solved), needs)


def fit_model(pairs: JudgedPairs, shape: FitModel) -> FitModel:
    """Fit a model that uses the features that `shape` does."""
    from sklearn.linear_model import LogisticRegression

    columns = np.array(
        [
            (
                min(own.nearness, shape.max_nearness),
                own.coverage or 0.0,
                math.log(max(own.need_length, MIN_NEED_LENGTH)),
            )
            for own in pairs.features
        ]
    )
    used = [True, shape.coverage != 0, shape.log_length != 0]
    fitted = LogisticRegression(C=REGULARISATION, max_iter=1_000)
    fitted.fit(columns[:, used], pairs.solved)
    values = iter(round(float(value), 3) for value in fitted.coef_[0])
    nearness, coverage, length = (next(values) if one else 0.0 for one in used)
    return FitModel(
        round(float(fitted.intercept_[0]), 3), nearness, shape.max_nearness, coverage, length
    )


def leave_one_need_out(pairs: JudgedPairs, shape: FitModel) -> FloatArray:
    """Return the probability (n,) of each pair by a model fitted to all other needs."""
    needs = np.array(pairs.needs)
    probabilities = np.zeros(len(needs))
    for need in dict.fromkeys(pairs.needs):
        own = needs == need
        model = fit_model(pairs.at(~own), shape)
        probabilities[own] = [fit_probability(f, model) for f in pairs.at(own).features]
    return probabilities


def report(title: str, pairs: JudgedPairs, basis: FitBasis, shape: FitModel) -> None:
    """Print the model, then the labels of each need left out, with 95% intervals over needs."""
    print(f"{title}: {fit_model(pairs, shape)}")
    probabilities = leave_one_need_out(pairs, shape)
    labels: list[Fit] = [
        label_of(float(p), own.best_part, basis)
        for p, own in zip(probabilities, pairs.features, strict=True)
    ]
    curve = calibration_curve(probabilities, pairs.solved, CALIBRATION_BINS)
    for label in LABELS:
        print(f"  {label:6} {_label_line(pairs, np.array([one == label for one in labels]))}")
    print(f"  calibration error {calibration_error(curve):.3f}, each need left out once\n")


def _label_line(pairs: JudgedPairs, mask: BoolArray) -> str:
    needs = np.array(pairs.needs)
    if not mask.any():
        return "0 pairs"
    low, high = _interval(pairs.solved, mask, needs)
    solvable = set(needs[pairs.solved])
    said = solvable & set(needs[mask])
    return (
        f"{int(mask.sum()):5} pairs, {pairs.solved[mask].mean():.3f} of them solve the need "
        f"[{low:.3f}, {high:.3f}]; said of {len(said)} of {len(solvable)} needs with a solution"
    )


def _interval(solved: BoolArray, mask: BoolArray, needs: np.ndarray) -> tuple[float, float]:
    """Return the 95% bootstrap interval of the share of solving pairs in the mask, over needs."""
    names, index = np.unique(needs, return_inverse=True)
    hits = np.bincount(index, weights=solved & mask, minlength=len(names))
    counts = np.bincount(index, weights=mask, minlength=len(names))
    draws = np.random.default_rng(SEED).integers(len(names), size=(RESAMPLES, len(names)))
    shares = hits[draws].sum(axis=1) / np.maximum(1, counts[draws].sum(axis=1))
    low, high = np.quantile(shares, (0.025, 0.975))
    return float(low), float(high)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.quality.calibrate_fit",
        description=(__doc__ or "").splitlines()[0],
    )
    parser.add_argument(
        "--titles", type=Path, metavar="FOLDER", help="a judged collection of titles, BEIR layout"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
