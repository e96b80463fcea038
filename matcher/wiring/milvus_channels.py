"""Both channels of an index as rows of a collection in Milvus; the rest stays in files."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sqlalchemy import Connection

from indexes import generations
from indexes.forward import ForwardBuilder, ForwardIndex, PassageTerms, save_words
from indexes.manifest import Manifest, Segment
from indexes.milvus import collection as collections
from indexes.milvus.address import MilvusAddress
from indexes.milvus.client import ROWS_PER_CALL, MilvusCalls
from indexes.milvus.collection import VectorKind
from indexes.milvus.dense import MilvusDense
from indexes.milvus.entities import entities, ids_of
from indexes.milvus.lexical import MilvusLexical
from indexes.milvus.published import PublishedRows
from indexes.milvus.rows import CollectionRows, SegmentTerms, rows_missing
from indexes.milvus.state import FOLDER, Hidden, MilvusState, digest, sampled
from matcher.embedding.array_files import index_read_errors
from matcher.embedding.embed_catalogue import EmbeddedCatalogue
from matcher.embedding.segment_rows import SegmentRows
from matcher.ports import DenseIndex, LexicalIndex, Rows
from matcher.store.database import revision_of
from matcher.store.filter_values import read_values, values_hashes
from matcher.text.tokens import terms
from matcher.types import Passage
from matcher.wiring.changes import Changes
from matcher.wiring.channels import Base, KeptIn, SegmentTables, no_patents
from matcher.wiring.segments import OpenSegment, open_segments

VALUES_FILE = "values.npz"
"""File of a segment: its patents, and a hash of the values that filters compare of each."""
MAX_HIDDEN = 100_000
"""Deleted patents that searches leave out; with more, a new collection is written."""
SEEN_SECONDS = 10.0
"""Time in which rows that were written become visible to every search."""


@dataclass(frozen=True)
class MilvusChannels:
    """Channels in one Milvus (`channels.Channels`)."""

    address: MilvusAddress
    calls: MilvusCalls
    root: Path
    """Folder of the index generations."""
    vector_kind: VectorKind
    approximate_above: int
    kept_in: KeptIn = "milvus"

    def check(self, generation: Path, published: Manifest) -> None:
        """Compare the number of rows, and some of them. Raises IndexUnavailableError."""
        state = MilvusState.read(generation)
        segments = open_segments(generation, published)
        rows = self._rows(state, segments, SegmentRows.whole(0))
        if state.collection not in self.calls.collections():
            raise rows_missing(state.collection)
        self.calls.load(state.collection)
        self._await_rows(rows, published.vectors)
        for own in segments:
            _check_samples(rows, state, own)

    def outdated(self, connection: Connection, base: Base) -> Rows:
        """Return the patents whose values, which filters compare, changed since."""
        if MilvusState.read(base.folder).revision == revision_of(connection):
            return no_patents()
        present = read_values(connection, None)
        changed = [no_patents()]
        for own in base.segments:
            patents, hashes = _read_hashes(own.folder)
            is_left = np.isin(patents, own.deleted, invert=True) & np.isin(patents, [*present])
            now = values_hashes([present[patent] for patent in patents[is_left].tolist()])
            changed.append(patents[is_left][now != hashes[is_left]])
        return np.unique(np.concatenate(changed))

    def is_current(self, connection: Connection, generation: Path) -> bool:
        """Tell whether the rows have the values that the database has."""
        return MilvusState.read(generation).revision == revision_of(connection)

    def takes(self, changes: Changes) -> bool:
        """Tell whether searches can leave out so many deleted patents."""
        return len(changes.deleted) <= MAX_HIDDEN

    def writer(
        self, connection: Connection, folder: Path, base: Base | None, changes: Changes
    ) -> "MilvusWriter":
        """Begin the rows of a new generation, after deleting those that nobody reads any more."""
        prefix = self._drop_unread()
        revision = revision_of(connection)
        if base is None or not changes.kept:
            state = MilvusState(collections.new_name(prefix), revision)
            return MilvusWriter(self, connection, folder, state, is_new=True)
        self._delete_unread(base)
        state = self._following(folder, base, changes, revision)
        return MilvusWriter(self, connection, folder, state, is_new=False)

    def open(self, tables: SegmentTables) -> tuple[DenseIndex, LexicalIndex, int | None]:
        """Open both channels. Raises IndexUnavailableError."""
        state = MilvusState.read(tables.generation)
        segments = tables.segments
        published = self._rows(state, segments, tables.vectors)
        sources = [
            _terms(published.rows, state, own, _read_deleted_terms(tables.generation, own))
            for own in segments
        ]
        forward = ForwardIndex([own.folder for own in segments], tables.passages, sources)
        dense = MilvusDense(published, tables.dimension)
        return dense, MilvusLexical(published, forward, tables.table), state.revision

    def published(self, generation: Path) -> None:
        """Let the alias name the collection of the published generation."""
        self.calls.point(self.address.name, MilvusState.read(generation).collection)
        self._drop_unread()

    def _drop_unread(self) -> str:
        """Drop the collections of no generation in this home; return how all of them begin."""
        prefix = collections.home_prefix(self.address.name, self.root)
        needed = {MilvusState.read(own).collection for own in _generations(self.root)}
        collections.drop_others(self.calls, prefix, needed)
        return prefix

    def _rows(
        self, state: MilvusState, segments: Sequence[OpenSegment], numbering: SegmentRows
    ) -> PublishedRows:
        return PublishedRows(
            self.calls,
            state.collection,
            CollectionRows(self.calls, state.collection),
            numbering,
            tuple(state.numbers[own.segment.name] for own in segments),
            tuple((own.number, np.array(own.patents, dtype=np.int64)) for own in state.hidden),
        )

    def _await_rows(self, rows: PublishedRows, expected: int) -> None:
        """Wait until searches see all rows of a generation. Raises IndexUnavailableError."""
        (condition,) = rows.conditions(None)
        until = time.monotonic() + SEEN_SECONDS
        while self.calls.count(rows.collection, condition) != expected:
            if time.monotonic() > until:
                raise rows_missing(rows.collection)
            time.sleep(0.2)

    def _delete_unread(self, base: Base) -> None:
        """Delete the rows that no open generation shows: those deleted before the last two."""
        state = MilvusState.read(base.folder)
        self.calls.delete_where(state.collection, state.leftovers())
        folders = {state.numbers[own.segment.name]: own.table for own in base.segments}
        for hidden in state.hidden:
            if hidden.age >= 1 and hidden.number in folders:
                table = folders[hidden.number]
                rows = table.vectors_of(table.passages_of(np.array(hidden.patents)))
                self.calls.delete(state.collection, ids_of(hidden.number, rows).tolist())

    def _following(self, folder: Path, base: Base, changes: Changes, revision: int) -> MilvusState:
        """State that the next generation begins with, and files of what it deletes."""
        state = MilvusState.read(base.folder)
        before = {own.segment.name: own for own in base.segments}
        rows = CollectionRows(self.calls, state.collection)
        hidden = []
        for own in changes.kept:
            name = own.segment.name
            deleted = np.setdiff1d(own.deleted, before[name].deleted)
            gone = _read_deleted_terms(base.folder, before[name])
            if len(deleted):
                hidden.append(Hidden(state.numbers[name], tuple(deleted.tolist()), age=0))
                passages = own.table.passages_of(deleted)
                more, _counts, _lengths = _terms(rows, state, own, gone).terms_of(passages)
                gone = np.concatenate([gone, more])
            if len(gone):
                (folder / FOLDER).mkdir(exist_ok=True)
                np.save(_deleted_terms_file(folder, own), gone)
        return state.following([own.segment.name for own in changes.kept], hidden, revision)


class MilvusWriter:
    """Writer of a generation's rows (`channels.ChannelWriter`)."""

    def __init__(
        self,
        channels: MilvusChannels,
        connection: Connection,
        folder: Path,
        state: MilvusState,
        *,
        is_new: bool,
    ) -> None:
        """Take the state that the generation begins with; `is_new` creates its collection."""
        self._channels = channels
        self._connection = connection
        self._folder = folder
        self._state = state
        self._is_new = is_new
        self._words: PassageTerms | None = None

    def write_words(self, segment: Path, passages: Sequence[Passage]) -> None:
        """Write the words of the new segment; the terms of its passages go with its rows."""
        if not passages:
            return
        builder = ForwardBuilder()
        for passage in passages:
            builder.add(terms(passage.text))
        self._words = builder.build()
        save_words(self._words, segment, with_terms=False)

    def write_vectors(self, segment: Path, embedded: EmbeddedCatalogue) -> Segment:
        """Write the rows of the new segment."""
        assert self._words is not None  # there are vectors, so there were passages
        table, calls, state = embedded.table, self._channels.calls, self._state
        patents = np.unique(table.patent)
        values = read_values(self._connection, patents.tolist())
        np.savez(
            segment / VALUES_FILE,
            patents=patents,
            hashes=values_hashes(values[patent] for patent in patents.tolist()),
        )
        if self._is_new:
            collections.create(
                calls,
                state.collection,
                embedded.vectors.shape[1],
                self._channels.vector_kind,
                len(embedded.vectors),
                self._channels.approximate_above,
            )
        wanted = set(sampled(len(embedded.vectors)).tolist())
        samples = {}
        batch = []
        rows = entities(state.next_number, table, embedded.vectors, self._words, values)
        for own, row in enumerate(rows):
            if own in wanted:
                samples[str(own)] = digest(row)
            batch.append(row)
            if len(batch) == ROWS_PER_CALL:
                calls.upsert(state.collection, batch)
                batch = []
        calls.upsert(state.collection, batch)
        calls.flush(state.collection)
        self._state = state.with_segment(segment.name, samples)
        return Segment(segment.name, "flat", embedded.patents_with_passages, deleted=0)

    def finish(self) -> None:
        """Write the state of the generation."""
        self._state.write(self._folder)


