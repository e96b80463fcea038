"""Words of the texts that answers show, found by indexing: their places, and their vectors' rows.

An answer looks a text up by its hash, so no tokenizer runs over what it shows, and a text that
changed after the indexing is not taken for the former one.
"""

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from matcher.embedding.array_files import index_read_errors, open_array, save_array
from matcher.embedding.vector_cache import text_key
from matcher.text.content_words import is_content_word
from matcher.text.highlights import Span

FOLDER = "text_words"
EMPTY, RARE = -2, -1
"""In place of a row: a word without content, and a word without a vector in the index."""
MAX_TEXT = 65_535
"""Characters of a text above which it is left out: places are kept in 16 bits."""
_ARRAYS = ("keys", "starts", "spans", "rows")


@dataclass(frozen=True, slots=True)
class TextWordRows:
    """Words of one text: their spans (w, 2), and the row of each in the word table (w,)."""

    spans: NDArray[np.uint16]
    rows: NDArray[np.int32]


class IndexedTexts(Protocol):
    """Words of the texts of an index."""

    def of(self, text: str) -> TextWordRows | None:
        """Return the words of a text; None for one that was not indexed."""


class TextWordTable:
    """Words of many texts."""

    def __init__(
        self,
        keys: NDArray[np.uint64],
        starts: NDArray[np.int64],
        spans: NDArray[np.uint16],
        rows: NDArray[np.int32],
    ) -> None:
        """Take ascending keys (t,), the first word of each text (t + 1,), and the words."""
        self._arrays: tuple[NDArray[Any], ...] = (keys, starts, spans, rows)
        self._keys, self._starts, self._spans, self._rows = keys, starts, spans, rows

    @classmethod
    def empty(cls) -> "TextWordTable":
        """Table without a text."""
        return TextWordsBuilder().build(())

    @classmethod
    def open(cls, folder: Path) -> "TextWordTable":
        """Read what `save` wrote; it stays on disk. Raises IndexUnavailableError."""
        with index_read_errors(folder, "words of texts"):
            return cls(*(open_array(folder / FOLDER / f"{name}.npy") for name in _ARRAYS))

    def save(self, folder: Path) -> None:
        """Write the table into an index folder."""
        (folder / FOLDER).mkdir()
        for name, values in zip(_ARRAYS, self._arrays, strict=True):
            save_array(folder / FOLDER / f"{name}.npy", values)

    def __len__(self) -> int:
        return len(self._keys)

    def of(self, text: str) -> TextWordRows | None:
        """Return the words of a text; None for one that was not indexed."""
        key = _key(text)
        place = int(np.searchsorted(self._keys, key))
        if place == len(self._keys) or self._keys[place] != key:
            return None
        words = slice(int(self._starts[place]), int(self._starts[place + 1]))
        return TextWordRows(np.asarray(self._spans[words]), np.asarray(self._rows[words]))


class SegmentTextWords:
    """Words of the texts of several segments."""

    def __init__(self, tables: Sequence[TextWordTable], first_rows: Sequence[int]) -> None:
        """Take the tables, and the first row of each segment in the joined word table."""
        self._tables = list(zip(tables, first_rows, strict=True))

    def of(self, text: str) -> TextWordRows | None:
        """Return the words of a text; None for one that was not indexed."""
        for table, first in self._tables:
            if (found := table.of(text)) is not None:
                rows = np.where(found.rows < 0, found.rows, found.rows + np.int32(first))
                return TextWordRows(found.spans, rows)
        return None


class _Numbers(dict[str, int]):
    """Number of each content word, in order of occurrence; EMPTY for any other word."""

    def __init__(self) -> None:
        self.frequency: list[int] = []
        """Texts with each content word, by number."""

    def __missing__(self, word: str) -> int:
        number = EMPTY
        if is_content_word(word):
            number = len(self.frequency)
            self.frequency.append(0)
        self[word] = number
        return number

    def words(self) -> list[str]:
        """Return the content words by number."""
        return [word for word, number in self.items() if number != EMPTY]


class TextWordsBuilder:
    """Collects the words of texts, and in how many texts each content word stands."""

    def __init__(self) -> None:
        self._numbers = _Numbers()
        self._keys: list[int] = []
        self._counts: list[int] = []
        self._places = array("H")
        self._words = array("i")

    def add(self, text: str, shown_from: int, spans: Sequence[Span]) -> None:
        """Add a text by the spans of its words; an answer shows the text from a character on."""
        numbers = [self._numbers[text[a:b]] for a, b in spans]
        for number in set(numbers) - {EMPTY}:
            self._numbers.frequency[number] += 1
        if len(text) > MAX_TEXT:
            return
        first = bisect_left(spans, (shown_from, 0))
        self._keys.append(int(_key(text[shown_from:])))
        self._counts.append(len(spans) - first)
        places = np.array(spans[first:], dtype=np.int64).reshape(-1) - shown_from
        self._places.frombytes(places.astype(np.uint16).tobytes())
        self._words.extend(numbers[first:])

    def most_frequent(self, count: int) -> list[str]:
        """Return the content words in the most texts, ties in order of occurrence."""
        words = self._numbers.words()
        order = np.argsort(-np.array(self._numbers.frequency, dtype=np.int64), kind="stable")
        return [words[number] for number in order[:count].tolist()]

    def build(self, indexed: Sequence[str]) -> TextWordTable:
        """Build the table; `indexed` are the words of the word table, in order."""
        row_of = np.full(len(self._numbers.frequency) + 2, RARE, dtype=np.int32)
        row_of[EMPTY] = EMPTY  # the last but one: numbers count from the front
        for row, word in enumerate(indexed):
            row_of[self._numbers[word]] = row
        keys, first = np.unique(np.array(self._keys, dtype=np.uint64), return_index=True)
        ends = np.cumsum(np.array(self._counts, dtype=np.int64))
        starts = ends - np.array(self._counts, dtype=np.int64)
        kept = [np.arange(starts[text], ends[text]) for text in first]
        words = np.concatenate([np.empty(0, dtype=np.int64), *kept])
        spans = np.frombuffer(self._places, dtype=np.uint16).reshape(-1, 2)[words]
        rows = row_of[np.frombuffer(self._words, dtype=np.int32)[words]]
        counts = np.array([len(own) for own in kept], dtype=np.int64)
        return TextWordTable(keys, np.concatenate(([0], np.cumsum(counts))), spans, rows)


def _key(text: str) -> np.uint64:
    return np.uint64(int.from_bytes(text_key(text)[:8], "little"))
