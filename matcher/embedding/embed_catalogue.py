"""The catalogue as passages and vectors, ready to be an index. Embeds only what is new."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.embedding.passage_table import PassageTable
from matcher.embedding.sentence_vectors import SentenceVectors
from matcher.embedding.vector_cache import Key, VectorCache, key_of
from matcher.embedding.word_vectors import WordTable
from matcher.errors import InputError
from matcher.patents.passages import passages
from matcher.patents.statements import abstract_sentences
from matcher.ports import Encoder, Vectors, WordEncoder
from matcher.progress import Report, Step
from matcher.text.content_words import content_spans
from matcher.text.highlights import Span
from matcher.types import Passage, Patent, PatentRow

MOST_WORDS = 50_000
"""Words whose vectors are kept in the index, those in the most passages."""
EMBED_AT_ONCE = 512
"""Texts embedded and kept at once: so much work at most is lost when an indexing run is killed."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What has a vector of its own: a text, or a span of it as it is read within the text."""

    text: str
    span: Span | None = None

    @classmethod
    def of(cls, text: str, span: Span) -> "Excerpt":
        """A span that may be all of its text."""
        return cls(text, None if span == (0, len(text)) else span)

    @property
    def key(self) -> Key:
        """Another one for the same words in another text."""
        return key_of(self.text if self.span is None else f"{self.text}\0{self.span}")


@dataclass(frozen=True)
class EmbeddedCatalogue:
    """Everything that an index is made of."""

    patents: int
    passages: list[Passage]
    table: PassageTable
    vectors: Vectors
    """Unit vectors (v, d), aligned with `table.vector_passage`."""
    sentences: SentenceVectors
    words: WordTable
    embedded: int
    """Vectors that had to be made now; the rest came from the cache."""


def embed_catalogue(
    catalogue: Iterable[tuple[PatentRow, Patent]],
    encoder: Encoder,
    cache: VectorCache,
    *,
    full: bool,
    report: Report,
) -> EmbeddedCatalogue:
    """Cut patents (in ascending row order) into passages and get the vectors of each, of the
    sentences of every abstract, and of the words that most passages hold.

    `full` embeds every text anew. Raises InputError for an empty catalogue, ModelError.
    """
    listed: list[Passage] = []
    excerpts: list[Excerpt] = []
    vectors_each: list[int] = []
    rows: list[PatentRow] = []
    sentences: list[Excerpt] = []
    sentences_each: list[int] = []
    for row, patent in catalogue:
        rows.append(row)
        for passage in passages(row, patent):
            pieces = passage_excerpts(patent, passage, encoder)
            if pieces:
                listed.append(passage)
                excerpts += pieces
                vectors_each.append(len(pieces))
            if passage.kind == "abstract":
                own = sentence_excerpts(patent, [one.text for one in pieces], encoder)
                sentences += own
                sentences_each.append(len(own))
        if len(rows) % 200 == 0:
            report(Step("reading the catalogue", len(rows)))
    if not listed:
        raise InputError("the catalogue is empty: import patents first (matcher import FILE)")
    excerpts += sentences
    keys = [one.key for one in excerpts]
    embedded = _embed_missing(excerpts, encoder, cache, full, report)
    searched = len(excerpts) - len(sentences)
    vectors = np.empty((searched, encoder.dimension), dtype=np.float32)
    cache.fill(keys[:searched], vectors)
    halves = np.empty((len(sentences), encoder.dimension), dtype=np.float16)
    cache.fill(keys[searched:], halves)
    words = _common_words([passage.text for passage in listed], encoder, report)
    table = _read_words(words, encoder, cache, full, report)
    cache.keep_only({*keys, *map(_word_key, words)})
    return EmbeddedCatalogue(
        patents=len(rows),
        passages=listed,
        table=PassageTable.of(listed, vectors_each),
        vectors=vectors,
        sentences=SentenceVectors.of(rows, sentences_each, halves),
        words=table,
        embedded=embedded,
    )


