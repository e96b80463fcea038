"""Matching of imported patents against the open needs (rule: matcher.matches.suggestion)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from matcher.ids import new_id
from matcher.language.messages import _
from matcher.matches.suggestion import (
    MAX_RANK,
    SUGGESTED_FITS,
    Suggestion,
    SuggestionState,
)
from matcher.matches.webhook import WebhookEvent
from matcher.needs.record import NeedRecord
from matcher.progress import Report, Step, silent
from matcher.search.answer_json import answer_json
from matcher.search.matcher import Matcher
from matcher.search.options import SearchOptions
from matcher.store import locks, needs, new_patents, outbox, suggestions
from matcher.store.database import Store
from matcher.store.new_patents import Arrival
from matcher.store.schema.times import now
from matcher.store.visibility import asking
from matcher.types import Answer


@dataclass(frozen=True, slots=True)
class SuggestRun:
    """Counts and suggestions of a run."""

    patents: int
    """New and newly open-licensed patents."""
    needs: int
    """Open needs that were answered."""
    suggestions: tuple[Suggestion, ...]


NOTHING = SuggestRun(0, 0, ())


def has_work(store: Store, today: date) -> bool:
    """True if patents are queued and needs are open; loads no model.

    Without an open need the queue is emptied: a later need gets its own answer.
    """
    with store.reading() as connection:
        if not new_patents.exist(connection):
            return False
        if needs.page(connection, asking(today), limit=1):
            return True
        waiting = new_patents.each(connection)
    with store.changing_catalogue() as connection:
        if not needs.page(connection, asking(today), limit=1):
            new_patents.remove(connection, waiting)
    return False


def suggest(
    matcher: Matcher, indexed_state: str, *, today: date, report: Report = silent
) -> SuggestRun:
    """Add suggestions of queued patents for open needs, with a webhook event each.

    `indexed_state` is the id of the catalogue's state in the matcher's index: if patents came after
    it, the whole queue waits for the next index.
    """
    store = matcher.catalogue.store
    if store.catalogue_state().id != indexed_state:
        return NOTHING
    with store.reading() as connection:
        waiting = new_patents.each(connection)
        open_needs = list(needs.each(connection, asking(today)))
    # Read after the queue: if the state is still the same, the index has every queued patent.
    if not waiting or store.catalogue_state().id != indexed_state:
        return NOTHING
    fitting: list[Suggestion] = []
    by_patent = {arrival.patent: arrival for arrival in waiting}
    answers = matcher.match_many(
        [need.need for need in open_needs], SearchOptions(k=MAX_RANK), today=today
    )
    for number, (need, answer) in enumerate(zip(open_needs, answers, strict=True), start=1):
        fitting += _fitting(need, answer, by_patent, today)
        report(Step(_("holding new patents against the open needs"), number, len(open_needs)))
    with store.changing_catalogue() as connection:
        locks.take_records(connection)
        made = suggestions.add_new(connection, fitting, today)
        for suggestion in made:
            outbox.emit(
                connection,
                WebhookEvent.SUGGESTION_CREATED,
                suggestion.need,
                _event_data(suggestion),
            )
        new_patents.remove(connection, waiting)
    return SuggestRun(len(waiting), len(open_needs), tuple(made))


def _fitting(
    need: NeedRecord, answer: Answer, waiting: dict[str, Arrival], today: date
) -> Sequence[Suggestion]:
    """Return the suggestions for the queued patents of an answer."""
    positions = [
        position
        for position, match in enumerate(answer.results)
        if match.patent.id in waiting and match.fit in SUGGESTED_FITS
    ]
    if not positions:
        return ()
    written = answer_json(answer, today)
    results = written.pop("results")
    made = []
    for position in positions:
        match = answer.results[position]
        assert match.fit is not None  # SUGGESTED_FITS has no None
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
                result=results[position],
                state=SuggestionState.NEW,
                match=None,
                made_at=now(),
            )
        )
    return made


def _event_data(suggestion: Suggestion) -> dict[str, str | int | None]:
    return {
        "suggestion": suggestion.id,
        "need": suggestion.need,
        "patent": suggestion.patent,
        "reason": suggestion.reason.value,
    }
