"""Labels of an event's papers in Chinese and English: states, licence terms, sources, gaps."""

from collections.abc import Mapping

from matcher.events.record import EventState
from matcher.events.shown_match import ShownMatch
from matcher.labels import COLON, Label, Language
from matcher.matches.states import STATE_LABELS, MatchState
from matcher.types import LegalStatus, LicenceTerms, TtoContact

EVENT_STATE: Mapping[EventState, Label] = {
    EventState.DRAFT: {"zh": "草稿", "en": "draft"},
    EventState.REVIEWED: {"zh": "已审核", "en": "reviewed"},
    EventState.PUBLISHED: {"zh": "已发布", "en": "published"},
}
_ABSTRACT: Label = {"zh": "摘要", "en": "abstract"}
_OPEN_LICENCE: Label = {"zh": "已声明开放许可", "en": "open licence declared"}
_KINDS: Label = {"zh": "许可方式", "en": "licence"}
_FEE_BASIS: Label = {"zh": "支付方式", "en": "paid by"}
_FEE: Label = {"zh": "许可费", "en": "fee"}
_TERM: Label = {"zh": "许可期限", "en": "term"}
_CONVERSION: Label = {"zh": "转化方式", "en": "ways"}
_PRICE_MODE: Label = {"zh": "定价方式", "en": "pricing"}
_PRICE: Label = {"zh": "价格", "en": "price"}
_STATUS: Label = {"zh": "法律状态", "en": "legal status"}
_STATUS_DAY: Label = {"zh": "法律状态日期", "en": "day of the legal status"}
_TERMS: Label = {"zh": "许可或转让条件", "en": "terms"}
_READINESS: Label = {"zh": "技术成熟度", "en": "readiness"}
_TEAM: Label = {"zh": "发明团队", "en": "inventor team"}
_CONTACT: Label = {"zh": "技术转移机构联系方式", "en": "TTO contact"}


def passage_label(passage: str, language: Language) -> str:
    """Return the reader's name of a passage, `abstract` or `claim 3`: 摘要, 权利要求 3."""
    kind, _, number = passage.partition(" ")
    if kind == "claim" and number:
        return f"权利要求 {number}" if language == "zh" else f"claim {number}"
    return _ABSTRACT[language] if kind == "abstract" else passage


def terms_lines(licence: LicenceTerms, language: Language) -> tuple[str, ...]:
    """Return the known licence terms, each with its name; none if nothing is known."""
    known = [_OPEN_LICENCE[language]] if licence.open_licence else []
    for name, value in (
        (_KINDS, "、".join(licence.kinds)),
        (_FEE_BASIS, licence.fee_basis),
        (_FEE, licence.fee),
        (_TERM, licence.term),
        (_CONVERSION, "、".join(licence.conversion_modes)),
        (_PRICE_MODE, licence.price_mode),
        (_PRICE, licence.price),
    ):
        if value:
            known.append(f"{name[language]}{COLON[language]}{' '.join(str(value).split())}")
    return tuple(known)


def unknown_facts(shown: ShownMatch, language: Language) -> tuple[str, ...]:
    """Return the names of the facts that were unknown of a shown patent."""
    is_status_unknown = shown.status is LegalStatus.UNKNOWN
    facts = (
        (_STATUS, is_status_unknown),
        (_STATUS_DAY, not is_status_unknown and not shown.status_as_of),
        (_TERMS, not shown.has_terms),
        (_READINESS, not shown.readiness),
        (_TEAM, not (shown.team and shown.team.name)),
        (_CONTACT, shown.contact is None),
    )
    return tuple(name[language] for name, is_unknown in facts if is_unknown)


def match_state_label(state: MatchState, language: Language) -> str:
    """Return the label of the follow-up state of a match."""
    return STATE_LABELS[state] if language == "zh" else state.value.replace("_", " ")


def contact_line(contact: TtoContact | None) -> str:
    """Return name, phone and e-mail of an office on one line; empty if none is known."""
    if contact is None:
        return ""
    return " ".join(filter(None, (contact.name, contact.phone, contact.email)))
