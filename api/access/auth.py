"""Authentication of keys and sessions, and authorisation of the caller's role for the route."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
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
    VISITOR_CALLER,
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
from matcher.language.messages import _
from matcher.settings import Settings
from matcher.store import keys as stored
from matcher.store import open_access
from matcher.store.database import Store
from matcher.store.schema.times import now
from matcher.workflows import sign_in
from matcher.workflows.sign_in import SignedIn

USE_RECORD_SECONDS = 60.0
"""Time between two records of a key's last use."""
MAX_USE_RECORD_WAIT = 0.2
"""Seconds that a request waits for the record of a use."""

logger = logging.getLogger(__name__)

_bearer = HTTPBearer(auto_error=False, description="A key made by `matcher keys create`.")


@dataclass(frozen=True, slots=True)
class Access:
    """A caller who may use the route, with the records and fields that are open to the role."""

    caller: Caller
    reach: Reach
    tier: Tier

    @property
    def own_institution(self) -> str | None:
        """Institution whose records alone the caller may meet; None for all records."""
        return None if self.reach is Reach.ALL else self.caller.institution or ""


class Authenticator:
    """Checks API keys and sessions. Safe to share between threads."""

    def __init__(self, engine: LiveEngine, settings: Settings) -> None:
        """Take the engine; open nothing."""
        self._engine = engine
        self._settings = settings
        self._recorded_at: dict[str, float] = {}
        """By key id: time of the last record of its use, of the monotonic clock."""
        self._recording = Lock()

    def authenticate(self, sent: str | None) -> Caller:
        """Return the caller of a key. Raises UnauthenticatedError, which never quotes the key."""
        store = self._engine.catalogue().store
        moment = now()
        with store.reading() as connection:
            if sent is None:
                if open_access.is_open(connection):
                    return OPEN_CALLER
                raise UnauthenticatedError(_("send a key: Authorization: Bearer mk_…"))
            parts = api_keys.split_key(sent)
            key = None if parts is None else stored.find(connection, parts[0])
        secret = "" if parts is None else parts[1]
        is_genuine = api_keys.is_secret_of(secret, key, self._pepper(key))
        if not is_genuine or key is None or not key.is_usable(moment):
            raise UnauthenticatedError(_("this key does not exist, is revoked, or has expired"))
        if self._is_record_due(key.id):
            _record(partial(_record_use, store, key.id, moment))
        return key.caller

    def page_caller(self, token: str | None) -> tuple[Caller, SignedIn | None]:
        """Return the caller of a page and the session of the token in its cookie.

        Without a session that is a visitor, once there is a key or an account. Raises StoreError.
        """
        store = self._engine.catalogue().store
        if token and (signed_in := self._resume(store, token)) is not None:
            return signed_in.caller, signed_in
        with store.reading() as connection:
            return OPEN_CALLER if open_access.is_open(connection) else VISITOR_CALLER, None

    def _resume(self, store: Store, token: str) -> SignedIn | None:
        moment = now()
        pepper = pepper_of(self._settings)
        signed_in = sign_in.resume(store, token, pepper=pepper, moment=moment)
        if signed_in is not None and sign_in.is_record_due(signed_in, moment):
            _record(partial(sign_in.record_seen, store, signed_in, moment))
        return signed_in

    def _pepper(self, key: api_keys.ApiKey | None) -> bytes:
        """Read the pepper. Raises StoreError."""
        if key is not None:
            return pepper_of(self._settings)
        try:
            return api_keys.read_pepper(self._settings.home, self._settings.pepper)
        except InputError:  # no secret can match, and before the first key there is no pepper
            return b""

    def _is_record_due(self, key_id: str) -> bool:
        with self._recording:
            moment = time.monotonic()
            before = self._recorded_at.get(key_id, -USE_RECORD_SECONDS)
            is_due = moment - before >= USE_RECORD_SECONDS
            if is_due:
                self._recorded_at[key_id] = moment
            return is_due


def pepper_of(settings: Settings) -> bytes:
    """Read the pepper. Raises StoreError, whose message leaves its place to the log."""
    try:
        return api_keys.read_pepper(settings.home, settings.pepper)
    except InputError as problem:
        logger.error("%s", problem)
        raise StoreError(_("keys cannot be checked now: the server's log says why")) from None


def _record(write: Callable[[], None]) -> None:
    """Record a use in a thread of its own: an import under way would keep the request waiting."""
    recording = Thread(target=_logging_failure, args=(write,), daemon=True)
    recording.start()
    recording.join(MAX_USE_RECORD_WAIT)


def _logging_failure(write: Callable[[], None]) -> None:
    try:
        write()
    except (MatcherError, SQLAlchemyError) as problem:
        logger.warning("a use was not noted (%s)", type(problem).__name__)


def _record_use(store: Store, key_id: str, moment: datetime) -> None:
    with store.adding() as connection:
        stored.record_use(connection, key_id, moment)


def bearer_token(headers: Headers) -> str | None:
    """Read the bearer token of a request; None without one."""
    scheme, token = get_authorization_scheme_param(headers.get("authorization"))
    return token if scheme.lower() == "bearer" and token else None


def access_of(request: Request) -> Access | None:
    """Return the access of the caller to the route of the request; None where there is none."""
    caller: Caller = request.state.caller
    return access_to(caller, request.method, request.scope["route"].path)


def access_to(caller: Caller, method: str, path: str) -> Access | None:
    """Return the access of a caller to a route, by the one table; None where there is none."""
    rule = RULES.get((method, path))
    if rule is None or caller.role not in rule.roles:
        return None
    return Access(caller, rule.roles[caller.role], rule.tier)


def authorise(
    request: Request,
    described: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Access:
    """Authorise the caller that `Admission` put into the request's state.

    Raises ForbiddenError for a role that may not use the route. `described` is there for the
    OpenAPI description.
    """
    access = access_of(request)
    if access is None:
        role = request.state.caller.role
        raise ForbiddenError(_("a key of the role {role} may not use this route", role=role))
    return access


Allowed = Annotated[Access, Depends(authorise)]
"""Parameter of a handler: the authorised caller."""
