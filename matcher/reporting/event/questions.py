"""What a firm is likely to ask a team, by rule: its figures, what is not answered, what is open."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from matcher.labels import Language
from matcher.needs.reading.indicators import indicators
from matcher.types import LegalStatus, NeedPartKind

FIGURES_ASKED = 3
"""Figures of a need that are asked for; more make no conversation of twenty minutes."""
LONGEST = 60
"""Characters of a part of a need that a question repeats."""
_CLAUSE = re.compile(r"[^，,；;。！？!?\n]+")
_NUMBER = re.compile(r"^\s*(?:[(（]?\d{1,2}[)）]|\d{1,2}(?:[.．](?!\d)|、)|[①-⑳]|[-·•])\s*")
_LIST = re.compile(r"^\s*\d{1,2}[.．]\s*")
"""A list number even where a figure follows (1.150℃), if the clauses are numbered."""
_WORDS: Mapping[str, Mapping[Language, str]] = {
    "figure": {"zh": "{}能否达到？", "en": "Can it reach this: {}?"},
    "problem": {"zh": "能否解决：{}？", "en": "Can it solve this: {}?"},
    "technique": {"zh": "技术上如何做到：{}？", "en": "How does it achieve this: {}?"},
    "goal": {"zh": "能否实现预期目标：{}？", "en": "Can it reach the goal: {}?"},
    "text": {"zh": "能否满足：{}？", "en": "Can it meet this: {}?"},
    "readiness": {
        "zh": "目前做到哪一步（样品、小试、中试、量产）？能否看样？",
        "en": "How far is it (sample, bench, pilot, production)? Is there a sample to see?",
    },
    "terms": {
        "zh": "许可或转让的方式、费用和期限？",
        "en": "On which terms can it be licensed or bought?",
    },
    "pending": {"zh": "预计何时授权？", "en": "When will it be granted?"},
    "unknown": {"zh": "专利目前是否有效？", "en": "Is the patent in force?"},
    "lapsed": {
        "zh": "该专利已失效，团队有无后续专利或技术秘密？",
        "en": "The patent has lapsed: is there a later one, or know-how?",
    },
}


def likely_questions(
    parts: Mapping[NeedPartKind, str],
    unanswered: Sequence[NeedPartKind],
    result: Mapping[str, Any] | None,
    language: Language = "zh",
) -> tuple[str, ...]:
    """The questions of one need about one patent, the most telling first.

    `parts` are the need's texts under the headings of its form. A figure is asked for unless the
    patent's words that were shown have it.
    """
    return tuple(dict.fromkeys(_questions(parts, unanswered, result or {}, language)))


def _questions(
    parts: Mapping[NeedPartKind, str],
    unanswered: Sequence[NeedPartKind],
    result: Mapping[str, Any],
    language: Language,
) -> Iterator[str]:
    shown = _squeezed(" ".join(one["text"] for one in result.get("evidence", ())))
    figures = [
        clause
        for kind in ("technique", "goal", "problem", "text")
        for clause in figure_clauses(parts.get(kind, ""))
        if not all(_squeezed(figure) in shown for figure in indicators(clause))
    ]
    for clause in list(dict.fromkeys(figures))[:FIGURES_ASKED]:
        yield _WORDS["figure"][language].format(clause)
    for kind in unanswered:
        text = parts.get(kind, "")
        # Of a part with figures, the figures are asked for.
        if kind in _WORDS and text and not figure_clauses(text):
            yield _WORDS[kind][language].format(_short(text))
    status = result.get("legal_status")
    if status in {LegalStatus.PENDING, LegalStatus.UNKNOWN, LegalStatus.LAPSED}:
        yield _WORDS[status][language]
    licence = result.get("licence", {})
    if not licence.get("readiness"):
        yield _WORDS["readiness"][language]
    if not any(value for key, value in licence.items() if key != "readiness"):
        yield _WORDS["terms"][language]


@lru_cache(maxsize=4096)
def figure_clauses(text: str) -> tuple[str, ...]:
    """The clauses of a text that ask for a figure, without their list numbers."""
    clauses = [one[0] for one in _CLAUSE.finditer(text)]
    heads = [_LIST.match(one) for one in clauses]
    is_list = {"1", "2"} <= {head[0].strip(" .．\t") for head in heads if head}
    plain = (
        (_LIST if is_list and head else _NUMBER).sub("", one, count=1).strip()
        for one, head in zip(clauses, heads, strict=True)
    )
    return tuple(
        one
        for one in plain
        if one and len(one) <= LONGEST and one[0] not in "）)" and indicators(one)
    )


def _short(text: str) -> str:
    first = " ".join(text.split())
    sentence = re.split(r"(?<=[^\d])[。；;！？!?]", first, maxsplit=1)[0]
    return sentence if len(sentence) <= LONGEST else sentence[: LONGEST - 1] + "…"


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)
