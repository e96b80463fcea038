"""Likely questions of a firm to a team, by rule: figures, unanswered parts, unknown facts.

A firm tells its need in its own words: complaints, what it tried, what others offered. Only what
can be asked becomes a question; a clause about the firm's own experience is left out.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from matcher.events.shown_match import ShownMatch
from matcher.labels import Label, Language
from matcher.needs.reading.indicators import indicators
from matcher.text.phrases import phrase_pattern
from matcher.types import LegalStatus, NeedPartKind

MAX_FIGURES = 3
"""Questions about figures of a need; more do not fit into twenty minutes."""
MAX_CLAUSE = 60
"""Characters of a part of a need that a question repeats."""
MIN_CLAUSE = 4
_CLAUSE = re.compile(r"[^，,；;。！？!?\n]+")
_SENTENCE = re.compile(r"(?:[^。；;！!？?\n.]|\.(?=\d))+[？?]?")
_NUMBER = re.compile(r"^\s*(?:[(（]?\d{1,2}[)）]|\d{1,2}(?:[.．](?!\d)|、)|[①-⑳]|[-·•])\s*")
_WHETHER = re.compile(r"^(?:是否(?:能够|可以|能)?|能不能|能否|能够)")
"""Words that ask already."""
_LIST = re.compile(r"^\s*\d{1,2}[.．]\s*")
"""A list number directly before a figure (1.150℃); used only if the clauses are numbered."""
_QUESTIONS: Mapping[str, Label] = {
    "figure": {"zh": "能否做到：{}？", "en": "Can it reach this: {}?"},
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
    "licence": {
        "zh": "资料称已声明开放许可，但专利并非有效授权状态，实际可以怎样许可？",
        "en": "An open licence is declared, but no right is in force: what can be licensed?",
    },
    "pending": {"zh": "预计何时授权？", "en": "When will it be granted?"},
    "unknown": {"zh": "专利目前是否有效？", "en": "Is the patent in force?"},
    "lapsed": {
        "zh": "该专利已失效，团队有无后续专利或技术秘密？",
        "en": "The patent has lapsed: is there a later one, or know-how?",
    },
}
_GENERAL: Mapping[str, Label] = {
    "problem": {
        "zh": "对需求中的主要问题，贵方技术能解决到什么程度？",
        "en": "How far does it solve the problem of the need?",
    },
    "technique": {
        "zh": "需求中的技术关键与指标，贵方能做到哪些？",
        "en": "Which of the technical points of the need can it meet?",
    },
    "goal": {
        "zh": "能否实现需求的预期目标？大约需要多长时间？",
        "en": "Can it reach the goal of the need, and in what time?",
    },
    "text": {
        "zh": "对需求的描述，贵方技术能满足哪些？",
        "en": "What of the need can it meet?",
    },
}
"""Questions about a part that has no clause to ask with."""


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
        (clause, "problem" if kind == "problem" else "figure")
        for kind in ("technique", "goal", "problem", "text")
        for clause in figure_clauses(parts.get(kind, ""))
        if not all(_squeezed(figure) in evidence for figure in indicators(clause))
    ]
    for clause, question in list(dict.fromkeys(figures))[:MAX_FIGURES]:
        yield _QUESTIONS[question][language].format(_WHETHER.sub("", clause))
    for kind in shown.unanswered if shown else ():
        text = parts.get(kind, "")
        # A part with figures has its questions already.
        if kind in _GENERAL and text and not figure_clauses(text):
            yield _part_question(kind, text, language)
    if shown is not None and shown.status is not LegalStatus.IN_FORCE:
        yield _QUESTIONS[shown.status][language]
        if shown.licence.open_licence:
            yield _QUESTIONS["licence"][language]
    if shown is None or not shown.readiness:
        yield _QUESTIONS["readiness"][language]
    if shown is None or not shown.has_terms:
        yield _QUESTIONS["terms"][language]


@lru_cache(maxsize=4096)
def figure_clauses(text: str) -> tuple[str, ...]:
    """Return the clauses that demand a figure, without their list numbers."""
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
        if clause
        and len(clause) <= MAX_CLAUSE
        and clause[0] not in "）)"
        and indicators(clause)
        and not _is_experience(clause)
    )


def _part_question(kind: NeedPartKind, text: str, language: Language) -> str:
    """Return the question about an unanswered part: the firm's own, one of a clause, or general."""
    sentences = [
        _NUMBER.sub("", " ".join(sentence[0].split()), count=1)
        for sentence in _SENTENCE.finditer(text)
    ]
    plain = [sentence for sentence in sentences if not _is_experience(sentence)]
    for sentence in plain:
        asked = sentence[-1:] in ("？", "?") and MIN_CLAUSE < len(sentence) <= MAX_CLAUSE
        if asked:
            return sentence
    stated = [sentence for sentence in plain if sentence[-1:] not in ("？", "?")]
    if stated and len(stated[0].strip()) >= MIN_CLAUSE:
        return _QUESTIONS[kind][language].format(_short(_WHETHER.sub("", stated[0].strip())))
    return _GENERAL[kind][language]


def _is_experience(text: str) -> bool:
    """True for a clause about the firm itself: what it has, does, tried or was told."""
    chinese = phrase_pattern(__package__, "experience.txt")
    english = phrase_pattern(__package__, "experience_english.txt", r"\b{}\b", re.IGNORECASE)
    return bool(chinese.search(text) or english.search(text))


def _short(text: str) -> str:
    return text if len(text) <= MAX_CLAUSE else text[: MAX_CLAUSE - 1] + "…"


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)
