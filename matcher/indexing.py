"""The catalogue as passages and vectors, ready to be an index. Embeds only what is new."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.content_words import content_spans
from matcher.errors import InputError
from matcher.part_evidence import abstract_sentences
from matcher.passages import PassageTable
from matcher.ports import Encoder, Vectors, WordEncoder
from matcher.progress import Report, Step
from matcher.sentence_vectors import SentenceVectors
from matcher.store.records import passages
from matcher.types import Passage, Patent, PatentRow
from matcher.vector_cache import Key, VectorCache, key_of
from matcher.word_table import WordTable

MOST_WORDS = 50_000
"""Words whose vectors are kept in the index, those in the most passages."""
EMBED_AT_ONCE = 512
"""Texts embedded and kept at once: so much work at most is lost when an indexing run is killed."""


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
    """Texts that had to be embedded now; the rest came from the cache."""


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
    texts: list[str] = []
    vectors_each: list[int] = []
    rows: list[PatentRow] = []
    sentences: list[str] = []
    sentences_each: list[int] = []
    for row, patent in catalogue:
        rows.append(row)
        for passage in passages(row, patent):
            pieces = encoder.split(passage.text, "passage")
            if pieces:
                listed.append(passage)
                texts += pieces
                vectors_each.append(len(pieces))
        # Of a sentence longer than the window its beginning speaks for it.
        own = [encoder.split(one.text, "passage")[0] for one in abstract_sentences(patent)]
        sentences += own
        sentences_each.append(len(own))
        if len(rows) % 200 == 0:
            report(Step("reading the catalogue", len(rows)))
    if not listed:
        raise InputError("the catalogue is empty: import patents first (matcher import FILE)")
    texts += sentences
    keys = [key_of(text) for text in texts]
    embedded = _embed_missing(texts, keys, encoder, cache, full, report)
    searched = len(texts) - len(sentences)
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
    texts: list[str],
    keys: list[Key],
    encoder: Encoder,
    cache: VectorCache,
    full: bool,
    report: Report,
) -> int:
    missing = set(keys) if full else cache.missing(keys)
    by_key = {key: text for key, text in zip(keys, texts, strict=True) if key in missing}
    todo = sorted(by_key, key=lambda key: len(by_key[key]))
    for start in range(0, len(todo), EMBED_AT_ONCE):
        chunk = todo[start : start + EMBED_AT_ONCE]

        def progress(done: int, start: int = start) -> None:
            report(Step("embedding", start + done, len(todo)))

        vectors = encoder.encode([by_key[key] for key in chunk], "passage", progress)
        cache.put(chunk, vectors)
        report(Step("embedding", start + len(chunk), len(todo)))
    return len(todo)
