"""The engine's vocabulary. Reading this file shows the architecture."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal, NewType

PatentId = NewType("PatentId", str)
"""The application number in canonical form (`CN201710117081.7`), or `local:` and 16 hex digits
for a patent whose source names no application number."""

PatentRow = NewType("PatentRow", int)
"""The integer key of a patent in the database: small, stable, never reused, used by the indexes."""

PassageKind = Literal["abstract", "claim"]
Channel = Literal["dense", "lexical"]
NeedPartKind = Literal["title", "text", "problem", "technique", "goal", "keywords"]
CardAspect = Literal["problem", "means", "effect", "use"]
Fit = Literal["strong", "fair", "weak"]
AvailabilityLevel = Literal["high", "medium", "low"]
PledgeState = Literal["pledged", "possible"]


class PatentType(StrEnum):
    """What kind of right it is (专利类型)."""

    INVENTION = "invention"
    UTILITY_MODEL = "utility_model"
    DESIGN = "design"
    UNKNOWN = "unknown"


class LegalStatus(StrEnum):
    """The three tiers 有权, 审中, 失效, and unknown, which is never shown as in force."""

    IN_FORCE = "in_force"
    PENDING = "pending"
    LAPSED = "lapsed"
    UNKNOWN = "unknown"


class ClaimsCoverage(StrEnum):
    """How many of a patent's claims its source gave."""

    NONE = "none"
    FIRST = "first"
    INDEPENDENT = "independent"
    ALL = "all"


class ConsentScope(StrEnum):
    """Who may see a personal contact, besides nobody."""

    PUBLIC = "public"
    EVENT = "event"
    GRANTED = "granted"


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim of a patent.

    `refers_to` lists the claims it names; a claim can refer to another and be independent still
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
    """On which terms the right can be had. Texts are shown as their source wrote them."""

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
    """The inventor team a patent belongs to, as its institution names it."""

    institution: str
    name: str | None = None
    college: str | None = None
    lead: str | None = None


@dataclass(frozen=True, slots=True)
class Sleeping:
    """Whether a patent counts as sleeping (沉睡) on a day, and why or why not."""

    is_sleeping: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Availability:
    """How readily a patent can be had and used, apart from how well it fits."""

    score: float
    """From 0 to 1."""
    level: AvailabilityLevel
    reasons: tuple[str, ...]
    """What is known of the right, the terms, the readiness, the time left; in Chinese."""


@dataclass(frozen=True, slots=True)
class Pledge:
    """A pledge (质押) of a patent that is in force, or may be."""

    state: PledgeState
    note: str
    """What is known and what to do, in Chinese; no name of a party."""


