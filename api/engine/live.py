"""The engine behind the API: one loaded model, and always the index that was published last."""

import gc
import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from threading import Lock
from typing import cast

from fastapi import Request

from matcher.errors import IndexUnavailableError, MatcherError
from matcher.ports import Encoder
from matcher.progress import Report
from matcher.search import similar
from matcher.search.catalogue import Catalogue
from matcher.search.reverse import NeedsAnswer, needs_for
from matcher.settings import Settings
from matcher.store import patents
from matcher.types import Answer, Filters, Need, Patent, Reading
from matcher.wiring.build import (
    current_generation,
    database_generation,
)
from matcher.wiring.open import (
    load_encoder,
    open_catalogue,
    open_matcher,
)
from matcher.workflows import suggest as suggesting

RETRY_SECONDS = 5.0
"""How long an index that could not be opened is left alone, unless another one is published."""

STALE = (
    "patents were imported, changed or deleted since this index was built; run matcher index, "
    "and the new one is used at once"
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Readiness:
    """What answers, where everything that an answer needs can be used."""

    index: str
    model: str
    patents: int
    notes: tuple[str, ...]


class LiveEngine:
    """Answers from the published index. Every method may be called from several threads.

    A newly published index takes over between two requests. The one before stays open until the
    requests that began with it are done, and goes on answering where the new one cannot be used.
    """

    def __init__(self, settings: Settings) -> None:
        """Nothing is opened yet."""
        self._settings = settings
        self._resources = ExitStack()
        self._catalogue: Catalogue | None = None
        self._encoder: Encoder | None = None
        self._current: _OpenIndex | None = None
        self._refusal: _Refusal | None = None
        self._changing = Lock()
        """Guards the catalogue, the current index and the counts of its readers; held briefly."""
        self._opening = Lock()
        """Held while a model or an index is opened."""

    def open(self) -> None:
        """Load the model and open the index; what hinders that is logged and tried again later."""
        try:
            self.catalogue()
        except MatcherError as problem:
            logger.warning("%s", problem)
        self._refresh()

    def close(self) -> None:
        """Close everything; an index that is still read, as soon as it is read no more."""
        self._take_over(None)
        with self._changing:
            self._resources.close()
            self._catalogue = None

    def match(
        self,
        need: Need,
        filters: Filters,
        k: int,
        today: date,
        *,
        reading: Reading | None = None,
        diversity: float | None = None,
        availability: float | None = None,
    ) -> Answer:
        """The answer of the published index, with notes on what keeps it from being up to date.

        `reading` is a corrected one, `diversity` and `availability` those that are not as set.
        Raises InputError, and StoreError, IndexUnavailableError or ModelError while there is
        nothing that could answer.
        """
        with self._reading() as index:
            answer = index.matcher.match(
                need,
                filters,
                k,
                today=today,
                reading=reading,
                diversity=diversity,
                availability=availability,
            )
            return replace(answer, notes=(*answer.notes, *self._notes(index)))

    def similar(
        self, patent: Patent, filters: Filters, k: int, today: date, diversity: float | None
    ) -> Answer:
        """The patents that are most like one of the catalogue; raises what `match` does."""
        with self._reading() as index:
            answer = similar.similar(
                index.matcher, patent, filters, k, today=today, diversity=diversity
            )
            return replace(answer, notes=(*answer.notes, *self._notes(index)))

    def needs_for(
        self, patent: Patent, needs: Sequence[Need], k: int, today: date
    ) -> tuple[NeedsAnswer, list[str]]:
        """The needs that a patent fits best, and what keeps the index from being up to date.

        Raises InputError for a patent that is not in the index, and what `match` does.
        """
        with self._reading() as index:
            answer = needs_for(index.matcher, patent, needs, k, today=today)
            return answer, self._notes(index)

    def suggest(self, today: date, report: Report) -> int:
        """Queue needs that new patents fit, once the index has these; how many were queued.

        Raises what `match` does where there is something to do, and what `report` raises.
        """
        if not suggesting.has_work(self.catalogue().store, today):
            return 0
        with self._reading() as index:
            result = suggesting.suggest(
                index.matcher, index.database_generation, today=today, report=report
            )
            return len(result.suggestions)

    def catalogue(self) -> Catalogue:
        """The catalogue, which needs no index. Raises StoreError."""
        with self._changing:
            if self._catalogue is None:
                opening = open_catalogue(self._settings)
                self._catalogue = self._resources.enter_context(opening)
            return self._catalogue

    def readiness(self) -> Readiness:
        """What would answer now. Raises the error that a need would meet."""
        store = self.catalogue().store
        with self._reading() as index, store.reading() as connection:
            count = patents.count(connection)
            matcher = index.matcher
            notes = self._notes(index)
        return Readiness(matcher.generation, matcher.encoder.name, count, tuple(notes))

    @contextmanager
    def _reading(self) -> Iterator["_OpenIndex"]:
        """The current index, kept open for as long as it is read."""
        self._refresh()
        with self._changing:
            index, refusal = self._current, self._refusal
            if index is not None:
                index.readers += 1
        if index is None:
            assert refusal is not None  # nothing is open only where opening was refused
            raise type(refusal.error)(str(refusal.error))
        try:
            yield index
        finally:
            with self._changing:
                index.readers -= 1
                unread = index is not self._current and index.readers == 0
            if unread:
                index.close()

    def _refresh(self) -> None:
        """Open the published index if it is not the open one; a failure becomes the refusal."""
        try:
            published = current_generation(self._settings)
        except MatcherError as problem:
            self._refuse("", problem)
            return
        if self._is_settled(published):
            return
        # While one thread opens the new index, the others go on with the one they have.
        if not self._opening.acquire(blocking=self._current is None):
            return
        try:
            if not self._is_settled(published):
                self._take_over(_OpenIndex(self._settings, self._loaded_encoder()))
        except MatcherError as problem:
            self._refuse(published, problem)
        except Exception as problem:  # a broken file can raise anything; the old index must go on
            reason = f"the index {published} cannot be opened ({type(problem).__name__})"
            error = IndexUnavailableError(f"{reason}; build it anew: matcher index --full")
            self._refuse(published, error)
        finally:
            self._opening.release()

    def _is_settled(self, published: str | None) -> bool:
        """Whether the published index is open, or was refused a moment ago."""
        with self._changing:
            if self._current is not None and self._current.name == published:
                self._refusal = None
                return True
            refusal = self._refusal
        if refusal is None or refusal.published != published:
            return False
        return time.monotonic() < refusal.retry_at

    def _loaded_encoder(self) -> Encoder:
        if self._encoder is None:
            self._encoder = load_encoder(self._settings)
        return self._encoder

    def _take_over(self, index: "_OpenIndex | None") -> None:
        with self._changing:
            old, self._current, self._refusal = self._current, index, None
            unread = old is not None and old.readers == 0
        if old is not None and unread:
            old.close()

    def _refuse(self, published: str | None, error: MatcherError) -> None:
        with self._changing:
            known = self._refusal
            self._refusal = _Refusal(published, error, time.monotonic() + RETRY_SECONDS)
        if known is None or str(known.error) != str(error):
            logger.warning("%s", error)

    def _notes(self, index: "_OpenIndex") -> list[str]:
        if index.matcher.catalogue.store.number("generation") != index.database_generation:
            return [STALE]
        refusal = self._refusal
        if refusal is None:
            return []
        return [f"a newer index cannot be used, the one before answers: {refusal.error}"]


def engine_of(request: Request) -> LiveEngine:
    """The engine of the app that a request came to."""
    return cast(LiveEngine, request.app.state.engine)


@dataclass(frozen=True, slots=True)
class _Refusal:
    """Why the index published under this name was not opened."""

    published: str | None
    error: MatcherError
    retry_at: float
    """Of the monotonic clock, in seconds."""


class _OpenIndex:
    """One generation of the index, open for reading."""

    def __init__(self, settings: Settings, encoder: Encoder) -> None:
        """Raises StoreError and IndexUnavailableError."""
        self.readers = 0
        with ExitStack() as opening:
            self.matcher = opening.enter_context(open_matcher(settings, encoder=encoder))
            self.name = self.matcher.generation
            self.database_generation = database_generation(settings, self.name)
            self._resources = opening.pop_all()

    def close(self) -> None:
        """Let go of the database and of the memory."""
        self._resources.close()
        del self.matcher
        # A matcher holds a cache of its own method, a cycle: without this, the memory of old
        # indexes would pile up until the collector happens to look at its oldest objects.
        gc.collect()
