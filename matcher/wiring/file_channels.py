"""Both channels of an index in files of the home: FAISS and tantivy."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from indexes import dense, lexical
from indexes.forward import ForwardIndex
from indexes.manifest import Manifest, Segment
from indexes.segmented_dense import SegmentedDense
from matcher.embedding.embed_catalogue import EmbeddedCatalogue
from matcher.ports import DenseIndex, LexicalIndex, Rows
from matcher.types import Passage
from matcher.wiring.changes import Changes
from matcher.wiring.channels import Base, KeptIn, SegmentTables, no_patents
from matcher.wiring.segments import link


@dataclass(frozen=True)
class FileChannels:
    """Channels beside the other files of a generation (`channels.Channels`)."""

    approximate_above: int
    """Vectors of a segment from which an approximate index is built."""
    kept_in: KeptIn = "files"

    def check(self, generation: Path, published: Manifest) -> None:
        """Do nothing: the manifest knows the files."""

    def outdated(self, connection: Connection, base: Base) -> Rows:
        """Return no patent: files hold nothing but texts and vectors."""
        return no_patents()

    def is_current(self, connection: Connection, generation: Path) -> bool:
        """Return True: files hold nothing but texts and vectors."""
        return True

    def takes(self, changes: Changes) -> bool:
        """Return True."""
        return True

    def writer(
        self, connection: Connection, folder: Path, base: Base | None, changes: Changes
    ) -> "FileWriter":
        """Begin the channels of a new generation, with those of the one before."""
        if base is not None and changes.kept:
            # It is changed by adding files, so those of before are linked.
            link(base.folder / lexical.FOLDER, folder / lexical.FOLDER)
        return FileWriter(folder, changes, self.approximate_above)

    def open(self, tables: SegmentTables) -> tuple[DenseIndex, LexicalIndex, int | None]:
        """Open both channels; filters are told by rows. Raises IndexUnavailableError."""
        segments = tables.segments
        opened = [dense.FaissIndex.open(own.folder, own.segment.dense_kind) for own in segments]
        forward = ForwardIndex([own.folder for own in segments], tables.passages)
        words = lexical.TantivyIndex(tables.generation, forward, tables.table.patent)
        return SegmentedDense(opened, tables.vectors), words, None

    def published(self, generation: Path) -> None:
        """Do nothing: the files are the generation."""


@dataclass(frozen=True)
class FileWriter:
    """Writer of both channels into a generation's folder (`channels.ChannelWriter`)."""

    generation: Path
    changes: Changes
    approximate_above: int

    def write_words(self, segment: Path, passages: Sequence[Passage]) -> None:
        """Write the lexical index: of all segments, and the terms of the new one."""
        if not passages:
            lexical.delete(self.generation, self.changes.deleted)
            return
        lexical.write(
            self.generation,
            segment,
            passages,
            deleted=self.changes.deleted,
            known=self.changes.known,
        )

    def write_vectors(self, segment: Path, embedded: EmbeddedCatalogue) -> Segment:
        """Write the dense index of the new segment."""
        kind: dense.DenseKind = "ivf" if len(embedded.vectors) > self.approximate_above else "flat"
        dense.FaissIndex(embedded.vectors, kind).save(segment)
        return Segment(segment.name, kind, embedded.patents_with_passages, deleted=0)

    def finish(self) -> None:
        """Do nothing: all is written."""
