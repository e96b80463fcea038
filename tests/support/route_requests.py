"""Requests of every route and page, from the app itself: with ids, and with bodies that it takes.

What a route takes stands here by its path as `api.access.rules` writes it; a route that posts and
is not here fails the tests that walk through all of them.
"""

import re
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI

from api.http.paths import is_page
from tests.support.app_routes import Route, page_routes, routes

PARAMETER = re.compile(r"{(\w+)(?::\w+)?}")
_RECORD = "/v1/programme/"
JSON: Mapping[str, Any] = {
    "/v1/consents": {
        "person": "样例丙",
        "institution": "样例",
        "scope": "public",
        "evidence": "样例",
    },
    "/v1/consents/{consent}/withdraw": None,
    "/v1/erasures": {"person": "样例无此人", "institution": "样例", "reason": "本人要求"},
    "/v1/match": {"need": "锂电池隔膜在高温下收缩", "k": 3},
    "/v1/matches/{match}/case-owner": {"kind": "broker", "name": "样例甲", "office": "样例"},
    "/v1/matches/{match}/contact-reveals": {"reason": "约定技术洽谈的时间（样例）"},
    "/v1/matches/{match}/follow-ups": {"note": "样例"},
    "/v1/matches/{match}/relay-requests": {"message": "请转告团队（样例）"},
    "/v1/needs": {"title": "耐高温隔膜", "problem": "隔膜收缩", "enterprise": "样例科技（样例）"},
    "/v1/needs/{need}": {"budget_wan": 1},
    "/v1/needs/{need}/close": {"reason": "withdrawn"},
    "/v1/needs/{need}/match": {"k": 3},
    "/v1/relay-requests/{relay}/accept": None,
    "/v1/relay-requests/{relay}/answer": {"answer": "团队愿意交流（样例）"},
    "/v1/relay-requests/{relay}/decline": {"answer": "暂不洽谈（样例）"},
    "/v1/subject-reports": {"person": "样例无此人", "institution": "样例"},
    "/v1/subject-reports/full": {"person": "样例无此人", "institution": "样例"},
    "/v1/suggestions/{suggestion}/dismiss": None,
    "/v1/suggestions/{suggestion}/take": None,
    "/v1/webhooks": {"url": "https://portal.example/x", "events": ["suggestion.created"]},
    "/v1/webhooks/{webhook}": None,
    **{
        f"{_RECORD}{kind}": body
        for kind, body in {
            "institutions": {"name": "样例新机构", "kind": "university"},
            "alliance-members": {"alliance": "样例A联盟", "institution": "样例新机构"},
            "pools": {"name": "样例新池", "operator": "样例A大学"},
            "pool-patents": {"pool": "样例A池", "patent": "CN201519900003.2"},
            "pledges": {
                "number": "Y9",
                "patent": "CN201919900001.1",
                "registered_on": "2026-01-01",
            },
            "product-filings": {
                "patent": "CN201919900001.1",
                "enterprise": "样例",
                "product": "样例隔膜",
            },
            "contracts": {
                "number": "HT-9",
                "patent": "CN201919900001.1",
                "kind": "assignment",
                "signed_on": "2026-01-31",
            },
        }.items()
    },
    **{
        f"{_RECORD}{kind}/{{record}}": body
        for kind, body in {
            "institutions": {"region": "天津"},
            "alliance-members": {"role": "样例"},
            "pools": {"note": "样例"},
            "pool-patents": {"joined_on": "2026-01-01"},
            "pledges": {"note": "样例"},
            "product-filings": {"note": "样例"},
            "contracts": {"note": "样例"},
        }.items()
    },
    **{
        f"{_RECORD}{kind}/{{record}}/{step}": None
        for kind in ("alliance-members", "pool-patents")
        for step in ("accept", "decline")
    },
}
"""Bodies that the routes of the API take; None for a route without one."""
FORMS: Mapping[str, Mapping[str, str]] = {
    "/": {"text": "锂电池隔膜在高温下收缩"},
    "/account/password": {"present": "x", "new": "y", "again": "z"},
    "/account/sign-out-everywhere": {},
    "/basket": {"add": "CN201919900001.1"},
    "/basket/event": {"target": "need_none:样例"},
    "/basket/list": {"format": "csv"},
    "/import": {},
    "/import/{staged}/cancel": {},
    "/import/{staged}/delete": {},
    "/import/{staged}/index": {},
    "/import/{staged}/read": {},
    "/import/{staged}/save": {},
    "/navigation": {"words": "隔膜"},
    "/navigation/demand": {"words": "隔膜"},
    "/proposals/{record}/accept": {},
    "/proposals/{record}/decline": {},
    "/sign-in": {"name": "nobody", "password": "x"},
    "/sign-out": {},
}
"""Fields that the pages take."""
MISSING: Mapping[str, str] = {
    "format": "csv",
    "name": "years",
    "number": "CN209919900009.9",
    "application_number": "CN209919900009.9",
    "staged": "import_" + "0" * 24,
    "part": "1",
    "version": "none",
}
"""Values of the parameters of paths, of which no record has one; others are `none_0`."""


def all_routes(app: FastAPI) -> list[Route]:
    """Return method and path of every route of the API and of every page."""
    return [*routes(app), *page_routes(app)]


def address(path: str, values: Mapping[str, str] = MISSING) -> str:
    """Return an address of a route with these values of its parameters."""
    return PARAMETER.sub(lambda match: values.get(match[1], "none_0"), path)


def body_of(method: str, path: str) -> dict[str, Any]:
    """Return the arguments of a request that the route takes. Raises KeyError for a new route."""
    if method in ("GET", "DELETE"):
        return {}
    plain = PARAMETER.sub(lambda match: f"{{{match[1]}}}", path)
    if is_page(path):
        return {"data": dict(FORMS[plain])}
    body = JSON[plain]
    return {} if body is None else {"json": body}
