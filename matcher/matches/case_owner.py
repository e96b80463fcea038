"""The case owner of a match (个案负责人): the attorney or broker who sees it through."""

from dataclasses import dataclass
from enum import StrEnum

from matcher.matches.record import MatchRecord


class CaseOwnerKind(StrEnum):
    """What a case owner is."""

    ATTORNEY = "attorney"
    """专利代理师"""
    BROKER = "broker"
    """技术经理人"""


@dataclass(frozen=True, slots=True)
class CaseOwner:
    """Who handles a match, and for which office."""

    name: str
    kind: CaseOwnerKind
    office: str


def owner_of(match: MatchRecord) -> CaseOwner | None:
    """The case owner of a match, None where nobody has it."""
    if match.case_owner is None or match.case_owner_kind is None or match.case_office is None:
        return None
    return CaseOwner(match.case_owner, CaseOwnerKind(match.case_owner_kind), match.case_office)
