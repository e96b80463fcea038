"""Batch of an event's needs: begun, or taken up again where a kill or ctrl-c stopped it.

Only a batch with the same inputs goes on. So what it leaves is the same as without the stop.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import Connection

from matcher.events.record import Event, EventNeed, EventNeedState
from matcher.language.choice import current_language
from matcher.search.matcher import Matcher
from matcher.search.options import SearchOptions
from matcher.store import events
from matcher.types import Filters, Json


@dataclass(frozen=True, slots=True)
class Batch:
    """Needs that a batch is still to match, and those that are done."""

    waiting: Sequence[EventNeed]
    skipped: int
    """Needs that had their shortlist already."""
    resumed: int
    """Those of them that the same batch had matched before it was stopped."""


def batch_inputs(engine: Matcher, options: SearchOptions, today: date) -> Json:
    """Return everything on which the answers of a batch depend, beside the needs themselves."""
    version = engine.catalogue.store.version()
    return {
        "index": engine.generation,
        "revision": version.revision,
        "catalogue": version.catalogue,
        "filters": _written(options.filters),
        "k": options.k,
        "day": today.isoformat(),
        "language": current_language(),
    }


def _written(filters: Filters) -> dict[str, str]:
    """Return the filters as text that is the same in every process, whatever the order of a set."""
    return {
        name: str(sorted(value) if isinstance(value, frozenset) else value)
        for name, value in asdict(filters).items()
    }


def begin(connection: Connection, event: Event, inputs: Json, *, again: bool) -> Batch:
    """Begin a batch with these inputs, or take up the one with the same that was stopped.

    With `again` every need waits first, but for those that a stopped batch with `again` has done.
    What a stopped batch with other inputs has done waits again.
    """
    name = event.name
    stopped = events.batch_of(connection, name)
    same = stopped
    if stopped is not None and (stopped["inputs"] != inputs or (again and not stopped["again"])):
        same = None
    if same is None and again:
        events.reset_answers(connection, name)
    elif same is None and stopped is not None:
        events.reset_answers(connection, name, stopped["needs"])
    needs = events.needs_of(connection, name)
    waiting = [need for need in needs if need.state is not EventNeedState.MATCHED]
    left = {need.need.id for need in waiting}
    begun = set() if same is None else set(same["needs"])
    again = again if same is None else same["again"]
    batch = {"inputs": inputs, "again": again, "needs": sorted(begun | left)}
    events.set_batch(connection, name, batch)
    resumed = sum(need.need.id in begun - left for need in needs)
    return Batch(waiting, len(needs) - len(waiting), resumed)


def end(connection: Connection, event: Event) -> None:
    """Let the next batch begin anew."""
    events.set_batch(connection, event.name, None)
