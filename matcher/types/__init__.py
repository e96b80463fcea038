"""Types that the whole engine shares: patents, needs, filters, matches, answers.

Each stands in the module of its noun; all are imported from here.
"""

from matcher.types.contacts import ConsentRefusal, Institution, PersonalContact, Team, TtoContact
from matcher.types.match import Answer, CardLine, Evidence, Match, TechnologyCard
from matcher.types.need import Need, NeedPart, Reading, Term
from matcher.types.patent import (
    Availability,
    Claim,
    Filters,
    LicenceTerms,
    Passage,
    Patent,
    Pledge,
    Sleeping,
    TeamRef,
)
from matcher.types.values import (
    AvailabilityLevel,
    CardAspect,
    Channel,
    ClaimsCoverage,
    ConsentScope,
    Fit,
    FitBasis,
    FitGap,
    Json,
    LegalStatus,
    NeedPartKind,
    PassageKind,
    PatentId,
    PatentRow,
    PatentType,
    PledgeState,
)

__all__ = [
    "Answer",
    "Availability",
    "AvailabilityLevel",
    "CardAspect",
    "CardLine",
    "Channel",
    "Claim",
    "ClaimsCoverage",
    "ConsentRefusal",
    "ConsentScope",
    "Evidence",
    "Filters",
    "Fit",
    "FitBasis",
    "FitGap",
    "Institution",
    "Json",
    "LegalStatus",
    "LicenceTerms",
    "Match",
    "Need",
    "NeedPart",
    "NeedPartKind",
    "Passage",
    "PassageKind",
    "Patent",
    "PatentId",
    "PatentRow",
    "PatentType",
    "PersonalContact",
    "Pledge",
    "PledgeState",
    "Reading",
    "Sleeping",
    "Team",
    "TeamRef",
    "TechnologyCard",
    "Term",
    "TtoContact",
]
