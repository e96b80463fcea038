"""Fit the model behind the labels strong, fair and weak to the judgements of the sample catalogue.

    python scripts/calibrate_fit.py                    # prints the model and its calibration
    python scripts/calibrate_fit.py --check FOLDER     # and that of the model on other judgements

The results looked at are those that a user sees: the first ten of each need. What is reported is
predicted by models that did not see the need (leave one need out). The line `MODEL = ...` goes into
matcher/fit.py. FOLDER is a collection in BEIR layout; its judged documents alone are ranked.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np

from matcher import fit
from matcher.asking import part_texts, questions, text_vectors
from matcher.beir import Collection, read_collection
from matcher.fit import BoolArray, FitFeatures, FitModel
from matcher.importing.reading import read_file
from matcher.index_wiring import ThrowawayEngine, throwaway_engine
from matcher.need_reading import read_need
from matcher.part_evidence import (
    FloatArray,
    background,
    part_evidence,
    part_shares,
    part_vectors,
    statements,
    word_weights,
)
from matcher.ports import Encoder, TextKind, Vectors
from matcher.settings import Settings
from matcher.store.records import passages
from matcher.types import Need, Patent, PatentRow
from matcher.wiring import load_encoder

SAMPLES = Path(__file__).resolve().parent.parent / "matcher" / "samples"
SHOWN = 10
BACKGROUND = 500
"""Passages that stand for chance."""


class RememberingEncoder:
    """Encodes every text once, however many needs ask for it."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[tuple[str, TextKind], Vectors] = {}
        self.name, self.dimension = encoder.name, encoder.dimension
        self.fingerprint, self.split = encoder.fingerprint, encoder.split

    def encode(
        self, texts: Sequence[str], kind: TextKind, progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Unit vectors (n, d)."""
        new = sorted({text for text in texts if (text, kind) not in self._known})
        if new:
            encoded = self._encoder.encode(new, kind, progress)
            self._known.update(((text, kind), row) for text, row in zip(new, encoded, strict=True))
        return np.stack([self._known[text, kind] for text in texts])


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
    patents: dict[str, Patent] = {patent.id: patent for patent in collection.documents}
    chance = _passage_vectors(list(patents.values()), encoder)
    chance = chance[:: max(1, len(chance) // BACKGROUND)]
    rows: list[tuple[float, ...]] = []
    solved: list[bool] = []
    owners: list[str] = []
    with throwaway_engine(collection.documents, Settings(), encoder=encoder) as engine:
        for query, grades in collection.qrels.items():
            need = collection.needs[query]
            pool = list(grades) if judged_only else None
            found = [patents[name] for name in _ranked(engine, need, pool)]
            for patent, features in zip(
                found, _features(need, found, encoder, chance), strict=True
            ):
                rows.append(astuple(features))
                solved.append(grades.get(patent.id, 0) >= fit.SOLVES)
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


def _ranked(engine: ThrowawayEngine, need: Need, pool: list[str] | None) -> Iterator[str]:
    names = {row: str(identity) for identity, row in engine.rows.items()}
    allowed = None if pool is None else [row for row, name in names.items() if name in set(pool)]
    ranking = engine.matcher.rankings(need, k=SHOWN, allowed=allowed)["engine"]
    return (names[row] for row, _ in ranking)


def _features(
    need: Need, found: Sequence[Patent], encoder: Encoder, others: Vectors
) -> Iterator[FitFeatures]:
    pieces = encoder.encode(encoder.split(need.full_text, "query"), "query")
    reading = read_need(need)
    parts, asking = reading.parts, questions(need, reading)
    assert asking is not None
    texts = [part_texts(part, asking) for part in parts]
    pieces_of = text_vectors(encoder, (text for listed in texts for text in listed))
    asked = part_vectors(texts, pieces_of)
    said = [statements(patent) for patent in found]
    weights = word_weights(one.text for listed in said for one in listed)
    shares = part_shares(parts, weights)
    for patent, listed in zip(found, said, strict=True):
        vectors = encoder.encode([one.text for one in listed], "passage")
        met = part_evidence(parts, asked, listed, vectors, background(asked, others), shares)
        own = _passage_vectors([patent], encoder)
        yield fit.fit_features(pieces, own, background(pieces, others), met)


def _passage_vectors(patents: Sequence[Patent], encoder: Encoder) -> Vectors:
    texts = [passage.text for patent in patents for passage in passages(PatentRow(0), patent)]
    return encoder.encode(
        [piece for text in texts for piece in encoder.split(text, "passage")], "passage"
    )


if __name__ == "__main__":
    main()
