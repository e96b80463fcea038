"""What the papers of an event show, in their order: one value for workbook, pages and timetables.

Words are in the language that the report was made for; codes stand beside them where a paper
chooses a colour or a mark by them. Nothing here is a person's contact data.
"""

from dataclasses import dataclass
from datetime import date, datetime

from matcher.events.record import Event, EventNeedState
from matcher.patents.ids import LOCAL
from matcher.text.highlights import Span
from matcher.types import CardAspect, Fit, LegalStatus, NeedPartKind


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a patent that speak to a need."""

    source: str
    """Where they stand: `摘要`, `权利要求 3`."""
    text: str
    marks: tuple[Span, ...]
    """Half-open ranges of the text that are the need's own words or near to them, in order."""
    answers: tuple[str, ...]
    """The parts of the need that they answer, in words; none where they only come nearest."""


@dataclass(frozen=True, slots=True)
class Way:
    """The public way to a patent's team: its technology-transfer office (TTO)."""

    institution: str
    name: str | None
    phone: str | None
    email: str | None

    @property
    def words(self) -> str:
        """What is known of it on one line; empty where there is no name, phone or e-mail."""
        return " ".join(filter(None, (self.name, self.phone, self.email)))


@dataclass(frozen=True, slots=True)
class Place:
    """When and where a firm meets a team."""

    slot: str
    table: str


@dataclass(frozen=True, slots=True)
class CardWords:
    """A line of the technology card, in plain language."""

    aspect: CardAspect
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class ShortlistLine:
    """A patent that is shown for a need, as it was found when it was shown."""

    need: str
    patent: str
    match: str | None
    """The match's id; None where the patent was never shown."""
    place: int
    """In the shortlist, from 1."""
    proposed_place: int | None
    """In the model's own order; None where the model does not propose it."""
    title: str
    number: str
    """The application number; the id where nothing was shown."""
    publication_number: str | None
    patent_type: str
    owner: str | None
    institution: str | None
    team: str | None
    """The team as the catalogue names it; None where it names none."""
    team_id: str | None
    """The team at the event that stands for the patent; None where none comes."""
    industries: tuple[str, ...]
    status: LegalStatus
    status_words: str
    status_text: str | None
    status_as_of: date | None
    years_left: float | None
    terms: tuple[str, ...]
    """Licence, fee, term, conversion, price: what is known; none where nothing is."""
    readiness: str | None
    pledge: str | None
    fit: Fit | None
    fit_words: str
    card: tuple[CardWords, ...]
    quotes: tuple[Quote, ...]
    unanswered: tuple[str, ...]
    """Parts of the need to which the patent says nothing, in words."""
    unanswered_kinds: tuple[NeedPartKind, ...]
    unknown: tuple[str, ...]
    """What is not known of the patent, each by its name: `许可或转让条件`, `技术成熟度`."""
    availability: str
    availability_reasons: tuple[str, ...]
    way: Way | None
    meeting: Place | None
    questions: tuple[str, ...]
    """What the firm is likely to ask the team."""
    state: str
    """Where the match stands (跟进状态), in words."""
    is_pinned: bool
    is_added: bool
    note: str | None

    @property
    def has_own_number(self) -> bool:
        """Whether the number is an id of ours, because no source gave one."""
        return self.number.startswith(LOCAL)


@dataclass(frozen=True, slots=True)
class NeedPartWords:
    """A part of a need under the heading of the form."""

    kind: NeedPartKind
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class ReportNeed:
    """A need with its shortlist."""

    id: str
    number: int
    title: str
    """The need's title, or how it begins."""
    firm: str
    parts: tuple[NeedPartWords, ...]
    """The need restated: problem, technique, goal, keywords; without its title."""
    indicators: tuple[str, ...]
    terms: tuple[str, ...]
    industry: str | None
    region: str | None
    state: EventNeedState
    problem: str | None
    note: str | None
    is_locked: bool
    lines: tuple[ShortlistLine, ...]
    excluded: tuple[tuple[str, str], ...]
    """The patents that the staff took out, each by title and number, and why."""
    nothing_fits: bool
    """Whether no patent of the list is at least a fair fit."""
    stamp: str
    """What the list was made of; see `matcher.events.list_stamp`."""


