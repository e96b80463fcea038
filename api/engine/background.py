"""Background jobs of the server: webhook delivery and suggestions for new patents.

Neither delays a request: webhooks are sent without a thread, and suggesting takes one of the
threads for needs.
"""

import contextlib
import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import date
from functools import partial
from threading import Event

import anyio
from anyio import to_thread

from api.engine.live import LiveEngine
from api.engine.model_threads import ModelThreads
from matcher.access import encryption
from matcher.errors import MatcherError
from matcher.progress import Step
from matcher.settings import Settings
from matcher.store import outbox
from matcher.store.schema.times import now
from matcher.wiring.open import webhook_sender
from matcher.workflows.deliver_webhooks import Sender

logger = logging.getLogger(__name__)


class _EndingError(Exception):
    """Signal that the app ends; the rest is done the next time."""


class Background:
    """Loops that look for something to do as long as the app runs."""

    def __init__(
        self,
        engine: LiveEngine,
        settings: Settings,
        threads: ModelThreads,
        note_deliveries: Callable[[Mapping[str, int]], None],
    ) -> None:
        """Take the engine, the threads that use the model, and who counts deliveries."""
        self._note_deliveries = note_deliveries
        self._engine = engine
        self._settings = settings
        self._threads = threads
        self._last_warnings: dict[str, str] = {}
        self._ending = Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run the jobs until the end of the block; none if the settings turn them off."""
        async with anyio.create_task_group() as tasks:
            if self._settings.background_seconds:
                tasks.start_soon(self._repeat, self._send)
                tasks.start_soon(self._repeat, self._suggest)
            try:
                yield
            finally:
                self._ending.set()
                tasks.cancel_scope.cancel()

    async def _repeat(self, job: Callable[[], Awaitable[None]]) -> None:
        while True:
            await anyio.sleep(self._settings.background_seconds)
            try:
                await job()
                self._last_warnings.pop(job.__name__, None)
            except MatcherError as problem:
                self._warn(job.__name__, str(problem))
            except Exception as problem:  # logged without its text, which may quote a record
                frames = "".join(traceback.format_tb(problem.__traceback__))
                self._warn(job.__name__, f"{type(problem).__name__}\n{frames}")

    def _warn(self, job: str, message: str) -> None:
        """Log the reason why a job fails, once as long as it stays the same."""
        if self._last_warnings.get(job) != message:
            self._last_warnings[job] = message
            logger.warning("in the background (%s): %s", job.strip("_"), message)

    async def _send(self) -> None:
        sender = await to_thread.run_sync(self._sender)
        if sender is not None:
            self._note_deliveries({s.value: n for s, n in (await sender.send_all()).items()})

    def _sender(self) -> Sender | None:
        """Open the sender of webhooks; None if nothing is due, as then no key is needed."""
        store = self._engine.catalogue().store
        with store.reading() as connection:
            if not outbox.is_due(connection, now()):
                return None
        cipher = encryption.cipher(self._settings.contact_key)
        return webhook_sender(self._settings, store, cipher)

    async def _suggest(self) -> None:
        with contextlib.suppress(_EndingError):
            await self._threads.run(
                partial(self._engine.suggest, date.today(), self._stop_if_ending)
            )

    def _stop_if_ending(self, _step: Step) -> None:
        """Raise if the app ends: a thread cannot be stopped from outside."""
        if self._ending.is_set():
            raise _EndingError
