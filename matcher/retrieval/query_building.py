"""Query building: the whole need, its title, and one query per sentence."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.ports import Encoder, Vectors
from matcher.retrieval.query import NeedQuery, Query
from matcher.text.highlights import Span
from matcher.text.sentences import QUERY_ENDS, split_sentences
from matcher.types import Need, NeedPart, Reading

MIN_PART_LENGTH = 6
"""Characters below which a sentence is no query of its own."""
MAX_PARTS = 32
"""Sentences that become queries, the longest ones; more cost time and repeat the same."""


@dataclass(frozen=True)
class QueryTexts:
    """Query texts of a need by field, none of them empty."""

    whole: str
    expansion_terms: tuple[str, ...]
    """Synonyms and figures that the need does not write itself: for the lexical channel only."""
    title: str | None
    parts: tuple[str, ...]

    def __iter__(self) -> Iterator[str]:
        """Yield the texts to encode: the whole, the title where there is one, the parts."""
        yield self.whole
        if self.title is not None:
            yield self.title
        yield from self.parts


def query_text(need: Need, reading: Reading) -> str:
    """Return the text of a need without its boilerplate; empty if nothing is left."""
    return "\n".join(part.text for part in reading.parts).strip() or need.full_text


def query_texts(need: Need, reading: Reading) -> QueryTexts | None:
    """Return the query texts of a need, boilerplate removed; None if nothing is left.

    A need of one sentence has no part queries.
    """
    whole = query_text(need, reading)
    if not whole:
        return None
    titles = [part.text for part in reading.parts if part.kind == "title"]
    title = titles[0] if titles and titles[0].strip() != whole else None
    parts = _sentence_queries(reading.parts, whole) if title else ()
    return QueryTexts(whole, _expansion_terms(reading, whole), title, parts)


def part_texts(part: NeedPart, texts: QueryTexts) -> tuple[str, ...]:
    """Return the texts whose vectors make up a part's vector: its query sentences, else all.

    Queries are encoded anyway, so they cost nothing more.
    """
    sentences = tuple(text for text in _sentences(part.text) if text in texts.parts)
    return sentences if sentences and part.text != texts.title else (part.text,)


def text_vectors(
    encoder: Encoder, needs: Sequence[tuple[str, Iterable[str]]]
) -> list[dict[str, Vectors]]:
    """Encode for each need, a whole and texts of it, all of these as unit vectors (v, d).

    The whole has one vector per piece. A text that lies within one piece is encoded there, in its
    context (late chunking); any other text is encoded by itself, piece by piece. A text that the
    model cannot read has no piece. Raises ModelError.
    """
    pieces: list[str] = []
    spans: list[list[Span | None]] = []

    def encode_alone(text: str) -> list[tuple[int, int]]:
        first = len(pieces)
        pieces.extend(encoder.split(text, "query"))
        spans.extend([None] for _ in pieces[first:])
        return [(piece, 0) for piece in range(first, len(pieces))]

    def encode_within(text: str, whole: list[tuple[int, int]]) -> list[tuple[int, int]]:
        for piece, _ in whole:
            start = pieces[piece].find(text) if text.strip() else -1
            if start >= 0:
                spans[piece].append((start, start + len(text)))
                return [(piece, len(spans[piece]) - 1)]
        return []

    def locate(whole: str, texts: Iterable[str]) -> dict[str, list[tuple[int, int]]]:
        """Return the vectors of each text, as (piece, span) indices into what is encoded."""
        located = {whole: encode_alone(whole)}
        for text in texts:
            if text not in located:
                located[text] = encode_within(text, located[whole]) or encode_alone(text)
        return located

    located = [locate(whole, texts) for whole, texts in needs]
    vectors = encoder.encode_spans(pieces, spans, "query")
    empty = np.empty((0, encoder.dimension), np.float32)
    return [
        {
            text: np.stack([vectors[piece][span] for piece, span in indices]) if indices else empty
            for text, indices in texts.items()
        }
        for texts in located
    ]


def build_query(texts: QueryTexts | None, vectors: Mapping[str, Vectors]) -> NeedQuery | None:
    """Build the queries of a need; `vectors` holds the piece vectors of each query text.

    None for a need without text, or without text that the model can read.
    """
    if texts is None or not len(vectors[texts.whole]):
        return None

    def query(text: str, expansion_terms: Sequence[str] = ()) -> Query:
        return Query("\n".join((text, *expansion_terms)), vectors[text])

    title = texts.title
    return NeedQuery(
        whole=query(texts.whole, texts.expansion_terms),
        title=query(title) if title is not None and len(vectors[title]) else None,
        parts=tuple(query(part) for part in texts.parts if len(vectors[part])),
    )


def _expansion_terms(reading: Reading, whole: str) -> tuple[str, ...]:
    names = (name for term in reading.terms for name in (term.text, *term.equivalents))
    terms = dict.fromkeys((*reading.indicators, *names))
    folded = whole.casefold()
    return tuple(term for term in terms if not _has_word(folded, term.casefold()))


def _has_word(text: str, word: str) -> bool:
    """Return True if the text has the word, not only as letters of a longer Latin word.

    Both are case-folded. No pattern is made: there are dozens of words to a need.
    """
    start = text.find(word)
    while start >= 0:
        end = start + len(word)
        if not (_is_latin(text[max(0, start - 1) : start]) or _is_latin(text[end : end + 1])):
            return True
        start = text.find(word, start + 1)
    return False


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _sentence_queries(parts: Sequence[NeedPart], whole: str) -> tuple[str, ...]:
    sentences = dict.fromkeys(
        sentence for part in parts if part.kind != "title" for sentence in _sentences(part.text)
    )
    queries = [text for text in sentences if len(text) >= MIN_PART_LENGTH and text != whole]
    longest = sorted(queries, key=len, reverse=True)[:MAX_PARTS]
    return tuple(text for text in queries if text in set(longest))


def _sentences(text: str) -> list[str]:
    return [sentence.strip() for sentence in split_sentences(text, QUERY_ENDS)]
