"""Building of a generation of the index: anew, from what changed, or by merging segments."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from sqlalchemy import Connection

from indexes import generations, manifest
from indexes.manifest import Manifest, Segment
from matcher.embedding.embed_catalogue import EmbeddedCatalogue, embed_catalogue
from matcher.embedding.parts import PartEncoder
from matcher.embedding.vector_cache import VectorCache
from matcher.errors import IndexUnavailableError
from matcher.language.messages import _
from matcher.ports import Encoder
from matcher.progress import Report, Step
from matcher.settings import Settings
from matcher.store import catalogue_states, patents
from matcher.store.catalogue_states import CatalogueState
from matcher.store.database import Store
from matcher.text.tokens import TOKENS_VERSION
from matcher.wiring import segments
from matcher.wiring.build_lock import build_lock
from matcher.wiring.changes import ANEW, Changes, changes_since, merge_due
from matcher.wiring.channels import Base, Channels
from matcher.wiring.earlier_database import CACHE_FILE
from matcher.wiring.open import model_misfit
from matcher.wiring.passage_index import SegmentWriter
from matcher.wiring.segments import OpenSegment


@dataclass(frozen=True)
class _Draft:
    """Plan of a generation."""

    folder: Path
    base: Base | None
    changes: Changes
    state: CatalogueState


class _NothingToMergeError(Exception):
    """No segments are to be merged, or the catalogue changed meanwhile."""


@dataclass(frozen=True)
class GenerationBuilder:
    """Builds and publishes generations of the index of one database."""

    settings: Settings
    encoder: Encoder
    channels: Channels
    store: Store
    report: Report
    parts: PartEncoder | None = None
    """Encodes the catalogue's texts; None is the encoder itself."""

    def publish(self, *, full: bool) -> tuple[Manifest, int]:
        """Publish an index of the present catalogue; return it and the number of new vectors.

        `full` builds it anew and embeds every text. Raises InputError for an empty catalogue,
        IndexUnavailableError if another process is building, ModelError, ClusterError, StoreError.
        """
        with (
            self.store.reading() as connection,
            self._building(connection) as folder,
        ):
            state = catalogue_states.latest(connection)
            base = None if full else self._base(connection)
            changes = None
            if base is not None:
                number = base.manifest.catalogue_number
                outdated = self.channels.outdated(connection, base)
                changes = changes_since(connection, base.segments, number, outdated)
                if changes is not None and not self.channels.takes(changes):
                    changes = None
            draft = _Draft(folder, base, changes or ANEW, state)
            published = self._write(draft, connection, full=full)
        self._tell()
        return published

    def merge(self) -> None:
        """Merge segments that became many, unless the catalogue or the index changes meanwhile."""
        try:
            with (
                self.store.reading() as connection,
                self._building(connection) as folder,
            ):
                self._merge(folder, connection)
            self._tell()
        except (_NothingToMergeError, IndexUnavailableError):
            pass  # the next run merges

    def _building(self, connection: Connection) -> AbstractContextManager[Path]:
        """Open the folder of a new generation."""
        settings = self.settings
        lock = build_lock(connection)
        return generations.building(settings.index_folder, lock, settings.keep_generations)

    def _tell(self) -> None:
        """Tell the channels of the generation that was published."""
        folder = generations.current(self.settings.index_folder)
        assert folder is not None  # it was just published
        self.channels.published(folder)

    def _merge(self, folder: Path, connection: Connection) -> None:
        base = self._base(connection, is_checked=True)
        changes = None if base is None else merge_due(base.segments)
        if base is None or changes is None:
            raise _NothingToMergeError
        state = CatalogueState(base.manifest.catalogue_number, base.manifest.catalogue_state)
        self.report(Step(_("merging segments"), 0))
        self._write(_Draft(folder, base, changes, state), connection, full=False)
        if catalogue_states.latest(connection) != state:
            raise _NothingToMergeError  # what was read may be newer than the lexical index

    def _base(self, connection: Connection, *, is_checked: bool = False) -> Base | None:
        """Published generation; None if it is damaged, or of another model or database.

        Its files are compared with their checksums, unless that was just done.
        """
        try:
            folder = generations.current(self.settings.index_folder)
            if folder is None:
                return None
            published = manifest.read(folder)
            state = CatalogueState(published.catalogue_number, published.catalogue_state)
            if (
                model_misfit(published, self.encoder) is not None
                or published.tokens_version != TOKENS_VERSION
                or not catalogue_states.is_known(connection, state)
                or published.kept_in != self.channels.kept_in
            ):
                return None
            if not is_checked:
                manifest.check_files(published, folder)
                self.channels.check(folder, published)
            return Base(folder, published, segments.open_segments(folder, published))
        except IndexUnavailableError:
            return None

    def _write(
        self, draft: "_Draft", connection: Connection, *, full: bool
    ) -> tuple[Manifest, int]:
        """Write a generation into its folder; return it and the number of new vectors."""
        changes = draft.changes
        before = draft.base.folder if draft.base is not None and changes.kept else None
        if before is not None:
            segments.keep(changes.kept, draft.folder)
        channels = self.channels.writer(connection, draft.folder, draft.base, changes)
        writer = SegmentWriter(draft.folder, channels)
        embedded = self._embed(connection, changes, writer, full=full)
        new = writer.write_vectors(embedded, self.report)
        channels.finish()
        held = patents.count(connection)
        written = self._manifest(changes.kept, new, embedded, draft.state, held)
        return manifest.seal(written, draft.folder, before), embedded.embedded

    def _embed(
        self,
        connection: Connection,
        changes: Changes,
        writer: SegmentWriter,
        *,
        full: bool,
    ) -> EmbeddedCatalogue:
        """Embed the patents of a new segment; beside it, their words are written."""
        if changes.patents is None:
            read, expected = patents.each(connection), patents.count(connection)
        else:
            read = patents.each_of(connection, changes.patents.tolist())
            expected = len(changes.patents)
        cache_file = self.settings.index_folder / CACHE_FILE
        with VectorCache(cache_file, self.encoder.fingerprint, self.encoder.dimension) as cache:
            return embed_catalogue(
                read,
                self.encoder,
                cache,
                full=full,
                report=self.report,
                part=changes.patents is not None,
                expected=expected,
                parts=self.parts,
                beside=writer.write_words,
            )

    def _manifest(
        self,
        kept: tuple[OpenSegment, ...],
        new: tuple[Segment, ...],
        embedded: EmbeddedCatalogue,
        state: CatalogueState,
        held: int,
    ) -> Manifest:
        counts = np.array([own.counts() for own in kept], dtype=np.int64).reshape(-1, 3).sum(axis=0)
        added = (len(embedded.passages), len(embedded.vectors), len(embedded.sentences))
        passages, vectors, sentences = (counts + added).tolist()
        return Manifest(
            format=manifest.FORMAT,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            model=self.encoder.name,
            model_fingerprint=self.encoder.fingerprint,
            dimension=self.encoder.dimension,
            segments=(*(own.segment for own in kept), *new),
            patents=held,
            passages=passages,
            vectors=vectors,
            sentences=sentences,
            tokens_version=TOKENS_VERSION,
            catalogue_state=state.id,
            catalogue_number=state.number,
            kept_in=self.channels.kept_in,
            files={},
        )
