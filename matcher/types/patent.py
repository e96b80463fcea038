"""Patents, their parts, and filters on them."""

from dataclasses import dataclass
from datetime import date

from matcher.language.coded import CodedText
from matcher.types.values import (
    AvailabilityLevel,
    ClaimsCoverage,
    LegalStatus,
    PassageKind,
    PatentId,
    PatentRow,
    PatentType,
    PledgeState,
)


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
    def shown_number(self) -> str:
        """Application number, or else publication number, or else the id of our own."""
        return self.application_number or self.publication_number or self.id

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
