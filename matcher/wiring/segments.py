"""Segments of an index: each is written once, and taken over from generation to generation."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from indexes.manifest import Manifest, Segment
from matcher.embedding.array_files import index_read_errors, save_array
from matcher.embedding.passage_table import PassageTable
from matcher.embedding.sentence_vectors import SentenceVectors
from matcher.ports import Rows

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


def keep(segments: Sequence[OpenSegment], generation: Path) -> None:
    """Take over segments into a new generation, with what is deleted from them now.

    Their files are the same as before, under a further name (hard links).
    """
    for own in segments:
        link(own.folder, generation / FOLDER / own.segment.name)
        if own.segment.deleted:
            (generation / DELETED).mkdir(exist_ok=True)
            save_array(_deleted_file(generation, own.segment), own.deleted)


def _deleted_file(generation: Path, segment: Segment) -> Path:
    return generation / DELETED / f"{segment.name}.npy"


def link(source: Path, target: Path) -> None:
    """Link the files of a folder into another; a disk without links gets copies."""
    shutil.copytree(
        source, target, copy_function=_link_file, ignore=shutil.ignore_patterns("*.lock")
    )


def _link_file(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
