"""Case owner of a match (个案负责人): the attorney or broker in charge."""

from dataclasses import dataclass
from enum import StrEnum

from matcher.matches.record import MatchRecord


class CaseOwnerKind(StrEnum):
    """Profession of a case owner."""

    ATTORNEY = "attorney"
    """专利代理师"""
    BROKER = "broker"
    """技术经理人"""


@dataclass(frozen=True, slots=True)
class CaseOwner:
    """Person in charge of a match, with profession and office."""

    name: str
    kind: CaseOwnerKind
    office: str


def owner_of(match: MatchRecord) -> CaseOwner | None:
    """Return the case owner of a match, None without one."""
    if match.case_owner is None or match.case_owner_kind is None or match.case_office is None:
        return None
    return CaseOwner(match.case_owner, CaseOwnerKind(match.case_owner_kind), match.case_office)