@dataclass(frozen=True, slots=True)
class ReportMeeting:
    """A firm at a team's table."""

    slot: str
    table: str
    firm: str
    team_id: str
    team: str
    institution: str
    is_pinned: bool
    subjects: tuple[ShortlistLine, ...]
    """What they can speak about: the team's patents for the firm's needs, by need and place."""

    @property
    def questions(self) -> tuple[str, ...]:
        """What the firm is likely to ask, each once."""
        return tuple(dict.fromkeys(one for line in self.subjects for one in line.questions))


@dataclass(frozen=True, slots=True)
class ReportReserve:
    """A pair that can meet where a planned meeting does not happen (候补)."""

    slot: str
    table: str
    firm: str
    team_id: str
    team: str
    institution: str
    instead_of: str | None
    """The firm that has to stay away first; None where both are free anyway."""
    subjects: tuple[ShortlistLine, ...]


@dataclass(frozen=True, slots=True)
class ReportFirm:
    """What the page of an enterprise shows."""

    name: str
    persons: tuple[str, ...]
    needs: tuple[ReportNeed, ...]
    meetings: tuple[ReportMeeting, ...]
    reasons: tuple[str, ...]
    """Why it has no meeting; none where it has one."""


@dataclass(frozen=True, slots=True)
class ReportTeam:
    """What the page of a team shows."""

    id: str
    institution: str
    name: str
    persons: tuple[str, ...]
    tables: tuple[str, ...]
    meetings: tuple[ReportMeeting, ...]
    reasons: tuple[str, ...]
    """Why it has no meeting; none where it has one."""


@dataclass(frozen=True, slots=True)
class ReportSlot:
    """A slot of the day with its meetings, by table, and its reserves, the best first."""

    slot: str
    meetings: tuple[ReportMeeting, ...]
    reserves: tuple[ReportReserve, ...]


@dataclass(frozen=True, slots=True)
class UnmatchedNeed:
    """A need that nobody at the event will speak about."""

    need: ReportNeed
    kind: str
    """未匹配, 无契合专利, 团队未到会, 未安排洽谈."""
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DataProblem:
    """Something in the data that somebody should mend before the event."""

    kind: str
    subject: str
    """What it is about: a need by number, a patent by title and number, an institution."""
    words: str
    mend: str
    need: str | None = None


@dataclass(frozen=True, slots=True)
class FollowUpLine:
    """A match to be followed up after the event."""

    is_reserve: bool
    place: Place | None
    line: ShortlistLine
    need: ReportNeed
    team_id: str | None
    team: str | None


@dataclass(frozen=True, slots=True)
class Source:
    """A model and an index that answered needs of the event."""

    model: str
    index: str
    needs: int
    matched_at: datetime


@dataclass(frozen=True, slots=True)
class EventReport:
    """Everything that the papers of an event show."""

    event: Event
    state: str
    version: int | None
    """The last version that was kept; None for none yet."""
    sources: tuple[Source, ...]
    status_from: date | None
    """The oldest and the newest day as of which a legal status of these papers is known."""
    status_to: date | None
    needs: tuple[ReportNeed, ...]
    firms: tuple[ReportFirm, ...]
    """In the order of their first need."""
    teams: tuple[ReportTeam, ...]
    slots: tuple[ReportSlot, ...]
    """In order of time; empty where there is no plan yet."""
    has_plan: bool
    unmatched: tuple[UnmatchedNeed, ...]
    unassigned: tuple[ReportTeam, ...]
    problems: tuple[DataProblem, ...]
    follow_up: tuple[FollowUpLine, ...]

    @property
    def meetings(self) -> tuple[ReportMeeting, ...]:
        """All meetings, by slot and table."""
        return tuple(meeting for slot in self.slots for meeting in slot.meetings)

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables at which somebody meets, in the event's order."""
        used = {meeting.table for meeting in self.meetings}
        return tuple(table for table in self.event.tables if table in used)
