"""The engine behind the API: one loaded model, and the index that was published last."""

import gc
import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from threading import Lock

from matcher.errors import IndexUnavailableError, MatcherError, ModelError
from matcher.landscape.demand import AskedNeed, Demand, NeedOutcome, outcomes
from matcher.landscape.landscape import Landscape, landscape
from matcher.landscape.scope import Scope
from matcher.language.coded import CodedText
from matcher.language.messages import _, gettext_noop
from matcher.needs.record import NeedRecord
from matcher.ports import Encoder
from matcher.progress import Report
from matcher.search import similar
from matcher.search.catalogue import Catalogue
from matcher.search.options import SearchOptions
from matcher.search.reverse import NeedsAnswer, needs_for
from matcher.settings import Settings
from matcher.stages import Listener, listening, unheard
from matcher.store import patents
from matcher.types import Answer, Need, Patent, Reading
from matcher.wiring.build import (
    built_as,
    current_generation,
    indexed_state,
)
from matcher.wiring.open import (
    load_encoder,
    open_catalogue,
    open_matcher,
)
from matcher.workflows import suggest as suggesting
from matcher.workflows.events.edit import match_patent

RETRY_SECONDS = 5.0
"""Time until an index that could not be opened is tried again; another index is tried at once."""

STALE = gettext_noop(
    "patents were imported, changed or deleted since this index was built; run matcher index, "
    "and the new one is used at once"
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class IndexInUse:
    """Generation of the index that answers."""

    number: int
    """Grows with every generation."""
    created: str
    """UTC, ISO 8601 with offset."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """Index and model in use, when database, model and index can all be used."""

    index: str
    model: str
    patents: int
    notes: tuple[CodedText, ...]


class LiveEngine:
    """Answers from the published index. Every method may be called from several threads.

    A newly published index takes over between two requests. The earlier one stays open until the
    requests that began with it are done, and stays in use while the new one cannot be opened.
    """

    def __init__(self, settings: Settings, note_stage: Listener = unheard) -> None:
        """Take the settings, and who listens to the stages of answers; open nothing yet."""
        self._settings = settings
        self._note_stage = note_stage
        self._resources = ExitStack()
        self._catalogue: Catalogue | None = None
        self._encoder: Encoder | None = None
        self._current: _OpenIndex | None = None
        self._refusal: _Refusal | None = None
        self._changing = Lock()
        """Lock of the catalogue, the current index and the counts of its readers; held briefly."""
        self._opening = Lock()
        """Lock that is held while a model or an index is opened."""

    def open(self) -> None:
        """Load the model and open the index; a failure is logged and tried again later."""
        try:
            self.catalogue()
        except MatcherError as problem:
            logger.warning("%s", problem)
        self.refresh()

    def close(self) -> None:
        """Close everything; an index with readers closes after the last of them."""
        self._take_over(None)
        with self._changing:
            self._resources.close()
            self._catalogue = None

    def match(
        self,
        need: Need,
        options: SearchOptions,
        today: date,
        reading: Reading | None = None,
    ) -> Answer:
        """Answer a need from the published index, with a note where that is not up to date.

        `reading` is a corrected one. Raises InputError, and StoreError, IndexUnavailableError or
        ModelError while no index can be used.
        """
        with self._reading() as index:
            answer = index.matcher.match(need, options, today=today, reading=reading)
            return replace(answer, notes=(*answer.notes, *self._notes(index, answer)))

    def similar(self, patent: Patent, options: SearchOptions, today: date) -> Answer:
        """Find the patents most similar to one of the catalogue. Raises what `match` raises."""
        with self._reading() as index:
            answer = similar.similar(index.matcher, patent, options, today=today)
            return replace(answer, notes=(*answer.notes, *self._notes(index, answer)))

    def match_patent(self, patent: Patent, need: NeedRecord, today: date) -> Answer | None:
        """Match one patent against one need; None for an empty need. Raises what `match` raises."""
        with self._reading() as index:
            return match_patent(index.matcher, patent, need, today)

    def needs_for(
        self, patent: Patent, needs: Sequence[Need], k: int, today: date
    ) -> tuple[NeedsAnswer, list[CodedText]]:
        """Rank needs for a patent, with a note where the index is not up to date.

        Raises InputError for a patent that is not in the index, and what `match` raises.
        """
        with self._reading() as index:
            answer = needs_for(index.matcher, patent, needs, k, today=today)
            return answer, self._notes(index)

    def need_outcomes(self, asked: Sequence[AskedNeed], today: date) -> tuple[NeedOutcome, ...]:
        """Answer needs for a landscape. Raises what `match` raises."""
        with self._reading() as index:
            return outcomes(index.matcher, asked, today=today)

    def landscape(self, scope: Scope, demand: Demand | None, today: date) -> Landscape:
        """Count the patents of a scope, and the needs if given.

        Only a scope by text, and needs, take an index. Raises what `match` raises.
        """
        if not scope.is_by_text and demand is None:
            return landscape(self.catalogue(), scope, None, matcher=None, today=today)
        with self._reading() as index:
            catalogue = index.matcher.catalogue
            return landscape(catalogue, scope, demand, matcher=index.matcher, today=today)

    def generation(self) -> str | None:
        """Return the name of the index in use; None while none can be used."""
        try:
            with self._reading() as index:
                return index.name
        except (IndexUnavailableError, ModelError):
            return None

    def index_in_use(self) -> IndexInUse | None:
        """Return the index in use without a look for a newer one; None while there is none."""
        with self._changing:
            return None if self._current is None else self._current.described

    def suggest(self, today: date, report: Report) -> int:
        """Suggest new patents that the index holds to open needs; return the number of suggestions.

        Raises what `match` raises if there is something to do, and what `report` raises.
        """
        store = self.catalogue().store
        if store.is_read_only or not suggesting.has_work(store, today):
            return 0
        with self._reading() as index:
            result = suggesting.suggest(
                index.matcher, index.indexed_state, today=today, report=report
            )
            return len(result.suggestions)

    def catalogue(self) -> Catalogue:
        """Return the catalogue, which needs no index. Raises StoreError."""
        with self._changing:
            if self._catalogue is None:
                opening = open_catalogue(self._settings)
                self._catalogue = self._resources.enter_context(opening)
            return self._catalogue

    def readiness(self) -> Readiness:
        """Return the index and model in use. Raises the error that `match` would raise."""
        store = self.catalogue().store
        with self._reading() as index, store.reading() as connection:
            count = patents.count(connection)
            matcher = index.matcher
            matcher.check_services()
            notes = self._notes(index)
        return Readiness(matcher.generation, matcher.encoder.name, count, tuple(notes))

    @contextmanager
    def _reading(self) -> Iterator["_OpenIndex"]:
        """Keep the current index open for the length of the block."""
        self.refresh()
        with self._changing:
            index, refusal = self._current, self._refusal
            if index is not None:
                index.readers += 1
        if index is None:
            assert refusal is not None  # nothing is open only where opening was refused
            raise type(refusal.error)(str(refusal.error))
        try:
            with listening(self._note_stage):
                yield index
        finally:
            with self._changing:
                index.readers -= 1
                unread = index is not self._current and index.readers == 0
            if unread:
                index.close()

    def refresh(self) -> None:
        """Open the published index unless it is open already; a failure becomes the refusal."""
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
                logger.info("the index %s is in use", published)
        except MatcherError as problem:
            self._refuse(published, problem)
        except Exception as problem:  # a broken file can raise anything; the old index must go on
            reason = _(
                "the index {published} cannot be opened ({name})",
                published=published,
                name=type(problem).__name__,
            )
            error = IndexUnavailableError(
                _("{reason}; build it anew: matcher index --full", reason=reason)
            )
            self._refuse(published, error)
        finally:
            self._opening.release()

    def _is_settled(self, published: str | None) -> bool:
        """True if the published index is open, or was refused a moment ago."""
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

    def _notes(self, index: "_OpenIndex", answer: Answer | None = None) -> list[CodedText]:
        """Return notes on an index that is not up to date, at the time of an answer or now."""
        store = index.matcher.catalogue.store
        state = store.catalogue_state().id if answer is None else answer.catalogue_state
        if state != index.indexed_state:
            return [CodedText("index_stale", _(STALE))]
        refusal = self._refusal
        if refusal is None:
            return []
        text = _(
            "a newer index cannot be used, the one before answers: {reason}", reason=refusal.error
        )
        return [CodedText("index_newer_refused", text)]


@dataclass(frozen=True, slots=True)
class _Refusal:
    """A published index that could not be opened, and the reason."""

    published: str | None
    error: MatcherError
    retry_at: float
    """Time of the monotonic clock, in seconds."""


class _OpenIndex:
    """One generation of the index, open for reading."""

    def __init__(self, settings: Settings, encoder: Encoder) -> None:
        """Open the published generation. Raises StoreError and IndexUnavailableError."""
        self.readers = 0
        with ExitStack() as opening:
            self.matcher = opening.enter_context(open_matcher(settings, encoder=encoder))
            self.name = self.matcher.generation
            self.indexed_state = indexed_state(settings, self.name)
            self.described = IndexInUse(*built_as(settings, self.name))
            self._resources = opening.pop_all()

    def close(self) -> None:
        """Release the database and the memory."""
        self._resources.close()
        del self.matcher
        # A matcher caches its own method, which is a reference cycle: without a collection here
        # the memory of old indexes stays until the collector reaches its oldest generation.
        gc.collect()
