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

    def query(text: str, names: Sequence[str] = ()) -> Query:
        return Query(
            "\n".join((text, *names)), vectors[np.array([row[piece] for piece in pieces[text]])]
        )

    return [
        None
        if one is None or not pieces[one.whole]
        else Asked(
            whole=query(one.whole, one.names),
            title=query(one.title) if one.title is not None and pieces[one.title] else None,
            parts=tuple(query(part) for part in one.parts if pieces[part]),
        )
        for one in asked
    ]


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
        sentence.strip()
        for part in parts
        if part.kind != "title"
        for sentence in _SENTENCE.split(part.text)
    )
    asking = [one for one in found if len(one) >= SHORTEST_PART and one != whole]
    longest = sorted(asking, key=len, reverse=True)[:MOST_PARTS]
    return tuple(one for one in asking if one in set(longest))