@contextmanager
def milvus_channels(
    address: MilvusAddress, root: Path, vector_kind: VectorKind, approximate_above: int
) -> Iterator[MilvusChannels]:
    """Connect to Milvus. Raises IndexUnavailableError, InputError without its client."""
    with MilvusCalls(address) as calls:
        yield MilvusChannels(address, calls, root, vector_kind, approximate_above)


def _terms(
    rows: CollectionRows, state: MilvusState, own: OpenSegment, deleted_terms: Rows
) -> SegmentTerms:
    passages = np.arange(len(own.table.patent))
    firsts = np.searchsorted(own.table.vector_passage, passages)
    return SegmentTerms(rows, state.numbers[own.segment.name], firsts, deleted_terms)


def _check_samples(rows: PublishedRows, state: MilvusState, own: OpenSegment) -> None:
    """Compare some rows of a segment with what was written. Raises IndexUnavailableError."""
    number = state.numbers[own.segment.name]
    owners = own.table.patent[own.table.vector_passage]
    expected = {
        int(ids_of(number, np.array(int(row)))): written
        for row, written in state.samples[own.segment.name].items()
        if owners[int(row)] not in own.deleted
    }
    fetched = rows.calls.rows(rows.collection, list(expected), ("vector", "terms"))
    if {int(row["id"]): digest(row) for row in fetched} != expected:
        raise rows_missing(rows.collection)


def _generations(root: Path) -> list[Path]:
    """Folders of the generations that may still be read, whose rows are in Milvus."""
    return [own for own in generations.folders(root) if (own / FOLDER).is_dir()]


def _read_hashes(segment: Path) -> tuple[Rows, Rows]:
    with index_read_errors(segment, "values"), np.load(segment / VALUES_FILE) as arrays:
        return arrays["patents"], arrays["hashes"]


def _deleted_terms_file(generation: Path, own: OpenSegment) -> Path:
    return generation / FOLDER / f"deleted-{own.segment.name}.npy"


def _read_deleted_terms(generation: Path, own: OpenSegment) -> Rows:
    """Terms of the passages that are deleted from a segment, in sequence."""
    if not own.segment.deleted:
        return no_patents()
    with index_read_errors(generation, "deleted terms"):
        terms: Rows = np.load(_deleted_terms_file(generation, own))
        return terms
