"""Ids, literals and enumerations that the whole engine shares."""

from enum import StrEnum
from typing import Any, Literal, NewType

PatentId = NewType("PatentId", str)
"""Application number in canonical form (`CN201710117081.7`), or `local:` and 16 hex digits for a
patent whose source names no application number that can be read."""

PatentRow = NewType("PatentRow", int)
"""Integer key of a patent in the database and the indexes: small, stable, never reused."""

Json = dict[str, Any]
"""A JSON object."""
PassageKind = Literal["abstract", "claim"]
Channel = Literal["dense", "lexical"]
NeedPartKind = Literal["title", "text", "problem", "technique", "goal", "keywords"]
CardAspect = Literal["problem", "means", "effect", "use"]
Fit = Literal["strong", "fair", "weak"]

FitBasis = Literal["title", "abstract", "claims"]
"""Text that a fit label rests on: the title alone, title and abstract, or the claims too."""

FitGap = Literal["need_without_technique", "catalogue_too_small", "patent_without_text"]
"""Reason why there is no fit label."""
AvailabilityLevel = Literal["high", "medium", "low"]
PledgeState = Literal["pledged", "possible"]


class PatentType(StrEnum):
    """Type of a patent (专利类型)."""

    INVENTION = "invention"
    UTILITY_MODEL = "utility_model"
    DESIGN = "design"
    UNKNOWN = "unknown"


class LegalStatus(StrEnum):
    """Legal status: the tiers 有权, 审中, 失效, and unknown, which is never shown as in force."""

    IN_FORCE = "in_force"
    PENDING = "pending"
    LAPSED = "lapsed"
    UNKNOWN = "unknown"


class ClaimsCoverage(StrEnum):
    """Coverage of a patent's claims by its source."""

    NONE = "none"
    FIRST = "first"
    INDEPENDENT = "independent"
    ALL = "all"


class ConsentScope(StrEnum):
    """Scope of a consent: the recipients that may see a personal contact."""

    PUBLIC = "public"
    EVENT = "event"
    GRANTED = "granted"
