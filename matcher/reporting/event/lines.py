"""The needs of a report with their shortlist lines, from the matches as they were shown."""

from collections.abc import Mapping
from dataclasses import dataclass

from matcher.events.planning.model import Pair
from matcher.events.shown_match import ShownMatch
from matcher.evidence.fit_label import nothing_fits
from matcher.labels import (
    ASPECT,
    COLON,
    FACT,
    FIT,
    PART,
    STATUS,
    TYPE,
    Label,
    Language,
    fit_rests_on,
    passage_label,
    pledge_note,
)
from matcher.matches.states import MatchState
from matcher.needs.reading.reading import read_need
from matcher.needs.record import NeedDetails
from matcher.patents.ids import LOCAL_ID
from matcher.reporting.event.labels import (
    doubted,
    match_state_label,
    shown_number,
    terms_lines,
    unknown_facts,
)
from matcher.reporting.event.model import (
    CardText,
    LineStatus,
    NeedPartText,
    Quote,
    ReportNeed,
    Seat,
    ShortlistLine,
)
from matcher.reporting.event.questions import likely_questions
from matcher.store.event_facts import EventFacts
from matcher.text.excerpts import excerpt
from matcher.text.highlights import Span, join
from matcher.types import Evidence, Fit, LegalStatus, NeedPartKind, PatentId
from matcher.workflows.events.event_view import EventView, ListedPatent, NeedView
from matcher.workflows.events.meeting_requests import firm_of, needs_of_pair

MAX_QUOTE_LENGTH = 160
"""Characters of a passage that a paper quotes."""
MAX_QUOTES = 2
MAX_TITLE_LENGTH = 30
_NEVER_SHOWN = ShownMatch(title="")
_UNNAMED: Label = {"zh": "（名称不详的专利）", "en": "(patent without a known title)"}


@dataclass(frozen=True, slots=True)
class _Context:
    """Facts of the event that its lines show beside the patents."""

    seats: Mapping[Pair, Seat]
    """The seat of each firm with each team."""
    teams: Mapping[tuple[str, str], str]
    """The team of the event for each need and patent, by ids."""
    facts: EventFacts
    language: Language


def report_needs(
    view: EventView,
    seats: Mapping[Pair, Seat],
    facts: EventFacts,
    language: Language,
) -> tuple[ReportNeed, ...]:
    """Return every need of the event with its lines, in the order of the sheet."""
    teams: dict[tuple[str, str], str] = {
        (need.id, listed.entry.patent): team
        for (_, team), subjects in needs_of_pair(view).items()
        for need, listed in subjects
    }
    context = _Context(seats, teams, facts, language)
    return tuple(_need(need, context) for need in view.needs)


def _need(view: NeedView, context: _Context) -> ReportNeed:
    record, language = view.need, context.language
    reading = read_need(record.need)
    parts = {part.kind: part.text for part in reading.parts}
    lines = tuple(
        _line(view, listed, position, parts, context)
        for position, listed in enumerate(view.listed, 1)
    )
    text = parts.get("title") or record.need.full_text or record.id
    return ReportNeed(
        id=record.id,
        number=view.position,
        title=record.details.title or _beginning(text),
        firm=firm_of(view),
        parts=tuple(
            NeedPartText(kind, PART[kind][language], text)
            for kind, text in parts.items()
            if kind != "title" or not record.details.title
        ),
        indicators=reading.indicators,
        terms=_need_terms(record.details, language),
        state=view.event_need.state,
        problem=view.event_need.problem,
        note=view.shortlist.note,
        is_locked=view.shortlist.is_locked,
        lines=lines,
        excluded=tuple(
            (_excluded_name(view, out.patent, language), _reason(view, out.reason, language))
            for out in view.shortlist.excluded
        ),
        nothing_fits=nothing_fits(line.fit for line in lines),
        stamp=context.facts.stamps.get(record.id, ""),
    )


def _need_terms(details: NeedDetails, language: Language) -> tuple[str, ...]:
    need = details.need
    named = (
        ("budget", need.budget),
        ("cooperation", need.cooperation),
        ("deadline", need.deadline),
    )
    return tuple(f"{FACT[name][language]}{COLON[language]}{text}" for name, text in named if text)


