"""Target: requests to every route of the API, and to every page.

An input is JSON: a route, values of its path, a query, headers, and a body, which may also be text
that is no JSON. A name in the path for which no value is given stands for a record that is there,
so that an input means the same in every run.
"""

import json
import logging
import re
import shutil
import zlib
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.routing import Route

from api.access import cookies
from api.access.rules import RULES
from api.app import create_app
from api.pages.csrf import HEADER
from matcher.access.sessions import form_token
from scripts.fuzz import mutation
from scripts.fuzz.homes import make_home, settings_of
from scripts.fuzz.schema_bodies import generated_bodies
from scripts.fuzz.target import Prepared, Raw, Target

_REQUESTS_OF_HOME = 1_500
"""Requests after which the home is made anew: it would fill with what they made."""
_NOT_IN_HEADERS = str.maketrans("", "", "\r\n\0")
_FAILURES = "api.middleware.unexpected_errors"
_FORM_SECRET = "f" * 43
_PAGE_VALUES = {"k": "10", "q": "隔膜", "lang": "zh", "page": "2", "need": "隔膜", "sort": "filed"}
_MAX_QUERY = 8_000
_PATTERN = re.compile(r":\w+}")
_SIGN_IN = {"GET /sign-in", "POST /sign-in"}


class ServerError(Exception):
    """An answer with status 500 or above."""


class _Failures(logging.Handler):
    """Keeper of the last record of an unexpected error."""

    def __init__(self) -> None:
        super().__init__()
        self.last = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the record's text."""
        self.last = record.getMessage()


