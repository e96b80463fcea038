"""Types that the whole engine shares: patents, needs, filters, matches, answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Literal, NewType

from matcher.language.coded import CodedText

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


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim of a patent.

    `refers_to` lists the claims it names; an independent claim can refer to another one, too
    ("a separator made by the method of claim 1").
    """

    number: int
    text: str
    is_dependent: bool = False
    refers_to: tuple[int, ...] = ()
    reference_understood: bool = True
    """False where the wording of the reference is unknown: flagged, never guessed."""


@dataclass(frozen=True, slots=True)
class LicenceTerms:
    """Licence terms of a patent. Texts are shown as their source wrote them."""

    open_licence: bool | None = None
    """开放许可: True declared, False not, None not known."""
    fee_basis: str | None = None
    fee: str | None = None
    term: str | None = None
    kinds: tuple[str, ...] = ()
    conversion_modes: tuple[str, ...] = ()
    price_mode: str | None = None
    price: str | None = None


@dataclass(frozen=True, slots=True)
class TeamRef:
    """Inventor team of a patent, as its institution names it."""

    institution: str
    name: str | None = None
    college: str | None = None
    lead: str | None = None


@dataclass(frozen=True, slots=True)
class Sleeping:
    """Sleeping state (沉睡) of a patent on a day, with the reason."""

    is_sleeping: bool
    reason: CodedText


@dataclass(frozen=True, slots=True)
class Availability:
    """Availability of a patent for use, apart from its fit."""

    score: float
    """From 0 to 1."""
    level: AvailabilityLevel
    reasons: tuple[CodedText, ...]
    """Known facts on the right, the terms, the readiness and the time left."""


@dataclass(frozen=True, slots=True)
class Pledge:
    """A pledge (质押) of a patent that is in force, or may be."""

    state: PledgeState
    note: CodedText
    """Known facts and advice; no name of a party."""


@dataclass(frozen=True, slots=True)
class Patent:
    """A patent, one case: its A and B publications are the same patent."""

    id: PatentId
    title: str
    abstract: str = ""
    application_number: str | None = None
    publication_number: str | None = None
    kind_code: str | None = None
    patent_type: PatentType = PatentType.UNKNOWN
    claims: tuple[Claim, ...] = ()
    claims_coverage: ClaimsCoverage = ClaimsCoverage.NONE
    applicants: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    inventors: tuple[str, ...] = ()
    ipc: tuple[str, ...] = ()
    """IPC symbols such as `H01M4/36`, the main one first."""
    cpc: tuple[str, ...] = ()
    filing_date: date | None = None
    publication_date: date | None = None
    grant_date: date | None = None
    priority_numbers: tuple[str, ...] = ()
    family_id: str | None = None
    legal_status: LegalStatus = LegalStatus.UNKNOWN
    legal_status_text: str | None = None
    """Status as its source words it, e.g. 未缴年费终止."""
    status_as_of: date | None = None
    expiry_date: date | None = None
    """The end of the term, given or computed from the filing date."""
    transfer_count: int | None = None
    licence_count: int | None = None
    pledge_count: int | None = None
    unused_since: date | None = None
    """Grant date of a patent without transfer, licence or use on record (see patents.sleeping);
    `date.min` if the TTO declared it sleeping; None if it cannot be sleeping."""
    sleeping_override: bool | None = None
    """Declaration of the TTO: True sleeping, False in use, None no declaration."""
    region: str | None = None
    """The province of the owner, in Chinese without 省/市 (天津, 河北)."""
    industries: tuple[str, ...] = ()
    """Codes of the four industries (NGIT, NM, HEM, BIO), the best first."""
    wipo_fields: tuple[int, ...] = ()
    team: TeamRef | None = None
    licence: LicenceTerms = LicenceTerms()
    readiness: str | None = None
    source: str = ""
    """Source file and its export format."""
    is_sample: bool = False
    earlier_fields: tuple[str, ...] = ()
    """Fields that the publication lacks and an earlier one gives, as `abstract CN100000001A
    2020-05-01`: a record of a later publication replaces them (see patents.merging)."""

    @property
    def owner(self) -> str | None:
        """Current owner, or else the applicant: the party that a firm has to talk to."""
        names = self.owners or self.applicants
        return "; ".join(names) if names else None

    @property
    def institution(self) -> str | None:
        """Institution of the team, or else the first owner or applicant."""
        if self.team is not None:
            return self.team.institution
        names = self.owners or self.applicants
        return names[0] if names else None


@dataclass(frozen=True, slots=True)
class Passage:
    """Unit of retrieval: title and abstract of a patent, or one claim."""

    patent: PatentRow
    kind: PassageKind
    claim_number: int | None
    text: str

    @property
    def label(self) -> str:
        """`abstract` or `claim 3`."""
        return "abstract" if self.kind == "abstract" else f"claim {self.claim_number}"


@dataclass(frozen=True, slots=True)
class TtoContact:
    """Public contact of an institution: its technology-transfer office."""

    institution: str
    name: str | None = None
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class PersonalContact:
    """A person's own contact data. Never part of a match, an index, a log or an error."""

    person: str
    institution: str
    team: str | None
    phone: str | None
    email: str | None
    scope: ConsentScope
    evidence: str
    expires: date | None = None
    """Last day on which the consent holds."""
    purpose: str | None = None
    recipients: tuple[str, ...] = ()
    """Recipients of the consent: enterprises, ids of matches, ids of keys, names of events."""
    given_on: date | None = None

    def __repr__(self) -> str:
        return "PersonalContact(…)"


