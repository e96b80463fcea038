"""Selection of results from a ranking: duplicates folded, available ones first, teams spread."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from matcher.patents.availability import availability, by_availability
from matcher.patents.families import DuplicateGroup, DuplicateGroups
from matcher.retrieval.diversity import diversify, diversity_depth
from matcher.retrieval.scoring import Ranking
from matcher.search.options import Weights
from matcher.store import patents
from matcher.store.database import Store
from matcher.types import Patent, PatentRow


@dataclass(frozen=True)
class Selected:
    """A result: a patent with those folded into it."""

    group: DuplicateGroup
    position: int
    """Position in the candidates."""
    score: float

    @property
    def row(self) -> PatentRow:
        """Row of the patent."""
        return self.group.row

    @property
    def patent(self) -> Patent:
        """The patent that stands for its group."""
        return self.group.patent


ReadPatents = Callable[[list[PatentRow]], dict[PatentRow, Patent]]
"""Reads patents by row; those that left the catalogue are missing."""


class PatentReader:
    """Reads the patents of one answer, each once."""

    def __init__(self, store: Store, read: ReadPatents | None = None) -> None:
        """Read by `read`, or else from the database."""
        self._store = store
        self._read_patents = read or self._read_stored
        self._read: dict[PatentRow, Patent] = {}

    def read(self, rows: Sequence[PatentRow]) -> dict[PatentRow, Patent]:
        """Read patents by row; those that left the catalogue after the indexing are missing."""
        missing = [row for row in rows if row not in self._read]
        if missing:
            self._read |= self._read_patents(missing)
        return {row: self._read[row] for row in rows if row in self._read}

    def _read_stored(self, rows: list[PatentRow]) -> dict[PatentRow, Patent]:
        with self._store.reading() as connection:
            return patents.by_rows(connection, rows)


def select_results(
    ranking: Ranking, reader: PatentReader, k: int, weights: Weights, today: date
) -> list[Selected]:
    """Select the first k results; near-duplicates are folded into the better one.

    Raises InputError for weights outside 0 to 1.
    """
    depth = diversity_depth(k, max(weights.diversity, weights.availability))
    groups = _fold(ranked_rows(ranking), reader, depth)
    if weights.availability:
        groups = _available_first(groups, ranking, weights.availability, today)
    positions = _positions(groups, ranking)
    scores = sorted(ranking.scores[positions].tolist(), reverse=True)
    order = diversify(scores, [group.patent for group in groups], weights.diversity)[:k]
    # Scores are dealt out along the new order, so that they still fall.
    return [
        Selected(groups[index], positions[index], score)
        for index, score in zip(order, scores, strict=False)
    ]


def best_passages(ranking: Ranking, reader: PatentReader, depth: int) -> list[str]:
    """Return the best passage under its title, for each of the first `depth` patents.

    Ends before a patent that left the catalogue.
    """
    rows = ranked_rows(ranking)[:depth]
    read = reader.read(rows)
    texts = []
    for row, number in zip(rows, ranking.candidates.best_claim[ranking.order], strict=False):
        if (patent := read.get(row)) is None:
            break
        claim = next((claim.text for claim in patent.claims if claim.number == number), None)
        texts.append("\n".join(filter(None, (patent.title, claim or patent.abstract))))
    return texts


def ranked_rows(ranking: Ranking) -> list[PatentRow]:
    """Return the rows of the ranked patents, the best first."""
    return [PatentRow(int(row)) for row in ranking.candidates.patents[ranking.order]]


def _fold(rows: Sequence[PatentRow], reader: PatentReader, depth: int) -> list[DuplicateGroup]:
    """Fold the ranked rows into the first groups, each with the others seen meanwhile."""
    folding = DuplicateGroups()
    chunk = depth + depth // 3  # some fold into others
    for start in range(0, len(rows), chunk):
        for row, patent in reader.read(rows[start : start + chunk]).items():
            folding.add(row, patent)
        if len(folding.groups) >= depth:
            break
    return folding.groups[:depth]


def _available_first(
    groups: Sequence[DuplicateGroup], ranking: Ranking, weight: float, today: date
) -> list[DuplicateGroup]:
    scores = ranking.scores[_positions(groups, ranking)].tolist()
    known = [availability(group.patent, today) for group in groups]
    return [groups[index] for index in by_availability(scores, known, weight)]


def _positions(groups: Sequence[DuplicateGroup], ranking: Ranking) -> list[int]:
    patents = ranking.candidates.patents
    return [int(np.searchsorted(patents, group.row)) for group in groups]
