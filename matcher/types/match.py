"""Matches of a need with patents, their evidence, and answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from matcher.language.coded import CodedText
from matcher.types.contacts import TtoContact
from matcher.types.need import Need, Reading
from matcher.types.patent import Availability, Filters, Patent, Pledge, Sleeping
from matcher.types.values import CardAspect, Channel, Fit, FitBasis, FitGap, NeedPartKind


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
    reading: Reading = field(default=Reading(()))
    """The need as the engine understood it."""
    notes: tuple[CodedText, ...] = field(default=())
    """Remarks for the reader, e.g. on a need in a language that the model does not support."""
    catalogue_state: str = ""
    """Id of the state of the catalogue's searchable content that was answered from."""