def passage_excerpts(patent: Patent, passage: Passage, encoder: Encoder) -> list[Excerpt]:
    """The pieces of a passage that have vectors.

    A claim is read behind the title of its patent: by itself it often does not say what it is of.
    """
    if passage.kind == "abstract":
        return [Excerpt(piece) for piece in encoder.split(passage.text, "passage")]
    behind = encoder.split_behind(patent.title, passage.text, "passage")
    return [Excerpt.of(text, span) for text, span in behind]


def sentence_excerpts(patent: Patent, pieces: Sequence[str], encoder: Encoder) -> list[Excerpt]:
    """Each sentence of the abstract (or title) within the piece of the passage that it stands in.

    One that does not stand in one piece is read by itself; of what is longer than the window the
    beginning speaks for it.
    """
    found = []
    for sentence in abstract_sentences(patent):
        inside = (
            Excerpt.of(piece, span) for piece in pieces if (span := _span(piece, sentence.text))
        )
        found.append(next(inside, None) or Excerpt(encoder.split(sentence.text, "passage")[0]))
    return found


def _span(text: str, part: str) -> Span | None:
    """Where the part stands in the text: at its last place, as an abstract repeats its title."""
    start = text.rfind(part)
    return None if start < 0 else (start, start + len(part))


def _common_words(texts: Sequence[str], encoder: Encoder, report: Report) -> list[str]:
    """The content words in the most texts, of equals the first; none where a model has none."""
    if not isinstance(encoder, WordEncoder):
        return []
    holding = Counter[str]()
    for start in range(0, len(texts), EMBED_AT_ONCE):
        chunk = texts[start : start + EMBED_AT_ONCE]
        spans = content_spans(encoder, chunk)
        if spans is None:
            return []
        for text, own in zip(chunk, spans, strict=True):
            holding.update(list(dict.fromkeys(text[a:b] for a, b in own)))
        report(Step("looking for words", start + len(chunk), len(texts)))
    return [word for word, _ in holding.most_common(MOST_WORDS)]


def _read_words(
    words: Sequence[str], encoder: Encoder, cache: VectorCache, full: bool, report: Report
) -> WordTable:
    """The words with the vectors that the encoder gives each by itself."""
    if not isinstance(encoder, WordEncoder) or not words:
        return WordTable.empty()
    one = encoder.word_vectors(words[:1])
    if one is None:
        return WordTable.empty()
    keys = [_word_key(word) for word in words]
    by_key = dict(zip(keys, words, strict=True))
    todo = keys if full else sorted(cache.missing(keys))
    for start in range(0, len(todo), EMBED_AT_ONCE):
        chunk = todo[start : start + EMBED_AT_ONCE]
        vectors = encoder.word_vectors([by_key[key] for key in chunk])
        assert vectors is not None  # it had one for the first word
        cache.put(chunk, vectors)
        report(Step("reading words", start + len(chunk), len(todo)))
    halves = np.empty((len(words), one.shape[1]), dtype=np.float16)
    cache.fill(keys, halves)
    return WordTable(words, halves)


def _word_key(word: str) -> Key:
    """A word by itself has another vector than a text that is nothing but this word."""
    return key_of(f"\0{word}")


def _embed_missing(
    excerpts: Sequence[Excerpt], encoder: Encoder, cache: VectorCache, full: bool, report: Report
) -> int:
    """Embed what has no vector yet, or everything; how much that was."""
    by_key = {one.key: one for one in excerpts}
    missing = by_key.keys() if full else cache.missing(by_key)
    wanted: dict[str, list[Excerpt]] = {}
    for key in by_key:
        if key in missing:
            wanted.setdefault(by_key[key].text, []).append(by_key[key])
    todo = sorted(wanted, key=len)
    for start in range(0, len(todo), EMBED_AT_ONCE):
        chunk = todo[start : start + EMBED_AT_ONCE]

        def progress(done: int, start: int = start) -> None:
            report(Step("embedding", start + done, len(todo)))

        spans = [[one.span for one in wanted[text]] for text in chunk]
        vectors = encoder.encode_within(chunk, spans, "passage", progress)
        cache.put([one.key for text in chunk for one in wanted[text]], np.concatenate(vectors))
        report(Step("embedding", start + len(chunk), len(todo)))
    return len(missing)
