"""The ways in which a need asks the indexes: as a whole, by its title, and part by part."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.ports import Encoder
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
    title: str | None
    parts: tuple[str, ...]

    def __iter__(self) -> Iterator[str]:
        """The whole, the title where there is one, the parts."""
        yield self.whole
        if self.title is not None:
            yield self.title
        yield from self.parts


def questions(need: Need, reading: Reading) -> Questions | None:
    """What a need asks; None for one that says nothing.

    A need of one sentence asks once. The whole are the need's own words, but of a corrected
    reading all that it says.
    """
    whole = _said(reading) if reading.is_corrected else need.full_text
    if not whole:
        return None
    titles = [part.text for part in reading.parts if part.kind == "title"]
    title = titles[0] if titles and titles[0].strip() != whole else None
    return Questions(whole, title, _sentences(reading.parts, whole) if title else ())


def ask(encoder: Encoder, asked: Sequence[Questions | None]) -> list[Asked | None]:
    """The questions of several needs with the vectors of their pieces, encoded in one batch.

    None for a need that asks nothing, or nothing that the model can read. Raises ModelError.
    """
    texts = list(dict.fromkeys(text for one in asked if one is not None for text in one))
    pieces = {text: encoder.split(text, "query") for text in texts}
    flat = list(dict.fromkeys(piece for listed in pieces.values() for piece in listed))
    if not flat:
        return [None] * len(asked)
    row = {piece: number for number, piece in enumerate(flat)}
    vectors = encoder.encode(flat, "query")

    def query(text: str) -> Query:
        return Query(text, vectors[np.array([row[piece] for piece in pieces[text]])])

    return [
        None
        if one is None or not pieces[one.whole]
        else Asked(
            whole=query(one.whole),
            title=query(one.title) if one.title is not None and pieces[one.title] else None,
            parts=tuple(query(part) for part in one.parts if pieces[part]),
        )
        for one in asked
    ]


def _said(reading: Reading) -> str:
    """The parts of a reading, then the figures and names of terms that are not in them."""
    text = "\n".join(part.text for part in reading.parts)
    names = (name for term in reading.terms for name in (term.text, *term.equivalents))
    more = [one for one in (*reading.indicators, *names) if not _stands_in(text, one)]
    return "\n".join(filter(None, (text, "、".join(dict.fromkeys(more)))))


def _stands_in(text: str, name: str) -> bool:
    """Whether the text has the name, not only as letters of a longer word."""
    alone = rf"(?<![a-z0-9]){re.escape(name.casefold())}(?![a-z0-9])"
    return re.search(alone, text.casefold()) is not None


def _sentences(parts: Sequence[NeedPart], whole: str) -> tuple[str, ...]:
    found = dict.fromkeys(
        sentence.strip()
        for part in parts
        if part.kind != "title"
        for sentence in _SENTENCE.split(part.text)
    )
    asking = [one for one in found if len(one) >= SHORTEST_PART and one != whole]
    longest = sorted(asking, key=len, reverse=True)[:MOST_PARTS]
    return tuple(one for one in asking if one in set(longest))