@dataclass(frozen=True, slots=True)
class ConsentRefusal:
    """A person who does not consent, whatever an earlier import said."""

    person: str
    institution: str
    team: str | None

    def __repr__(self) -> str:
        return "ConsentRefusal(…)"


@dataclass(frozen=True, slots=True)
class Team:
    """An inventor team as the TTO confirmed it."""

    institution: str
    name: str
    college: str | None = None
    lead: str | None = None
    members: tuple[str, ...] = ()
    fields: str | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """Technology need of an enterprise (技术需求). Only `text` or one of the parts is required."""

    text: str = ""
    id: str | None = None
    title: str | None = None
    enterprise: str | None = None
    region: str | None = None
    industry: str | None = None
    problem: str | None = None
    indicators: str | None = None
    goal: str | None = None
    keywords: tuple[str, ...] = ()
    budget: str | None = None
    cooperation: str | None = None
    deadline: str | None = None

    @property
    def body(self) -> str:
        """Text of the need without its title, in the order of the form."""
        parts = (self.text, self.problem, self.indicators, self.goal, "、".join(self.keywords))
        return "\n".join(part.strip() for part in parts if part and part.strip())

    @property
    def full_text(self) -> str:
        """Title and body; empty for a need without text."""
        title = (self.title or "").strip()
        return "\n".join(part for part in (title, self.body) if part)


@dataclass(frozen=True, slots=True)
class NeedPart:
    """Part of a need: its title, problem, technique or goal."""

    kind: NeedPartKind
    text: str


@dataclass(frozen=True, slots=True)
class Term:
    """Technical term of a need, with its synonyms."""

    text: str
    equivalents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A need as the engine understood it. Shown to the user, who can correct it."""

    parts: tuple[NeedPart, ...]
    """In the order of the need, none of them empty; boilerplate is not in them."""
    indicators: tuple[str, ...] = ()
    """Required figures as the need writes them (≤0.5 mm, 300 ℃, 99.9%)."""
    terms: tuple[Term, ...] = ()
    boilerplate: tuple[str, ...] = ()
    """Sentences without technical content; no query is made of them."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Filters on patents. Every field restricts the results; None or empty does not."""

    legal_status: frozenset[LegalStatus] = frozenset(
        {LegalStatus.IN_FORCE, LegalStatus.PENDING, LegalStatus.UNKNOWN}
    )
    ipc_prefixes: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    institutions: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    patent_types: tuple[PatentType, ...] = ()
    open_licence: bool | None = None
    sleeping: bool | None = None
    filed_after: date | None = None
    min_years_left: float | None = None
    pools: tuple[str, ...] = ()
    """Names of patent pools (专利池), or parts of them: the patent is in at least one."""
    alliances: tuple[str, ...] = ()
    """Names of alliances (联盟), or parts of them: the institution is a member of at least one."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage that answers the need, with its highlights."""

    passage: str
    text: str
    highlights: tuple[tuple[int, int], ...] = ()
    """Words shared with the need: half-open character ranges in `text`, in order."""
    related: tuple[tuple[int, int], ...] = ()
    """Words near in meaning to a word of the need; the two kinds of ranges do not overlap."""
    focus: tuple[int, int] | None = None
    """Best sentence of the passage; None if the passage is one sentence."""
    parts: tuple[NeedPartKind, ...] = ()
    """Parts of the need that it answers; none if it is only the nearest passage."""


@dataclass(frozen=True, slots=True)
class CardLine:
    """Line of a technology card, with its source in the patent."""

    aspect: CardAspect
    text: str
    passage: str
    """`abstract`, `claim 3` or `title`; `TTO` if the institution wrote the line."""
    source: str
    """Sentence that the line is made of; empty if the institution wrote the line."""


@dataclass(frozen=True, slots=True)
class TechnologyCard:
    """Patent in plain language (技术语言): problem, means, effect and use.

    An aspect that the text does not mention has no line.
    """

    lines: tuple[CardLine, ...] = ()
    is_reviewed: bool = False
    """True if the institution's technology-transfer office has reviewed it."""


@dataclass(frozen=True, slots=True)
class Match:
    """A ranked patent. It has no field for a person's contact data, on purpose."""

    rank: int
    patent: Patent
    score: float
    """Fused score: orders the results of one answer; not a probability, not comparable between
    answers."""
    channels: Mapping[Channel, int | None]
    """Rank in each channel, from 1; None if the channel did not retrieve the patent."""
    evidence: tuple[Evidence, ...]
    sleeping: Sleeping
    years_left: float | None
    contact: TtoContact | None
    family_members: tuple[str, ...] = ()
    """Other cases of the same family or of the same text, folded into this one."""
    unanswered: tuple[NeedPartKind, ...] = ()
    """Parts of the need that nothing in the patent answers."""
    fit: Fit | None = None
    """Fit label; None where there is too little to tell, with the reason in `fit_gap`."""
    fit_basis: FitBasis | None = None
    """Text that the label rests on."""
    fit_gap: FitGap | None = None
    """Reason why there is no label; None where there is one."""
    answers: bool = True
    """False for a patent that answers no part of the need clearly and is not strong."""
    card: TechnologyCard = TechnologyCard()
    availability: Availability | None = None
    pledge: Pledge | None = None
    """None if no record says that the patent is pledged."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer to a need: its ranked results, and how the need was understood."""

    need: Need
    model: str
    index: str
    filters: Filters
    hidden: Mapping[str, int]
    """Number of patents that each filter excludes when it is applied alone."""
    results: tuple[Match, ...]
    reading: Reading = Reading(())
    """The need as the engine understood it."""
    notes: tuple[CodedText, ...] = field(default=())
    """Remarks for the reader, e.g. on a need in a language that the model does not support."""
