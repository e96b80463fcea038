"""The report of an event: one value from which workbook, pages and timetables are printed.

Texts and labels are in the language that the report was made for; codes stand beside them where a
paper chooses a colour or a mark by them. Nothing here is a person's contact data.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from matcher.events.record import Event, EventNeedState
from matcher.text.highlights import Span
from matcher.types import CardAspect, Fit, LegalStatus, NeedPartKind, TtoContact


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage of a patent quoted as evidence."""

    source: str
    """The label of the passage: `摘要`, `权利要求 3`."""
    text: str
    marks: tuple[Span, ...]
    """Half-open ranges of the text that match words of the need, in order."""
    answers: tuple[str, ...]
    """Labels of the need parts that it answers; empty for a nearest passage."""


@dataclass(frozen=True, slots=True)
class Seat:
    """The slot and the table of a meeting."""

    slot: str
    table: str


@dataclass(frozen=True, slots=True)
class CardText:
    """A line of the technology card, in plain language."""

    aspect: CardAspect
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class LineStatus:
    """The legal status of a patent, as it was known when the patent was shown."""

    value: LegalStatus
    label: str
    text: str | None
    """The status in the words of its source."""
    as_of: date | None
    years_left: float | None


@dataclass(frozen=True, slots=True)
class ShortlistLine:
    """A patent of a need's shortlist, with the facts as they were shown."""

    need: str
    patent: str
    match: str | None
    """The id of the match; None if the patent was never shown."""
    position: int
    """In the shortlist, from 1."""
    title: str
    number: str
    """The application number, or else the publication number; empty if no office gave one."""
    number_label: str
    """`申请号`, or `公开（公告）号` where only that is known."""
    patent_type: str
    institution: str | None
    team: str | None
    """The team by its name in the catalogue; None if the catalogue names none."""
    team_id: str | None
    """The team of the event that presents the patent; None if none comes."""
    status: LineStatus
    terms: tuple[str, ...]
    """The known licence terms: kind, fee, term, conversion, price."""
    readiness: str | None
    pledge: str | None
    is_right_doubtful: bool
    """True for an open licence or a pledge of a patent that is not known to be in force."""
    fit: Fit | None
    fit_label: str
    rests_on: str
    """Sentence on what the fit label rests on; empty in matches of earlier versions."""
    card: tuple[CardText, ...]
    quotes: tuple[Quote, ...]
    unanswered: tuple[str, ...]
    """Labels of the need parts that nothing in the patent answers."""
    unanswered_kinds: tuple[NeedPartKind, ...]
    """The kinds of the same parts, in the same order."""
    unknown: tuple[str, ...]
    """Names of the facts that are not known: `许可或转让条件`, `技术成熟度`."""
    contact: TtoContact | None
    meeting: Seat | None
    questions: tuple[str, ...]
    """Questions that the firm is likely to put to the team."""
    state: str
    """The label of the follow-up state (跟进状态) of the match."""
    is_pinned: bool
    is_added: bool
    note: str | None


@dataclass(frozen=True, slots=True)
class NeedPartText:
    """A part of a need under its heading in the form."""

    kind: NeedPartKind
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class ReportNeed:
    """A need with its shortlist."""

    id: str
    number: int
    title: str
    """The title of the need, or the beginning of its text."""
    firm: str
    parts: tuple[NeedPartText, ...]
    """The need restated: problem, technique, goal, keywords; without its title."""
    indicators: tuple[str, ...]
    terms: tuple[str, ...]
    """Budget, cooperation and deadline, each with its name."""
    state: EventNeedState
    problem: str | None
    note: str | None
    is_locked: bool
    lines: tuple[ShortlistLine, ...]
    excluded: tuple[tuple[str, str], ...]
    """The patents that the staff took out, each by title and number, with the reason."""
    nothing_fits: bool
    """True if every patent of the list that has a label is a weak fit."""
    stamp: str
    """The stamp of the list; see `matcher.events.shortlist.list_stamp`."""


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
    """The team's patents for the firm's needs, by need and position.

    Empty for a meeting placed by hand of two that no shortlist brings together.
    """

    @property
    def questions(self) -> tuple[str, ...]:
        """The likely questions of all subjects, each once."""
        return tuple(dict.fromkeys(text for line in self.subjects for text in line.questions))


