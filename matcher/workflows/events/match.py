"""Matching of all needs of an event, in one batch that can be stopped and taken up again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from matcher.access.roles import Caller
from matcher.errors import MatcherError
from matcher.events.record import EventNeed
from matcher.language.messages import _
from matcher.progress import Report, Step
from matcher.search.answer_json import answer_json
from matcher.search.matcher import Matcher
from matcher.search.options import SearchOptions
from matcher.store import events, rankings
from matcher.store.database import Store
from matcher.store.schema.times import now
from matcher.types import Answer, Filters
from matcher.workflows.events import batch, versions
from matcher.workflows.events.recommend import recommend_listed

SPARE_PATENTS = 5
"""Patents proposed beyond the length of the shortlist, to make room for exclusions."""


@dataclass(frozen=True, slots=True)
class Matched:
    """The counts of a batch, in needs."""

    matched: int
    failed: int
    skipped: int
    """Needs that had their shortlist already."""
    resumed: int
    """Those of them that the same batch had matched before it was stopped."""


def match_event(
    engine: Matcher,
    store: Store,
    name: str,
    *,
    caller: Caller,
    today: date,
    again: bool = False,
    filters: Filters = Filters(),
    report: Report,
) -> Matched:
    """Match every waiting need of the event; each answer is stored as soon as it is found.

    `again` makes all needs wait first; the staff's edits are stored apart and stay. A need that
    fails is recorded with the reason, and the others go on. A batch that was stopped is taken up
    again, if nothing on which its answers depend has changed. Raises EventNotFoundError.
    """
    with store.writing() as connection:
        event = events.by_name(connection, name)
        options = SearchOptions(filters, event.options.shortlist_length + SPARE_PATENTS)
        inputs = batch.batch_inputs(engine, options, today)
        begun = batch.begin(connection, event, inputs, again=again)
    waiting = begun.waiting
    failed = 0
    report(Step(_("matching needs"), 0, len(waiting)))
    for done, (need, answer) in enumerate(_answers(engine, waiting, options, today), 1):
        failed += isinstance(answer, str)
        with store.writing() as connection:
            if isinstance(answer, str):
                events.set_answer(connection, name, need.need.id, problem=answer)
            else:
                written = answer_json(answer, today)
                ranking = rankings.add(
                    connection, need.need, caller, answer, written, is_proposal=True
                )
                events.set_answer(connection, name, need.need.id, ranking=ranking.id)
                recommend_listed(connection, name, [need.need.id])
        report(Step(_("matching needs"), done, len(waiting)))
    with store.writing() as connection:
        recommend_listed(connection, name)
        versions.store_state(connection, name, now())
        batch.end(connection, event)
    return Matched(len(waiting) - failed, failed, begun.skipped, begun.resumed)


def _answers(
    engine: Matcher, needs: Sequence[EventNeed], options: SearchOptions, today: date
) -> Iterator[tuple[EventNeed, Answer | str]]:
    """Yield each need with its answer as soon as it is found, or with the reason of a failure."""
    done = 0
    try:
        for answer in engine.match_many([need.need.need for need in needs], options, today=today):
            yield needs[done], answer if answer.results else _no_results(answer)
            done += 1
    except Exception:  # one need must not fail the others: match the rest one by one
        for need in needs[done:]:
            yield need, _answer(engine, need, options, today)


def _answer(engine: Matcher, need: EventNeed, options: SearchOptions, today: date) -> Answer | str:
    try:
        answer = engine.match(need.need.need, options, today=today)
    except MatcherError as error:
        return str(error)
    except Exception as error:  # its message may quote the need
        return _("the need could not be matched ({name})", name=type(error).__name__)
    return answer if answer.results else _no_results(answer)


def _no_results(answer: Answer) -> str:
    return "; ".join(answer.notes) or _("no patent was found for it")
