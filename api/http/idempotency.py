"""Idempotency-Key on every POST: sent again, it gets the answer it got and nothing is done twice.

A dependency looks the key up after the caller is known and before the handler runs; around the
app stands the part that keeps the answer. Nothing of it is in any route.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from anyio import CancelScope, to_thread
from fastapi import Depends, FastAPI, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access.auth import Access, authorise
from api.engine.live import LiveEngine
from matcher.access import api_keys
from matcher.errors import InputError
from matcher.settings import Settings
from matcher.store import idempotency as stored
from matcher.store.idempotency import KEY_AT_MOST, Replay, Ticket, is_kept, make_ticket

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"

DONE_ANEW = frozenset(
    {"/v1/match", "/v1/matches/{match}/contact-reveals", "/v1/subject-reports"}
    | {"/v1/subject-reports/full"}
)
"""Routes whose answers are never kept: a match creates nothing, and its need is not stored; and
every sight of a person's contact asks anew whether it is still allowed, and leaves its own row."""

_KEPT_HEADERS = frozenset({"content-type", "location", "etag"})
_TICKETS = "matcher.idempotency"
"""In the scope of a POST: a list of its ticket, empty for a request that began with none."""


class AnsweredBeforeError(Exception):
    """Ends a request with the answer that the first one got."""

    def __init__(self, replay: Replay) -> None:
        super().__init__()
        self.replay = replay


class Desk:
    """Keeps the answers, in the store of the engine."""

    def __init__(self, engine: LiveEngine, settings: Settings) -> None:
        """Opens nothing."""
        self._engine = engine
        self._settings = settings

    def begin(self, caller: str, key: str, request: bytes) -> Ticket:
        """Raises AnsweredBeforeError, and what `matcher.store.idempotency.begin` raises."""
        ticket = make_ticket(self._pepper(), caller, key, request)
        with self._engine.catalogue().store.writing() as connection:
            replay = stored.begin(connection, ticket)
        if replay is not None:
            raise AnsweredBeforeError(replay)
        return ticket

    def end(self, ticket: Ticket, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Keep the answer, or let the key be used again."""
        with self._engine.catalogue().store.writing() as connection:
            if is_kept(status):
                stored.finish(connection, ticket, status, headers, body)
            else:
                stored.release(connection, ticket)

    def _pepper(self) -> bytes:
        try:
            return api_keys.read_pepper(self._settings.home, self._settings.pepper)
        except InputError:
            return b""  # there are no keys yet, and whoever asks is the open caller


async def begin(request: Request, allowed: Annotated[Access, Depends(authorise)]) -> None:
    """Look the key of a POST up, if it has one. A route names this after `authorise`."""
    key = request.headers.get(HEADER)
    if request.method != "POST" or key is None or request.scope["route"].path in DONE_ANEW:
        return
    try:
        body = await request.body()
    except RuntimeError:
        raise InputError(f"{HEADER} cannot be used with an upload: leave it out") from None
    target = f"{request.method} {request.url.path}?{request.url.query}\n"
    desk: Desk = request.app.state.desk
    ticket = await to_thread.run_sync(desk.begin, allowed.caller.key, key, target.encode() + body)
    request.scope[_TICKETS].append(ticket)


class KeepingAnswers:
    """Keeps the answer of a request that `begin` let through, before the caller gets it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; only an answer to a request with a key is held back."""
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        held: list[Message] = []
        tickets: list[Ticket] = []
        scope[_TICKETS] = tickets

        async def holding(message: Message) -> None:
            if tickets:
                held.append(message)
            else:
                await send(message)

        try:
            await self._app(scope, receive, holding)
        finally:
            for ticket in tickets:
                with CancelScope(shield=True):
                    await _end(scope["app"].state.desk, ticket, held)
        for message in held:
            await send(message)


async def _end(desk: Desk, ticket: Ticket, held: list[Message]) -> None:
    """Without a whole answer nothing is known to be done: as after an error on our side."""
    whole = bool(held) and not held[-1].get("more_body", False)
    status = held[0]["status"] if whole else 500
    headers = {
        name.decode("latin-1"): value.decode("latin-1")
        for name, value in (held[0]["headers"] if whole else ())
        if name.decode("latin-1") in _KEPT_HEADERS
    }
    body = b"".join(message.get("body", b"") for message in held)
    await to_thread.run_sync(desk.end, ticket, status, headers, body)


def install(app: FastAPI, engine: LiveEngine, settings: Settings) -> None:
    """Let the app know the header on every route that has `begin` among its dependencies."""
    app.state.desk = Desk(engine, settings)
    app.add_exception_handler(AnsweredBeforeError, _replay)
    app.add_middleware(KeepingAnswers)


async def _replay(request: Request, error: Exception) -> Response:
    assert isinstance(error, AnsweredBeforeError)
    replay = error.replay
    return Response(replay.body, replay.status, {**replay.headers, REPLAYED: "true"})


_PARAMETER: Mapping[str, Any] = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "A name of your own for this request (幂等键), such as a UUID. Sent again with "
    "the same request within 24 hours, it gets the first answer, with the header "
    f"`{REPLAYED}: true`, and nothing is done twice.",
    "schema": {
        "type": "string",
        "pattern": "^[!-~]+$",
        "minLength": 1,
        "maxLength": KEY_AT_MOST,
    },
    "example": "5f1c9d0e-3a44-4b52-9b1e-0c6f0f6a2f57",
}


def describe(schema: dict[str, Any], problem: Mapping[str, Any]) -> None:
    """Add the header to every POST of an OpenAPI description that takes it.

    `problem` is the answer 409 where the route has none of its own.
    """
    for path, operations in schema["paths"].items():
        operation = operations.get("post")
        if operation is None or not path.startswith("/v1/") or path in DONE_ANEW:
            continue
        parameters = operation.setdefault("parameters", [])
        if _PARAMETER not in parameters:  # the description is made once and asked for often
            parameters.append(_PARAMETER)
        operation["responses"].setdefault("409", dict(problem))
