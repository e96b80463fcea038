"""Hosts, methods, overrides of methods and types of bodies, on every route and page."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from api.access.rules import RULES
from api.http.paths import is_page
from matcher.access.sessions import form_token
from tests.support.app_routes import Route, page_routes, routes
from tests.support.route_requests import FORMS, PARAMETER, address, body_of
from tests.support.two_sides import TwoSides
from tests.support.whole_homes import record_rows

HOSTS = (
    *("evil.example", "localhost.evil.example", "localhost@evil.example", "evil.example#localhost"),
    *("", "169.254.169.254", "localhost, evil.example"),
)
"""Values of the Host header that name no host of this server."""
FORWARDED = (
    {"X-Forwarded-Host": "evil.example", "X-Forwarded-Server": "evil.example"},
    {"Forwarded": "host=evil.example;proto=http;for=127.0.0.1"},
    {"X-Original-URL": "/v1/audit", "X-Rewrite-URL": "/v1/audit"},
    {"X-Role": "admin", "X-User": "admin", "X-Remote-User": "admin", "X-Key-Id": "open"},
    {"X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1", "True-Client-IP": "127.0.0.1"},
)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT")
STRANGE = ("PROPFIND", "QUERY", "POSTX")
OVERRIDES = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Method")
TYPES = (
    "text/plain",
    "text/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/xml",
    "application/jsonp",
    "",
)
"""Types that a page of another site can send without asking, and others that are no JSON."""
FORM_TYPES = ("text/plain", "application/json", "application/xml", "")


@pytest.fixture(autouse=True)
def unchanged(sides: TwoSides) -> Iterator[None]:
    """No request of these tests changes a record."""
    before = rows(sides)
    yield
    after = rows(sides)
    assert [name for name in after if after[name] != before[name]] == []


def rows(sides: TwoSides) -> dict[str, Any]:
    """All rows but the time of a key's last use, and the audit rows of exports."""
    kept = record_rows(sides.settings)
    kept["audit_trail"] = [row for row in kept["audit_trail"] if "exported" not in str(row)]
    return {name: own for name, own in kept.items() if name not in ("api_keys", "accounts")}


def every(sides: TwoSides) -> list[Route]:
    """Every route of the API and every page."""
    return [*routes(sides.app), *page_routes(sides.app)]


def test_other_hosts(sides: TwoSides, tried: Callable[[int], None]) -> None:
    """A host that is not this server's is refused before the caller is asked who it is."""
    admin, faults, count = sides.members["admin"], [], 0
    for method, path in every(sides):
        for host in HOSTS:
            sent = {"headers": {"host": host, "x-forwarded-host": "localhost"}}
            answer = sides.ask(admin, method, address(path), **sent)
            count += 1
            if answer.status_code != 421 or "location" in answer.headers:
                faults.append((method, path, host, answer.status_code))
    assert faults == []
    tried(count)


def test_headers_of_a_gateway(sides: TwoSides, tried: Callable[[int], None]) -> None:
    """What only a gateway may say opens no route of the API, and no closed page."""
    nobody, faults, count = sides.members["visitor"], [], 0
    for method, path in every(sides):
        rule = RULES.get((method, path))
        if rule is None or nobody.role in rule.roles:
            continue
        expected = 303 if is_page(path) else 401
        for headers in FORWARDED:
            answer = sides.ask(nobody, method, address(path), headers=headers)
            count += 1
            led = answer.headers.get("location", "/sign-in")
            if answer.status_code != expected or not led.startswith("/sign-in"):
                faults.append((method, path, headers, answer.status_code))
    assert faults == []
    tried(count)