@dataclass(frozen=True, slots=True)
class ReportReserve:
    """A pair that can meet if a planned meeting does not happen (候补)."""

    slot: str
    table: str
    firm: str
    team_id: str
    team: str
    institution: str
    instead_of: str | None
    """The firm whose absence makes room; None if both sides are free anyway."""
    subjects: tuple[ShortlistLine, ...]


@dataclass(frozen=True, slots=True)
class ReportFirm:
    """The contents of the page of an enterprise."""

    name: str
    persons: tuple[str, ...]
    needs: tuple[ReportNeed, ...]
    meetings: tuple[ReportMeeting, ...]
    reasons: tuple[str, ...]
    """The reasons for which it has no meeting; empty if it has one."""


@dataclass(frozen=True, slots=True)
class ReportTeam:
    """The contents of the page of a team."""

    id: str
    institution: str
    name: str
    persons: tuple[str, ...]
    tables: tuple[str, ...]
    meetings: tuple[ReportMeeting, ...]
    reasons: tuple[str, ...]
    """The reasons for which it has no meeting; empty if it has one."""


@dataclass(frozen=True, slots=True)
class ReportSlot:
    """A slot of the day with its meetings, by table, and its reserves, the best first."""

    slot: str
    meetings: tuple[ReportMeeting, ...]
    reserves: tuple[ReportReserve, ...]


@dataclass(frozen=True, slots=True)
class UnmatchedNeed:
    """A need that no meeting is about."""

    need: ReportNeed
    kind: str
    """未匹配, 无契合专利, 团队未到会, 未安排洽谈."""
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DataProblem:
    """A problem in the data, to be fixed before the event."""

    kind: str
    subject: str
    """A need by number, a patent by title and number, or an institution."""
    detail: str
    fix: str
    need: str | None = None
    """The id of the need, if the problem is one of a need."""


@dataclass(frozen=True, slots=True)
class FollowUpLine:
    """A match to be followed up after the event, or a meeting that no shortlist stands behind."""

    is_reserve: bool
    seat: Seat | None
    firm: str
    team_id: str | None
    team: str | None
    need: ReportNeed | None = None
    line: ShortlistLine | None = None
    """None, with the need, for a meeting of two that no shortlist brings together."""


@dataclass(frozen=True, slots=True)
class Source:
    """A model and an index that answered needs of the event."""

    model: str
    index: str
    needs: int
    """The number of needs that they answered."""
    matched_at: datetime


@dataclass(frozen=True, slots=True)
class EventReport:
    """The contents of all papers of an event."""

    event: Event
    state: str
    version: int | None
    """The last stored version; None if there is none yet."""
    out_of_date: str | None
    """Meetings of the plan that no longer hold and were taken out, by name; None if all hold."""
    sources: tuple[Source, ...]
    status_from: date | None
    """The oldest day as of which a legal status of these papers is known."""
    status_to: date | None
    """The newest such day."""
    needs: tuple[ReportNeed, ...]
    firms: tuple[ReportFirm, ...]
    """In the order of their first need."""
    teams: tuple[ReportTeam, ...]
    slots: tuple[ReportSlot, ...]
    """In order of time; empty if there is no plan yet."""
    has_plan: bool
    unmatched: tuple[UnmatchedNeed, ...]
    unassigned: tuple[ReportTeam, ...]
    problems: tuple[DataProblem, ...]
    follow_up: tuple[FollowUpLine, ...]

    @property
    def meetings(self) -> tuple[ReportMeeting, ...]:
        """All meetings, by slot and table."""
        return tuple(meeting for slot in self.slots for meeting in slot.meetings)

    def subjects_of(
        self, meeting: ReportMeeting
    ) -> Iterator[tuple[ReportNeed, tuple[ShortlistLine, ...]]]:
        """Yield the needs that a meeting is about with the team's patents for each.

        Where no shortlist brings the two together, all needs of the firm, without patents.
        """
        for need in self.needs:
            if need.firm == meeting.firm:
                lines = tuple(line for line in meeting.subjects if line.need == need.id)
                if lines or not meeting.subjects:
                    yield need, lines

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables with a meeting, in the event's order."""
        used = {meeting.table for meeting in self.meetings}
        return tuple(table for table in self.event.tables if table in used)
