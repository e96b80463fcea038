"""Refusal of JSON bodies that two programs can read in different ways."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from email.message import Message as Headed
from typing import Any

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.paths import API, route_path
from api.http.problems import (
    MALFORMED_BODY,
    MAX_NAME,
    FieldProblem,
    answered,
    json_pointer,
    respond,
)
from matcher.language.messages import _

MAX_DEPTH = 20
"""Levels of the place that an error tells; a deeper one is told by the part that holds it."""


class JsonBodies:
    """Answers 400 to a JSON body below /v1 that is not UTF-8, or names a key of an object twice.

    The standard library reads UTF-16 and UTF-32 too, and of two equal keys takes the last; a
    gateway or a program in front may take the first. It stands inside the limit of bodies.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body."""
        if scope["type"] != "http" or not route_path(scope).startswith(API) or not _is_json(scope):
            await self._app(scope, receive, send)
            return
        try:
            body = await _whole(receive)
        except HTTPException as problem:  # of the limit of bodies
            await (await answered(Request(scope), problem))(scope, receive, send)
            return
        if body is None:
            return
        if body and (refusal := _refusal(body)) is not None:
            await refusal(scope, receive, send)
            return
        is_read = False

        async def replaying_receive() -> Message:
            nonlocal is_read
            if is_read:
                return await receive()
            is_read = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, replaying_receive, send)


class _AmbiguousObject(dict[str, Any]):
    """A JSON object with a key that it names twice."""

    key = ""


def _is_json(scope: Scope) -> bool:
    """True where the routes read the body as JSON; the rule is the framework's own."""
    declared = Headed()
    declared["content-type"] = Headers(scope=scope).get("content-type", "")
    subtype = declared.get_content_subtype()
    is_application = declared.get_content_maintype() == "application"
    return is_application and (subtype == "json" or subtype.endswith("+json"))


async def _whole(receive: Receive) -> bytes | None:
    """Read a body; None where the client has gone."""
    chunks = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        chunks.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(chunks)


def _refusal(body: bytes) -> Response | None:
    """Return the answer to a body that is no JSON, or is ambiguous; None for a good one."""
    ambiguous: list[_AmbiguousObject] = []

    def read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        read = dict(pairs)
        if len(read) == len(pairs):
            return read
        marked = _AmbiguousObject(read)
        marked.key = _repeated(pairs)
        ambiguous.append(marked)
        return marked

    try:
        value = json.loads(body.decode("utf-8-sig"), object_pairs_hook=read_object)
    except json.JSONDecodeError as problem:
        return respond(MALFORMED_BODY, _("the body is not JSON: {error}", error=problem.msg))
    except (ValueError, RecursionError):  # not UTF-8, or a number or a depth beyond the limits
        return respond(MALFORMED_BODY, _("the body cannot be read as JSON in UTF-8"))
    if not ambiguous:
        return None
    place = next(_places(value))
    pointer = json_pointer(place[:MAX_DEPTH])
    key = place[-1][:MAX_NAME]
    fault = _("the key {key!r} stands twice in one object: send it once", key=key)
    detail = f"{pointer}: {fault}"
    return respond(MALFORMED_BODY, detail, errors=[FieldProblem(pointer=pointer, detail=fault)])


def _repeated(pairs: Sequence[tuple[str, Any]]) -> str:
    """Return the first key of those that stand twice."""
    counts = Counter(key for key, _value in pairs)
    return next(key for key, count in counts.items() if count > 1)


def _places(value: Any) -> Iterator[list[str]]:
    """Yield the place of each repeated key, outer objects first, without recursion."""
    waiting: list[tuple[Any, tuple[Any, ...]]] = [(value, ())]
    while waiting:
        value, place = waiting.pop()
        if isinstance(value, _AmbiguousObject):
            yield _parts((place, value.key))
        parts: list[tuple[Any, Any]] = []
        if isinstance(value, dict):
            parts = list(value.items())
        elif isinstance(value, list):
            parts = list(enumerate(value))
        waiting += [(part, (place, str(name))) for name, part in reversed(parts)]


def _parts(place: tuple[Any, ...]) -> list[str]:
    """Return the parts of a place, which is its parent's and its own name."""
    parts = []
    while place:
        place, name = place
        parts.append(name)
    return parts[::-1]
