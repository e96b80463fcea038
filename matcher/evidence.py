"""What an answer shows of a patent: the passage that answers, with the need's words marked."""

from collections.abc import Iterable

from matcher.tokens import tokens
from matcher.types import Evidence, Patent

Span = tuple[int, int]


def evidence(need_words: frozenset[str], patent: Patent, claim_number: int) -> Evidence:
    """The claim of this number, or for 0 the abstract (the title where there is none).

    A claim the patent no longer has gives the abstract.
    """
    for claim in patent.claims:
        if claim.number == claim_number and claim_number:
            return Evidence(f"claim {claim_number}", claim.text, highlights(need_words, claim.text))
    text = patent.abstract or patent.title
    return Evidence("abstract", text, highlights(need_words, text))


def words(text: str) -> frozenset[str]:
    """The tokens of a text, as both channels see them."""
    return frozenset(token.text for token in tokens(text))


def highlights(need_words: frozenset[str], text: str) -> tuple[Span, ...]:
    """Where the text's words are also words of the need: in order, overlapping ones joined."""
    return join(token.span for token in tokens(text) if token.text in need_words)


def join(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Half-open spans in order, those that overlap or touch made one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)
