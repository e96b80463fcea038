"""The ways in which a need asks the indexes: as a whole, by its title, and part by part."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.ports import Encoder, Vectors
from matcher.retrieval import Asked, Query
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


def text_vectors(encoder: Encoder, texts: Iterable[str]) -> dict[str, Vectors]:
    """The unit vectors (v, d) of the pieces of each text of needs, encoded in one batch.

    A text that the model cannot read has no piece. Raises ModelError.
    """
    pieces = {text: encoder.split(text, "query") for text in dict.fromkeys(texts)}
    flat = list(dict.fromkeys(piece for listed in pieces.values() for piece in listed))
    row = {piece: number for number, piece in enumerate(flat)}
    vectors = (
        encoder.encode(flat, "query") if flat else np.empty((0, encoder.dimension), np.float32)
    )
    return {
        text: vectors[np.array([row[piece] for piece in listed], dtype=np.int64)]
        for text, listed in pieces.items()
    }


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