def test_methods_that_a_path_does_not_have(sides: TwoSides, tried: Callable[[int], None]) -> None:
    """Refused as such; of a page HEAD is GET without the body.

    The path of an export is that of a record called `export`, which there is not.
    """
    admin, faults, count = sides.members["admin"], [], 0
    known: dict[str, set[str]] = {}
    for method, path in every(sides):
        known.setdefault(address(path), set()).add(method)
    wide = {m for method, path in every(sides) for m in [method] if ":path}" in path}
    assert wide == {"GET"}  # a path below such a one is its own
    for path, methods in known.items():
        for method in (*METHODS, *STRANGE):
            if method in methods or (method == "HEAD" and is_page(path)):
                continue
            answer = sides.ask(admin, method, path, headers={"accept": "application/json"})
            count += 1
            refused = (404, 405, 415, 422, 428) if path.endswith("/export") else (405,)
            if answer.status_code not in refused or b"mk_" in answer.content:
                faults.append((method, path, answer.status_code))
    assert faults == []
    tried(count)


def test_overrides_of_the_method(sides: TwoSides, tried: Callable[[int], None]) -> None:
    """A GET stays a GET, whatever a header or a field says it stands for."""
    staff, side, count = sides.members["admin"], sides.sides["A"], 0
    faults: list[tuple[object, ...]] = []
    changing = {path for method, path in every(sides) if method != "GET"}
    for method, path in every(sides):
        if method != "GET" or (path not in changing and "{" not in path):
            continue
        kind = path.split("/")[3] if path.startswith("/v1/programme/") else "pools"
        to = address(path, {**side.ids, "record": side.records.get(kind, ""), "format": "csv"})
        plain = sides.ask(staff, "GET", to).status_code
        for header in OVERRIDES:
            answer = sides.ask(staff, "GET", to, headers={header: "DELETE", "If-Match": "*"})
            faults += [(to, header)] if answer.status_code != plain else []
        answer = sides.ask(staff, "GET", to, params={"_method": "DELETE", "method": "DELETE"})
        faults += [(to, "_method")] if answer.status_code not in (plain, 422) else []
        count += len(OVERRIDES) + 1
    for path in FORMS:
        if path.startswith(("/sign-out", "/account")):
            continue  # these end the session itself
        form = {"_method": "DELETE", "method": "DELETE"}
        headers = {"X-HTTP-Method-Override": "DELETE", "X-CSRF-Token": "none"}
        answer = sides.ask(staff, "POST", address(path), data=form, headers=headers)
        faults += [(path, answer.status_code)] if answer.status_code != 403 else []
        count += 1
    assert faults == []
    tried(count)


def test_bodies_that_are_not_declared_as_json(
    sides: TwoSides, tried: Callable[[int], None]
) -> None:
    """Every body that a route of the API would take, under another type: nothing is done."""
    admin, side, faults, count = sides.members["admin"], sides.sides["A"], [], 0
    for method, path in routes(sides.app):
        if "json" not in (sent := body_of(method, path)):
            continue
        kind = path.split("/")[3] if path.startswith("/v1/programme/") else "pools"
        to = address(path, {**side.ids, "record": side.records[kind]})
        content = json.dumps(sent["json"]).encode()
        for declared in TYPES:
            headers = {"content-type": declared, "If-Match": "*"}
            answer = sides.ask(admin, method, to, content=content, headers=headers)
            count += 1
            if answer.status_code not in (415, 422):
                faults.append((method, path, declared, answer.status_code))
    assert faults == []
    tried(count)


def test_forms_under_another_type(sides: TwoSides, tried: Callable[[int], None]) -> None:
    """The token of a form counts only in a form: no script's body takes its place."""
    admin, faults, count = sides.members["admin"], [], 0
    token = form_token(str(admin.session))
    for method, path in page_routes(sides.app):
        if method == "GET":
            continue
        fields = {"csrf_token": token, **FORMS[PARAMETER.sub(r"{\1}", path)]}
        for declared in FORM_TYPES:
            content = "&".join(f"{name}={value}" for name, value in fields.items())
            if "json" in declared:
                content = json.dumps(fields)
            cookie = admin.headers("/")["cookie"]
            headers = {"content-type": declared, "cookie": cookie, "accept": "text/html"}
            more = {"content": content.encode(), "headers": headers, "follow_redirects": False}
            answer: Any = sides.client.request(method, address(path), **more)  # type: ignore[arg-type]
            count += 1
            if answer.status_code != 403:
                faults.append((path, declared, answer.status_code))
    assert faults == []
    tried(count)
