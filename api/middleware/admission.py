"""Rate-limit admission: authentication and rate limits, before a request is read.

Below /v1 the caller is known by a key, on pages by a session; neither is taken for the other.
"""

from dataclasses import dataclass
from functools import partial

from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access import cookies
from api.access.auth import Authenticator, bearer_token
from api.engine.thread_queue import ThreadQueue
from api.http import problems
from api.http.paths import API, is_page, route_path
from api.middleware import rate_limits
from api.middleware.rate_limits import Quota, RateLimits
from matcher.access.roles import OPEN_CALLER, VISITOR_CALLER, Caller
from matcher.errors import MatcherError, UnauthenticatedError
from matcher.language.messages import _
from matcher.workflows.sign_in import SignedIn


@dataclass(frozen=True, slots=True)
class _Admitted:
    """The caller or the refusal of a key, and the quotas that the request counts against."""

    caller: Caller | None
    refusal: UnauthenticatedError | None
    quotas: list[Quota]
    signed_in: SignedIn | None = None
    """Session of a page's caller."""


class Admission:
    """Answers 401 to a request to the API without a valid key, and 429 beyond a rate limit.

    While it would wait too long for a thread, it gets 503 at once.

    It puts the caller into the request's state, where api.access.auth takes it from.
    """

    def __init__(
        self, app: ASGIApp, authenticator: Authenticator, limits: RateLimits, queue: ThreadQueue
    ) -> None:
        self._app = app
        self._authenticator = authenticator
        self._limits = limits
        self._queue = queue

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on if its caller is within the limits."""
        path = route_path(scope) if scope["type"] == "http" else ""
        for_page = is_page(path)
        if scope["type"] != "http" or not (for_page or path.startswith(API)):
            await self._app(scope, receive, send)
            return
        address = scope["client"][0] if scope.get("client") else None
        try:
            if for_page:
                session = Request(scope).cookies.get(cookies.SESSION)
                admitted = await self._queue.run(partial(self._admit_to_page, session, address))
            else:
                token = bearer_token(Headers(scope=scope))
                admitted = await self._queue.run(partial(self._admit, token, address))
        except (MatcherError, SQLAlchemyError) as problem:
            await self._refuse(problem, scope, receive, send)
            return
        limit_headers = rate_limits.headers(admitted.quotas)

        async def send_with_limits(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(limit_headers)
            await send(message)

        if any(quota.exceeded for quota in admitted.quotas):
            seconds = limit_headers["Retry-After"]
            detail = _("too many requests: send the next one in {seconds} seconds", seconds=seconds)
            response = problems.respond(problems.TOO_MANY_REQUESTS, detail)
            await response(scope, receive, send_with_limits)
        elif admitted.refusal is not None:
            await self._refuse(admitted.refusal, scope, receive, send_with_limits)
        else:
            scope.setdefault("state", {})["caller"] = admitted.caller
            scope["state"]["signed_in"] = admitted.signed_in
            await self._app(scope, receive, send_with_limits)

    def _admit(self, token: str | None, address: str | None) -> _Admitted:
        """Authenticate the caller and count the request. Raises StoreError and InputError.

        A valid key is never refused for what others send from its address: behind a gateway all
        have the same one, and a key of 256 random bits cannot be guessed.
        """
        stranger = rate_limits.address_key(address)
        try:
            caller = self._authenticator.authenticate(token)
        except UnauthenticatedError as refusal:
            return _Admitted(None, refusal, self._limits.count_refused(stranger))
        return self._counted(caller, stranger)

    def _admit_to_page(self, session: str | None, address: str | None) -> _Admitted:
        """Return the caller of a page, and count the request. Raises StoreError."""
        caller, signed_in = self._authenticator.page_caller(session)
        return self._counted(caller, rate_limits.address_key(address), signed_in)

    def _counted(
        self, caller: Caller, stranger: str, signed_in: SignedIn | None = None
    ) -> _Admitted:
        is_known = caller not in (OPEN_CALLER, VISITOR_CALLER)
        quotas = self._limits.count(f"key:{caller.key}" if is_known else stranger)
        return _Admitted(caller, None, quotas, signed_in)

    async def _refuse(self, problem: Exception, scope: Scope, receive: Receive, send: Send) -> None:
        response = await problems.answered(Request(scope), problem)
        await response(scope, receive, send)
