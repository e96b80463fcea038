"""Segments of an index: each is written once; all of them are opened together."""

import os
import secrets
import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from indexes import dense, lexical
from indexes.forward import ForwardIndex
from indexes.manifest import Manifest, Segment
from indexes.segmented_dense import SegmentedDense
from matcher.embedding.array_files import index_read_errors
from matcher.embedding.card_table import CardTable, SegmentCards
from matcher.embedding.embed_catalogue import EmbeddedCatalogue
from matcher.embedding.passage_table import PassageTable
from matcher.embedding.segment_rows import SegmentRows
from matcher.embedding.sentence_vectors import SegmentSentences, SentenceVectors
from matcher.embedding.text_words import SegmentTextWords, TextWordTable
from matcher.embedding.word_vectors import WordTable
from matcher.language.messages import _
from matcher.ports import Rows
from matcher.progress import Report, Step
from matcher.retrieval.index import PassageIndex
from matcher.types import Passage

FOLDER = "segments"
DELETED = "deleted"
"""Folder of the patents that are deleted from each segment: the one thing of it that changes."""


@dataclass(frozen=True)
class OpenSegment:
    """Segment of a generation, with what is deleted from it."""

    segment: Segment
    folder: Path
    table: PassageTable
    deleted: Rows
    """Patents that are deleted from it, sorted."""

    @classmethod
    def open(cls, generation: Path, segment: Segment) -> "OpenSegment":
        """Open a segment of a generation. Raises IndexUnavailableError."""
        folder = generation / FOLDER / segment.name
        deleted: Rows = np.empty(0, dtype=np.int64)
        if segment.deleted:
            with index_read_errors(generation, "deleted patents"):
                deleted = np.load(_deleted_file(generation, segment))
        return cls(segment, folder, PassageTable.open(folder), deleted)

    @property
    def patents(self) -> Rows:
        """Patents that are left in it, sorted."""
        return np.setdiff1d(self.table.patent, self.deleted)

    def without(self, patents: Rows) -> "OpenSegment":
        """Return the segment with some more patents (sorted) deleted, if it has them."""
        gone = np.union1d(self.deleted, np.intersect1d(self.table.patent, patents))
        return replace(self, segment=replace(self.segment, deleted=len(gone)), deleted=gone)

    def counts(self) -> tuple[int, int, int]:
        """Count the passages, vectors and sentences that are left."""
        is_left = np.isin(self.table.patent, self.deleted, invert=True)
        sentences = SentenceVectors.open(self.folder)
        return (
            int(is_left.sum()),
            int(is_left[self.table.vector_passage].sum()),
            sentences.without(self.deleted),
        )


def open_segments(generation: Path, published: Manifest) -> list[OpenSegment]:
    """Open the segments of a generation. Raises IndexUnavailableError."""
    return [OpenSegment.open(generation, segment) for segment in published.segments]


def open_index(generation: Path, published: Manifest) -> PassageIndex:
    """Open an index over all its segments. Raises IndexUnavailableError."""
    segments = open_segments(generation, published)
    folders = [own.folder for own in segments]
    tables = [own.table for own in segments]
    left = [np.isin(own.table.patent, own.deleted, invert=True) for own in segments]
    passages = SegmentRows.of([table.patent for table in tables], left)
    vectors = SegmentRows.of(
        [table.patent[table.vector_passage] for table in tables],
        [own[table.vector_passage] for own, table in zip(left, tables, strict=True)],
    )
    table = PassageTable.joined(tables, passages, vectors)
    words = [WordTable.open(folder) for folder in folders]
    return PassageIndex(
        SegmentedDense(
            [dense.FaissIndex.open(own.folder, own.segment.dense_kind) for own in segments], vectors
        ),
        lexical.TantivyIndex(generation, ForwardIndex(folders, passages), table.patent),
        table,
        SegmentSentences([(SentenceVectors.open(own.folder), own.deleted) for own in segments]),
        WordTable.joined(words),
        SegmentTextWords(
            [TextWordTable.open(folder) for folder in folders],
            np.cumsum([0, *map(len, words[:-1])]).tolist(),
        ),
        SegmentCards([CardTable.open(folder) for folder in folders]),
    )


def keep(segments: Sequence[OpenSegment], generation: Path) -> None:
    """Take over segments into a new generation, with what is deleted from them now.

    Their files are the same as before, under a further name (hard links).
    """
    for own in segments:
        _link(own.folder, generation / FOLDER / own.segment.name)
        if own.segment.deleted:
            (generation / DELETED).mkdir(exist_ok=True)
            np.save(_deleted_file(generation, own.segment), own.deleted)


def keep_lexical(before: Path, generation: Path) -> None:
    """Take over the lexical index of the generation before; it is changed by adding files."""
    _link(before / lexical.FOLDER, generation / lexical.FOLDER)


class SegmentWriter:
    """New segment of a generation."""

    def __init__(self, generation: Path, deleted: Collection[int], known: Collection[int]) -> None:
        """Begin a segment.

        The passages of `deleted` patents leave the lexical index, which has those of `known` ones.
        """
        self._generation = generation
        self._deleted, self._known = deleted, known
        self._name = secrets.token_hex(4)
        self._folder = generation / FOLDER / self._name

    def write_words(self, passages: Sequence[Passage]) -> None:
        """Write the lexical part; may run beside the model, which knows the vectors later."""
        if not passages:
            lexical.delete(self._generation, self._deleted)
            return
        self._folder.mkdir(parents=True)
        lexical.write(
            self._generation, self._folder, passages, deleted=self._deleted, known=self._known
        )

    def write_vectors(
        self, embedded: EmbeddedCatalogue, kind: dense.DenseKind, report: Report
    ) -> tuple[Segment, ...]:
        """Write the rest, and return the segment; none without a passage."""
        if not embedded.passages:
            return ()
        report(Step(_("building the dense index"), 0, len(embedded.vectors)))
        dense.FaissIndex(embedded.vectors, kind).save(self._folder)
        report(Step(_("building the dense index"), len(embedded.vectors), len(embedded.vectors)))
        embedded.table.save(self._folder)
        embedded.sentences.save(self._folder)
        embedded.words.save(self._folder)
        embedded.text_words.save(self._folder)
        embedded.cards.save(self._folder)
        patents = len(np.unique(embedded.table.patent))
        return (Segment(self._name, kind, patents, deleted=0),)


def _deleted_file(generation: Path, segment: Segment) -> Path:
    return generation / DELETED / f"{segment.name}.npy"


def _link(source: Path, target: Path) -> None:
    """Link the files of a folder into another; a disk without links gets copies."""
    shutil.copytree(
        source, target, copy_function=_link_file, ignore=shutil.ignore_patterns("*.lock")
    )


def _link_file(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
