"""Embedding of the catalogue: patents to passages and vectors. Only new texts are embedded."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from matcher.embedding.card_table import CardsBuilder, CardTable
from matcher.embedding.parts import Chunk, LocalPartEncoder, PartEncoder, cut_parts
from matcher.embedding.passage_table import PassageTable
from matcher.embedding.sentence_vectors import HalfVectors, SentenceVectors
from matcher.embedding.text_words import TextWordsBuilder, TextWordTable
from matcher.embedding.vector_cache import Key, VectorCache, text_key
from matcher.embedding.word_vectors import WordTable
from matcher.errors import InputError
from matcher.language.messages import _
from matcher.patents.passages import in_simplified, passages
from matcher.patents.statements import abstract_sentences
from matcher.ports import Encoder, WordEncoder
from matcher.progress import Report, Step
from matcher.text.highlights import Span
from matcher.types import Passage, Patent, PatentRow

MAX_WORDS = 50_000
"""Words whose vectors are in the index, those in the most passages."""
WORD_BATCH = 512
"""Words, or passages whose words are looked for, that are read at once."""
REPORT_EVERY = 200


@dataclass(frozen=True)
class EmbeddedCatalogue:
    """Content of an index."""

    patents: int
    passages: list[Passage]
    table: PassageTable
    vectors: HalfVectors
    """Unit vectors (v, d), aligned with `table.vector_passage`."""
    sentences: SentenceVectors
    words: WordTable
    text_words: TextWordTable
    cards: CardTable
    embedded: int
    """Number of vectors that were computed now; the others came from the cache."""

    @property
    def patents_with_passages(self) -> int:
        """Number of patents that have a passage."""
        return len(np.unique(self.table.patent))


@dataclass(slots=True)
class _Chunked:
    """Catalogue cut into chunks."""

    rows: list[PatentRow] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    shown_from: list[int] = field(default_factory=list)
    """First character of each passage that is shown: an abstract comes without the title."""
    passage_chunks: list[Chunk] = field(default_factory=list)
    chunks_each: list[int] = field(default_factory=list)
    """Number of chunks of each passage."""
    sentence_chunks: list[Chunk] = field(default_factory=list)
    sentences_each: list[int] = field(default_factory=list)
    """Number of sentences of each patent."""
    cards: CardsBuilder = field(default_factory=CardsBuilder)

    def add(self, row: PatentRow, patent: Patent, encoder: Encoder) -> None:
        """Add the chunks of a patent, read in simplified characters."""
        self.rows.append(row)
        self.cards.add(patent)
        patent = in_simplified(patent)
        for passage in passages(row, patent):
            chunks = passage_chunks(patent, passage, encoder)
            if chunks:
                self.passages.append(passage)
                self.shown_from.append(_shown_from(patent, passage))
                self.passage_chunks += chunks
                self.chunks_each.append(len(chunks))
            if passage.kind == "abstract":
                sentences = sentence_chunks(patent, [chunk.text for chunk in chunks], encoder)
                self.sentence_chunks += sentences
                self.sentences_each.append(len(sentences))


@dataclass(frozen=True)
class _Embedder:
    """Encoder with a cache for its vectors."""

    encoder: Encoder
    parts: PartEncoder
    cache: VectorCache
    full: bool
    """Embed every text, cached or not."""
    report: Report

    def embed(self, chunks: Sequence[Chunk]) -> int:
        """Embed the chunks without a cached vector; returns their number."""
        with self.parts.earlier(full=self.full) as earlier:
            for own in earlier:
                self.cache.put(own.keys, own.vectors)
        by_key = {chunk.key: chunk for chunk in chunks}
        missing = by_key.keys() if self.full else self.cache.missing(by_key)
        parts = cut_parts(by_key[key] for key in by_key if key in missing)
        total, done = sum(len(part.texts) for part in parts), 0

        def progress(texts: int) -> None:
            self.report(Step(_("embedding"), done + texts, total))

        with self.parts.encode(parts, progress) as encoded:
            for own in encoded:
                self.cache.put(own.keys, own.vectors)
                done += own.texts
                progress(0)
        return len(missing)

    def embed_words(self, words: Sequence[str]) -> WordTable:
        """Embed words alone; without a word or a word encoder the table is empty."""
        if not isinstance(self.encoder, WordEncoder) or not words:
            return WordTable.empty()
        first = self.encoder.word_vectors(words[:1])
        if first is None:
            return WordTable.empty()
        by_key = {_word_key(word): word for word in words}
        missing = list(by_key) if self.full else sorted(self.cache.missing(by_key))
        for start in range(0, len(missing), WORD_BATCH):
            batch = missing[start : start + WORD_BATCH]
            vectors = self.encoder.word_vectors([by_key[key] for key in batch])
            assert vectors is not None  # the first word has one
            self.cache.put(batch, vectors)
            self.report(Step(_("reading words"), start + len(batch), len(missing)))
        halves: HalfVectors = np.empty((len(words), first.shape[1]), dtype=np.float16)
        self.cache.fill(list(by_key), halves)
        return WordTable(words, halves)


def _nothing(passages: Sequence[Passage]) -> None:
    """Do nothing else with the passages."""


def embed_catalogue(
    catalogue: Iterable[tuple[PatentRow, Patent]],
    encoder: Encoder,
    cache: VectorCache,
    *,
    full: bool,
    report: Report,
    part: bool = False,
    expected: int | None = None,
    parts: PartEncoder | None = None,
    beside: Callable[[Sequence[Passage]], None] = _nothing,
) -> EmbeddedCatalogue:
    """Cut patents (in ascending row order) into passages and embed them.

    The sentences of every abstract and the words in the most passages have vectors, too. `full`
    embeds cached texts anew. Vectors that a whole catalogue has no more leave the cache; `part`
    is only a part of one. `expected` is the number of patents, for the report. `parts` encodes
    the texts, by default in this process. `beside` is what else is done with the passages: the
    model leaves a core free now and then. Raises InputError for an empty catalogue, ModelError,
    ClusterError.
    """
    chunked = _chunk_catalogue(catalogue, encoder, report, expected)
    if not chunked.passages and not part:
        raise InputError(_("the catalogue is empty: import patents first (matcher import FILE)"))
    embedder = _Embedder(encoder, parts or LocalPartEncoder(encoder), cache, full, report)
    with ThreadPoolExecutor(1, "beside the model") as threads:
        finding = threads.submit(_find_words, chunked, encoder)
        other = threads.submit(beside, chunked.passages)
        embedded = embedder.embed([*chunked.passage_chunks, *chunked.sentence_chunks])
        report(Step(_("looking for words"), 0))
        found = finding.result()
        other.result()
    passage_keys = [chunk.key for chunk in chunked.passage_chunks]
    vectors: HalfVectors = np.empty((len(passage_keys), encoder.dimension), dtype=np.float16)
    cache.fill(passage_keys, vectors)
    sentence_keys = [chunk.key for chunk in chunked.sentence_chunks]
    halves: HalfVectors = np.empty((len(sentence_keys), encoder.dimension), dtype=np.float16)
    cache.fill(sentence_keys, halves)
    common = found.most_frequent(MAX_WORDS)
    words = embedder.embed_words(common)
    if not part:
        cache.keep_only({*passage_keys, *sentence_keys, *map(_word_key, common)})
    return EmbeddedCatalogue(
        patents=len(chunked.rows),
        passages=chunked.passages,
        table=PassageTable.of(chunked.passages, chunked.chunks_each),
        vectors=vectors,
        sentences=SentenceVectors.of(chunked.rows, chunked.sentences_each, halves),
        words=words,
        text_words=found.build(common if len(words) else ()),
        cards=chunked.cards.build(),
        embedded=embedded,
    )


def passage_chunks(patent: Patent, passage: Passage, encoder: Encoder) -> list[Chunk]:
    """Cut a passage into chunks.

    A claim is encoded behind the title of its patent: alone it often does not name its subject.
    """
    if passage.kind == "abstract":
        return [Chunk(piece) for piece in encoder.split(passage.text, "passage")]
    pieces = encoder.split_with_title(patent.title, passage.text, "passage")
    return [Chunk.of(text, span) for text, span in pieces]


def sentence_chunks(patent: Patent, pieces: Sequence[str], encoder: Encoder) -> list[Chunk]:
    """Chunk of each sentence of the abstract (or title) within the piece of the passage around it.

    A sentence that no single piece holds is encoded alone; of one longer than the window, its
    beginning.
    """
    chunks = []
    for sentence in abstract_sentences(patent):
        within = (
            Chunk.of(piece, span) for piece in pieces if (span := _last_span(piece, sentence.text))
        )
        chunks.append(next(within, None) or Chunk(encoder.split(sentence.text, "passage")[0]))
    return chunks


def _chunk_catalogue(
    catalogue: Iterable[tuple[PatentRow, Patent]],
    encoder: Encoder,
    report: Report,
    expected: int | None,
) -> _Chunked:
    chunked = _Chunked()
    for row, patent in catalogue:
        chunked.add(row, patent, encoder)
        if len(chunked.rows) % REPORT_EVERY == 0:
            report(Step(_("reading the catalogue"), len(chunked.rows), expected))
    return chunked


def _last_span(text: str, part: str) -> Span | None:
    """Last span of a part in a text, as an abstract repeats its title."""
    start = text.rfind(part)
    return None if start < 0 else (start, start + len(part))


def _find_words(chunked: _Chunked, encoder: Encoder) -> TextWordsBuilder:
    """Find the words of the passages; none without a word encoder."""
    found = TextWordsBuilder()
    if not isinstance(encoder, WordEncoder):
        return found
    for start in range(0, len(chunked.passages), WORD_BATCH):
        batch = [passage.text for passage in chunked.passages[start : start + WORD_BATCH]]
        spans = encoder.words(batch)
        if spans is None:
            return found
        for text, shown_from, own in zip(batch, chunked.shown_from[start:], spans, strict=False):
            found.add(text, shown_from, own)
    return found


def _shown_from(patent: Patent, passage: Passage) -> int:
    """First character of a passage that an answer shows."""
    is_behind_title = passage.kind == "abstract" and patent.abstract
    return max(0, passage.text.rfind(patent.abstract)) if is_behind_title else 0


def _word_key(word: str) -> Key:
    """Cache key of a word alone; a text of the same characters has another vector."""
    return text_key(f"\0{word}")
