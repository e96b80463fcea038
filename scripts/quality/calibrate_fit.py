"""Fit the model of the labels strong, fair and weak to the judgements of the sample catalogue.

    python -m scripts.quality.calibrate_fit                 # prints the model and its calibration
    python -m scripts.quality.calibrate_fit --check FOLDER  # also on other judgements

The first ten results of each need count, as users see them. Probabilities are reported by leave one
out: each need is predicted by a model that was fitted without it. The line `MODEL = ...` goes into
matcher/evidence/fit_label.py. FOLDER is a collection in BEIR layout; only its judged documents are
ranked. Run it in the project folder.
"""

import argparse
from dataclasses import astuple, dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np

from matcher.evaluation.collection import Collection, read_collection
from matcher.evidence import fit_label
from matcher.evidence.fit_label import FitFeatures, FitModel
from matcher.importing.read_file import read_file
from matcher.ports import BoolArray, Encoder, FloatArray
from matcher.settings import Settings
from matcher.wiring.open import load_encoder
from matcher.wiring.temporary import temporary_engine
from scripts.docs.sample_corpus import SAMPLES
from scripts.quality.caching_encoder import CachingEncoder
from scripts.quality.calibration import calibration_curve, calibration_error

RESULTS_PER_NEED = 10
BINS = 5


@dataclass(frozen=True)
class JudgedResults:
    """The n results of all needs of a collection, with features and judgements."""

    features: FloatArray
    """(n, f)"""
    solved: BoolArray
    """(n,)"""
    needs: list[str]
    """The need of each result."""


def main() -> None:
    """Print the model and its calibration."""
    folder = _options().check
    encoder = CachingEncoder(load_encoder(Settings()))
    results = collect_results(sample_collection(), encoder, judged_only=False)
    model = fit_model(results.features, results.solved)
    print(f"MODEL = {model!r}")
    print_report("samples, each need left out once", leave_one_need_out(results), results)
    if folder is not None:
        other = collect_results(read_collection(folder, "dev"), encoder, judged_only=True)
        print_report(f"{folder.name}, with this model", predict(other.features, model), other)


def sample_collection() -> Collection:
    """Return the sample collection; its patents as imported, so dependent claims are known."""
    table = read_file(SAMPLES / "patents.jsonl", mapping={}, today=date.today(), sample=True)
    patents = {record.patent.id: record.patent for record in table.patents}
    return replace(read_collection(SAMPLES, "dev"), documents=list(patents.values()))


def collect_results(
    collection: Collection, encoder: Encoder, *, judged_only: bool
) -> JudgedResults:
    """Rank every need; its first ten results with their features and judgements."""
    features: list[tuple[float, ...]] = []
    solved: list[bool] = []
    needs: list[str] = []
    with temporary_engine(collection.documents, Settings(), encoder=encoder) as engine:
        names = {row: str(identity) for identity, row in engine.rows.items()}
        for query, grades in collection.qrels.items():
            need = collection.needs[query]
            pool = [row for row, name in names.items() if name in grades] if judged_only else None
            ranking = engine.matcher.rankings(need, k=RESULTS_PER_NEED, allowed=pool)["engine"]
            rows = [row for row, _ in ranking]
            for row, values in zip(rows, engine.matcher.fit_features(need, rows), strict=True):
                assert values is not None  # both collections are large enough for labels
                features.append(astuple(values))
                solved.append(grades.get(names[row], 0) >= fit_label.MIN_SOLVING_GRADE)
                needs.append(query)
    return JudgedResults(np.array(features), np.array(solved), needs)


def fit_model(features: FloatArray, solved: BoolArray) -> FitModel:
    """Logistic regression of the judgements (n,) on the features (n, f)."""
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=1.0).fit(features, solved)
    intercept = round(float(fitted.intercept_[0]), 3)
    return FitModel(intercept, tuple(round(float(c), 3) for c in fitted.coef_[0]))


def leave_one_need_out(results: JudgedResults) -> FloatArray:
    """Probability (n,) of each result by a model fitted to the results of all other needs."""
    needs = np.array(results.needs)
    probabilities = np.zeros(len(needs))
    for need in dict.fromkeys(results.needs):
        own = needs == need
        model = fit_model(results.features[~own], results.solved[~own])
        probabilities[own] = predict(results.features[own], model)
    return probabilities


def predict(features: FloatArray, model: FitModel) -> FloatArray:
    """Probability (n,) that each result solves the need."""
    return np.array(
        [fit_label.fit_probability(FitFeatures(*row), model) for row in features.tolist()]
    )


def print_report(title: str, probabilities: FloatArray, results: JudgedResults) -> None:
    """Print AUC, Brier score, calibration curve, and the precision of the labels."""
    from sklearn.metrics import brier_score_loss, roc_auc_score

    solved = results.solved
    curve = calibration_curve(probabilities, solved, BINS)
    print(f"\n{title}: {len(probabilities)} results, {int(solved.sum())} solve the need")
    print(f"AUC {roc_auc_score(solved, probabilities):.3f}", end="")
    print(f", Brier {brier_score_loss(solved, probabilities):.3f}", end="")
    print(f", calibration error {calibration_error(curve):.3f}")
    for one in curve:
        print(
            f"  {one.low:.1f}-{one.high:.1f}: {one.count:5} results, "
            f"predicted {one.predicted:.2f}, observed {one.observed:.2f}"
        )
    _print_labels(probabilities, results)


def _print_labels(probabilities: FloatArray, results: JudgedResults) -> None:
    bounds = (
        ("strong", fit_label.STRONG_THRESHOLD, 1.1),
        ("fair", fit_label.FAIR_THRESHOLD, fit_label.STRONG_THRESHOLD),
        ("weak", 0.0, fit_label.FAIR_THRESHOLD),
    )
    for label, low, high in bounds:
        inside = (probabilities >= low) & (probabilities < high)
        share = float(results.solved[inside].mean()) if inside.any() else 0.0
        print(f"  {label:6}: {int(inside.sum()):5} results, {share:.2f} of them solve the need")
    needs = set(results.needs)
    without_fit = needs - _needs_with(results, probabilities >= fit_label.FAIR_THRESHOLD)
    solvable = _needs_with(results, results.solved)
    print(
        f"  nothing fits: {len(without_fit)} needs, wrongly for {len(without_fit & solvable)}; "
        f"{len(needs - solvable)} needs have no solution among their results"
    )


def _needs_with(results: JudgedResults, mask: BoolArray) -> set[str]:
    """Needs with at least one result in the mask (n,)."""
    return {need for need, is_in in zip(results.needs, mask, strict=True) if is_in}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.quality.calibrate_fit",
        description=(__doc__ or "").splitlines()[0],
    )
    parser.add_argument(
        "--check", type=Path, metavar="FOLDER", help="a judged collection in BEIR layout"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
