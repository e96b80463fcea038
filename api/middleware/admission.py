"""Who asks, and how often they may: decided before anything else of a request below /v1 is read."""

from dataclasses import dataclass

from anyio import to_thread
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access.auth import Gate, key_of
from api.http import problems
from api.middleware import rate_limits
from api.middleware.rate_limits import RateLimits, Standing
from matcher.access.roles import OPEN_CALLER, Caller
from matcher.errors import MatcherError, UnauthenticatedError

PREFIX = "/v1/"


@dataclass(frozen=True, slots=True)
class _Admitted:
    """Who asks, or why they may not, and where they stand."""

    caller: Caller | None
    refusal: UnauthenticatedError | None
    standings: list[Standing]


class Admission:
    """Answers 401 to whoever has no valid key, and 429 to whoever asks too often.

    The caller is left in the request's state, where api.auth takes it from.
    """

    def __init__(self, app: ASGIApp, gate: Gate, limits: RateLimits) -> None:
        self._app = app
        self._gate = gate
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on if its caller may ask now."""
        if scope["type"] != "http" or not route_path(scope).startswith(PREFIX):
            await self._app(scope, receive, send)
            return
        address = scope["client"][0] if scope.get("client") else None
        try:
            found = await to_thread.run_sync(self._admit, key_of(Headers(scope=scope)), address)
        except (MatcherError, SQLAlchemyError) as problem:
            await self._refuse(problem, scope, receive, send)
            return
        told = rate_limits.headers(found.standings)

        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(told)
            await send(message)

        if any(standing.exceeded for standing in found.standings):
            detail = f"too many requests: send the next one in {told['Retry-After']} seconds"
            await problems.respond(problems.TOO_MANY_REQUESTS, detail)(scope, receive, telling)
        elif found.refusal is not None:
            await self._refuse(found.refusal, scope, receive, telling)
        else:
            scope.setdefault("state", {})["caller"] = found.caller
            await self._app(scope, receive, telling)

    def _admit(self, key: str | None, address: str | None) -> _Admitted:
        """Raises StoreError and InputError.

        A valid key is never refused for what others send from its address: behind a gateway all
        have the same one, and a key of 256 random bits is not found by trying.
        """
        stranger = rate_limits.of_address(address)
        try:
            caller = self._gate.caller(key)
        except UnauthenticatedError as refusal:
            return _Admitted(None, refusal, self._limits.count_refused(stranger))
        who = stranger if caller == OPEN_CALLER else f"key:{caller.key}"
        return _Admitted(caller, None, self._limits.count(who))

    async def _refuse(self, problem: Exception, scope: Scope, receive: Receive, send: Send) -> None:
        response = await problems.answered(Request(scope), problem)
        await response(scope, receive, send)


def route_path(scope: Scope) -> str:
    """The path that routes are compared with: without the prefix a gateway mounted the app at."""
    path, root = str(scope["path"]), str(scope.get("root_path", ""))
    return path.removeprefix(root) if path.startswith(f"{root}/") else path
