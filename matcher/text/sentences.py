"""Sentence splitting of Chinese and English text.

The rules differ by what the pieces are for; vectors and scores depend on each to the character.
"""

import re
from collections.abc import Iterator

from matcher.text.highlights import Span

CLOSING_MARKS = "”’」』）)】》\"'"
"""Quotation marks and brackets that belong to the sentence before them."""
_MARKS = "。！？；!?;\n"

STATEMENT_ENDS = re.compile(rf"[{_MARKS}]+|\.(?=\s+[A-Z(\"“])")
"""For statements of a patent: a run of marks ends a sentence, a full stop only before a capital."""
QUERY_ENDS = re.compile(rf"[{_MARKS}]|\.\s")
"""For queries: each mark, and a full stop before a blank, which stays with its sentence."""
CHUNK_ENDS = re.compile(rf"[{_MARKS}.]")
"""For chunks of a text too long for a model: each mark and any full stop."""
ABSTRACT_ENDS = re.compile(r"[。；;.]")
"""For training pairs out of an abstract: any full stop, but neither `！` nor `？`."""
NEED_ENDS = re.compile(
    rf"(?:[。！？；]|[!?;](?=[\s{CLOSING_MARKS}]|$))+[{CLOSING_MARKS}]*"
    r"|(?<=[a-z\d)%℃])\.(?=\s+[\"'(“]?[A-Z])"
    r"|(?<=[A-Z]{2})\.(?=\s+[A-Z][a-z])"
    r"|\n+"
)
"""For the reading of a need: marks with what closes behind them, and a full stop where neither an
abbreviation nor a number goes on."""


def sentence_spans(text: str, ends: re.Pattern[str]) -> Iterator[Span]:
    """Yield the spans of the sentences, each with its end marks; together they are the text."""
    start = 0
    for match in ends.finditer(text):
        yield start, match.end()
        start = match.end()
    if start < len(text):
        yield start, len(text)


def split_sentences(text: str, ends: re.Pattern[str]) -> list[str]:
    """Return the sentences, each with its end marks and the white space around it."""
    return [text[start:end] for start, end in sentence_spans(text, ends)]
