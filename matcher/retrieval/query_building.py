"""The ways in which a need asks the indexes: as a whole, by its title, and part by part."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.ports import Encoder, Vectors
from matcher.retrieval.query import (
    Asked,
    Query,
)
from matcher.text.highlights import Span
from matcher.types import Need, NeedPart, Reading

SHORTEST_PART = 6
"""Characters below which a sentence asks for nothing by itself."""
MOST_PARTS = 32
"""The longest sentences ask; more of them would cost time and say the same again."""
_SENTENCE = re.compile(r"(?<=[。；;！？!?\n])|(?<=\.)\s")


@dataclass(frozen=True)
class Questions:
    """The texts of a need that ask, none of them empty."""

    whole: str
    names: tuple[str, ...]
    """What else the need's terms are called: asks beside the whole, of words alone."""
    title: str | None
    parts: tuple[str, ...]

    def __iter__(self) -> Iterator[str]:
        """What is encoded: the whole, the title where there is one, the parts."""
        yield self.whole
        if self.title is not None:
            yield self.title
        yield from self.parts


def asking_text(need: Need, reading: Reading) -> str:
    """What a need says without its boilerplate; empty if it says nothing."""
    return "\n".join(part.text for part in reading.parts).strip() or need.full_text


def questions(need: Need, reading: Reading) -> Questions | None:
    """What a need asks; None for one that says nothing.

    Boilerplate does not ask. A need of one sentence asks once.
    """
    whole = asking_text(need, reading)
    if not whole:
        return None
    titles = [part.text for part in reading.parts if part.kind == "title"]
    title = titles[0] if titles and titles[0].strip() != whole else None
    parts = _sentences(reading.parts, whole) if title else ()
    return Questions(whole, _names(reading, whole), title, parts)


def part_texts(part: NeedPart, asked: Questions) -> tuple[str, ...]:
    """The texts whose vectors make up a part's: its sentences that ask, or else all of it.

    What asks is encoded anyway.
    """
    asking = tuple(one for one in _split(part.text) if one in asked.parts)
    return asking if asking and part.text != asked.title else (part.text,)


def text_vectors(
    encoder: Encoder, needs: Sequence[tuple[str, Iterable[str]]]
) -> list[dict[str, Vectors]]:
    """For each need, a whole and texts of it, the unit vectors (v, d) of all of these.

    The whole has one vector for each of its pieces. A text that stands in one piece is read there,
    in its context, and so costs nothing; another one is read by itself, piece by piece. A text that
    the model cannot read has no piece. Raises ModelError.
    """
    read: list[str] = []
    spans: list[list[Span | None]] = []

    def alone(text: str) -> list[tuple[int, int]]:
        first = len(read)
        read.extend(encoder.split(text, "query"))
        spans.extend([None] for _ in read[first:])
        return [(row, 0) for row in range(first, len(read))]

    def within(text: str, whole: list[tuple[int, int]]) -> list[tuple[int, int]]:
        for row, _ in whole:
            start = read[row].find(text) if text.strip() else -1
            if start >= 0:
                spans[row].append((start, start + len(text)))
                return [(row, len(spans[row]) - 1)]
        return []

    def places(whole: str, texts: Iterable[str]) -> dict[str, list[tuple[int, int]]]:
        """Where in what is read each text has its vectors: rows of `read`, and in these."""
        found = {whole: alone(whole)}
        for text in texts:
            if text not in found:
                found[text] = within(text, found[whole]) or alone(text)
        return found

    listed = [places(whole, texts) for whole, texts in needs]
    vectors = encoder.encode_within(read, spans, "query")
    none = np.empty((0, encoder.dimension), np.float32)
    return [
        {
            text: np.stack([vectors[a][b] for a, b in own]) if own else none
            for text, own in one.items()
        }
        for one in listed
    ]


def ask(asked: Questions | None, vectors: Mapping[str, Vectors]) -> Asked | None:
    """The questions of a need with the vectors of their pieces, which hold every question.

    None for a need that asks nothing, or nothing that the model can read.
    """
    if asked is None or not len(vectors[asked.whole]):
        return None

    def query(text: str, names: Sequence[str] = ()) -> Query:
        return Query("\n".join((text, *names)), vectors[text])

    title = asked.title
    return Asked(
        whole=query(asked.whole, asked.names),
        title=query(title) if title is not None and len(vectors[title]) else None,
        parts=tuple(query(part) for part in asked.parts if len(vectors[part])),
    )


def _names(reading: Reading, whole: str) -> tuple[str, ...]:
    """The figures and all names of the terms that the need does not write itself."""
    named = (name for term in reading.terms for name in (term.text, *term.equivalents))
    more = dict.fromkeys(one for one in (*reading.indicators, *named))
    return tuple(one for one in more if not _stands_in(whole, one))


def _stands_in(text: str, name: str) -> bool:
    """Whether the text has the name, not only as letters of a longer word."""
    alone = rf"(?<![a-z0-9]){re.escape(name.casefold())}(?![a-z0-9])"
    return re.search(alone, text.casefold()) is not None


def _sentences(parts: Sequence[NeedPart], whole: str) -> tuple[str, ...]:
    found = dict.fromkeys(
        sentence for part in parts if part.kind != "title" for sentence in _split(part.text)
    )
    asking = [one for one in found if len(one) >= SHORTEST_PART and one != whole]
    longest = sorted(asking, key=len, reverse=True)[:MOST_PARTS]
    return tuple(one for one in asking if one in set(longest))


def _split(text: str) -> list[str]:
    return [sentence.strip() for sentence in _SENTENCE.split(text)]
