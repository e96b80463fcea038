"""Ids of the other side, in the path, the query and the body of every route and page."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

import pytest

from api.access.rules import RULES
from matcher.access.roles import Reach
from matcher.ids import new_id
from tests.support.app_routes import Route
from tests.support.route_requests import MISSING, PARAMETER, address, all_routes, body_of
from tests.support.two_sides import Member, Side, TwoSides
from tests.support.whole_homes import record_rows

PUBLISHED = {"number", "application_number", "name", "team", "format"}
"""Parameters that name a published fact, or no record."""
OF_KIND = re.compile(r"/v1/programme/([\w-]+)/")
ID = re.compile(r"[a-z]+_[0-9a-f]{24}")
SAME = {"x-request-id": "0" * 32, "if-match": "*"}
"""Headers of every attempt: error pages show the id of the request."""
FILTERS: Mapping[str, Callable[[Side], str]] = {
    "alliance": lambda side: f"样例{side.name}联盟",
    "contact": lambda side: side.ids["contact"],
    "enterprise": lambda side: side.firm,
    "institution": lambda side: side.institution,
    "match": lambda side: side.ids["match"],
    "need": lambda side: side.ids["need"],
    "patent": lambda side: side.patent,
    "pool": lambda side: f"样例{side.name}池",
}
"""Parameters of queries that name a record, or whose it is."""
NAMELESS = {
    *("alliances", "cursor", "diversity", "facets", "filed_after", "format", "in_force"),
    *("industries", "industry", "institutions", "ipc_prefixes", "k", "kind", "lang", "limit"),
    *("legal_status", "min_years_left", "open_licence", "patent_types", "period", "pools"),
    *("proposed", "regions", "since", "sleeping", "state", "until", "words"),
    *("about", "action", "by", "head", "subject"),
}
"""Parameters that choose among what the caller may see anyway: of published facts, by day and
state, and of the audit trail, which no side may read."""


@pytest.fixture(autouse=True)
def unchanged(sides: TwoSides) -> Iterator[None]:
    """No attempt changes a record; in the audit trail are exports of one's own alone."""

    def rows() -> dict[str, Any]:
        kept = record_rows(sides.settings)
        kept["audit_trail"] = [row for row in kept["audit_trail"] if "exported" not in str(row)]
        return {name: own for name, own in kept.items() if name != "api_keys"}

    before = rows()
    yield
    after = rows()
    assert [name for name in after if after[name] != before[name]] == []


def owned(sides: TwoSides) -> list[Route]:
    """Method and path of every route that names a record of somebody."""
    routes = all_routes(sides.app)
    return [(method, path) for method, path in routes if {*PARAMETER.findall(path)} - PUBLISHED]


def ids_of(side: Side, path: str) -> dict[str, str]:
    """The ids of a side for this path."""
    kind = OF_KIND.match(path)
    return {**side.ids, "record": side.records[kind[1] if kind else "pool-patents"]}


def made_up(ids: Mapping[str, str]) -> dict[str, str]:
    """Ids of the same form that no record has."""
    return {name: new_id(identity.partition("_")[0]) for name, identity in ids.items()}


def readable(answer: Any) -> tuple[object, ...]:
    """What a caller can read of an answer, without the id that was sent."""
    return answer.status_code, ID.sub("ID", answer.text), sorted(answer.headers.multi_items())


def may_read_all(member: Member, route: Route) -> bool:
    """True where the record is published: its kind is open to this role as a whole."""
    reach = RULES[route].roles.get(member.role)
    return route[0] == "GET" and reach is Reach.ALL and not route[1].startswith("/import")


def test_ids_in_the_path(sides: TwoSides, tried: Callable[[int], None]) -> None:
    faults, count = [], 0
    for route in owned(sides):
        method, path = route
        for side in sides.sides.values():
            present = ids_of(side, path)
            missing = made_up(present)
            strangers = sides.strangers(side)
            if "{staged}" in path:
                strangers.append(sides.members["staff" if side.name == "B" else "colleague"])
            for member in strangers:
                if may_read_all(member, route):
                    continue
                more = {**body_of(method, path), "headers": SAME}
                there = sides.ask(member, method, address(path, present), **more)
                nowhere = sides.ask(member, method, address(path, missing), **more)
                count += 1
                refused = there.status_code in (403, 404) or "gone=1" in there.headers["location"]
                if not refused or readable(there) != readable(nowhere):
                    faults.append((route, member.name, there.status_code, nowhere.status_code))
    assert faults == []
    assert count >= 3 * len(owned(sides))
    tried(count)


