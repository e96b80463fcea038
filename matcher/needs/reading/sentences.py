"""Sentences and clauses of a need; nothing but white space and list numbers is lost."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from matcher.text.sentences import CLOSING_MARKS, NEED_ENDS, split_sentences

_WRAPPED = re.compile(r"(?<=[A-Za-z,\d%)-])[ \t]*\n[ \t]*(?=[a-z])")
"""A line break inside a sentence: the next line goes on with a small Latin letter."""
_NUMBERING = re.compile(
    r"\s*(?:[(（]\s*[一二三四五六七八九十\d]{1,2}\s*[)）][、.．]?|[一二三四五六七八九十]{1,2}、"
    r"|\d{1,2}\s*[)）][、.．]?|\d{1,2}[.．](?!\d)|\d{1,2}、(?!\s*\d[\d.]*\s*[、,，%℃~～])|[①-⑳]"
    r"|[•·●■◆★※\-*](?=\s))\s*"
)
_COMMA = re.compile(r"[，]|,(?!\d)")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence without its list number."""

    text: str
    starts_line: bool = True
    """True if a new line begins with it."""

    @property
    def clauses(self) -> list[str]:
        """Parts between commas, each with its comma; joined they are the sentence."""
        ends = [match.end() for match in _COMMA.finditer(self.text)]
        borders = [0, *(end for end in ends if end < len(self.text)), len(self.text)]
        return [self.text[a:b] for a, b in pairwise(borders)]


def sentences(text: str) -> list[Sentence]:
    """Return the sentences of a text in order; those without a letter or digit are left out."""
    return [sentence for sentence in _split(text) if any(map(str.isalnum, sentence.text))]


def without_number(text: str) -> str:
    """Return the text without the number or mark of a list that it begins with."""
    number = _NUMBERING.match(text)
    return text[number.end() :] if number else text


def joined(parts: list[Sentence]) -> str:
    """Return sentences put together again, on lines as they were."""
    text = ""
    for part in parts:
        if text and (part.starts_line or text[-1] not in f"。！？；.!?;{CLOSING_MARKS}"):
            text += "\n"
        elif text and text[-1].isascii():
            text += " "
        text += part.text
    return text


def with_text(sentence: Sentence, text: str) -> Sentence:
    """Return the sentence with another text, such as some of its clauses."""
    return replace(sentence, text=text.strip().rstrip("，,、"))


def _split(text: str) -> Iterator[Sentence]:
    text = _WRAPPED.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    starts_line = True
    for sentence in split_sentences(text, NEED_ENDS):
        yield Sentence(without_number(sentence).strip(), starts_line)
        starts_line = sentence.endswith("\n") or (starts_line and not sentence.strip())