class _Api:
    """The app over a home of its own, which is made anew from time to time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = make_home(folder)
        self._number = self._requests = 0
        self._client: TestClient | None = None
        self._known: dict[str, str] = {}
        self._failures = _Failures()
        logging.getLogger(_FAILURES).addHandler(self._failures)
        app = create_app(settings_of(self._template))
        self._document: Mapping[str, Any] = app.openapi()
        self._routes = sorted(all_routes(app))

    def seeds(self) -> list[bytes]:
        """Return requests for each route, with the documented examples of bodies."""
        made: list[dict[str, Any]] = []
        for route in self._routes:
            method, path = route.split(" ", 1)
            operation = self._document["paths"].get(_PATTERN.sub("}", path), {}).get(method.lower())
            if operation is None:
                values = {"form": _PAGE_VALUES} if method == "POST" else {"query": _PAGE_VALUES}
                made.append({"route": route, **values})
                continue
            request: dict[str, Any] = {"route": route, "query": _query_example(operation)}
            if "If-Match" in str(operation.get("parameters", "")):
                request["headers"] = {"If-Match": "*"}
            bodies = self._examples(operation)
            made += [{**request, "body": body} for body in bodies] or [request]
        return list(map(_written, made))

    def more_seeds(self) -> list[bytes]:
        """Return requests with bodies generated from the document."""
        return [
            _written({"route": f"{method.upper()} {path}", "headers": {"If-Match": "*"}} | body)
            for path, operations in self._document["paths"].items()
            for method, operation in operations.items()
            for body in generated_bodies(self._document, operation)
        ]

    def send(self, data: bytes) -> None:
        """Send the request of an input. Raises ServerError."""
        try:
            request = json.loads(data)
        except (ValueError, RecursionError):
            request = None
        if not isinstance(request, dict):
            request = {"text": data.decode("utf-8", "replace")}
        route = request.get("route")
        if route not in self._routes:
            route = self._routes[zlib.crc32(data) % len(self._routes)]
        method, path = str(route).split(" ", 1)
        client = self._ready()
        content, kind = _body(request)
        answer = client.request(
            method,
            self._address(path, request),
            content=content,
            headers=_headers(request, kind),
            follow_redirects=False,
        )
        if answer.status_code >= 500:
            raise ServerError(f"{route}: {answer.status_code} {self._failures.last[-1500:]}")

    def _ready(self) -> TestClient:
        """Return a client, with a new home after many requests."""
        self._requests += 1
        if self._client is not None and self._requests % _REQUESTS_OF_HOME == 0:
            self._client.__exit__(None, None, None)
            self._client = None
            shutil.rmtree(self._folder / f"home-{self._number}")
        if self._client is None:
            self._number += 1
            home = self._folder / f"home-{self._number}"
            shutil.copytree(self._template, home)
            self._client = TestClient(create_app(settings_of(home)), "http://localhost")
            self._client.__enter__()
            self._make_records(self._client)
        return self._client

    def _make_records(self, client: TestClient) -> None:
        """Make a record in each list that takes one, from the documented examples."""
        found = client.get("/v1/patents").json()["patents"][0]
        self._known = {"/v1/patents": found["id"], "/patents": found["id"]}
        for path, operations in self._document["paths"].items():
            examples = self._examples(operations.get("post", {}))
            if examples and "{" not in path:
                made = client.post(path, json=examples[0]).json()
                self._known[path] = str(made.get("id", ""))
        need = self._known["/v1/needs"]
        ranked = client.post(f"/v1/needs/{need}/match", json={}).json()
        self._known[f"/v1/needs/{need}/rankings"] = str(ranked.get("ranking", ""))
        self._known["/v1/matches"] = ranked["results"][0]["match"]
        client.get("/catalogue.pdf")  # it loads the library that draws, once

    def _address(self, path: str, request: Mapping[str, Any]) -> str:
        given = request.get("path")
        values = given if isinstance(given, dict) else {}
        parts: list[str] = []
        for part in path.split("/"):
            if "{" in part:
                name = part.strip("{}").partition(":")[0]
                known = self._known.get("/".join(parts)) or "0" * 24
                parts.append(_quoted(str(values.get(name, known))) or "0")
            else:
                parts.append(part)
        query = _pairs(request.get("query"))[:_MAX_QUERY]
        return f"{'/'.join(parts)}?{query}"

    def _examples(self, operation: Mapping[str, Any]) -> list[Any]:
        content = operation.get("requestBody", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema", {})
        while "$ref" in schema:
            schema = self._document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return list(schema.get("examples", [])) or ([{}] if schema else [])


def all_routes(app: FastAPI) -> set[str]:
    """Return method and path of each route of the API and each page, and of what is open to all."""
    ruled = {f"{method} {path}" for method, path in RULES}
    others = {f"GET {route.path}" for route in app.routes if isinstance(route, Route)}
    written = app.openapi()["paths"].items()
    probes = {f"{method.upper()} {path}" for path, found in written for method in found}
    return ruled | others | {route for route in probes if "/v1/" not in route} | _SIGN_IN


def _written(request: Mapping[str, Any]) -> bytes:
    return json.dumps(request, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _query_example(operation: Mapping[str, Any]) -> dict[str, Any]:
    """Return a value for each parameter of the query."""
    values = {}
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "query":
            schema = parameter["schema"]
            named = parameter.get("example", schema.get("default"))
            choices = schema.get("enum") or schema.get("examples") or [1]
            values[parameter["name"]] = choices[0] if named is None else named
    return values


def _body(request: Mapping[str, Any]) -> tuple[bytes | None, str]:
    """Return the body with its media type."""
    if "form" in request:
        return _pairs(request["form"]).encode(), "application/x-www-form-urlencoded"
    if "text" in request:
        return str(request["text"]).encode("utf-8", "surrogatepass"), "application/json"
    if "body" in request:
        try:
            written = json.dumps(request["body"], ensure_ascii=False)
        except RecursionError:
            written = "[" * 100_000
        return written.encode("utf-8", "surrogatepass"), "application/json"
    return None, "application/json"


def _headers(request: Mapping[str, Any], kind: str) -> dict[bytes, bytes]:
    headers = {
        "content-type": kind,
        "cookie": f"{cookies.FORM}={_FORM_SECRET}; {cookies.FORM_IN_CLEAR}={_FORM_SECRET}",
        HEADER: form_token(_FORM_SECRET),
    }
    given = request.get("headers")
    for name, value in given.items() if isinstance(given, dict) else ():
        if str(name).isascii() and str(name).replace("-", "").isalnum():
            headers[str(name)] = str(value).translate(_NOT_IN_HEADERS)
    return {name.encode(): value.encode("utf-8", "replace") for name, value in headers.items()}


def _pairs(values: Any) -> str:
    pairs = values.items() if isinstance(values, dict) else [("q", values)]
    return "&".join(f"{_quoted(str(name))}={_quoted(str(value))}" for name, value in pairs)


def _quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def _mutate(data: bytes, random: Random, raw: Raw) -> bytes:
    """Change the body most often, else the rest of a request; sometimes the body as a text."""
    try:
        request = json.loads(data)
    except (ValueError, RecursionError):
        return mutation.json_text(data, random, raw)
    if not isinstance(request, dict):
        return mutation.json_text(data, random, raw)
    request = dict(request)
    chance = random.random()
    if chance < 0.1:
        written = json.dumps(request.pop("body", {}), ensure_ascii=False)
        changed = mutation.text(written.encode("utf-8", "surrogatepass"), random, raw)
        request["text"] = changed.decode("utf-8", "replace")
    elif chance < 0.2:
        names = ("If-Match", "Idempotency-Key", "Authorization", "Accept-Language", "Cookie")
        headers = dict(request.get("headers") or {})
        value = mutation.change_value(headers.get(names[0], '"v1"'), random)
        request["headers"] = {**headers, random.choice(names): value}
    elif chance < 0.28:
        request["path"] = {
            name: mutation.change_value("CN201910000001.X", random)
            for name in ("need", "match", "record", "application_number", "patent")
        }
    else:
        part = random.choice(
            [name for name in ("body", "body", "form", "query") if request.get(name)] or ["query"]
        )
        request[part] = mutation.change_value(request.get(part) or {"limit": 1}, random)
    try:
        return json.dumps(request).encode()
    except RecursionError:
        return data


def _prepare(folder: Path) -> Prepared:
    api = _Api(folder)
    return Prepared(api.send, api.seeds(), api.more_seeds)


ROUTES = (Target("requests", _prepare, _mutate, weight=7, max_bytes=50_000, needs_home=True),)
"""Targets of this room."""
