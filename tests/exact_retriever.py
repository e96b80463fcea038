"""A retriever over the slow, exact ports of tests/fakes.py, built from patents."""

from collections.abc import Iterable

from matcher.passages import PassageTable
from matcher.ports import Encoder
from matcher.retrieval import Retriever
from matcher.store.records import passages
from matcher.types import Patent, PatentRow
from tests.fakes import BruteForceDense, CountingLexical


def exact_retriever(encoder: Encoder, listed: Iterable[tuple[PatentRow, Patent]]) -> Retriever:
    """What indexing these patents (in ascending order of row) would give."""
    found = [passage for row, patent in listed for passage in passages(row, patent)]
    pieces = [encoder.split(passage.text, "passage") for passage in found]
    vectors = encoder.encode([piece for some in pieces for piece in some], "passage")
    lexical = CountingLexical([one.text for one in found], [one.patent for one in found])
    table = PassageTable.of(found, [len(some) for some in pieces])
    return Retriever(BruteForceDense(vectors), lexical, table)
