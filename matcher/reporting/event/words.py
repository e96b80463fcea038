"""The words of an event's papers, in Chinese and in English."""

from collections.abc import Mapping
from typing import Any

from matcher.events.record import EventState
from matcher.labels import Label, Language
from matcher.matches.states import STATE_WORDS, MatchState
from matcher.types import LegalStatus

Json = Mapping[str, Any]

EVENT_STATE: Mapping[EventState, Label] = {
    EventState.DRAFT: {"zh": "草稿", "en": "draft"},
    EventState.REVIEWED: {"zh": "已审核", "en": "reviewed"},
    EventState.PUBLISHED: {"zh": "已发布", "en": "published"},
}
_TERMS = (
    ("kinds", {"zh": "许可方式", "en": "licence"}),
    ("fee_basis", {"zh": "支付方式", "en": "paid by"}),
    ("fee", {"zh": "许可费", "en": "fee"}),
    ("term", {"zh": "许可期限", "en": "term"}),
    ("conversion_modes", {"zh": "转化方式", "en": "ways"}),
    ("price_mode", {"zh": "定价方式", "en": "pricing"}),
    ("price", {"zh": "价格", "en": "price"}),
)
_OPEN_LICENCE: Label = {"zh": "已声明开放许可", "en": "open licence declared"}
_UNKNOWN: Mapping[str, Label] = {
    "status": {"zh": "法律状态", "en": "legal status"},
    "status_day": {"zh": "法律状态日期", "en": "day of the legal status"},
    "terms": {"zh": "许可或转让条件", "en": "terms"},
    "readiness": {"zh": "技术成熟度", "en": "readiness"},
    "team": {"zh": "发明团队", "en": "inventor team"},
    "way": {"zh": "技术转移机构联系方式", "en": "TTO contact"},
}
_SOURCES: Label = {"zh": "摘要", "en": "abstract"}


def source(passage: str, language: Language) -> str:
    """Where words of a patent stand: `abstract` or `claim 3` as a reader calls it."""
    kind, _, number = passage.partition(" ")
    if kind == "claim" and number:
        return f"权利要求 {number}" if language == "zh" else f"claim {number}"
    return _SOURCES[language] if kind == "abstract" else passage


def terms(licence: Json, language: Language) -> tuple[str, ...]:
    """What is known of the terms, each with its name; none where nothing is."""
    known = [_OPEN_LICENCE[language]] if licence.get("open_licence") else []
    colon = "：" if language == "zh" else ": "
    for key, name in _TERMS:
        value = licence.get(key)
        words = "、".join(value) if isinstance(value, list) else value
        if words:
            known.append(f"{name[language]}{colon}{' '.join(str(words).split())}")
    return tuple(known)


def unknown(result: Json, known_terms: tuple[str, ...], language: Language) -> tuple[str, ...]:
    """What is not known of a patent that was shown."""
    is_unknown = result["legal_status"] == LegalStatus.UNKNOWN
    missing = {
        "status": is_unknown,
        "status_day": not is_unknown and not result["status_as_of"],
        "terms": not known_terms,
        "readiness": not result["licence"].get("readiness"),
        "team": not (result["team"] or {}).get("name"),
        "way": result["contact"] is None,
    }
    return tuple(_UNKNOWN[key][language] for key, gone in missing.items() if gone)


def match_state(state: MatchState, language: Language) -> str:
    """Where a match stands."""
    return STATE_WORDS[state] if language == "zh" else state.value.replace("_", " ")
