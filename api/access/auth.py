"""Who asks, and whether that role may use the route: before any handler runs."""

import logging
import time
from dataclasses import dataclass
from datetime import datetime
from threading import Lock, Thread
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from fastapi.security.utils import get_authorization_scheme_param
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import Headers

from api.access.rules import RULES
from api.engine.live import LiveEngine
from matcher.access import api_keys
from matcher.access.roles import (
    OPEN_CALLER,
    Caller,
    Reach,
    Tier,
)
from matcher.errors import (
    ForbiddenError,
    InputError,
    MatcherError,
    StoreError,
    UnauthenticatedError,
)
from matcher.settings import Settings
from matcher.store import keys as stored
from matcher.store.database import Store
from matcher.store.schema.times import now

USE_NOTED_EVERY = 60.0
"""Seconds between two records of a key's last use."""
NOTING_WAITED_FOR = 0.2
"""Seconds that a request waits for that record at most."""

logger = logging.getLogger(__name__)

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
            parts = api_keys.parts(sent)
            key = None if parts is None else stored.find(connection, parts[0])
        secret = "" if parts is None else parts[1]
        is_its_own = api_keys.fits(secret, key, self._pepper(key))
        if not is_its_own or key is None or not key.is_usable(moment):
            raise UnauthenticatedError("this key does not exist, is revoked, or has expired")
        if self._should_note(key.id):
            # Beside the request: an import that is under way would keep it waiting.
            noting = Thread(target=_note_use, args=(store, key.id, moment), daemon=True)
            noting.start()
            noting.join(NOTING_WAITED_FOR)
        return key.caller

    def _pepper(self, key: api_keys.ApiKey | None) -> bytes:
        """Raises StoreError, whose words leave to the log where the pepper should be."""
        try:
            return api_keys.read_pepper(self._settings.home, self._settings.pepper)
        except InputError as problem:
            if key is None:  # nothing would fit it, and before the first key there is no pepper
                return b""
            logger.error("%s", problem)
            raise StoreError("keys cannot be checked now: the server's log says why") from None

    def _should_note(self, identity: str) -> bool:
        with self._noting:
            moment = time.monotonic()
            due = moment - self._noted.get(identity, -USE_NOTED_EVERY) >= USE_NOTED_EVERY
            if due:
                self._noted[identity] = moment
            return due


def _note_use(store: Store, identity: str, moment: datetime) -> None:
    try:
        with store.writing() as connection:
            stored.note_use(connection, identity, moment)
    except (MatcherError, SQLAlchemyError) as problem:
        logger.warning("a key's use was not noted (%s)", type(problem).__name__)


def key_of(headers: Headers) -> str | None:
    """The bearer token that was sent; None where there is none."""
    scheme, token = get_authorization_scheme_param(headers.get("authorization"))
    return token if scheme.lower() == "bearer" and token else None


def authorise(
    request: Request,
    described: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Access:
    """The caller of a route, whom api.admission found. Raises ForbiddenError for a wrong role.

    `described` is there for the OpenAPI description.
    """
    caller: Caller = request.state.caller
    rule = RULES.get((request.method, request.scope["route"].path))
    if rule is None or caller.role not in rule.roles:
        raise ForbiddenError(f"a key of the role {caller.role} may not use this route")
    return Access(caller, rule.roles[caller.role], rule.tier)


Allowed = Annotated[Access, Depends(authorise)]
"""The parameter by which a handler learns who asks."""
