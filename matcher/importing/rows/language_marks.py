"""Marks of the language in front of texts: `[EN]` of PatBase, `(EN)` of PATENTSCOPE, `EN - `."""

import re

_CHINESE = ("ZH", "CN", "中文")
_ENGLISH = ("EN", "英文")
_LANGUAGES = "|".join(
    (*_CHINESE, *_ENGLISH, "FR", "DE", "ES", "PT", "RU", "JA", "JP", "KO", "KR", "AR", "IT", "NL")
)
_STYLES = (
    re.compile(rf"(?:^|(?<=[\s.。;；|]))\[({_LANGUAGES})\]\s*"),
    re.compile(rf"(?:^|(?<=[\s.。;；|]))\(({_LANGUAGES})\)\s*"),
    re.compile(rf"(?:^|(?<=[\n;|]))\s*({_LANGUAGES})\s*[-–:]\s+"),
)
_MARKED = re.compile(rf"[\[(\s]*(?:{_LANGUAGES})")
"""Begin of every text that has marks."""
_LABEL = re.compile(
    r"(?:专利|中文)?摘\s?要\s*[:：]\s*|\[摘要\]\s*|Abstract\s*[:：]\s*", re.IGNORECASE
)


def without_label(text: str) -> str:
    """Return an abstract without the word 摘要 in front of it."""
    return _LABEL.sub("", text, count=1) if _LABEL.match(text) else text


def without_marks(text: str) -> str:
    """Return the text in all its languages, each in a line of its own, without the marks."""
    return "\n".join(part for _, part in _by_language(text))


def in_best_language(text: str) -> str:
    """Return the text in Chinese, or else in English, or else in the first of its languages."""
    parts = _by_language(text)
    for languages in (_CHINESE, _ENGLISH):
        if chosen := [part for language, part in parts if language in languages]:
            return "\n".join(chosen)
    return parts[0][1] if parts else ""


def _by_language(text: str) -> list[tuple[str | None, str]]:
    """Return the parts of a text that begins with a mark, or the whole text without a language."""
    if not _MARKED.match(text):
        return [(None, text)] if text else []
    for style in _STYLES:
        if style.match(text) is None:
            continue
        marks = list(style.finditer(text))
        ends = [mark.start() for mark in marks[1:]] + [len(text)]
        parts = [
            (mark[1], text[mark.end() : end].strip(" \n;；|"))
            for mark, end in zip(marks, ends, strict=True)
        ]
        return [(language, part) for language, part in parts if part]
    return [(None, text)] if text else []
