"""What the server does beside answering: it sends webhooks, and holds new patents against needs.

Neither keeps a request waiting: webhooks are sent without a thread, and suggesting takes the place
of one need that is answered.
"""

import contextlib
import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date
from threading import Event

import anyio
from anyio import CapacityLimiter, to_thread

from api.engine.live import LiveEngine
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
    """The app ends: what was not finished is done the next time."""


class Background:
    """Looks again and again for something to do, for as long as the app runs."""

    def __init__(self, engine: LiveEngine, settings: Settings, matching: CapacityLimiter) -> None:
        """`matching` is where needs wait for the model."""
        self._engine = engine
        self._settings = settings
        self._matching = matching
        self._told: dict[str, str] = {}
        self._ending = Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Work from here to the end of the block; not at all where the settings say never."""
        async with anyio.create_task_group() as tasks:
            if self._settings.background_seconds:
                tasks.start_soon(self._again_and_again, self._send)
                tasks.start_soon(self._again_and_again, self._suggest)
            try:
                yield
            finally:
                self._ending.set()
                tasks.cancel_scope.cancel()

    async def _again_and_again(self, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            await anyio.sleep(self._settings.background_seconds)
            try:
                await work()
                self._told.pop(work.__name__, None)
            except MatcherError as problem:
                self._tell(work.__name__, str(problem))
            except Exception as problem:  # told without its text, which may quote a record
                frames = "".join(traceback.format_tb(problem.__traceback__))
                self._tell(work.__name__, f"{type(problem).__name__}\n{frames}")

    def _tell(self, work: str, words: str) -> None:
        """Log what keeps a work from being done, once for as long as it stays so."""
        if self._told.get(work) != words:
            self._told[work] = words
            logger.warning("in the background (%s): %s", work.strip("_"), words)

    async def _send(self) -> None:
        sender = await to_thread.run_sync(self._sender)
        if sender is not None:
            await sender.send_all()

    def _sender(self) -> Sender | None:
        """None where nothing is due: then no key is needed."""
        store = self._engine.catalogue().store
        with store.reading() as connection:
            if not outbox.is_due(connection, now()):
                return None
        cipher = encryption.cipher(self._settings.contact_key)
        return webhook_sender(self._settings, store, cipher)

    async def _suggest(self) -> None:
        with contextlib.suppress(_EndingError):
            await to_thread.run_sync(
                self._engine.suggest, date.today(), self._stop_if_ending, limiter=self._matching
            )

    def _stop_if_ending(self, _step: Step) -> None:
        """A thread cannot be stopped from outside: it asks after each need."""
        if self._ending.is_set():
            raise _EndingError
