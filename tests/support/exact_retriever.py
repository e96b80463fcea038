"""A retriever over the slow, exact ports of tests/support/fakes.py, built from patents."""

from collections.abc import Iterable

import numpy as np

from matcher.embedding.passage_table import PassageTable
from matcher.embedding.sentence_vectors import SentenceVectors
from matcher.embedding.word_vectors import WordTable
from matcher.patents.passages import passages
from matcher.patents.statements import abstract_sentences
from matcher.ports import Encoder
from matcher.retrieval.retriever import Retriever
from matcher.types import Patent, PatentRow
from tests.support.fakes import BruteForceDense, CountingLexical


def exact_retriever(encoder: Encoder, listed: Iterable[tuple[PatentRow, Patent]]) -> Retriever:
    """What indexing these patents (in ascending order of row) would give."""
    listed = list(listed)
    found = [passage for row, patent in listed for passage in passages(row, patent)]
    pieces = [encoder.split(passage.text, "passage") for passage in found]
    vectors = encoder.encode([piece for some in pieces for piece in some], "passage")
    lexical = CountingLexical([one.text for one in found], [one.patent for one in found])
    table = PassageTable.of(found, [len(some) for some in pieces])
    return Retriever(
        BruteForceDense(vectors),
        lexical,
        table,
        sentence_vectors(encoder, listed),
        WordTable.empty(),
    )


def sentence_vectors(
    encoder: Encoder, listed: Iterable[tuple[PatentRow, Patent]]
) -> SentenceVectors:
    """Those of the abstracts of patents in ascending order of row."""
    said = [(row, one.text) for row, patent in listed for one in abstract_sentences(patent)]
    owners = np.array([row for row, _ in said], dtype=np.int64)
    return SentenceVectors(owners, encoder.encode([text for _, text in said], "passage"))
