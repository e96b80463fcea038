"""Lines of an event's papers made of labels: states, licence terms, doubts about rights, gaps."""

from collections.abc import Mapping

from matcher.events.shown_match import ShownMatch
from matcher.labels import COLON, FACT, LICENCE, MATCH_STATE, Label, Language
from matcher.matches.states import MatchState
from matcher.patents.ids import LOCAL
from matcher.types import LegalStatus, LicenceTerms, TtoContact

_DOUBT: Mapping[LegalStatus, Label] = {
    LegalStatus.PENDING: {
        "zh": "专利尚未授权，请核实",
        "en": "not granted yet: to be checked",
    },
    LegalStatus.LAPSED: {"zh": "专利已失效，请核实", "en": "the patent has lapsed: to be checked"},
    LegalStatus.UNKNOWN: {
        "zh": "法律状态未知，请核实",
        "en": "legal status not known: to be checked",
    },
}
"""Only a granted patent in force can be openly licensed (Patent Law, Art. 50) or pledged."""


def shown_number(*numbers: str | None) -> str:
    """Return the first number that an office gave; empty where there are only ids of our own."""
    return next((number for number in numbers if number and not number.startswith(LOCAL)), "")


def terms_lines(
    licence: LicenceTerms, language: Language, status: LegalStatus = LegalStatus.IN_FORCE
) -> tuple[str, ...]:
    """Return the known licence terms, each with its name; none if nothing is known.

    An open licence of a patent that is not in force is questioned.
    """
    declared = LICENCE["open_licence"][language]
    known = [doubted(declared, status, language)] if licence.open_licence else []
    for name, value in (
        ("kinds", "、".join(licence.kinds)),
        ("fee_basis", licence.fee_basis),
        ("fee", licence.fee),
        ("term", licence.term),
        ("conversion_modes", "、".join(licence.conversion_modes)),
        ("price_mode", licence.price_mode),
        ("price", licence.price),
    ):
        if value:
            label = LICENCE[name][language]
            known.append(f"{label}{COLON[language]}{' '.join(str(value).split())}")
    return tuple(known)


def doubted(text: str, status: LegalStatus, language: Language) -> str:
    """Return the text about a right, questioned unless the patent is in force."""
    doubt = _DOUBT.get(status)
    if doubt is None:
        return text
    return f"{text}（{doubt['zh']}）" if language == "zh" else f"{text} ({doubt['en']})"


def unknown_facts(shown: ShownMatch, language: Language) -> tuple[str, ...]:
    """Return the names of the facts that were unknown of a shown patent."""
    is_status_unknown = shown.status is LegalStatus.UNKNOWN
    facts = (
        ("number", not shown.application_number),
        ("status", is_status_unknown),
        ("status_day", not is_status_unknown and not shown.status_as_of),
        ("terms", not shown.has_terms),
        ("readiness", not shown.readiness),
        ("team", not (shown.team and shown.team.name)),
        ("contact", shown.contact is None),
    )
    return tuple(FACT[name][language] for name, is_unknown in facts if is_unknown)


def match_state_label(state: MatchState, language: Language) -> str:
    """Return the label of the follow-up state of a match."""
    return MATCH_STATE[state][language]


def contact_line(contact: TtoContact | None) -> str:
    """Return name, phone and e-mail of an office on one line; empty if none is known."""
    if contact is None:
        return ""
    return " ".join(filter(None, (contact.name, contact.phone, contact.email)))
