"""The other servers of a database: a warning where what they must share is not shared."""

import hmac
import logging
import os
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

import anyio
from anyio import to_thread
from sqlalchemy.exc import SQLAlchemyError

from matcher.access import api_keys
from matcher.errors import InputError, MatcherError
from matcher.ids import new_id
from matcher.language.messages import _, ngettext
from matcher.settings import Settings
from matcher.store import servers
from matcher.store.servers import LEASE, Server
from matcher.store.shared import SharedRecords
from matcher.wiring.earlier_database import had_database

BEAT_SECONDS = 10.0
"""Time between two signs of life of a server; much shorter than its lease."""
HOME_MARK = ".home-id"
"""File in the home folder: two servers that read the same in it share the folder."""

logger = logging.getLogger(__name__)


class OtherServers:
    """Tells the other servers of this one, and looks whether they fit together."""

    def __init__(self, settings: Settings) -> None:
        """Take the settings; open nothing."""
        self._settings = settings
        self._shared = SharedRecords(settings.url, may_create=not had_database(settings))
        self._id = new_id("server")
        self._warned: tuple[str, ...] = ()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Give signs of life until the end of the block."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._repeat)
            try:
                yield
            finally:
                tasks.cancel_scope.cancel()
                with anyio.CancelScope(shield=True):
                    await to_thread.run_sync(self.leave)

    async def _repeat(self) -> None:
        # Whoever was killed a moment ago is not taken for another server: its lease ends first.
        first_look = anyio.current_time() + LEASE.total_seconds()
        while True:
            is_looking = anyio.current_time() > first_look
            with suppress(MatcherError, SQLAlchemyError, OSError):  # requests tell of the same
                await to_thread.run_sync(self.beat, is_looking)
            await anyio.sleep(BEAT_SECONDS)

    def beat(self, is_looking: bool) -> None:
        """Give a sign of life, and if it is time, warn of others that do not fit.

        Raises StoreError.
        """
        own = own_record(self._id, self._settings)
        with self._shared.writing() as connection:
            servers.announce(connection, own)
            others = servers.others(connection, self._id)
        if is_looking:
            warnings = tuple(misfits(own, others))
            for warning in warnings:
                if warning not in self._warned:
                    logger.warning("%s", warning)
            self._warned = warnings

    def leave(self) -> None:
        """Tell the others that this server ends."""
        with suppress(MatcherError, SQLAlchemyError), self._shared.writing() as connection:
            servers.leave(connection, self._id)
        self._shared.close()


def own_record(identity: str, settings: Settings) -> Server:
    """Return what a server tells of itself."""
    pepper = None
    with suppress(InputError):  # there is none before the first key
        read = api_keys.read_pepper(settings.home, settings.pepper)
        pepper = hmac.new(read, b"servers", sha256).hexdigest()[:8]
    counts_alone = settings.limits_storage.startswith("memory:") and bool(
        settings.rate_per_minute or settings.quota_per_day or settings.refused_per_minute
    )
    return Server(identity, _home_mark(settings.home), pepper, counts_alone)


def misfits(own: Server, others: Sequence[Server]) -> list[str]:
    """Return a warning for each thing that servers of one database should share and do not."""
    warnings = []
    if others and any(server.counts_alone for server in (own, *others)):
        warnings.append(
            ngettext(
                "{n} other server uses this database, and requests are counted in memory, by each "
                "server alone: limits let more through than they say. Set MATCHER_LIMITS_STORAGE "
                "to the same storage for all, such as redis://HOST:6379",
                "{n} other servers use this database, and requests are counted in memory, by each "
                "server alone: limits let more through than they say. Set MATCHER_LIMITS_STORAGE "
                "to the same storage for all, such as redis://HOST:6379",
                len(others),
            )
        )
    if any(server.home != own.home for server in others):
        warnings.append(
            _(
                "another server uses this database with another home folder: it does not see the "
                "index that is built here, nor the files that are sent in here. Let all servers "
                "share one folder (MATCHER_HOME)"
            )
        )
    if any(
        None not in (server.pepper, own.pepper) and server.pepper != own.pepper for server in others
    ):
        warnings.append(
            _(
                "another server uses this database with another pepper: keys and sign-ins of the "
                "one are refused by the other. Set the same MATCHER_KEY_PEPPER for all"
            )
        )
    return warnings


def _home_mark(home: Path) -> str:
    """Return the mark of a home folder; the first server makes it."""
    home.mkdir(parents=True, exist_ok=True)
    path = home / HOME_MARK
    if not path.exists():
        with NamedTemporaryFile(dir=home) as made:
            made.write(secrets.token_hex(16).encode())
            made.flush()
            with suppress(FileExistsError):
                os.link(made.name, path)
    return path.read_text("ascii").strip()
