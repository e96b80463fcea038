"""Response models for answers, patents and the state of the service.

`matcher.search.answer_json` builds the answers; a test holds these classes to them, field by field.
docs/json.md explains the same fields at more length.
"""

from datetime import date
from typing import Annotated

from pydantic import Field

from api.schemas.fields import AnswerModel
from matcher.types import (
    AvailabilityLevel,
    ClaimsCoverage,
    Fit,
    FitBasis,
    FitGap,
    LegalStatus,
    NeedPartKind,
    PatentType,
    PledgeState,
)

Span = Annotated[list[int], Field(min_length=2, max_length=2)]


class SleepingView(AnswerModel):
    """The sleeping flag (沉睡) of the patent, with its reason."""

    is_sleeping: bool
    reason: str = Field(description="Why, or why not.")
    reason_code: str = Field(description="The reason's stable code (docs/json.md).")


class LicenceView(AnswerModel):
    """Licence terms of the patent, in the words of its source."""

    open_licence: bool | None = Field(description="开放许可: declared, not declared, not known.")
    fee_basis: str | None
    fee: str | None
    term: str | None
    kinds: list[str]
    conversion_modes: list[str]
    price_mode: str | None
    price: str | None
    readiness: str | None = Field(description="How far the technology is, as its owner says.")


class TeamView(AnswerModel):
    """The inventor team."""

    institution: str
    name: str | None
    college: str | None
    lead: str | None


class ContactView(AnswerModel):
    """The public way to the team: the institution's technology-transfer office, never a person."""

    kind: str = Field(description="`tto`")
    institution: str
    name: str | None
    phone: str | None
    email: str | None


class AvailabilityView(AnswerModel):
    """Availability of the patent (可得性), apart from how well it fits."""

    score: float = Field(description="From 0 to 1.")
    level: AvailabilityLevel
    reasons: list[str] = Field(
        description="What is known of the right, the terms, the readiness and the time left."
    )
    reason_codes: list[str] = Field(description="Stable codes of the reasons (docs/json.md).")


class PledgeView(AnswerModel):
    """A pledge (质押) of the patent: what is done with it needs the pledgee's consent."""

    state: PledgeState = Field(
        description="pledged 已质押: a pledge is on record; possible 可能: the source counts "
        "pledges and does not say whether they are over."
    )
    note: str = Field(description="What is known and what to do.")
    note_code: str = Field(description="The note's stable code (docs/json.md).")


class _Case(AnswerModel):
    id: str = Field(description="Application number, or `local:…` where the source names none.")
    application_number: str | None
    publication_number: str | None
    title: str
    patent_type: PatentType
    owner: str | None = Field(description="The current owners or else the applicants, by `; `.")
    industries: list[str] = Field(description="Codes of the four industries, the best first.")
    region: str | None = Field(description="The owner's province.")
    is_sample: bool = Field(description="Invented, for demonstration.")
    legal_status: LegalStatus = Field(description="On the day of the answer.")
    legal_status_text: str | None = Field(description="The source's own words.")
    status_as_of: date | None = Field(description="The day for which the source says so.")
    filing_date: date | None
    grant_date: date | None
    expiry_date: date | None = Field(description="The end of the term.")
    years_left: float | None = Field(description="Years until then; 0 for a lapsed right.")
    sleeping: SleepingView
    pledge: PledgeView | None = Field(
        description="A warning (质押提示); null where nothing says that the patent is pledged."
    )
    licence: LicenceView
    team: TeamView | None
    contact: ContactView | None


class EvidenceView(AnswerModel):
    """The passage that answers the need."""

    passage: str = Field(description="`abstract` or `claim 3`.")
    text: str
    highlights: list[Span] = Field(
        description="Where the need's words stand: [start, end), counted in Unicode characters."
    )
    related: list[Span] = Field(description="Where words near in meaning to the need's stand.")
    focus: Span | None = Field(description="The sentence that answers, if not the whole text.")
    parts: list[NeedPartKind] = Field(
        description="The parts of the need that this answers; none where it only comes nearest."
    )


class CardLineView(AnswerModel):
    """One line of a technology card."""

    text: str
    passage: str = Field(description="Where it comes from: `abstract`, `claim 3` or `TTO`.")
    source: str = Field(description="The sentence as it stands there.")


class CardView(AnswerModel):
    """The patent in plain words (技术语言); an aspect that its text does not speak of is empty."""

    problem: list[CardLineView]
    means: list[CardLineView]
    effect: list[CardLineView]
    use: list[CardLineView]
    is_reviewed: bool = Field(description="Whether the technology-transfer office looked at it.")


class ChannelRanks(AnswerModel):
    """The patent's rank in each channel, from 1; null where the channel did not find it."""

    dense: int | None = Field(description="By meaning.")
    lexical: int | None = Field(description="By words.")


class MatchView(_Case):
    """One ranked patent."""

    rank: int = Field(description="From 1.")
    score: float = Field(description="Orders this answer; is no probability.")
    channels: ChannelRanks
    fit: Fit | None = Field(description="How well it fits, in calm words; null if unknown.")
    fit_basis: FitBasis | None = Field(
        default=None, description="The text that the label rests on."
    )
    fit_gap: FitGap | None = Field(default=None, description="Why there is no fit label.")
    availability: AvailabilityView | None
    evidence: list[EvidenceView] = Field(description="Claims first, then the abstract.")
    unanswered: list[NeedPartKind] = Field(
        description="The parts of the need that nothing in the patent answers."
    )
    card: CardView
    family_members: list[str] = Field(description="Ids of the family's other cases.")


