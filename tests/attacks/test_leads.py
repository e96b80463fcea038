"""Where pages lead, and whose session they take: every parameter of every page."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from fastapi.dependencies.models import Dependant
from pydantic import BaseModel

from api.access import cookies
from api.schemas.requests import FilterFields
from tests.support.app_routes import Route, listed_routes, page_routes
from tests.support.route_requests import FORMS, PARAMETER, address
from tests.support.two_sides import TwoSides

ELSEWHERE = (
    "//evil.example/x",
    "/\\evil.example",
    "https://evil.example/",
    "https:evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
    "/x\r\nLocation: https://evil.example/",
    "/%2F/evil.example",
    "data:text/html,x",
)
"""Addresses of another server, as browsers understand them."""
FILE = re.compile(r"\{format\}|\.\w+$")
"""Pages that give out a file."""
OWN = re.compile(r"/(?![/\\])[^\s\\]*")
"""A path of this server."""
LINK = re.compile(r"""(?:href|action|formaction|src|content)=["']?\s*([^"'>\s]*)""", re.IGNORECASE)
ABROAD = re.compile(r"(?:https?:)?[/\\]{2}|javascript:|data:text", re.IGNORECASE)
LEADING = ("next", "back")
"""Parameters that are there to lead somewhere; the others are not, whatever they hold."""
PLANTED = "A" * 43


def parameters(sides: TwoSides) -> Iterator[tuple[Route, str, str]]:
    """Yield each page with each parameter that it reads, of its query or its form."""
    pages = set(page_routes(sides.app))
    for route in listed_routes(sides.app.routes):
        for method in (route.methods or set()) & {"GET", "POST"}:
            if (method, route.path) not in pages:
                continue
            names = {*_names(route.dependant)}
            if method == "POST":
                names |= {("data", name) for name in FORMS[PARAMETER.sub(r"{\1}", route.path)]}
            for place, name in sorted(names):
                yield (method, route.path), place, name


def _names(read: Dependant) -> Iterator[tuple[str, str]]:
    """Yield place and name of each parameter of a route and of what it depends on."""
    for place, fields in (("params", read.query_params), ("data", read.body_params)):
        for field in fields:
            kind: Any = field.field_info.annotation
            is_form = isinstance(kind, type) and issubclass(kind, BaseModel)
            names = kind.model_fields if is_form else [field.alias]
            yield from ((place, name) for name in names)
    for inner in read.dependencies:
        yield from _names(inner)


def test_no_parameter_leads_elsewhere(sides: TwoSides, tried: Callable[[int], None]) -> None:
    """Neither a redirect nor a link of the page that answers goes to another server.

    Filters, which all pages share, and files are tried with one address, other fields with two.
    """
    faults, count, leading = [], 0, set()
    for (method, path), place, name in parameters(sides):
        if path.startswith(("/sign-out", "/account/")):
            continue  # these end the session of the test; they read nothing
        is_filter, is_file = name in FilterFields.model_fields, FILE.search(path) is not None
        if is_filter and is_file:
            continue
        tries = ELSEWHERE if name in LEADING else ELSEWHERE[: 1 if is_filter or is_file else 2]
        for value in tries:
            member = sides.members["staff" if count % 2 or "import" in path else "visitor"]
            answer = sides.ask(member, method, address(path), **{place: {name: value}})
            count += 1
            told = answer.headers.get("location")
            if told is not None:
                leading.add(path)
                if not OWN.fullmatch(told):
                    faults.append((method, path, name, value, told))
            html = answer.text if "html" in answer.headers.get("content-type", "") else ""
            links = [link for link in LINK.findall(html) if ABROAD.match(link)]
            faults += [(method, path, name, value, link) for link in links]
    assert faults == []
    assert {"/sign-in", "/basket", "/", "/navigation"} <= leading
    tried(count)


def test_paths_that_browsers_take_for_hosts(sides: TwoSides) -> None:
    paths = ("//evil.example", "/%2F/evil.example", "/%5Cevil.example", "/patents//evil.example")
    for path in paths:
        for name in ("visitor", "staff"):
            answer = sides.ask(sides.members[name], "GET", f"https://localhost{path}")
            assert answer.status_code in (303, 404), path
            assert OWN.fullmatch(answer.headers.get("location", "/")), path


def test_no_page_takes_over_a_planted_session(
    sides: TwoSides, tried: Callable[[int], None]
) -> None:
    """A session begins at a sign-in alone, and with a token of the server's own."""
    count = 0
    headers = {"cookie": f"{cookies.SESSION}={PLANTED}; lang=zh", "accept": "text/html"}
    for method, path in page_routes(sides.app):
        for query in ({}, {cookies.SESSION: PLANTED, "session": PLANTED}):
            sides.client.cookies.clear()
            answer: Any = sides.client.request(
                method, address(path), headers=headers, follow_redirects=False, params=query
            )
            left = answer.headers.get_list("set-cookie")
            assert not [line for line in left if line.startswith(f"{cookies.SESSION}=")], path
            assert PLANTED not in str(left), path
            count += 1
    tried(count)
