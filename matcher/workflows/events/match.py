"""A shortlist for every need of an event, in one batch that can be stopped and taken up again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from matcher.access.roles import Caller
from matcher.errors import MatcherError
from matcher.events.record import Event, EventNeed, EventNeedState
from matcher.progress import Report, Step
from matcher.search.answer_json import answer_json
from matcher.search.matcher import NEEDS_AT_ONCE, Matcher
from matcher.store import events, rankings
from matcher.store.database import Store
from matcher.types import Answer, Filters

SPARE = 5
"""Patents that are kept beyond the shortlist, to make room for exclusions."""


@dataclass(frozen=True, slots=True)
class Matched:
    """What a batch did."""

    matched: int
    failed: int
    skipped: int
    """Needs that had their shortlist already."""


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
    """Give every need of the event that waits its shortlist; what is done is kept at once.

    `again` lets all needs wait first; the staff's edits stand apart and stay. A need that cannot
    be answered is recorded with the reason, and the others go on. Raises EventNotFoundError.
    """
    with store.writing() as connection:
        event = events.named(connection, name)
        if again:
            events.wait_again(connection, name)
        asked = events.needs_of(connection, name)
    waiting = [one for one in asked if one.state is not EventNeedState.MATCHED]
    done = failed = 0
    report(Step("matching needs", 0, len(waiting)))
    for chunk in _chunks(waiting):
        for one, found in _answers(engine, chunk, event, filters, today):
            failed += isinstance(found, str)
            done += 1
            with store.writing() as connection:
                if isinstance(found, str):
                    events.set_answer(connection, name, one.need.id, problem=found)
                else:
                    written = answer_json(found, today)
                    kept = rankings.keep(connection, one.need, caller, found, written)
                    events.set_answer(connection, name, one.need.id, ranking=kept.id)
            report(Step("matching needs", done, len(waiting)))
    return Matched(done - failed, failed, len(asked) - len(waiting))


def _chunks(needs: Sequence[EventNeed]) -> Iterator[Sequence[EventNeed]]:
    for start in range(0, len(needs), NEEDS_AT_ONCE):
        yield needs[start : start + NEEDS_AT_ONCE]


def _answers(
    engine: Matcher, chunk: Sequence[EventNeed], event: Event, filters: Filters, today: date
) -> Iterator[tuple[EventNeed, Answer | str]]:
    """The answer to each need, or why there is none."""
    k = event.options.shortlist_length + SPARE
    try:
        found = list(engine.match_many([one.need.need for one in chunk], filters, k, today=today))
    except Exception:  # one need must not take the others with it: ask one by one
        for one in chunk:
            yield one, _answer(engine, one, filters, k, today)
        return
    for one, answer in zip(chunk, found, strict=True):
        yield one, answer if answer.results else _empty(answer)


def _answer(engine: Matcher, one: EventNeed, filters: Filters, k: int, today: date) -> Answer | str:
    try:
        answer = engine.match(one.need.need, filters, k, today=today)
    except MatcherError as error:
        return str(error)
    except Exception as error:  # its words may quote the need
        return f"the need could not be matched ({type(error).__name__})"
    return answer if answer.results else _empty(answer)


def _empty(answer: Answer) -> str:
    return "; ".join(answer.notes) or "no patent was found for it"