def _line(
    need: NeedView,
    listed: ListedPatent,
    position: int,
    parts: Mapping[NeedPartKind, str],
    context: _Context,
) -> ShortlistLine:
    entry, shown, language = listed.entry, listed.shown or _NEVER_SHOWN, context.language
    team_id = context.teams.get((need.id, entry.patent))
    fit = _fit(listed)
    number = shown_number(shown.application_number, shown.publication_number, entry.patent)
    return ShortlistLine(
        need=need.id,
        patent=entry.patent,
        match=listed.match,
        position=position,
        title=shown.title or shown_number(entry.patent) or _UNNAMED[language],
        number=number,
        number_label=FACT["publication" if number == shown.publication_number else "number"][
            language
        ],
        patent_type=TYPE[shown.patent_type][language] if shown.patent_type else "",
        institution=listed.institution,
        team=shown.team.name if shown.team else None,
        team_id=team_id,
        status=_status(shown, language),
        terms=terms_lines(shown.licence, language, shown.status),
        readiness=shown.readiness,
        pledge=_pledge(shown, language),
        is_right_doubtful=_is_right_doubtful(shown),
        fit=fit,
        fit_label=FIT[fit][language],
        rests_on=_rests_on(shown, language),
        card=tuple(CardText(c.aspect, ASPECT[c.aspect][language], c.text) for c in shown.card),
        quotes=_quotes(shown, language),
        unanswered=tuple(PART[part][language] for part in shown.unanswered),
        unanswered_kinds=shown.unanswered,
        unknown=unknown_facts(listed.shown, language) if listed.shown else (),
        contact=shown.contact,
        meeting=context.seats.get((firm_of(need), team_id)) if team_id else None,
        questions=likely_questions(parts, listed.shown, language),
        state=_state_label(listed, context),
        is_pinned=entry.is_pinned,
        is_added=entry.is_added,
        note=entry.note,
    )


def _rests_on(shown: ShownMatch, language: Language) -> str:
    sentence = fit_rests_on(shown.fit_basis, shown.fit_gap)
    return "" if sentence is None else sentence[language]


def _pledge(shown: ShownMatch, language: Language) -> str | None:
    """Return the note on a pledge in the language of the paper."""
    note = pledge_note(shown.pledge_code, language) or shown.pledge_note
    return note and doubted(note, shown.status, language)


def _is_right_doubtful(shown: ShownMatch) -> bool:
    """True for an open licence or a pledge of a patent that is not known to be in force."""
    claimed = bool(shown.licence.open_licence or shown.pledge_note)
    return claimed and shown.status is not LegalStatus.IN_FORCE


def _excluded_name(view: NeedView, patent: PatentId, language: Language) -> str:
    """Return title and number of a patent that was taken out, without an id of our own."""
    title, number = view.excluded_titles.get(patent), shown_number(patent)
    return f"《{title}》{number}" if title else number or _UNNAMED[language]


def _reason(view: NeedView, reason: str, language: Language) -> str:
    """Return the reason of an exclusion; a patent without a number stands in it by its title."""
    titles: dict[str, str] = {
        listed.entry.patent: f"《{listed.title}》" for listed in view.listed if listed.shown
    }
    return LOCAL_ID.sub(lambda found: titles.get(found[0], _UNNAMED[language]), reason)


def _fit(listed: ListedPatent) -> Fit | None:
    """Return the fit label of a patent as it was shown last, or as the model proposed it."""
    shown = listed.shown.fit if listed.shown else None
    return shown or (listed.entry.proposed.fit if listed.entry.proposed else None)


def _state_label(listed: ListedPatent, context: _Context) -> str:
    state = context.facts.states.get(listed.match or "", MatchState.RECOMMENDED)
    return match_state_label(state, context.language)


def _status(shown: ShownMatch, language: Language) -> LineStatus:
    label = STATUS[shown.status][language]
    return LineStatus(shown.status, label, shown.status_text, shown.status_as_of, shown.years_left)


def _quotes(shown: ShownMatch, language: Language) -> tuple[Quote, ...]:
    """Return the first quotes, those that answer a part of the need before the others."""
    evidence = sorted(shown.evidence, key=lambda passage: not passage.parts)
    return tuple(_quote(passage, language) for passage in evidence[:MAX_QUOTES])


def _quote(passage: Evidence, language: Language) -> Quote:
    text, marks = passage.text, join((*passage.highlights, *passage.related))
    if passage.focus:
        text, marks = _cut_out(text, marks, passage.focus)
    text, marks = excerpt(text, marks, MAX_QUOTE_LENGTH)
    return Quote(
        source=passage_label(passage.passage, language),
        text=text,
        marks=marks,
        answers=tuple(PART[kind][language] for kind in passage.parts),
    )


def _cut_out(text: str, marks: tuple[Span, ...], focus: Span) -> tuple[str, tuple[Span, ...]]:
    """Return the text of the focus, and the marks inside it by their new positions."""
    start, end = focus
    inside = ((max(s, start) - start, min(e, end) - start) for s, e in marks)
    return text[start:end], tuple((s, e) for s, e in inside if s < e)


def _beginning(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= MAX_TITLE_LENGTH else flat[: MAX_TITLE_LENGTH - 1] + "…"
