"""Idempotency-Key on every POST: a repeated request gets the first answer and is not repeated.

A dependency looks the key up between authorisation and the handler; a middleware stores the
answer. Routes hold nothing of it.
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
from matcher.language.messages import _
from matcher.settings import Settings
from matcher.store import idempotency as stored
from matcher.store.idempotency import (
    MAX_KEY_LENGTH,
    KeyedRequest,
    Replay,
    is_replayable,
    keyed_request,
)

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"

NEVER_REPLAYED = frozenset(
    {"/v1/match", "/v1/matches/{match}/contact-reveals", "/v1/subject-reports"}
    | {"/v1/subject-reports/full"}
)
"""Routes whose answers are never stored: a match creates nothing, and its need is not stored;
every reveal of a person's contact is checked anew and leaves its own audit row."""

_STORED_HEADERS = frozenset({"content-type", "location", "etag"})
_KEYED_REQUESTS = "matcher.idempotency"
"""Key in the scope of a POST: list of its keyed request, empty without an Idempotency-Key."""


class AnsweredBeforeError(Exception):
    """Signal that ends a request with the answer of the first one."""

    def __init__(self, replay: Replay) -> None:
        super().__init__()
        self.replay = replay


class StoredAnswers:
    """Answers to requests with an Idempotency-Key, in the store of the engine."""

    def __init__(self, engine: LiveEngine, settings: Settings) -> None:
        """Take the engine; open nothing."""
        self._engine = engine
        self._settings = settings

    def begin(self, caller: str, key: str, request: bytes) -> KeyedRequest:
        """Begin a request under a key.

        Raises AnsweredBeforeError, and what `matcher.store.idempotency.begin` raises.
        """
        keyed = keyed_request(self._pepper(), caller, key, request)
        with self._engine.catalogue().store.adding(keyed.name) as connection:
            replay = stored.begin(connection, keyed)
        if replay is not None:
            raise AnsweredBeforeError(replay)
        return keyed

    def end(
        self, keyed: KeyedRequest, status: int, headers: Mapping[str, str], body: bytes
    ) -> None:
        """Store the answer, or release the key."""
        with self._engine.catalogue().store.adding(keyed.name) as connection:
            if is_replayable(status):
                stored.finish(connection, keyed, status, headers, body)
            else:
                stored.release(connection, keyed)

    def _pepper(self) -> bytes:
        try:
            return api_keys.read_pepper(self._settings.home, self._settings.pepper)
        except InputError:
            return b""  # there are no API keys yet, so the caller is the open one


async def begin(request: Request, allowed: Annotated[Access, Depends(authorise)]) -> None:
    """Look up the key of a POST that has one. A dependency of routes, after `authorise`."""
    key = request.headers.get(HEADER)
    if request.method != "POST" or key is None or request.scope["route"].path in NEVER_REPLAYED:
        return
    try:
        body = await request.body()
    except RuntimeError:
        raise InputError(
            _("{header} cannot be used with an upload: leave it out", header=HEADER)
        ) from None
    target = f"{request.method} {request.url.path}?{request.url.query}\n"
    answers: StoredAnswers = request.app.state.answers
    content = target.encode() + body
    keyed = await to_thread.run_sync(answers.begin, allowed.caller.key, key, content)
    request.scope[_KEYED_REQUESTS].append(keyed)


class IdempotencyMiddleware:
    """Stores the answer of a request that `begin` let through, before the caller gets it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; only an answer to a request with a key is held back."""
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        held: list[Message] = []
        keyed_requests: list[KeyedRequest] = []
        scope[_KEYED_REQUESTS] = keyed_requests

        async def holding_send(message: Message) -> None:
            if keyed_requests:
                held.append(message)
            else:
                await send(message)

        try:
            await self._app(scope, receive, holding_send)
        finally:
            for keyed in keyed_requests:
                with CancelScope(shield=True):
                    await _end(scope["app"].state.answers, keyed, held)
        for message in held:
            await send(message)


async def _end(answers: StoredAnswers, keyed: KeyedRequest, held: list[Message]) -> None:
    """Store the answer; one that is not whole counts as an error of the server (500)."""
    whole = bool(held) and not held[-1].get("more_body", False)
    status = held[0]["status"] if whole else 500
    headers = {
        name.decode("latin-1"): value.decode("latin-1")
        for name, value in (held[0]["headers"] if whole else ())
        if name.decode("latin-1") in _STORED_HEADERS
    }
    body = b"".join(message.get("body", b"") for message in held)
    await to_thread.run_sync(answers.end, keyed, status, headers, body)


def install(app: FastAPI, engine: LiveEngine, settings: Settings) -> None:
    """Let the app take the header on every route that has `begin` among its dependencies."""
    app.state.answers = StoredAnswers(engine, settings)
    app.add_exception_handler(AnsweredBeforeError, _replay)
    app.add_middleware(IdempotencyMiddleware)


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
        "maxLength": MAX_KEY_LENGTH,
    },
    "example": "5f1c9d0e-3a44-4b52-9b1e-0c6f0f6a2f57",
}


def describe(schema: dict[str, Any], problem: Mapping[str, Any]) -> None:
    """Add the header to every POST of an OpenAPI description that takes it.

    `problem` is the answer 409 of a route that has none of its own.
    """
    for path, operations in schema["paths"].items():
        operation = operations.get("post")
        if operation is None or not path.startswith("/v1/") or path in NEVER_REPLAYED:
            continue
        parameters = operation.setdefault("parameters", [])
        if _PARAMETER not in parameters:  # the description is built once and described often
            parameters.append(_PARAMETER)
        operation["responses"].setdefault("409", dict(problem))
