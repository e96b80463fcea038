"""Who asks, and whether that role may use the route: before any handler runs."""

import time
from dataclasses import dataclass
from threading import Lock
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.access_table import RULES
from api.engine import LiveEngine
from matcher import keys
from matcher.access import OPEN_CALLER, Caller, Reach, Tier
from matcher.errors import ForbiddenError, UnauthenticatedError
from matcher.settings import Settings
from matcher.store import keys as stored
from matcher.store.times import now

USE_NOTED_EVERY = 60.0
"""Seconds between two records of a key's last use."""

_bearer = HTTPBearer(auto_error=False, description="A key made by `matcher keys create`.")


@dataclass(frozen=True, slots=True)
class Access:
    """A caller who may use the route, and how far."""

    caller: Caller
    reach: Reach
    tier: Tier


class Gate:
    """Tells keys from what is none. Safe to share between threads."""

    def __init__(self, engine: LiveEngine, settings: Settings) -> None:
        """Opens nothing."""
        self._engine = engine
        self._settings = settings
        self._noted: dict[str, float] = {}
        self._noting = Lock()

    def caller(self, sent: str | None) -> Caller:
        """Who sent this key. Raises UnauthenticatedError, which never says what was sent."""
        store = self._engine.catalogue().store
        moment = now()
        with store.reading() as connection:
            if sent is None:
                if stored.are_there(connection):
                    raise UnauthenticatedError("send a key: Authorization: Bearer mk_…")
                return OPEN_CALLER
            parts = keys.parts(sent)
            key = None if parts is None else stored.find(connection, parts[0])
        secret = "" if parts is None else parts[1]
        pepper = keys.read_pepper(self._settings.home, self._settings.pepper)
        if not keys.fits(secret, key, pepper) or key is None or not key.is_usable(moment):
            raise UnauthenticatedError("this key does not exist, is revoked, or has expired")
        if self._should_note(key.id):
            with store.writing() as connection:
                stored.note_use(connection, key.id, moment)
        return key.caller

    def _should_note(self, identity: str) -> bool:
        with self._noting:
            moment = time.monotonic()
            due = moment - self._noted.get(identity, -USE_NOTED_EVERY) >= USE_NOTED_EVERY
            if due:
                self._noted[identity] = moment
            return due


def authorise(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Access:
    """The caller of a route. Raises UnauthenticatedError, and ForbiddenError for a wrong role."""
    gate: Gate = request.app.state.gate
    caller = gate.caller(None if credentials is None else credentials.credentials)
    rule = RULES.get((request.method, request.scope["route"].path))
    if rule is None or caller.role not in rule.roles:
        raise ForbiddenError(f"a key of the role {caller.role} may not use this route")
    return Access(caller, rule.roles[caller.role], rule.tier)


Allowed = Annotated[Access, Depends(authorise)]
"""The parameter by which a handler learns who asks."""
