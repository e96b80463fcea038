"""Likely questions of a firm to a team, by rule: figures, unanswered parts, unknown facts."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from matcher.events.shown_match import ShownMatch
from matcher.labels import Label, Language
from matcher.needs.reading.indicators import indicators
from matcher.types import LegalStatus, NeedPartKind

MAX_FIGURES = 3
"""Questions about figures of a need; more do not fit into twenty minutes."""
MAX_CLAUSE = 60
"""Characters of a part of a need that a question repeats."""
_CLAUSE = re.compile(r"[^，,；;。！？!?\n]+")
_NUMBER = re.compile(r"^\s*(?:[(（]?\d{1,2}[)）]|\d{1,2}(?:[.．](?!\d)|、)|[①-⑳]|[-·•])\s*")
_LIST = re.compile(r"^\s*\d{1,2}[.．]\s*")
"""A list number directly before a figure (1.150℃); used only if the clauses are numbered."""
_QUESTIONS: Mapping[str, Label] = {
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
    shown: ShownMatch | None,
    language: Language = "zh",
) -> tuple[str, ...]:
    """Return the questions of one need about one patent, the most specific first.

    `parts` are the need's texts under the headings of its form; `shown` is None for a patent that
    was never shown. There is a question about each figure that the shown evidence lacks.
    """
    return tuple(dict.fromkeys(_questions(parts, shown, language)))


def _questions(
    parts: Mapping[NeedPartKind, str],
    shown: ShownMatch | None,
    language: Language,
) -> Iterator[str]:
    evidence = _squeezed(" ".join(passage.text for passage in shown.evidence) if shown else "")
    figures = [
        clause
        for kind in ("technique", "goal", "problem", "text")
        for clause in figure_clauses(parts.get(kind, ""))
        if not all(_squeezed(figure) in evidence for figure in indicators(clause))
    ]
    for clause in list(dict.fromkeys(figures))[:MAX_FIGURES]:
        yield _QUESTIONS["figure"][language].format(clause)
    for kind in shown.unanswered if shown else ():
        text = parts.get(kind, "")
        # A part with figures has its questions already.
        if kind in _QUESTIONS and text and not figure_clauses(text):
            yield _QUESTIONS[kind][language].format(_short(text))
    if shown is not None and shown.status is not LegalStatus.IN_FORCE:
        yield _QUESTIONS[shown.status][language]
    if shown is None or not shown.readiness:
        yield _QUESTIONS["readiness"][language]
    if shown is None or not shown.has_terms:
        yield _QUESTIONS["terms"][language]


@lru_cache(maxsize=4096)
def figure_clauses(text: str) -> tuple[str, ...]:
    """Return the clauses of a text that contain a figure, without their list numbers."""
    clauses = [clause[0] for clause in _CLAUSE.finditer(text)]
    heads = [_LIST.match(clause) for clause in clauses]
    is_list = {"1", "2"} <= {head[0].strip(" .．\t") for head in heads if head}
    plain = (
        (_LIST if is_list and head else _NUMBER).sub("", clause, count=1).strip()
        for clause, head in zip(clauses, heads, strict=True)
    )
    return tuple(
        clause
        for clause in plain
        if clause and len(clause) <= MAX_CLAUSE and clause[0] not in "）)" and indicators(clause)
    )


def _short(text: str) -> str:
    flat = " ".join(text.split())
    sentence = re.split(r"(?<=[^\d])[。；;！？!?]", flat, maxsplit=1)[0]
    return sentence if len(sentence) <= MAX_CLAUSE else sentence[: MAX_CLAUSE - 1] + "…"


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)
