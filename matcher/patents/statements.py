"""Statements of a patent: its claims and the sentences of its abstract."""

from collections.abc import Iterator
from dataclasses import dataclass

from matcher.text.highlights import Span
from matcher.text.sentences import STATEMENT_ENDS, sentence_spans
from matcher.types import Claim, Patent


@dataclass(frozen=True, slots=True)
class Statement:
    """A unit of evidence: a sentence of the abstract, or a claim."""

    passage: str
    """Label of its passage: `abstract` or `claim 3`."""
    text: str
    span: Span
    """Its characters in the passage, half-open."""
    is_independent: bool = False
    """True for an independent claim."""

    @property
    def is_claim(self) -> bool:
        """True for a claim, False for a sentence of the abstract."""
        return self.passage != "abstract"


def statements(patent: Patent) -> tuple[Statement, ...]:
    """Return the sentences of the abstract, then the claims.

    >>> from matcher.types import PatentId
    >>> valve = Patent(PatentId("local:1"), "阀门", "阀体为铸铜。阀盘由弹簧关闭。")
    >>> [statement.text for statement in statements(valve)]
    ['阀体为铸铜。', '阀盘由弹簧关闭。']
    """
    claims = (_of_claim(claim) for claim in patent.claims if claim.text.strip())
    return (*abstract_sentences(patent), *claims)


def abstract_sentences(patent: Patent) -> tuple[Statement, ...]:
    """Return the sentences of the abstract, or those of the title without an abstract."""
    text = patent.abstract or patent.title
    return tuple(Statement("abstract", text[a:b], (a, b)) for a, b in _sentences(text))


def _of_claim(claim: Claim) -> Statement:
    whole = (0, len(claim.text))
    return Statement(f"claim {claim.number}", claim.text, whole, not claim.is_dependent)


def _sentences(text: str) -> Iterator[Span]:
    """Yield the spans of the sentences that hold a letter or digit, without outer blanks."""
    for start, end in sentence_spans(text, STATEMENT_ENDS):
        sentence = text[start:end]
        if any(map(str.isalnum, sentence)):
            start += len(sentence) - len(sentence.lstrip())
            yield start, start + len(sentence.strip())
