"""Opening of a whole index, and writing of a new segment of it."""

import secrets
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from indexes.manifest import Manifest, Segment
from matcher.embedding.card_table import CardTable, SegmentCards
from matcher.embedding.embed_catalogue import EmbeddedCatalogue
from matcher.embedding.passage_table import PassageTable
from matcher.embedding.segment_rows import SegmentRows
from matcher.embedding.sentence_vectors import SegmentSentences, SentenceVectors
from matcher.embedding.text_words import SegmentTextWords, TextWordTable
from matcher.embedding.word_vectors import WordTable
from matcher.language.messages import _
from matcher.progress import Report, Step
from matcher.retrieval.index import PassageIndex
from matcher.types import Passage
from matcher.wiring.channels import Channels, ChannelWriter, SegmentTables
from matcher.wiring.segments import FOLDER, open_segments


def open_index(generation: Path, published: Manifest, channels: Channels) -> PassageIndex:
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
    dense, lexical, revision = channels.open(
        SegmentTables(generation, segments, passages, vectors, table, published.dimension)
    )
    words = [WordTable.open(folder) for folder in folders]
    return PassageIndex(
        dense,
        lexical,
        table,
        SegmentSentences([(SentenceVectors.open(own.folder), own.deleted) for own in segments]),
        WordTable.joined(words),
        SegmentTextWords(
            [TextWordTable.open(folder) for folder in folders],
            np.cumsum([0, *map(len, words[:-1])]).tolist(),
        ),
        SegmentCards([CardTable.open(folder) for folder in folders]),
        revision,
    )


class SegmentWriter:
    """New segment of a generation."""

    def __init__(self, generation: Path, channels: ChannelWriter) -> None:
        """Begin a segment, both channels of which are written by `channels`."""
        self._channels = channels
        self._folder = generation / FOLDER / secrets.token_hex(4)

    def write_words(self, passages: Sequence[Passage]) -> None:
        """Write the lexical part; may run beside the model, which knows the vectors later."""
        if passages:
            self._folder.mkdir(parents=True)
        self._channels.write_words(self._folder, passages)

    def write_vectors(self, embedded: EmbeddedCatalogue, report: Report) -> tuple[Segment, ...]:
        """Write the rest, and return the segment; none without a passage."""
        if not embedded.passages:
            return ()
        report(Step(_("building the dense index"), 0, len(embedded.vectors)))
        segment = self._channels.write_vectors(self._folder, embedded)
        report(Step(_("building the dense index"), len(embedded.vectors), len(embedded.vectors)))
        embedded.table.save(self._folder)
        embedded.sentences.save(self._folder)
        embedded.words.save(self._folder)
        embedded.text_words.save(self._folder)
        embedded.cards.save(self._folder)
        return (segment,)
