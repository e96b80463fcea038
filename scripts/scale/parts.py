"""Bytes on disk of each part of an index and of the database."""

from collections import Counter
from pathlib import Path

from indexes import forward, generations, lexical
from matcher.embedding import card_table, passage_table, sentence_vectors, text_words, word_vectors
from matcher.settings import Settings
from matcher.wiring.earlier_database import CACHE_FILE

DENSE, LEXICAL, TERMS = "vectors (FAISS)", "words (tantivy)", "terms of passages (forward)"
VOCABULARY, PASSAGES, SENTENCES = "vocabulary", "passage table", "sentence vectors"
WORDS, TEXT_WORDS, CARDS = "word vectors", "words of texts", "technology cards"
WORD_INDEX, DATABASE, CACHE = "word index (SQLite)", "database (SQLite)", "vector cache"
SEGMENT_PARTS = {
    passage_table.FILE: PASSAGES,
    sentence_vectors.VECTORS_FILE: SENTENCES,
    sentence_vectors.OWNERS_FILE: SENTENCES,
    word_vectors.VECTORS_FILE: WORDS,
    word_vectors.WORDS_FILE: WORDS,
    text_words.FOLDER: TEXT_WORDS,
    card_table.FOLDER: CARDS,
}
"""Part of a file or folder of a segment; the others are those of the vectors."""
PARTS = (
    DENSE,
    LEXICAL,
    TERMS,
    VOCABULARY,
    PASSAGES,
    SENTENCES,
    WORDS,
    TEXT_WORDS,
    CARDS,
    WORD_INDEX,
    DATABASE,
    CACHE,
)
IN_MILVUS = (DENSE, LEXICAL, TERMS)
"""Parts that a collection of Milvus has instead of the files."""
GENERATION = PARTS[: PARTS.index(WORD_INDEX)]
"""Parts that each generation of the index has; the others are there once."""
TERM_FILES = ("starts.npy", "terms.npy", "counts.npy")
"""Files of the forward index that are not there where Milvus keeps the terms."""


def part_bytes(settings: Settings) -> dict[str, int]:
    """Return the bytes of each part of a home."""
    generation = generations.current(settings.index_folder)
    assert generation is not None  # it was just built
    found: Counter[str] = Counter(dict.fromkeys(PARTS, 0))
    for segment in (generation / "segments").iterdir():
        for path in segment.iterdir():
            if path.name != forward.FOLDER:
                found[SEGMENT_PARTS.get(path.name, DENSE)] += _bytes(path)
        for path in (segment / forward.FOLDER).iterdir():
            found[TERMS if path.name in TERM_FILES else VOCABULARY] += _bytes(path)
    found[LEXICAL] += _bytes(generation / lexical.FOLDER)
    found[WORD_INDEX] += _with_log(settings.words_file)
    found[CACHE] += _with_log(settings.index_folder / CACHE_FILE)
    found[DATABASE] += _with_log(settings.home / "matcher.sqlite")
    return dict(found)


def _with_log(file: Path) -> int:
    """Bytes of a SQLite file and of what is still in its log."""
    log = file.with_name(f"{file.name}-wal")
    return file.stat().st_size + (log.stat().st_size if log.exists() else 0)


def _bytes(path: Path) -> int:
    """Bytes of a file, or of all files below a folder."""
    if path.is_file():
        return path.stat().st_size
    return sum(own.stat().st_size for own in path.rglob("*") if own.is_file())
