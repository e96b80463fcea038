"""Promises of the labels beyond calibration: both languages alike, and nothing fits.

    python -m scripts.quality.label_promises                   # by the samples
    python -m scripts.quality.label_promises --titles FOLDER   # also by judged pools of titles

Languages: the same patent for the same need in Chinese and in English, over the ten best results
of either answer; no two labels should be further apart than one step. Nothing fits: said of needs
whose solutions were taken out of the catalogue, and not of those whose solution is there. Of a
collection of titles the judged pool of a need is its catalogue.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from matcher.evaluation.collection import read_collection
from matcher.evaluation.labels import LABELS
from matcher.evidence.fit_label import MIN_SOLVING_GRADE, MIN_USEFUL_GRADE, FitLabel, nothing_fits
from matcher.settings import Settings
from matcher.types import Need, PatentRow
from matcher.wiring.open import load_encoder
from matcher.wiring.temporary import TemporaryEngine, temporary_engine
from scripts.quality.caching_encoder import CachingEncoder
from scripts.quality.calibrate_fit import abstracts
from scripts.quality.samples import Samples, read_samples

RESULTS = 10
ALL_GRADES = 100
"""Above every grade: nothing is taken out."""


@dataclass(frozen=True)
class Labelled:
    """The first results of a need with their labels."""

    rows: Sequence[PatentRow]
    labels: Mapping[PatentRow, FitLabel]


def main() -> None:
    """Print both promises by the samples, and the second by a collection of titles."""
    folder = _options().titles
    encoder = CachingEncoder(load_encoder(Settings()))
    samples = read_samples()
    for basis, patents in (("claims", samples.patents), ("abstracts", abstracts(samples))):
        with temporary_engine(patents, Settings(), encoder=encoder) as engine:
            every = list(engine.rows.values())
            print(f"samples, {basis}")
            print_languages(engine, list(both_languages(samples)))
            print_nothing_fits(engine, samples.needs, samples.qrels, every)
    if folder is not None:
        collection = read_collection(folder, "dev")
        with temporary_engine(collection.documents, Settings(), encoder=encoder) as engine:
            print(f"{folder.name}, judged pools")
            print_nothing_fits(engine, collection.needs, collection.qrels, None)


def both_languages(samples: Samples) -> Iterator[tuple[Need, Need]]:
    """Yield each need in Chinese and in English."""
    for query, chinese in samples.renderings["zh"].items():
        yield chinese, samples.renderings["en"][query]


def print_languages(engine: TemporaryEngine, pairs: Sequence[tuple[Need, Need]]) -> None:
    """Print how often a patent's labels for a need in two languages are at most one step apart."""
    every = list(engine.rows.values())
    steps: list[tuple[int, int]] = []
    for both in pairs:
        answers = [first_results(engine, need, every) for need in both]
        shown = sorted({row for answer in answers for row in answer.rows[:RESULTS]})
        steps += [(_step(answers[0].labels[row]), _step(answers[1].labels[row])) for row in shown]
    for name, least in (("all", 2), ("fair or strong in one", 1), ("strong in one", 0)):
        chosen = [(a, b) for a, b in steps if min(a, b) <= least]
        near = sum(abs(a - b) <= 1 for a, b in chosen)
        print(f"  languages, {name}: {near} of {len(chosen)} at most one step apart")


def print_nothing_fits(
    engine: TemporaryEngine,
    needs: Mapping[str, Need],
    qrels: Mapping[str, Mapping[str, int]],
    catalogue: Sequence[PatentRow] | None,
) -> None:
    """Print how often nothing fits is said with the solutions there, and taken out.

    Without a catalogue the judged pool of each need is its own.
    """
    rows = {str(identity): row for identity, row in engine.rows.items()}
    for name, grade in (
        ("with a solution", ALL_GRADES),
        ("solutions taken out", MIN_SOLVING_GRADE),
        ("all of use taken out", MIN_USEFUL_GRADE),
    ):
        said = count = 0
        for query, grades in qrels.items():
            out = {rows[one] for one, own in grades.items() if own >= grade}
            pool = [rows[one] for one in grades] if catalogue is None else catalogue
            left = [row for row in pool if row not in out]
            solvable = max(grades.values()) >= MIN_SOLVING_GRADE
            if not left or (grade == ALL_GRADES and not solvable):
                continue
            answer = first_results(engine, needs[query], left)
            said += nothing_fits(answer.labels[row].label for row in answer.rows[:RESULTS])
            count += 1
        print(f"  nothing fits, {name}: said of {said} of {count} needs")


def first_results(engine: TemporaryEngine, need: Need, pool: Sequence[PatentRow]) -> Labelled:
    """Rank a pool and label all of it; the labels of the first results are made apart."""
    ranking = engine.matcher.rankings(need, k=len(pool), allowed=sorted(pool))["engine"]
    order = [row for row, _ in ranking]
    first, rest = order[:RESULTS], [row for row in pool if row not in order[:RESULTS]]
    labels = dict(zip(first, engine.matcher.fit_labels(need, first), strict=True))
    if rest:
        labels |= dict(zip(rest, engine.matcher.fit_labels(need, rest), strict=True))
    return Labelled(order, labels)


def _step(label: FitLabel) -> int:
    return LABELS.index(label.label) if label.label else len(LABELS)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.quality.label_promises",
        description=(__doc__ or "").splitlines()[0],
    )
    parser.add_argument(
        "--titles", type=Path, metavar="FOLDER", help="a judged collection of titles, BEIR layout"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
