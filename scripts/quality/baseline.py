"""The fixed reference: the plain sum of both channels' z-scores, the need asked as one query.

It shares the encoder and the words with the engine, but none of its ways of reading, weighing or
fusing, so that the engine's gain over it means the same from one version to the next.
"""

from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np

from indexes import lexical
from matcher.embedding.passage_table import FloatArray, best_per_group
from matcher.measures import Ranked
from matcher.ports import Encoder, Rows, Vectors
from matcher.store.patent_json import passages
from matcher.types import Need, Patent, PatentRow


class OneQueryHybrid:
    """Ranks patents by their best passage in each channel; a passage is as the index has it."""

    def __init__(self, patents: Sequence[Patent], encoder: Encoder, folder: Path) -> None:
        """Index the patents, the lexical part in an empty folder. Raises ModelError."""
        self._ids = [str(patent.id) for patent in patents]
        self._encoder = encoder
        listed = [p for row, one in enumerate(patents) for p in passages(PatentRow(row), one)]
        self._owner = np.array([passage.patent for passage in listed], dtype=np.int64)
        pieces = [encoder.split(passage.text, "passage") for passage in listed]
        self._vector_owner = np.repeat(self._owner, [len(texts) for texts in pieces])
        self._vectors = encoder.encode([text for texts in pieces for text in texts], "passage")
        lexical.build(folder, listed)
        self._words = lexical.TantivyIndex(folder)

    def rank(self, need: Need, among: Collection[str] | None = None) -> Ranked:
        """Every patent (or those `among` them) with its score, the best first."""
        rows = np.array(
            [row for row, name in enumerate(self._ids) if among is None or name in among],
            dtype=np.int64,
        )
        text = need.full_text
        queries = self._encoder.encode(self._encoder.split(text, "query"), "query")
        scores = standard(self._meaning(queries, rows)) + standard(self._common_words(text, rows))
        order = np.argsort(-scores, kind="stable")
        return [(self._ids[rows[place]], float(scores[place])) for place in order]

    def _meaning(self, queries: Vectors, rows: Rows) -> FloatArray:
        """Per piece of the need a patent's best passage counts, and pieces count alike."""
        kept = np.isin(self._vector_owner, rows)
        similarity = (queries @ self._vectors[kept].T).astype(np.float64)
        owner = self._vector_owner[kept]
        best: FloatArray = np.mean([best_per_group(owner, one, rows) for one in similarity], axis=0)
        return best

    def _common_words(self, text: str, rows: Rows) -> FloatArray:
        found, scores = self._words.search(text, len(self._words), rows)
        return best_per_group(self._owner[found], scores.astype(np.float64), rows)


def standard(scores: FloatArray) -> FloatArray:
    """The z-scores (n,), NaN counted as the least; zeros where nothing is told apart."""
    found = scores[~np.isnan(scores)]
    filled = np.where(np.isnan(scores), found.min() if found.size else 0.0, scores)
    spread = filled.std()
    standardised: FloatArray = (filled - filled.mean()) / (spread if spread > 1e-12 else 1.0)
    return standardised
