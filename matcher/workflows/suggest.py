"""Holding what imports brought against the open needs (see matcher.suggestions for the rule)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from matcher.ids import new_id
from matcher.matches.suggestion import (
    FITTING,
    TOP_RANKS,
    Suggestion,
    SuggestionState,
)
from matcher.matches.webhook import WebhookEvent
from matcher.needs.record import NeedRecord
from matcher.progress import Report, Step, silent
from matcher.search.answer_json import answer_json
from matcher.search.matcher import Matcher
from matcher.store import (
    needs,
    new_patents,
    outbox,
    suggestions,
)
from matcher.store.database import Store
from matcher.store.new_patents import Arrival
from matcher.store.schema.times import now
from matcher.store.visibility import asking
from matcher.types import Answer


@dataclass(frozen=True, slots=True)
class Suggested:
    """What a run did."""

    patents: int
    """New and newly open-licensed patents that were looked at."""
    needs: int
    """Open needs that were asked."""
    suggestions: tuple[Suggestion, ...]


NOTHING = Suggested(0, 0, ())


def has_work(store: Store, today: date) -> bool:
    """Whether patents wait for needs that ask; loads nothing.

    Where no need asks, the patents are forgotten: a need that comes later asks for itself.
    """
    with store.reading() as connection:
        if not new_patents.are_there(connection):
            return False
        if needs.page(connection, asking(today), limit=1):
            return True
        waiting = new_patents.each(connection)
    with store.writing() as connection:
        if not needs.page(connection, asking(today), limit=1):
            new_patents.remove(connection, waiting)
    return False


def suggest(
    matcher: Matcher, database_generation: int, *, today: date, report: Report = silent
) -> Suggested:
    """Queue the open needs that waiting patents fit well, and tell webhooks of each.

    `database_generation` is the state of the database that the matcher's index was built from:
    patents that came after it wait for the next index, and with them all that wait now.
    """
    store = matcher.catalogue.store
    if store.number("generation") != database_generation:
        return NOTHING
    with store.reading() as connection:
        waiting = new_patents.each(connection)
        asked = list(needs.each(connection, asking(today)))
    # Read after the arrivals: whatever they are, the index has them if nothing changed by now.
    if not waiting or store.number("generation") != database_generation:
        return NOTHING
    found: list[Suggestion] = []
    by_patent = {arrival.patent: arrival for arrival in waiting}
    answers = matcher.match_many([need.need for need in asked], k=TOP_RANKS, today=today)
    for number, (need, answer) in enumerate(zip(asked, answers, strict=True), start=1):
        found += _fitting(need, answer, by_patent, today)
        report(Step("holding new patents against the open needs", number, len(asked)))
    with store.writing() as connection:
        made = suggestions.add_new(connection, found, today)
        for suggestion in made:
            outbox.emit(
                connection, WebhookEvent.SUGGESTION_CREATED, suggestion.need, _told(suggestion)
            )
        new_patents.remove(connection, waiting)
    return Suggested(len(waiting), len(asked), tuple(made))


def _fitting(
    need: NeedRecord, answer: Answer, waiting: dict[str, Arrival], today: date
) -> Sequence[Suggestion]:
    places = [
        place
        for place, match in enumerate(answer.results)
        if match.patent.id in waiting and match.fit in FITTING
    ]
    if not places:
        return ()
    written = answer_json(answer, today)
    results = written.pop("results")
    made = []
    for place in places:
        match = answer.results[place]
        assert match.fit is not None  # None is not among those that fit
        made.append(
            Suggestion(
                id=new_id("suggestion"),
                need=need.id,
                patent=match.patent.id,
                institution=match.patent.institution,
                reason=waiting[match.patent.id].reason,
                fit=match.fit,
                rank=match.rank,
                model=answer.model,
                index=answer.index,
                need_version=need.version,
                answer=written,
                result=results[place],
                state=SuggestionState.NEW,
                match=None,
                made_at=now(),
            )
        )
    return made


def _told(suggestion: Suggestion) -> dict[str, str | int | None]:
    return {
        "suggestion": suggestion.id,
        "need": suggestion.need,
        "patent": suggestion.patent,
        "reason": suggestion.reason.value,
    }
