"""A need's text cut into sentences and clauses; nothing but white space and numbering is lost."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

_CLOSING = "”’」』）)】》\"'"
_END = re.compile(
    rf"(?:[。！？；]|[!?;](?=[\s{_CLOSING}]|$))+[{_CLOSING}]*"
    r"|(?<=[a-z\d)%℃])\.(?=\s+[\"'(“]?[A-Z])"
    r"|(?<=[A-Z]{2})\.(?=\s+[A-Z][a-z])"
    r"|\n+"
)
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
    """A sentence without its list number, and whether a new line began with it."""

    text: str
    starts_line: bool = True

    @property
    def clauses(self) -> list[str]:
        """Its parts between commas, each with its comma; joined they are the sentence."""
        ends = [match.end() for match in _COMMA.finditer(self.text)]
        places = [0, *(end for end in ends if end < len(self.text)), len(self.text)]
        return [self.text[a:b] for a, b in pairwise(places)]


def sentences(text: str) -> list[Sentence]:
    """The sentences of a text in order; those without a letter or digit are left out."""
    return [sentence for sentence in _cut(text) if any(map(str.isalnum, sentence.text))]


def without_number(text: str) -> str:
    """The text without the number or mark of a list that it begins with."""
    number = _NUMBERING.match(text)
    return text[number.end() :] if number else text


def joined(parts: list[Sentence]) -> str:
    """Sentences put together again, on lines as they stood."""
    text = ""
    for part in parts:
        if text and (part.starts_line or text[-1] not in f"。！？；.!?;{_CLOSING}"):
            text += "\n"
        elif text and text[-1].isascii():
            text += " "
        text += part.text
    return text


def with_text(sentence: Sentence, text: str) -> Sentence:
    """The same place in the need with other words, such as some of its clauses."""
    return replace(sentence, text=text.strip().rstrip("，,、"))


def _cut(text: str) -> Iterator[Sentence]:
    text = _WRAPPED.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    start = 0
    starts_line = True
    for end in _END.finditer(text):
        yield _sentence(text[start : end.end()], starts_line)
        starts_line = "\n" in end.group() or (starts_line and not text[start : end.end()].strip())
        start = end.end()
    yield _sentence(text[start:], starts_line)


def _sentence(text: str, starts_line: bool) -> Sentence:
    return Sentence(without_number(text).strip(), starts_line)
