"""An open index of passages."""

from dataclasses import dataclass

import numpy as np

from matcher.embedding.card_table import IndexedCards
from matcher.embedding.passage_table import PassageTable
from matcher.embedding.sentence_vectors import AbstractSentences
from matcher.embedding.text_words import IndexedTexts
from matcher.embedding.word_vectors import WordTable
from matcher.ports import DenseIndex, LexicalIndex, Vectors


@dataclass(frozen=True)
class PassageIndex:
    """Both channels over the same passages, and the vectors that only evidence needs.

    The channels number their vectors and passages as `table` does. Safe to share between threads.
    """

    dense: DenseIndex
    lexical: LexicalIndex
    table: PassageTable
    sentences: AbstractSentences
    words: WordTable
    text_words: IndexedTexts
    cards: IndexedCards
    values_revision: int | None = None
    """Revision of the database whose values of patents both channels know; None: they know none."""

    def sample(self, count: int) -> Vectors:
        """Return about `count` vectors (n, d) evenly from the whole index; fewer if it is small."""
        rows = np.arange(0, len(self.dense), max(1, len(self.dense) // count), dtype=np.int64)
        return self.dense.vectors(rows)
