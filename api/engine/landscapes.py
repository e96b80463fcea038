"""Landscapes that were counted lately, for the pages: one count for a page and all its charts."""

import asyncio
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from threading import Condition

from anyio import to_thread
from cachetools import LRUCache, cached

from api.engine.live import LiveEngine
from api.engine.model_threads import ModelThreads
from matcher.landscape.demand import AskedNeed, Demand, NeedOutcome
from matcher.landscape.landscape import Landscape
from matcher.landscape.scope import Scope
from matcher.language.choice import current_language
from matcher.progress import Step
from matcher.reporting.landscape.charts import chart

MAX_LANDSCAPES, MAX_CHARTS, MAX_DEMANDS = 32, 512, 8
"""Landscapes, drawn charts and answered sets of needs that are kept."""
NEEDS_AT_ONCE = 16
"""Needs that are answered in one turn of a model thread: between turns others have theirs."""


@dataclass
class _Answering:
    """Needs that are being answered."""

    total: int
    done: int = 0
    task: "asyncio.Task[Demand] | None" = field(default=None, repr=False)


class Landscapes:
    """Counts landscapes and draws their charts, each once for a version of the database."""

    def __init__(self, engine: LiveEngine) -> None:
        """Take the engine; open nothing."""
        self._engine = engine
        self._answering: dict[Hashable, _Answering] = {}
        keep_landscape = cached(LRUCache(MAX_LANDSCAPES), self._key, condition=Condition())
        self._counted = keep_landscape(self._count)
        keep_chart = cached(LRUCache(MAX_CHARTS), condition=Condition())
        self._drawn = keep_chart(_draw)

    def landscape(self, scope: Scope, demand: Demand | None, today: date) -> Landscape:
        """Return a landscape, which takes a thread. Raises what `LiveEngine.match` raises."""
        return self._counted(scope, demand, today)

    def chart(self, landscape: Landscape, name: str, *, is_narrow: bool) -> bytes:
        """Return a chart as SVG. Raises KeyError for a frame without one."""
        return self._drawn(landscape, name, is_narrow, current_language())

    async def demand(
        self,
        threads: ModelThreads,
        asked: Sequence[AskedNeed],
        total: int,
        today: date,
        patience: float,
    ) -> Demand | Step:
        """Return the answered needs, or how far they are after so many seconds.

        The work goes on, and the next call finds what is done. Raises what `LiveEngine.match`
        raises.
        """
        key = await to_thread.run_sync(self._key, None, (tuple(asked), total), today)
        answering = self._answering.get(key)
        if answering is None:
            answering = _Answering(len(asked))
            self._answering[key] = answering
            work = self._answer(threads, answering, asked, total, today)
            answering.task = asyncio.create_task(work)
            self._forget_oldest()
        task = answering.task
        assert task is not None  # made with it
        done, _waiting = await asyncio.wait({task}, timeout=patience)
        if not done:
            return Step("", answering.done, answering.total)
        if task.cancelled() or task.exception() is not None:
            self._answering.pop(key, None)
        return task.result()

    async def _answer(
        self,
        threads: ModelThreads,
        answering: _Answering,
        asked: Sequence[AskedNeed],
        total: int,
        today: date,
    ) -> Demand:
        answered: list[NeedOutcome] = []
        for start in range(0, len(asked), NEEDS_AT_ONCE):
            some = asked[start : start + NEEDS_AT_ONCE]
            answered += await threads.run(partial(self._engine.need_outcomes, some, today))
            answering.done = len(answered)
        return Demand(tuple(answered), total)

    def _forget_oldest(self) -> None:
        finished = [
            key for key, each in self._answering.items() if each.task is None or each.task.done()
        ]
        for key in finished[: max(0, len(self._answering) - MAX_DEMANDS)]:
            del self._answering[key]

    def _count(self, scope: Scope, demand: Demand | None, today: date) -> Landscape:
        return self._engine.landscape(scope, demand, today)

    def _key(self, scope: Scope | None, demand: Hashable, today: date) -> Hashable:
        version = self._engine.catalogue().store.version()
        return version, self._engine.generation(), scope, demand, today


def _draw(landscape: Landscape, name: str, is_narrow: bool, _language: str) -> bytes:
    return chart(landscape, name, is_narrow=is_narrow)