@dataclass(frozen=True, slots=True)
class Patent:
    """One case: its A and B publications are the same patent."""

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
    """The source's own words, e.g. 未缴年费终止."""
    status_as_of: date | None = None
    expiry_date: date | None = None
    """The end of the term, given or computed from the filing date."""
    transfer_count: int | None = None
    licence_count: int | None = None
    pledge_count: int | None = None
    unused_since: date | None = None
    """The grant date, where no transfer, licence or use is on record (see importing.sleeping);
    `date.min` where the TTO declared the patent sleeping; None where it cannot be sleeping."""
    sleeping_override: bool | None = None
    """The TTO's own word: True sleeping, False in use, None no word."""
    region: str | None = None
    """The province of the owner, in Chinese without 省/市 (天津, 河北)."""
    industries: tuple[str, ...] = ()
    """Codes of the four industries (NGIT, NM, HEM, BIO), the best first."""
    wipo_fields: tuple[int, ...] = ()
    team: TeamRef | None = None
    licence: LicenceTerms = LicenceTerms()
    readiness: str | None = None
    source: str = ""
    """The file and the export format it came from."""
    is_sample: bool = False

    @property
    def owner(self) -> str | None:
        """The current owner, or else the applicant: whom a firm has to talk to."""
        names = self.owners or self.applicants
        return "; ".join(names) if names else None

    @property
    def institution(self) -> str | None:
        """The institution behind the patent."""
        if self.team is not None:
            return self.team.institution
        names = self.owners or self.applicants
        return names[0] if names else None


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a patent that can answer a need: title and abstract, or one claim."""

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
    """The public way to an institution: its technology-transfer office."""

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
    """The last day on which the consent holds."""
    purpose: str | None = None
    recipients: tuple[str, ...] = ()
    """Whom the consent names: enterprises, ids of matches, ids of keys, names of events."""
    given_on: date | None = None

    def __repr__(self) -> str:
        return "PersonalContact(…)"


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
    """What an enterprise looks for (技术需求). Only `text` or one of the parts must be there."""

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
        """Everything but the title that says what is needed, in the order of the form."""
        parts = (self.text, self.problem, self.indicators, self.goal, "、".join(self.keywords))
        return "\n".join(part.strip() for part in parts if part and part.strip())

    @property
    def full_text(self) -> str:
        """Title and body; empty if the need says nothing."""
        title = (self.title or "").strip()
        return "\n".join(part for part in (title, self.body) if part)


@dataclass(frozen=True, slots=True)
class NeedPart:
    """One thing that a need says: its title, its problem, the technique it asks for, its goal."""

    kind: NeedPartKind
    text: str


@dataclass(frozen=True, slots=True)
class Term:
    """A technical term of a need, and what else the same thing is called."""

    text: str
    equivalents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """How the engine understood a need. Shown to the user, who can correct it."""

    parts: tuple[NeedPart, ...]
    """In the order of the need, none of them empty; boilerplate is not in them."""
    indicators: tuple[str, ...] = ()
    """Figures the need asks for, as it wrote them (≤0.5 mm, 300 ℃, 99.9%)."""
    terms: tuple[Term, ...] = ()
    boilerplate: tuple[str, ...] = ()
    """Sentences that say nothing about the technique, and so do not ask."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which patents may answer. Every field narrows; None or empty does not."""

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
    """Names of patent pools (专利池), or parts of them: the patent is in any of these."""
    alliances: tuple[str, ...] = ()
    """Names of alliances (联盟), or parts of them: the institution is a member of any of these."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The passage that answers the need, and where its words meet the need's words."""

    passage: str
    text: str
    highlights: tuple[tuple[int, int], ...] = ()
    """Words that the need uses too: half-open character ranges in `text`, in order."""
    related: tuple[tuple[int, int], ...] = ()
    """Words near in meaning to a word of the need; the two kinds of ranges do not overlap."""
    focus: tuple[int, int] | None = None
    """The sentence that answers, where the passage says more."""
    parts: tuple[NeedPartKind, ...] = ()
    """The parts of the need that it answers; none where it only comes nearest."""


@dataclass(frozen=True, slots=True)
class CardLine:
    """One line of a technology card, and the words of the patent that it comes from."""

    aspect: CardAspect
    text: str
    passage: str
    """`abstract`, `claim 3` or `title`; `TTO` where the institution wrote the line."""
    source: str
    """The sentence as it stands there; empty where the institution wrote the line."""


@dataclass(frozen=True, slots=True)
class TechnologyCard:
    """A patent in plain words (技术语言): what it solves, how, with what effect, for what use.

    An aspect that the text does not speak of has no line.
    """

    lines: tuple[CardLine, ...] = ()
    is_reviewed: bool = False
    """Whether the institution's technology-transfer office looked at it."""


@dataclass(frozen=True, slots=True)
class Match:
    """One ranked patent. It has no field for a person's contact data, on purpose."""

    rank: int
    patent: Patent
    score: float
    """The fused score: orders one answer, is no probability, compares with no other answer."""
    channels: Mapping[Channel, int | None]
    """The patent's rank in each channel, from 1; None where the channel did not find it."""
    evidence: tuple[Evidence, ...]
    sleeping: Sleeping
    years_left: float | None
    contact: TtoContact | None
    family_members: tuple[str, ...] = ()
    """Other cases of the same family or of the same text, folded into this one."""
    unanswered: tuple[NeedPartKind, ...] = ()
    """The parts of the need that nothing in the patent answers."""
    fit: Fit | None = None
    """How well it fits, in calm words; None where the need has nothing to judge by."""
    card: TechnologyCard = TechnologyCard()
    availability: Availability | None = None
    pledge: Pledge | None = None
    """None where nothing says that the patent is pledged."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a need got."""

    need: Need
    model: str
    index: str
    filters: Filters
    hidden: Mapping[str, int]
    """For each filter, how many patents of the catalogue it leaves out, seen alone."""
    results: tuple[Match, ...]
    reading: Reading = Reading(())
    """How the need was understood."""
    notes: tuple[str, ...] = field(default=())
    """What the reader should know: a need in a language the model was not made for, and such."""