def filtered(sides: TwoSides) -> list[tuple[str, str]]:
    """Path and parameter of every list of the API that takes the name of a record."""
    found = []
    for path, operations in sides.app.openapi()["paths"].items():
        for parameter in operations.get("get", {}).get("parameters", []):
            name = parameter["name"]
            assert parameter["in"] != "query" or name in {*FILTERS, *NAMELESS}, (path, name)
            if parameter["in"] == "query" and name in FILTERS and "{" not in path:
                found.append((path, name))
    return [*found, ("/navigation/demand", "need"), ("/navigation/demand/tables/need.csv", "need")]


def told(answer: Any, asked: str) -> tuple[int, str]:
    """What an answer says besides repeating what was asked for."""
    text = answer.text.replace(asked, "").replace(quote(asked), "")
    return answer.status_code, re.sub(r"导出时间：[^,]*", "", ID.sub("", text))


def nobody(name: str) -> str:
    """A name of the same form that no record has."""
    if ID.fullmatch(name):
        return made_up({"": name})[""]
    return MISSING["number"] if name.startswith("CN") else name.replace("样例", "样例无")


def test_ids_in_the_query(sides: TwoSides, tried: Callable[[int], None]) -> None:
    faults, count = [], 0
    for path, name in filtered(sides):
        rule = RULES.get(("GET", path)) or RULES["GET", "/navigation/demand"]
        for side in sides.sides.values():
            theirs = FILTERS[name](side)
            no_one = nobody(theirs)
            for member in sides.strangers(side):
                if rule.roles.get(member.role) is Reach.ALL:
                    continue
                there, nowhere = (
                    sides.ask(
                        member,
                        "GET",
                        path,
                        params={name: value, "format": "csv"}
                        if path.endswith("/export")
                        else {name: value},
                        headers=SAME,
                    )
                    for value in (theirs, no_one)
                )
                count += 1
                if told(there, theirs) != told(nowhere, no_one):
                    faults.append((path, name, member.name, there.status_code, nowhere.status_code))
    assert faults == []
    tried(count)


BODIES: tuple[tuple[str, str, str, Mapping[str, Any]], ...] = (
    ("tto", "POST", "/v1/programme/contracts", {"match": "{match}"}),
    ("tto", "PATCH", "/v1/programme/contracts/{record}", {"match": "{match}"}),
    ("enterprise", "POST", "/v1/matches/{match}/relay-requests", {"contact": "{contact}"}),
    ("enterprise", "POST", "/v1/matches/{match}/contact-reveals", {"contact": "{contact}"}),
    ("tto", "POST", "/v1/matches/{match}/contact-reveals", {"contact": "{contact}"}),
    ("portal", "POST", "/v1/matches/{match}/contact-reveals", {"contact": "{contact}"}),
    ("portal", "POST", "/navigation/demand", {"need": "{need}"}),
)
"""Fields of bodies that name a record: who sends them, to which of its own records, and the field.
"""
NAMING = {"match", "contact", "need", "ranking", "relay", "consent", "suggestion", "webhook"}


def test_every_field_that_names_a_record_is_tried(sides: TwoSides) -> None:
    schemas = sides.app.openapi()["components"]["schemas"]
    naming = set()
    for path, operations in sides.app.openapi()["paths"].items():
        for method, operation in operations.items():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                form = schemas[content["schema"].get("$ref", "").rpartition("/")[2]]
                naming |= {(method.upper(), path, n) for n in NAMING & set(form["properties"])}
    naming -= {("POST", "/v1/match", "need"), ("POST", "/v1/needs", "contact")}  # texts, persons
    naming -= {("PATCH", "/v1/needs/{need}", "contact")}
    assert naming <= {(method, path, *fields) for _who, method, path, fields in BODIES}


@pytest.mark.parametrize(("mine", "theirs"), [("A", "B"), ("B", "A")])
def test_ids_in_the_body(sides: TwoSides, mine: str, theirs: str) -> None:
    own, other = sides.sides[mine], sides.sides[theirs]
    for who, method, path, fields in BODIES:
        member = sides.members[f"{who}{mine}"]
        answers = []
        for values in (other.ids, made_up(other.ids)):
            ((form, body),) = body_of(method, path).items()
            sent = {**body, **{name: values[name] for name in fields}}
            to = address(path, ids_of(own, path))
            answers.append(sides.ask(member, method, to, **{form: sent}, headers=SAME))
        there, nowhere = answers
        if "navigation" in path:  # leads to the address of the page, which tells no more
            assert there.status_code == nowhere.status_code == 303
            continue
        assert 400 <= there.status_code < 500, (path, there.text)
        assert readable(there) == readable(nowhere), path
