"""Fixed baseline: the sum of the z-scores of both channels, the need as one query.

It shares encoder and tokens with the engine, but not its reading of needs, its weights or its
fusion. So the engine's gain over it means the same from one version to the next.
"""

from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np

from indexes import lexical
from indexes.forward import ForwardIndex
from matcher.embedding.passage_table import best_per_group
from matcher.measures import Ranked
from matcher.patents.passages import passages
from matcher.ports import Allowed, Encoder, FloatArray, Rows
from matcher.types import Need, Patent, PatentRow


class HybridBaseline:
    """Ranks patents by their best passage in each channel; passages are those of the index."""

    def __init__(self, patents: Sequence[Patent], encoder: Encoder, folder: Path) -> None:
        """Index the patents; the lexical index goes into an empty folder. Raises ModelError."""
        self._ids = [str(patent.id) for patent in patents]
        self._encoder = encoder
        indexed = [
            passage
            for row, patent in enumerate(patents)
            for passage in passages(PatentRow(row), patent)
        ]
        self._passage_owner = np.array([passage.patent for passage in indexed], dtype=np.int64)
        pieces = [encoder.split(passage.text, "passage") for passage in indexed]
        self._vector_owner = np.repeat(self._passage_owner, [len(texts) for texts in pieces])
        self._vectors = encoder.encode([text for texts in pieces for text in texts], "passage")
        lexical.write(folder, folder, indexed)
        self._lexical = lexical.TantivyIndex(folder, ForwardIndex([folder]), self._passage_owner)

    def rank(self, need: Need, among: Collection[str] | None = None) -> Ranked:
        """All patents (or those `among`) with their scores, best first."""
        rows = np.array(
            [row for row, name in enumerate(self._ids) if among is None or name in among],
            dtype=np.int64,
        )
        text = need.full_text
        scores = zscore(self.dense_scores(text, rows)) + zscore(self.lexical_scores(text, rows))
        order = np.argsort(-scores, kind="stable")
        return [(self._ids[rows[place]], float(scores[place])) for place in order]

    def dense_scores(self, text: str, rows: Rows) -> FloatArray:
        """Cosine (n,) of each patent's best passage, averaged over the pieces of the text."""
        queries = self._encoder.encode(self._encoder.split(text, "query"), "query")
        kept = np.isin(self._vector_owner, rows)
        similarity = (queries @ self._vectors[kept].T).astype(np.float64)
        owner = self._vector_owner[kept]
        best = [best_per_group(owner, scores, rows) for scores in similarity]
        mean: FloatArray = np.mean(best, axis=0)
        return mean

    def lexical_scores(self, text: str, rows: Rows) -> FloatArray:
        """BM25 score (n,) of each patent's best passage, NaN if it shares no token."""
        allowed = Allowed(rows, np.flatnonzero(np.isin(self._vector_owner, rows)))
        hits, scores = self._lexical.search(text, len(self._lexical), allowed)
        return best_per_group(self._passage_owner[hits], scores.astype(np.float64), rows)


def zscore(scores: FloatArray) -> FloatArray:
    """Z-scores (n,) with NaN as the minimum; zeros if all scores are equal."""
    known = scores[~np.isnan(scores)]
    filled = np.where(np.isnan(scores), known.min() if known.size else 0.0, scores)
    spread = filled.std()
    standardised: FloatArray = (filled - filled.mean()) / (spread if spread > 1e-12 else 1.0)
    return standardised
