"""What the engine asks of its pluggable parts: the encoder and the two indexes.

Scores follow one convention everywhere: higher is better, ties in ascending order of row.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:  # importing scipy would slow the start of every command
    from scipy.sparse import csr_array

Rows = NDArray[np.int64]
Scores = NDArray[np.float32]
Vectors = NDArray[np.float32]
TermWeights: TypeAlias = "csr_array[np.float32]"
TextKind = Literal["query", "passage"]
Spans: TypeAlias = Sequence[Sequence[tuple[int, int] | None]]
"""For each of several texts where its parts stand, half-open; None is all of the text."""
Progress: TypeAlias = Callable[[int], None]


class Encoder(Protocol):
    """Texts to unit vectors."""

    @property
    def name(self) -> str:
        """As the user named the model."""

    @property
    def dimension(self) -> int:
        """The length d of a vector."""

    @property
    def fingerprint(self) -> str:
        """Short hex; changes whenever the vectors could change."""

    def split(self, text: str, kind: TextKind) -> list[str]:
        """Cut a text into pieces that each fit the model's window; nothing is dropped.

        A text that fits comes back whole; an empty one gives no piece.
        """

    def encode(
        self, texts: Sequence[str], kind: TextKind, progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Unit float32 vectors (n, d), C-contiguous, in the order of `texts`.

        `progress` is told how many texts of this call are done. Raises ModelError.
        """

    def split_behind(
        self, head: str, text: str, kind: TextKind
    ) -> list[tuple[str, tuple[int, int]]]:
        """Cut a text as `split` does, into pieces that each fit the window behind the head.

        Each comes as a text with the head, and where it stands there. A long head is cut; where the
        model cannot read a piece within a text, there is none.
        """

    def encode_within(
        self, texts: Sequence[str], spans: Spans, kind: TextKind, progress: Progress | None = None
    ) -> list[Vectors]:
        """For each text the unit vectors (s, d) of its s spans, in order; None is all of it.

        A span (half-open, not blank) is read within its text where the model can, else by itself;
        every text fits the window. `progress` is told how many texts are done. Raises ModelError.
        """


@dataclass(frozen=True)
class WordVectors:
    """Words of a text, in order: where each stands, and its unit vector (t, d)."""

    spans: tuple[tuple[int, int], ...]
    vectors: Vectors


@runtime_checkable
class WordEncoder(Protocol):
    """What an encoder can have besides: it also tells the words of a text apart."""

    def words(self, texts: Sequence[str]) -> list[tuple[tuple[int, int], ...]] | None:
        """Where the words of each text stand, in order; None where the model cannot tell."""

    def word_vectors(self, words: Sequence[str]) -> Vectors | None:
        """The unit vector (n, d) of each word by itself; None where the model has none."""


class DenseIndex(Protocol):
    """Inner-product search over unit vectors, numbered 0..n-1 in the order they were built."""

    def search(self, queries: Vectors, k: int, allowed: Rows | None) -> tuple[Rows, Scores]:
        """The k best rows for each query (q, k); -1 and -inf fill up where there are fewer.

        `allowed` (sorted, unique) restricts the answer; None allows every row, an empty array none.
        """

    def vectors(self, rows: Rows) -> Vectors:
        """The stored vectors (n, d) of the given rows."""

    def save(self, folder: Path) -> None:
        """Write the index into an existing folder."""

    def __len__(self) -> int: ...


class LexicalIndex(Protocol):
    """BM25 over passages, which are numbered 0..n-1 and each belong to a group (the patent)."""

    def search(self, text: str, k: int, allowed_groups: Rows | None) -> tuple[Rows, Scores]:
        """At most k best passages that share a token with the text, best first.

        `allowed_groups` (sorted, unique) restricts the answer to passages of these groups;
        never fewer results come back because a restriction was set.
        """

    def scores(self, texts: Sequence[str], passages: Rows) -> Scores:
        """How well each passage (q, p) answers each text; NaN where they share no token."""

    def term_weights(self, passages: Rows) -> TermWeights:
        """Each passage's terms (p, t); the product of two rows is how much they share, by BM25."""

    def __len__(self) -> int: ...


class Reranker(Protocol):
    """Reads a need and a passage together; slower and often surer than vectors."""

    @property
    def name(self) -> str:
        """As the user named the model."""

    def scores(self, need: str, passages: Sequence[str]) -> Scores:
        """How well each passage (n,) answers the need. Raises ModelError."""
