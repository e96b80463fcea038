"""Statements of a patent: its claims and the sentences of its abstract."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from matcher.text.highlights import Span
from matcher.types import Claim, Patent

_SENTENCE = re.compile(r"[^。！？；!?;\n]*?(?:[。！？；!?;\n]+|\.(?=\s+[A-Z(\"“])|$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Statement:
    """What a patent says in one place: a sentence of its abstract, or a claim."""

    passage: str
    """`abstract` or `claim 3`, as the label of a passage."""
    text: str
    span: Span
    """Where it stands in the passage, half-open."""
    is_independent: bool = False
    """Whether it is an independent claim."""

    @property
    def is_claim(self) -> bool:
        """A claim, and not a sentence of the abstract."""
        return self.passage != "abstract"


def statements(patent: Patent) -> tuple[Statement, ...]:
    """The abstract's sentences, then the claims."""
    claims = (_of_claim(claim) for claim in patent.claims if claim.text.strip())
    return (*abstract_sentences(patent), *claims)


def abstract_sentences(patent: Patent) -> tuple[Statement, ...]:
    """The abstract's sentences, or those of the title where there is no abstract."""
    text = patent.abstract or patent.title
    return tuple(Statement("abstract", text[a:b], (a, b)) for a, b in _sentences(text))


def _of_claim(claim: Claim) -> Statement:
    whole = (0, len(claim.text))
    return Statement(f"claim {claim.number}", claim.text, whole, not claim.is_dependent)


def _sentences(text: str) -> Iterator[Span]:
    """The spans of a text's sentences, without blanks around, none without a letter."""
    for found in _SENTENCE.finditer(text):
        piece = found.group()
        if any(map(str.isalnum, piece)):
            start = found.start() + len(piece) - len(piece.lstrip())
            yield start, start + len(piece.strip())
