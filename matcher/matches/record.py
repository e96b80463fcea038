"""A stored match."""

from dataclasses import dataclass
from datetime import datetime

from matcher.errors import NotFoundError


class MatchNotFoundError(NotFoundError):
    """There is no such match, or none that the caller may see."""


class RankingNotFoundError(NotFoundError):
    """The need was never answered by a ranking of this id."""


@dataclass(frozen=True, slots=True)
class MatchRecord:
    """One need with one patent, from its first recommendation on."""

    id: str
    need: str
    patent: str
    institution: str | None
    industry: str | None
    state: str
    case_owner: str | None
    case_owner_kind: str | None
    """`attorney` or `broker`."""
    case_office: str | None
    created_at: datetime
    updated_at: datetime
    version: int
