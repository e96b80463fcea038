"""Stored match of a need with a patent."""

from dataclasses import dataclass
from datetime import datetime

from matcher.errors import NotFoundError


class MatchNotFoundError(NotFoundError):
    """The match does not exist, or the caller may not see it."""


class RankingNotFoundError(NotFoundError):
    """The need has no ranking of this id."""


@dataclass(frozen=True, slots=True)
class MatchRecord:
    """A need with a patent, from its first recommendation on."""

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
