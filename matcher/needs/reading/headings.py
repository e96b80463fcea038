"""Headings in the text of a need: 主要问题：, 二、预期目标, Background."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from matcher.needs.reading.phrase_lists import phrase_list, phrases_in
from matcher.types import NeedPartKind

SectionKind = NeedPartKind | Literal["firm"]


@dataclass(frozen=True, slots=True)
class Section:
    """Text under one heading, or before the first."""

    kind: SectionKind
    """`firm` is about the firm itself: its basis, means, money, ways of cooperation."""
    strict: bool
    """True if all of it is of that kind; else single sentences may be of another."""
    text: str


_NUMBER = (
    r"(?:[(（]?[一二三四五六七八九十\d]{1,2}[)）、.．]{0,2}|[①-⑳]"
    r"|第[一二三四五六七八九十][部分章节]{1,2})"
)
_KINDS: tuple[tuple[str, SectionKind, bool], ...] = (
    ("heading_name", "title", True),
    ("heading_indicators", "technique", True),
    ("heading_problem", "problem", True),
    ("heading_content", "technique", False),
    ("heading_goal", "goal", True),
    ("heading_firm", "firm", True),
    ("heading_cooperation", "firm", True),
    ("heading_background", "text", False),
    ("heading_need", "technique", False),
)
"""Phrase list, kind of section, and whether all of it is of that kind; the first that fits wins."""
_ENGLISH: tuple[tuple[str, SectionKind, bool], ...] = (
    (r"(?:project |need )?(?:title|name)", "title", True),
    (
        r"(?:(?:the|main|key|technical|our|current) )*(?:problems?|challenges?|pain points?"
        r"|issues?)"
        r"(?: to (?:solve|be solved))?",
        "problem",
        True,
    ),
    (
        r"(?:(?:key|main|technical|performance) )*(?:indicators?|specifications?|parameters?"
        r"|figures)"
        r"|performance targets?",
        "technique",
        True,
    ),
    (
        r"(?:(?:technical|technology|key|our|main|the) )*(?:requirements?|needs?|solution sought"
        r"|techniques?|what we need)",
        "technique",
        False,
    ),
    (
        r"(?:(?:expected|project|our|desired|the) )*(?:goals?|objectives?|outcomes?|targets?"
        r"|results?|aims?)",
        "goal",
        True,
    ),
    (r"(?:(?:project|technical) )?background|current situation|context", "text", False),
    (
        r"about (?:us|the company)|(?:company|our company|company profile|who we are)|budget"
        r"|funding|contacts?|cooperation(?: mode)?|existing (?:basis|work)",
        "firm",
        True,
    ),
)
_HEADING = re.compile(
    rf"(?:^|(?<=[。；;！？\n]))(?P<lead>[ \t\u3000]*+(?:{_NUMBER}[ \t\u3000]*+)?[【\[《#*]*)"
    r"(?P<name>[^\n。；;：:，,！？!?【】\[\]《》*]{2,40}?)[ \t\u3000]*+[】\]》*]*"
    r"(?P<end>[ \t\u3000]*+[：:][ \t\u3000]*+|[ \t\u3000]*+(?=[；;]?\n|$)|(?<=】))"
)
"""Blanks are taken at once, without going back: a line of them took seconds otherwise."""


def sections(text: str) -> list[Section]:
    """Return the text divided by its own headings; headings and empty sections are left out.

    Headings follow each other or the text's lines; one inside a line needs a colon and a sentence
    that ends before it. Text before the first heading is of kind `text`.
    """
    divided: list[Section] = []
    kind: SectionKind = "text"
    strict = False
    start = 0
    for position, end, next_kind, next_strict in _headings(text):
        divided.append(Section(kind, strict, text[start:position]))
        start, kind, strict = end, next_kind, next_strict
    divided.append(Section(kind, strict, text[start:]))
    return [section for section in divided if any(map(str.isalnum, section.text))]


def _headings(text: str) -> Iterator[tuple[int, int, SectionKind, bool]]:
    """Yield the start of each heading, the start of its text, and the kind it announces."""
    for match in _HEADING.finditer(text):
        meaning = _meaning(match["name"].strip())
        if meaning is None:
            continue
        at_line = match.start() == 0 or text[match.start() - 1] == "\n"
        if at_line or "：" in match["end"] or ":" in match["end"]:
            yield match.start(), match.end(), *meaning


def _meaning(name: str) -> tuple[SectionKind, bool] | None:
    if name.isascii():
        english = (
            (kind, strict)
            for words, kind, strict in _ENGLISH
            if re.fullmatch(words, name, re.IGNORECASE)
        )
        return next(english, None)
    if not _chinese_heading().fullmatch(name):
        return None
    if re.fullmatch("(?:现有|已有|目前)的?技术", name):
        return "text", False
    if re.search("企业|公司|单位", name) and re.search("背景|情况|现状|条件", name):
        return "firm", True
    known = ((kind, strict) for words, kind, strict in _KINDS if phrases_in(words).search(name))
    return next(known, None)


@cache
def _chinese_heading() -> re.Pattern[str]:
    """Heading words in a row, the longest first and without going back, and a note in brackets."""
    lists = ("heading_qualifier", "heading_tail", *(words for words, _, _ in _KINDS))
    words = sorted({word for name in lists for word in phrase_list(name)}, key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(words)})++(?:[(（][^()（）\n]{{1,24}}[)）])?")
