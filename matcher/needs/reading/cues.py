"""Cue phrases by which a sentence is a problem, a technique with its indicators, or a goal."""

import re
from functools import cache

from matcher.needs.reading.phrase_lists import english_phrases_in, phrase_group, phrases_in
from matcher.types import NeedPartKind

_ENGLISH_DEMAND = re.compile(
    r"(?:therefore |so |now )?(?:we|our company|the company)?"
    r"(?:'re|'d| are| would| now| also| urgently)*\s*"
    r"(?:look(?:ing)? for|seek(?:ing)?|want\w*|like to|need\w*|require\w*|must|should"
    r"|how (?:can|to|else))\b"
    r"|(?:it|the \w+) (?:must|should|has to|needs to)\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"\d\s*(?:%|％|℃|°|[µμumk]?m\b|mm|[kM]?Pa|毫米|微米|纳米|小时|分钟|分贝|摄氏度)"
)


def kind_of(text: str) -> NeedPartKind:
    """Return the part of a need that a sentence belongs to; `text` without any cue."""
    if _goal_start().match(text):
        return "goal"
    if starts_demand(text) or _making_start().match(text):
        return "technique"
    if phrases_in("required").search(text) and not phrases_in("present_state").search(text):
        return "technique"
    if phrases_in("problem").search(text) or english_phrases_in("problem_english").search(text):
        return "problem"
    if phrases_in("goal").search(text) or english_phrases_in("goal_english").search(text):
        return "goal"
    if (
        phrases_in("technique").search(text)
        or english_phrases_in("technique_english").search(text)
        or _FIGURE.search(text)
    ):
        return "technique"
    return "text"


def starts_demand(text: str) -> bool:
    """True if a sentence or clause begins with a phrase of demand (希望, 寻求, we need)."""
    return bool(_demand_start().match(text) or _ENGLISH_DEMAND.match(text.lstrip()))


def states_problem(text: str) -> bool:
    """True if a sentence names a problem as such; a word of wear or loss is not enough."""
    return bool(
        phrases_in("trouble").search(text) or english_phrases_in("problem_english").search(text)
    )


def states_aim_only(clause: str) -> bool:
    """True if a clause states only a purpose or a means of the next: 针对…, 为…, 通过…."""
    return bool(phrases_in("aim").match(clause)) and kind_of(clause) != "problem"


def has_cue(clause: str) -> bool:
    """True if a clause states a problem, a demand, a goal or a figure."""
    return kind_of(clause.strip()) != "text"


@cache
def _demand_start() -> re.Pattern[str]:
    connector, subject = phrase_group("demand_connector"), phrase_group("demand_subject")
    adverb, demand = phrase_group("demand_adverb"), phrase_group("demand")
    return re.compile(rf"{connector}?[,，]?{subject}?{adverb}?{demand}")


@cache
def _making_start() -> re.Pattern[str]:
    return re.compile(f"{phrase_group('making_lead')}?{phrase_group('making')}")


@cache
def _goal_start() -> re.Pattern[str]:
    return re.compile(f"{phrase_group('goal_lead')}?{phrase_group('goal_start')}")
