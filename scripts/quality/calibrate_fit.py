"""Fit the model behind the labels strong, fair and weak to the judgements of the sample catalogue.

    python scripts/quality/calibrate_fit.py                 # prints the model and its calibration
    python scripts/quality/calibrate_fit.py --check FOLDER  # and on other judgements

The results looked at are those that a user sees: the first ten of each need. What is reported is
predicted by models that did not see the need (leave one need out). The line `MODEL = ...` goes into
matcher/evidence/fit_label.py. FOLDER is a collection in BEIR layout; its judged documents alone are
ranked.
"""

import argparse
import sys
from dataclasses import astuple, dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from matcher.evaluation.collection import Collection, read_collection  # noqa: E402
from matcher.evidence import fit_label as fit  # noqa: E402 - found by the line above
from matcher.evidence.fit_label import BoolArray, FitFeatures, FitModel  # noqa: E402
from matcher.evidence.parts import FloatArray  # noqa: E402
from matcher.importing.read_file import read_file  # noqa: E402
from matcher.ports import Encoder  # noqa: E402
from matcher.settings import Settings  # noqa: E402
from matcher.wiring.build import throwaway_engine  # noqa: E402
from matcher.wiring.open import load_encoder  # noqa: E402
from scripts.quality.caching_encoder import RememberingEncoder  # noqa: E402

SAMPLES = ROOT / "matcher" / "samples"
SHOWN = 10


@dataclass(frozen=True)
class Seen:
    """The results that a user of a collection sees (n of them), and whether they solve the need."""

    features: FloatArray
    """(n, f)"""
    solved: BoolArray
    needs: list[str]


def main() -> None:
    """Print the model and how well it is calibrated."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", type=Path, metavar="FOLDER")
    folder: Path | None = parser.parse_args().check
    encoder = RememberingEncoder(load_encoder(Settings()))
    seen = look(samples(), encoder, judged_only=False)
    model = trained(seen.features, seen.solved)
    print(f"MODEL = {model!r}")
    report("samples, each need left out once", left_out(seen), seen)
    if folder is not None:
        other = look(read_collection(folder, "dev"), encoder, judged_only=True)
        report(f"{folder.name}, with this model", predicted(other.features, model), other)


def samples() -> Collection:
    """The sample collection; its patents as imported, so that dependent claims are known."""
    table = read_file(SAMPLES / "patents.jsonl", mapping={}, today=date.today(), sample=True)
    known = {record.patent.id: record.patent for record in table.patents}
    return replace(read_collection(SAMPLES, "dev"), documents=list(known.values()))


def look(collection: Collection, encoder: Encoder, *, judged_only: bool) -> Seen:
    """The first ten results of every need, with their features and judgements."""
    rows: list[tuple[float, ...]] = []
    solved: list[bool] = []
    owners: list[str] = []
    with throwaway_engine(collection.documents, Settings(), encoder=encoder) as engine:
        names = {row: str(identity) for identity, row in engine.rows.items()}
        for query, grades in collection.qrels.items():
            need = collection.needs[query]
            pool = [row for row, name in names.items() if name in grades] if judged_only else None
            ranking = engine.matcher.rankings(need, k=SHOWN, allowed=pool)["engine"]
            found = [row for row, _ in ranking]
            for row, features in zip(found, engine.matcher.fit_features(need, found), strict=True):
                assert features is not None  # both collections are large enough for labels
                rows.append(astuple(features))
                solved.append(grades.get(names[row], 0) >= fit.SOLVES)
                owners.append(query)
    return Seen(np.array(rows), np.array(solved), owners)


def trained(features: FloatArray, solved: BoolArray) -> FitModel:
    """The logistic model of these results."""
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=1.0).fit(features, solved)
    intercept = round(float(fitted.intercept_[0]), 3)
    return FitModel(intercept, tuple(round(float(c), 3) for c in fitted.coef_[0]))


def left_out(seen: Seen) -> FloatArray:
    """For each result the chance (n,) by a model trained on all other needs."""
    owners = np.array(seen.needs)
    chances = np.zeros(len(owners))
    for need in dict.fromkeys(seen.needs):
        inside = owners == need
        model = trained(seen.features[~inside], seen.solved[~inside])
        chances[inside] = predicted(seen.features[inside], model)
    return chances


def predicted(features: FloatArray, model: FitModel) -> FloatArray:
    """The chance (n,) of each result."""
    return np.array([fit.chance_of_fit(FitFeatures(*row), model) for row in features.tolist()])


def report(title: str, chances: FloatArray, seen: Seen) -> None:
    """Print the calibration curve, its error, and what the labels turn out to be."""
    from sklearn.metrics import brier_score_loss, roc_auc_score

    curve = fit.calibration_curve(chances, seen.solved, bins=5)
    print(f"\n{title}: {len(chances)} results, {int(seen.solved.sum())} solve the need")
    print(f"AUC {roc_auc_score(seen.solved, chances):.3f}", end="")
    print(f", Brier {brier_score_loss(seen.solved, chances):.3f}", end="")
    print(f", calibration error {fit.calibration_error(curve):.3f}")
    for one in curve:
        print(
            f"  {one.low:.1f}-{one.high:.1f}: {one.count:5} results, "
            f"predicted {one.predicted:.2f}, observed {one.observed:.2f}"
        )
    bounds = (("strong", fit.STRONG, 1.1), ("fair", fit.FAIR, fit.STRONG), ("weak", 0.0, fit.FAIR))
    for label, low, high in bounds:
        inside = (chances >= low) & (chances < high)
        share = float(seen.solved[inside].mean()) if inside.any() else 0.0
        print(f"  {label:6}: {int(inside.sum()):5} results, {share:.2f} of them solve the need")
    unfit = {n for n in seen.needs if n not in _needs(seen, chances >= fit.FAIR)}
    solvable = _needs(seen, seen.solved)
    print(
        f"  nothing fits: said of {len(unfit)} needs, wrongly of {len(unfit & solvable)}; ", end=""
    )
    print(f"{len(set(seen.needs) - solvable)} have no solution among their results")


def _needs(seen: Seen, chosen: BoolArray) -> set[str]:
    return {need for need, is_chosen in zip(seen.needs, chosen, strict=True) if is_chosen}


if __name__ == "__main__":
    main()
