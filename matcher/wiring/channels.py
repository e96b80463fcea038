"""Both channels of an index, wherever they are kept: in files of the home, or in Milvus."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from sqlalchemy import Connection

from indexes.manifest import Manifest, Segment
from matcher.embedding.embed_catalogue import EmbeddedCatalogue
from matcher.embedding.passage_table import PassageTable
from matcher.embedding.segment_rows import SegmentRows
from matcher.ports import DenseIndex, LexicalIndex, Rows
from matcher.types import Passage
from matcher.wiring.changes import Changes
from matcher.wiring.segments import OpenSegment

KeptIn = Literal["files", "milvus"]


@dataclass(frozen=True)
class Base:
    """Published generation that the next one goes on from."""

    folder: Path
    manifest: Manifest
    segments: list[OpenSegment]


@dataclass(frozen=True)
class SegmentTables:
    """Segments of an opened generation, and the numbering of their passages and vectors."""

    generation: Path
    segments: Sequence[OpenSegment]
    passages: SegmentRows
    vectors: SegmentRows
    table: PassageTable
    """Of all segments."""
    dimension: int
    """Of the vectors."""


class ChannelWriter(Protocol):
    """Writes both channels of a new generation."""

    def write_words(self, segment: Path, passages: Sequence[Passage]) -> None:
        """Write the lexical channel of a new segment; without passages nothing is added.

        May run beside the model, which knows the vectors later.
        """

    def write_vectors(self, segment: Path, embedded: EmbeddedCatalogue) -> Segment:
        """Write the dense channel of the new segment, and return it."""

    def finish(self) -> None:
        """Complete what the generation keeps of its channels."""


class Channels(Protocol):
    """Place of both channels."""

    @property
    def kept_in(self) -> KeptIn:
        """Name of the place in manifests."""

    def check(self, generation: Path, published: Manifest) -> None:
        """Compare what is there with a generation. Raises IndexUnavailableError."""

    def outdated(self, connection: Connection, base: Base) -> Rows:
        """Return the patents whose rows there are not as the database has them, texts apart."""

    def is_current(self, connection: Connection, generation: Path) -> bool:
        """Tell whether what a generation keeps there is as the database has it, texts apart."""

    def takes(self, changes: Changes) -> bool:
        """Tell whether these changes can be made to what is there; else all is written anew."""

    def writer(
        self, connection: Connection, folder: Path, base: Base | None, changes: Changes
    ) -> ChannelWriter:
        """Begin the channels of a new generation; `base` is what it goes on from."""

    def open(self, tables: SegmentTables) -> tuple[DenseIndex, LexicalIndex, int | None]:
        """Open both channels, and return the revision whose values filters can be told by."""

    def published(self, generation: Path) -> None:
        """Take notice that a generation was published."""


def no_patents() -> Rows:
    """Return no rows of patents."""
    return np.empty(0, dtype=np.int64)
