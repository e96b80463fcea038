"""The needs of a report with their shortlist lines, drawn from what was shown when it was shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from matcher.labels import ASPECT, AVAILABILITY, FIT, PART, STATUS, TYPE, Language
from matcher.matches.states import MatchState
from matcher.needs.reading.reading import read_need
from matcher.needs.record import NeedDetails
from matcher.patents.cards.card import ASPECTS
from matcher.patents.ipc import industry_names
from matcher.reporting.event import words as report_words
from matcher.reporting.event.model import (
    CardWords,
    NeedPartWords,
    Place,
    Quote,
    ReportNeed,
    ShortlistLine,
    Way,
)
from matcher.reporting.event.questions import likely_questions
from matcher.store.event_facts import Facts
from matcher.text.excerpts import excerpt
from matcher.text.highlights import join
from matcher.types import Fit, LegalStatus, NeedPartKind, PatentType
from matcher.workflows.events.board import (
    Board,
    BoardNeed,
    Json,
    Listed,
)
from matcher.workflows.events.meeting_requests import firm_of, needs_of_pair

LONGEST_QUOTE = 160
"""Characters of a passage that a paper quotes."""
QUOTES = 2
LONGEST_TITLE = 30


@dataclass(frozen=True, slots=True)
class Around:
    """What a line shows besides the patent."""

    places: Mapping[tuple[str, str], Place]
    """Of each firm with each team."""
    teams: Mapping[tuple[str, str], str]
    """The team at the event of each need and patent, by ids."""
    facts: Facts
    language: Language


def report_needs(
    board: Board,
    places: Mapping[tuple[str, str], Place],
    facts: Facts,
    language: Language,
) -> tuple[ReportNeed, ...]:
    """Every need of the event with its lines, in the order of the sheet."""
    teams: dict[tuple[str, str], str] = {
        (need.asked.need.id, listed.entry.patent): team
        for (_, team), subjects in needs_of_pair(board).items()
        for need, listed in subjects
    }
    around = Around(places, teams, facts, language)
    return tuple(_need(one, around) for one in board.needs)


def label(listed: Listed) -> Fit | None:
    """How well a patent fits its need, as it was shown last."""
    shown: Fit | None = (listed.result or {}).get("fit")
    return shown or (listed.entry.proposed.fit if listed.entry.proposed else None)


def _need(one: BoardNeed, around: Around) -> ReportNeed:
    asked, language = one.asked, around.language
    details = asked.need.details
    reading = read_need(asked.need.need)
    parts = {part.kind: part.text for part in reading.parts}
    lines = tuple(
        _line(one, listed, place, parts, around) for place, listed in enumerate(one.listed, 1)
    )
    shown = parts.get("title") or asked.need.need.full_text or asked.need.id
    return ReportNeed(
        id=asked.need.id,
        number=asked.position,
        title=details.title or _cut(shown, LONGEST_TITLE),
        firm=firm_of(one),
        parts=tuple(
            NeedPartWords(kind, PART[kind][language], text)
            for kind, text in parts.items()
            if kind != "title" or not details.title
        ),
        indicators=reading.indicators,
        terms=_asked_terms(details, language),
        industry=details.industry,
        region=details.region,
        state=asked.state,
        problem=asked.problem,
        note=one.shortlist.note,
        is_locked=one.shortlist.is_locked,
        lines=lines,
        excluded=tuple(
            (one.excluded_name(gone.patent), gone.reason) for gone in one.shortlist.excluded
        ),
        nothing_fits=all(line.fit == "weak" for line in lines),
        stamp=around.facts.stamps.get(asked.need.id, ""),
    )


def _asked_terms(details: NeedDetails, language: Language) -> tuple[str, ...]:
    need, zh = details.need, language == "zh"
    named = (
        ("预算" if zh else "budget", need.budget),
        ("合作方式" if zh else "cooperation", need.cooperation),
        ("截止日期" if zh else "deadline", need.deadline),
    )
    return tuple(f"{name}{'：' if zh else ': '}{words}" for name, words in named if words)


def _line(
    one: BoardNeed,
    listed: Listed,
    place: int,
    parts: Mapping[NeedPartKind, str],
    around: Around,
) -> ShortlistLine:
    entry, result, language = listed.entry, listed.result or {}, around.language
    need = one.asked.need.id
    team_id = around.teams.get((need, entry.patent))
    team = result.get("team") or {}
    fit = label(listed)
    unanswered: tuple[NeedPartKind, ...] = tuple(result.get("unanswered", ()))
    status = LegalStatus(result.get("legal_status", LegalStatus.UNKNOWN))
    known_terms = report_words.terms(result.get("licence", {}), language)
    available = result.get("availability")
    state = around.facts.states.get(listed.match or "", MatchState.RECOMMENDED)
    kind = result.get("patent_type")
    return ShortlistLine(
        need=need,
        patent=entry.patent,
        match=listed.match,
        place=place,
        proposed_place=entry.proposed.rank if entry.proposed else None,
        title=listed.title,
        number=result.get("application_number") or entry.patent,
        publication_number=result.get("publication_number"),
        patent_type=TYPE[PatentType(kind)][language] if kind else "",
        owner=result.get("owner"),
        institution=listed.institution,
        team=team.get("name"),
        team_id=team_id,
        industries=tuple(
            industry_names().get(code, code) if language == "zh" else code
            for code in result.get("industries", ())
        ),
        status=status,
        status_words=STATUS[status][language],
        status_text=result.get("legal_status_text"),
        status_as_of=_day(result.get("status_as_of")),
        years_left=result.get("years_left"),
        terms=known_terms,
        readiness=result.get("licence", {}).get("readiness"),
        pledge=(result.get("pledge") or {}).get("note"),
        fit=fit,
        fit_words=FIT[fit][language],
        card=_card(result, language),
        quotes=_quotes(result, language),
        unanswered=tuple(PART[part][language] for part in unanswered),
        unanswered_kinds=unanswered,
        unknown=report_words.unknown(result, known_terms, language) if result else (),
        availability=AVAILABILITY[available["level"]][language] if available else "",
        availability_reasons=tuple(available["reasons"]) if available and language == "zh" else (),
        way=_way(result),
        meeting=around.places.get((firm_of(one), team_id)) if team_id else None,
        questions=likely_questions(parts, unanswered, listed.result, language),
        state=report_words.match_state(state, language),
        is_pinned=entry.is_pinned,
        is_added=entry.is_added,
        note=entry.note,
    )


def _card(result: Json, language: Language) -> tuple[CardWords, ...]:
    card = result.get("card", {})
    return tuple(
        CardWords(aspect, ASPECT[aspect][language], line["text"])
        for aspect in ASPECTS
        for line in card.get(aspect, ())
    )


def _quotes(result: Json, language: Language) -> tuple[Quote, ...]:
    """The sentences that answer, those that answer a part of the need before the others."""
    found = sorted(result.get("evidence", ()), key=lambda one: not one["parts"])
    return tuple(_quote(one, language) for one in found[:QUOTES])


def _quote(one: Json, language: Language) -> Quote:
    text = one["text"]
    spans = join((*map(tuple, one["highlights"]), *map(tuple, one["related"])))
    if one["focus"]:
        start, end = one["focus"]
        inside = ((max(s, start) - start, min(e, end) - start) for s, e in spans)
        text, spans = text[start:end], tuple((s, e) for s, e in inside if s < e)
    text, spans = excerpt(text, spans, LONGEST_QUOTE)
    return Quote(
        source=report_words.source(one["passage"], language),
        text=text,
        marks=spans,
        answers=tuple(PART[kind][language] for kind in one["parts"]),
    )


def _way(result: Json) -> Way | None:
    contact = result.get("contact")
    if contact is None:
        return None
    return Way(contact["institution"], contact["name"], contact["phone"], contact["email"])


def _day(words: str | None) -> date | None:
    return None if words is None else date.fromisoformat(words)


def _cut(text: str, longest: int) -> str:
    first = " ".join(text.split())
    return first if len(first) <= longest else first[: longest - 1] + "…"
