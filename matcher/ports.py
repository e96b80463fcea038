"""Protocols of the engine's pluggable parts: encoder, dense and lexical index, reranker.

Scores follow one convention everywhere: higher is better, ties in ascending order of row.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from matcher.types.filter_values import FilterValues
from matcher.types.words import Clause

if TYPE_CHECKING:  # importing scipy would slow the start of every command
    from scipy.sparse import csr_array

Rows = NDArray[np.int64]
Scores = NDArray[np.float32]
Vectors = NDArray[np.float32]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
TermWeights: TypeAlias = "csr_array[np.float32]"
TextKind = Literal["query", "passage"]
Spans: TypeAlias = Sequence[Sequence[tuple[int, int] | None]]
"""For each of several texts its spans, half-open; None is the whole text."""
Progress: TypeAlias = Callable[[int], None]
"""Callback that takes the number of texts done so far."""


class Encoder(Protocol):
    """Encodes texts as unit vectors."""

    @property
    def name(self) -> str:
        """Name of the model as the user gave it."""

    @property
    def dimension(self) -> int:
        """Length d of a vector."""

    @property
    def fingerprint(self) -> str:
        """Short hex; changes whenever the vectors could change."""

    def split(self, text: str, kind: TextKind) -> list[str]:
        """Cut a text into pieces that each fit the model's window; nothing is dropped.

        A text that fits comes back whole; an empty one gives no piece.
        """

    def encode(
        self, texts: Sequence[str], kind: TextKind, progress: Progress | None = None
    ) -> Vectors:
        """Return unit float32 vectors (n, d), C-contiguous, in the order of `texts`.

        Raises ModelError.
        """

    def split_with_title(
        self, title: str, text: str, kind: TextKind
    ) -> list[tuple[str, tuple[int, int]]]:
        """Cut a text as `split` does, into pieces that each fit the window behind the title.

        Each piece comes as title and piece together, and the span of the piece in it. A long title
        is cut; a model without late chunking gets the pieces alone.
        """

    def encode_spans(
        self, texts: Sequence[str], spans: Spans, kind: TextKind, progress: Progress | None = None
    ) -> list[Vectors]:
        """Return the unit vectors (s, d) of the s spans of each text, in order (late chunking).

        A span (half-open, not blank) is encoded within its text if the model supports that, else
        alone; every text fits the window. Raises ModelError.
        """


@runtime_checkable
class WordEncoder(Protocol):
    """Optional part of an encoder: words of a text and their vectors."""

    def words(self, texts: Sequence[str]) -> list[tuple[tuple[int, int], ...]] | None:
        """Return the spans of the words of each text, in order; None if the model has none."""

    def word_vectors(self, words: Sequence[str]) -> Vectors | None:
        """Return the unit vector (n, d) of each word alone; None if the model has none."""


@runtime_checkable
class Remote(Protocol):
    """Optional part of an encoder or reranker that is a service."""

    def check(self) -> None:
        """Raise ModelError while the service cannot be used; may be called often."""


def _no_rows() -> Rows:
    return np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Allowed:
    """Patents that a search may find: the same in every form that an index can compare."""

    patents: Rows
    """Sorted, unique."""
    vectors: Rows
    """Rows of their vectors, sorted."""
    values: FilterValues | None = None
    """Values by which just these were filtered, but for those without; None: it is not known."""
    without: Rows = field(default_factory=_no_rows)
    """Patents that have the values and are excluded all the same."""


class DenseIndex(Protocol):
    """Inner-product search over unit vectors, numbered 0..n-1 in the order they were built."""

    def search(self, queries: Vectors, k: int, allowed: Allowed | None) -> tuple[Rows, Scores]:
        """Return the k best rows for each query (q, k), padded with -1 and -inf.

        `allowed` restricts the answer; None allows every row.
        """

    def vectors(self, rows: Rows) -> Vectors:
        """Return the stored vectors (n, d) of the given rows."""

    def __len__(self) -> int: ...


class LexicalIndex(Protocol):
    """BM25 over passages, which are numbered 0..n-1 and each belong to a patent."""

    def search(self, text: str, k: int, allowed: Allowed | None) -> tuple[Rows, Scores]:
        """Return at most k passages that share a token with the text, best first.

        `allowed` restricts the answer to passages of these patents; the restriction never costs a
        result that was allowed.
        """

    def scores(self, texts: Sequence[str], passages: Rows) -> Scores:
        """Return the BM25 score (q, p) of each passage for each text; NaN: no shared token."""

    def idf(self, terms: Sequence[str]) -> FloatArray:
        """Return the inverse passage frequency (t,) of each term; a new term has the largest."""

    def term_weights(self, passages: Rows) -> TermWeights:
        """Return each passage's terms (p, t); the product of two rows is their BM25 similarity."""

    def __len__(self) -> int: ...


class WordIndex(Protocol):
    """Words of whole patents: exact, without a model."""

    def find(self, clauses: Sequence[Clause]) -> tuple[Rows, Scores]:
        """Return the rows of the patents that match every clause, ascending, and their scores."""

    def version(self) -> str | None:
        """Version of its content, another one after each change; None as long as there is none."""

    def state(self) -> str | None:
        """Id of the catalogue's state that it was made from; None as long as there is none."""


class Reranker(Protocol):
    """Scores a need and a passage together; slower and often more accurate than vectors."""

    @property
    def name(self) -> str:
        """Name of the model as the user gave it."""

    def scores(self, need: str, passages: Sequence[str]) -> Scores:
        """Return the score (n,) of each passage for the need. Raises ModelError."""
