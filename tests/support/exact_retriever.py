"""Retriever over the slow, exact ports of tests/support/fakes.py, built from patents."""

from collections.abc import Iterable

import numpy as np

from matcher.embedding.card_table import CardsBuilder
from matcher.embedding.passage_table import PassageTable
from matcher.embedding.sentence_vectors import SentenceVectors
from matcher.embedding.text_words import TextWordTable
from matcher.embedding.word_vectors import WordTable
from matcher.patents.passages import passages
from matcher.patents.statements import abstract_sentences
from matcher.ports import DenseIndex, Encoder, LexicalIndex
from matcher.retrieval.index import PassageIndex
from matcher.retrieval.retriever import Retriever
from matcher.types import Patent, PatentRow
from tests.support.fakes import BruteForceDense, CountingLexical


def exact_retriever(encoder: Encoder, listed: Iterable[tuple[PatentRow, Patent]]) -> Retriever:
    """Build a retriever over these patents (in ascending order of row), as indexing does."""
    listed = list(listed)
    indexed = [passage for row, patent in listed for passage in passages(row, patent)]
    pieces = [encoder.split(passage.text, "passage") for passage in indexed]
    vectors = encoder.encode([piece for own in pieces for piece in own], "passage")
    lexical = CountingLexical(
        [passage.text for passage in indexed], [passage.patent for passage in indexed]
    )
    table = PassageTable.of(indexed, [len(own) for own in pieces])
    sentences = sentence_vectors(encoder, listed)
    return Retriever(passage_index(BruteForceDense(vectors), lexical, table, sentences))


def passage_index(
    dense: DenseIndex, lexical: LexicalIndex, table: PassageTable, sentences: SentenceVectors
) -> PassageIndex:
    """Build an index without the words and cards that indexing finds."""
    words, texts, cards = WordTable.empty(), TextWordTable.empty(), CardsBuilder().build()
    return PassageIndex(dense, lexical, table, sentences, words, texts, cards)


def sentence_vectors(
    encoder: Encoder, listed: Iterable[tuple[PatentRow, Patent]]
) -> SentenceVectors:
    """Encode the sentences of abstracts, of patents in ascending order of row."""
    sentences = [
        (row, sentence.text) for row, patent in listed for sentence in abstract_sentences(patent)
    ]
    owners = np.array([row for row, _ in sentences], dtype=np.int64)
    return SentenceVectors(owners, encoder.encode([text for _, text in sentences], "passage"))
