"""Technology cards of the indexed patents, made by indexing.

An answer looks a card up by the hash of the texts that it is made of, so a text that changed after
the indexing gets a card of its own.
"""

import json
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from matcher.embedding.array_files import index_read_errors, open_array, save_array
from matcher.embedding.vector_cache import text_key
from matcher.patents.cards.card import CARDS_VERSION, technology_card
from matcher.types import CardLine, Patent, TechnologyCard

FOLDER = "cards"
_ARRAYS = ("keys", "starts", "content")


class IndexedCards(Protocol):
    """Technology cards of the patents of an index."""

    def of(self, patent: Patent) -> TechnologyCard | None:
        """Return the card of a patent's texts; None if these were not indexed."""


class CardTable:
    """Cards of many patents."""

    def __init__(
        self, keys: NDArray[np.uint64], starts: NDArray[np.int64], content: NDArray[np.uint8]
    ) -> None:
        """Take ascending keys (c,), the first byte of each card (c + 1,), and the cards in JSON."""
        self._arrays: tuple[NDArray[Any], ...] = (keys, starts, content)
        self._keys, self._starts, self._content = keys, starts, content

    @classmethod
    def open(cls, folder: Path) -> "CardTable":
        """Read what `save` wrote; it stays on disk. Raises IndexUnavailableError."""
        with index_read_errors(folder, "cards"):
            return cls(*(open_array(folder / FOLDER / f"{name}.npy") for name in _ARRAYS))

    def save(self, folder: Path) -> None:
        """Write the table into an index folder."""
        (folder / FOLDER).mkdir()
        for name, values in zip(_ARRAYS, self._arrays, strict=True):
            save_array(folder / FOLDER / f"{name}.npy", values)

    def of(self, patent: Patent) -> TechnologyCard | None:
        """Return the card of a patent's texts; None if these were not indexed."""
        key = _key(patent)
        place = int(np.searchsorted(self._keys, key))
        if place == len(self._keys) or self._keys[place] != key:
            return None
        start, end = self._starts[place : place + 2].tolist()
        lines = json.loads(self._content[start:end].tobytes())
        return TechnologyCard(tuple(CardLine(*line) for line in lines))


class SegmentCards:
    """Cards of several segments."""

    def __init__(self, tables: Sequence[CardTable]) -> None:
        """Take the tables of the segments."""
        self._tables = tables

    def of(self, patent: Patent) -> TechnologyCard | None:
        """Return the card of a patent's texts; None if these were not indexed."""
        found = (table.of(patent) for table in self._tables)
        return next((card for card in found if card is not None), None)


class CardsBuilder:
    """Makes the cards of patents."""

    def __init__(self) -> None:
        self._keys = array("Q")
        self._starts = array("q", [0])
        self._content = bytearray()

    def add(self, patent: Patent) -> None:
        """Add a patent."""
        lines = technology_card(patent).lines
        values = [[line.aspect, line.text, line.passage, line.source] for line in lines]
        self._keys.append(int(_key(patent)))
        self._content += json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
        self._starts.append(len(self._content))

    def build(self) -> CardTable:
        """Build the table; patents of equal texts share a card."""
        keys, first = np.unique(np.frombuffer(self._keys, dtype=np.uint64), return_index=True)
        starts = np.frombuffer(self._starts, dtype=np.int64)
        cards = [self._content[starts[place] : starts[place + 1]] for place in first]
        ends = np.cumsum([0, *map(len, cards)], dtype=np.int64)
        return CardTable(keys, ends, np.frombuffer(b"".join(cards), dtype=np.uint8))


def _key(patent: Patent) -> np.uint64:
    """Key of the texts that a card is made of, and of the rules that make it."""
    claims = (f"{claim.number} {claim.is_dependent} {claim.text}" for claim in patent.claims)
    texts = "\0".join((CARDS_VERSION, patent.title, patent.abstract, *claims))
    return np.uint64(int.from_bytes(text_key(texts)[:8], "little"))
