"""Prose of exports without their mark-up and line wraps."""

import html
import re

from matcher.text.characters import CHINESE, superscript

_ATTRIBUTES = r"(?:\s+[\w:-]+\s*=[^<>]*)?\s*/?>"
"""Attributes of a tag, matched strictly so that `a<b, c>d` keeps its middle."""
_NAMES = (
    r"sub2?|sup2?|p|br|em|strong|span|div|font|h\d|small|center|pre|tt|ul|ol|li|dl|dt|dd|img"
    r"|table|thead|tbody|tr|td|th|colgroup|col"
    r"|claim|claims|claim-text|claim-ref|patcit|figref|crossref|chemistry|maths|tables|abstract"
    r"|description|heading|smallcaps"
    r"|math|mi|mo|mn|ms|mrow|mtext|msub|msup|msubsup|mfrac|mroot|msqrt|mstyle|mspace|mover|munder"
    r"|munderover|mfenced|mtable|mtr|mtd|mpadded|semantics|annotation"
)
_TAGS = re.compile(rf"</?(?:\w+:)?(?:{_NAMES}){_ATTRIBUTES}", re.IGNORECASE)
_LINE_TAGS = re.compile(
    rf"<(?:br|/p|/div|/li|/tr|/claim|/claim-text|/heading|/h\d){_ATTRIBUTES}", re.IGNORECASE
)
_PAIRED = re.compile(
    rf"<([biuaso]){_ATTRIBUTES}((?:(?!<\1\b).)*?)</\1\s*>", re.IGNORECASE | re.DOTALL
)
"""Tags of one letter, which without their end may be a comparison: 若a<b>c."""
_RAISED = re.compile(rf"<sup2?{_ATTRIBUTES}([^<>]*)</sup2?\s*>", re.IGNORECASE)
_POWER = re.compile(
    rf"<(?:\w+:)?(msup|mfrac){_ATTRIBUTES}\s*(<((?:\w+:)?\w+){_ATTRIBUTES}(?:(?!<\3\b).)*?</\3>)"
    rf"(.*?)</(?:\w+:)?\1>",
    re.IGNORECASE | re.DOTALL,
)
"""A power or a fraction of MathML: its first part, and its second."""
_UNSEEN = re.compile(r"<!--.*?-->|<\?[\w-]+[^<>]*\?>|<!\[CDATA\[|\]\]>", re.DOTALL)
_MAX_ESCAPES = 3
"""Times that a text may have been escaped: &amp;lt; is < escaped twice."""
_MIN_WRAPPED_LINE = 10
"""Characters of a line that a program may have wrapped; a shorter one is a line of its own."""
_WRAP = re.compile(rf"\n(?<=[{CHINESE}，、]\n)[ \t]*(?=[{CHINESE}])")
_ITEM = re.compile(r"第?[一二三四五六七八九十]+[、.．章节条款项]|权利要求")
"""Begin of a line that begins an item of its own."""
_BLANK_LINES = re.compile(r"\n{2,}")
_BREAKS = re.compile(r"(?<!\s)[^\S\n]*+\n\s*")
_NO_BLANK = re.compile(rf"(?<=[{CHINESE}，、；：]) (?=[{CHINESE}])")


def strip_markup(text: str) -> str:
    """Return prose without the mark-up that some exports leave in it; `<0.02%` stays.

    Powers stay apart (10^-3), indices keep their digits, and blocks end their line.
    """
    for _ in range(_MAX_ESCAPES):
        before = text
        if "<" in text:
            text = _without_tags(text)
        if "&" in text:
            text = html.unescape(text)
        if text == before:
            break
    return _BLANK_LINES.sub("\n", text).strip() if "\n\n" in text else text.strip()


def join_wraps(text: str) -> str:
    """Return prose without the line breaks that a program put between two Chinese characters.

    A line of a few characters, one that ends a sentence, and the begin of an item keep theirs.
    """
    if "\n" not in text:
        return text
    kept: list[str] = []
    start = 0
    for wrap in _WRAP.finditer(text):
        line = text[text.rfind("\n", 0, wrap.start()) + 1 : wrap.start()]
        if len(line.strip()) >= _MIN_WRAPPED_LINE and not _ITEM.match(text, wrap.end()):
            kept.append(text[start : wrap.start()])
            start = wrap.end()
    return "".join((*kept, text[start:]))


def on_one_line(text: str) -> str:
    """Return a title on one line, without a blank where Chinese was wrapped."""
    if "\n" not in text:
        return text
    return _NO_BLANK.sub("", _BREAKS.sub(" ", text))


def _without_tags(text: str) -> str:
    text = _RAISED.sub(lambda raised: superscript(raised[1]), _UNSEEN.sub("", text))
    text = _POWER.sub(_power, text)
    text = _TAGS.sub("", _LINE_TAGS.sub("\n", text))
    return _PAIRED.sub(r"\2", text)


def _power(formula: re.Match[str]) -> str:
    sign = "^" if formula[1].lower() == "msup" else "/"
    first, second = (_TAGS.sub("", part).strip() for part in (formula[2], formula[4]))
    return f"{first}{sign}{second}"
