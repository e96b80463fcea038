"""Rate-limit admission: authentication and rate limits, before a request below /v1 is read."""

from dataclasses import dataclass

from anyio import to_thread
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access.auth import Authenticator, bearer_token
from api.http import problems
from api.middleware import rate_limits
from api.middleware.rate_limits import Quota, RateLimits
from matcher.access.roles import OPEN_CALLER, Caller
from matcher.errors import MatcherError, UnauthenticatedError
from matcher.language.messages import _

PREFIX = "/v1/"


@dataclass(frozen=True, slots=True)
class _Admitted:
    """The caller or the refusal of a key, and the quotas that the request counts against."""

    caller: Caller | None
    refusal: UnauthenticatedError | None
    quotas: list[Quota]


class Admission:
    """Answers 401 to a request without a valid key, and 429 to one beyond a rate limit.

    It puts the caller into the request's state, where api.access.auth takes it from.
    """

    def __init__(self, app: ASGIApp, authenticator: Authenticator, limits: RateLimits) -> None:
        self._app = app
        self._authenticator = authenticator
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on if its caller is within the limits."""
        if scope["type"] != "http" or not route_path(scope).startswith(PREFIX):
            await self._app(scope, receive, send)
            return
        address = scope["client"][0] if scope.get("client") else None
        token = bearer_token(Headers(scope=scope))
        try:
            admitted = await to_thread.run_sync(self._admit, token, address)
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
        sender = stranger if caller == OPEN_CALLER else f"key:{caller.key}"
        return _Admitted(caller, None, self._limits.count(sender))

    async def _refuse(self, problem: Exception, scope: Scope, receive: Receive, send: Send) -> None:
        response = await problems.answered(Request(scope), problem)
        await response(scope, receive, send)


def route_path(scope: Scope) -> str:
    """Return the path as routes see it: without the prefix at which a gateway mounts the app."""
    path, root = str(scope["path"]), str(scope.get("root_path", ""))
    return path.removeprefix(root) if path.startswith(f"{root}/") else path