class ClaimView(AnswerModel):
    """One claim."""

    number: int
    text: str
    is_dependent: bool
    refers_to: list[int]


class PatentView(_Case):
    """One patent whole."""

    abstract: str
    claims: list[ClaimView]
    claims_coverage: ClaimsCoverage = Field(description="How many claims the source gave.")
    applicants: list[str]
    owners: list[str]
    inventors: list[str]
    ipc: list[str] = Field(description="IPC symbols, the main one first.")
    wipo_fields: list[int] = Field(description="WIPO's technology fields, 1 to 35.")
    card: CardView


class NeedView(AnswerModel):
    """The need as it was understood; fields that were not given are left out."""

    text: str | None = None
    id: str | None = None
    title: str | None = None
    enterprise: str | None = None
    region: str | None = None
    industry: str | None = None
    problem: str | None = None
    indicators: str | None = None
    goal: str | None = None
    keywords: list[str] | None = None
    budget: str | None = None
    cooperation: str | None = None
    deadline: str | None = None


class NeedPartView(AnswerModel):
    """One part of the need."""

    kind: NeedPartKind
    text: str


class TermView(AnswerModel):
    """A technical term of the need."""

    text: str
    equivalents: list[str] = Field(description="What else the same thing is called.")


class ReadingView(AnswerModel):
    """The reading of the need: its parts, figures and terms."""

    parts: list[NeedPartView]
    indicators: list[str] = Field(description="Figures that the need asks for, as it wrote them.")
    terms: list[TermView]
    boilerplate: list[str] = Field(description="What says nothing about the technique.")


class FiltersView(AnswerModel):
    """The filters in force; those that were not set are left out."""

    legal_status: list[LegalStatus]
    ipc_prefixes: list[str] | None = None
    industries: list[str] | None = None
    institutions: list[str] | None = None
    regions: list[str] | None = None
    patent_types: list[PatentType] | None = None
    open_licence: bool | None = None
    sleeping: bool | None = None
    filed_after: date | None = None
    min_years_left: float | None = None
    pools: list[str] | None = None
    alliances: list[str] | None = None


class AnswerView(AnswerModel):
    """The answer to a need."""

    need: NeedView
    reading: ReadingView
    model: str
    index: str = Field(description="The generation of the index.")
    filters: FiltersView
    hidden: dict[str, int] = Field(
        description="For each filter, how many patents of the catalogue it leaves out, seen alone."
    )
    notes: list[str] = Field(description="What the reader should know; often empty.")
    note_codes: list[str] = Field(description="Stable codes of the notes (docs/json.md).")
    results: list[MatchView] = Field(description="The best first, k at most.")


class FacetCountView(AnswerModel):
    """Number of patents with a value."""

    value: str
    count: int


class FacetFlagView(AnswerModel):
    """Number of patents with a property, or without it."""

    value: bool
    count: int


class FacetYearsView(AnswerModel):
    """Number of patents whose term runs so many years or more."""

    value: int
    count: int


class FacetsView(AnswerModel):
    """By facet (分面), the values with most patents first, each counted under the other filters."""

    industries: list[FacetCountView] = Field(
        description="By industry (产业); a patent of two counts under both."
    )
    institutions: list[FacetCountView] = Field(
        description="By institution (机构), the first hundred."
    )
    legal_status: list[FacetCountView] = Field(
        description="By legal status (法律状态) on the day of the answer; lapsed ones too."
    )
    open_licence: list[FacetFlagView] = Field(
        description="An open licence (开放许可) is declared, or not."
    )
    sleeping: list[FacetFlagView] = Field(description="Sleeping (沉睡) on this day, or not.")
    regions: list[FacetCountView] = Field(description="By the owner's province (地区).")
    patent_types: list[FacetCountView] = Field(description="By type of patent (专利类型).")
    ipc: list[FacetCountView] = Field(
        description="By IPC subclass (IPC 小类), the first hundred; a patent counts under each."
    )
    min_years_left: list[FacetYearsView] = Field(
        description="The term runs so many years or more (剩余年限); fewest years first."
    )


class PageView(AnswerModel):
    """A page of the catalogue."""

    total: int = Field(description="How many patents the filters allow in all.")
    filters: FiltersView
    patents: list[PatentView] = Field(description="In the order in which they were imported.")
    next_cursor: str | None = Field(description="Asks for the page that follows; null on the last.")
    facets: FacetsView | None = Field(description="Null where they were not asked for.")


class HealthView(AnswerModel):
    """The process is alive."""

    status: str = Field(description="`alive`")


class ReadinessView(AnswerModel):
    """Database, model and index can be used."""

    status: str = Field(description="`ready`")
    index: str = Field(description="The generation of the index that answers.")
    model: str
    patents: int = Field(description="Patents in the catalogue.")
    notes: list[str] = Field(description="What keeps the answers from being up to date.")
    note_codes: list[str] = Field(description="Stable codes of the notes (docs/json.md).")
