"""A server with two sides that must not see each other, and a mark in every confidential field.

Each side has an institution, an enterprise, a portal, an event, and records of every kind. All
names and texts are invented (样例).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from pydantic import SecretStr

from api.access import cookies
from api.app import create_app
from api.http.paths import is_page
from api.pages import csrf
from matcher.access.roles import Caller, Role
from matcher.access.sessions import form_token
from matcher.events.record import Event
from matcher.ids import new_id
from matcher.matches.suggestion import ArrivalReason, Suggestion, SuggestionState
from matcher.settings import Settings
from matcher.store import events, institutions, suggestions
from matcher.types import TeamRef, TtoContact
from matcher.wiring.build import build_index
from matcher.wiring.open import open_store
from tests.support.browsers import ADDRESS, BROWSER, browser, post
from tests.support.callers import Headers, header
from tests.support.captured_log import CapturedLog, captured_log
from tests.support.engines import save, unlimited
from tests.support.samples import BEARING, SEPARATOR, sibling
from tests.support.staged_imports import stage, work

CONTACT_KEY = Fernet.generate_key().decode()
PROGRAMME: Mapping[str, Mapping[str, str | None]] = {
    "contracts": {
        "number": "number",
        "enterprise": "enterprise",
        "person": "person",
        "office": "office",
        "note": "note",
        "kind": None,
        "signed_on": None,
    },
    "pledges": {"number": "number", "pledgee": "pledgee", "note": "note", "registered_on": None},
    "product-filings": {"enterprise": "enterprise", "product": "product", "note": "note"},
}
"""Confidential records of the programme, and the fields that have a mark."""
_FIXED = {"kind": "non_exclusive", "signed_on": "2026-01-31", "registered_on": "2026-01-31"}
KEPT = "lang=zh; basket=CN201919900001.1"
"""Cookies of every browser: its language, and a patent in the basket."""
SCOPES = {"matched": "match_only", "hidden": "match_only", "masked": "masked", "open": "public"}
"""Needs of each side, and how far they are published."""


@dataclass(frozen=True)
class Member:
    """A caller with a key for the API and a session for the pages."""

    name: str
    role: Role
    key: Headers
    session: str | None
    side: str | None = None

    def headers(self, path: str) -> Headers:
        """Return what this caller sends along with a request of this path."""
        if not is_page(path.partition("?")[0]):
            return self.key
        if self.session is None:
            return {**BROWSER, "cookie": KEPT}
        sent = f"{cookies.SESSION}={self.session}; {KEPT}"
        return {**BROWSER, "cookie": sent, csrf.HEADER: form_token(self.session)}


@dataclass(frozen=True)
class Side:
    """One side: its names, and the ids of its records by the names of parameters."""

    name: str
    institution: str
    firm: str
    patent: str
    event: str
    ids: dict[str, str] = field(default_factory=dict)
    records: dict[str, str] = field(default_factory=dict)
    """Ids of the programme's records, by kind."""

    def mark(self, what: str) -> str:
        """Return the text that stands in this field of this side, and nowhere else."""
        return f"Zq{self.name}{what}{self.name}qZ"


@dataclass(frozen=True)
class TwoSides:
    """The running server, its sides and its callers."""

    client: TestClient
    settings: Settings
    sides: Mapping[str, Side]
    members: Mapping[str, Member]
    log: CapturedLog
    """All that the server logged since it began."""

    @property
    def app(self) -> FastAPI:
        """The app."""
        app: Any = self.client.app
        return app  # type: ignore[no-any-return]

    def ask(self, member: Member, method: str, path: str, **more: Any) -> Response:
        """Send a request as this caller; nothing is kept of one answer for the next."""
        headers = {**member.headers(path), **more.pop("headers", {})}
        self.client.cookies.clear()
        answer: Any = self.client.request(
            method, path, headers=headers, follow_redirects=False, **more
        )
        response: Response = answer
        return response

    def strangers(self, side: Side) -> list[Member]:
        """Return the callers who may see nothing that is a side's own."""
        return [m for m in self.members.values() if m.side not in (None, side.name)]


def _side(name: str, number: str) -> Side:
    return Side(
        name, f"样例{name}大学", f"样例{name}电池厂（样例）", number, f"Zq{name}event{name}qZ"
    )


@contextmanager
def two_sides(home: Path) -> Iterator[TwoSides]:
    """Make the home, start the server, and fill both sides as their people would."""
    settings = unlimited(
        home,
        contact_key=SecretStr(CONTACT_KEY),
        reveals_per_day=1000,
        public_pages=True,
    )
    sides = [_side("A", "CN201919900001.1"), _side("B", "CN201919900004.6")]
    _keep_catalogue(settings, sides)
    build_index(settings)
    with captured_log() as log, TestClient(create_app(settings), base_url=ADDRESS) as client:
        app: Any = client.app
        made = TwoSides(client, settings, {side.name: side for side in sides}, {}, log)
        members = _members(settings, app, sides)
        made = replace(made, members=members)
        for side in sides:
            _fill(made, side)
        yield made


def _keep_catalogue(settings: Settings, sides: list[Side]) -> None:
    own = [
        sibling(
            SEPARATOR,
            side.patent,
            owners=(side.institution,),
            applicants=(side.institution,),
            publication_number=f"CN11990000{number}B",
            team=TeamRef(side.institution, f"样例{side.name}团队", None, f"样例{side.name}甲"),
        )
        for number, side in enumerate(sides, start=4)
    ]
    save(settings, *own, BEARING)
    with open_store(settings) as store, store.writing() as connection:
        institutions.save_tto(
            connection, [TtoContact(s.institution, "样例转移中心") for s in sides]
        )


def _members(settings: Settings, app: FastAPI, sides: list[Side]) -> dict[str, Member]:
    found = {}
    for side in sides:
        for role in (Role.PORTAL, Role.ENTERPRISE, Role.TTO):
            key = header(
                settings,
                role,
                institution=side.institution if role is Role.TTO else None,
                enterprise=side.firm if role is Role.ENTERPRISE else None,
            )
            name = f"{role}{side.name}"
            found[name] = Member(name, role, key, session_of(app, key), side.name)
    for name, role in (
        ("staff", Role.STAFF),
        ("colleague", Role.STAFF),
        ("admin", Role.ADMIN),
        ("auditor", Role.AUDITOR),
    ):
        key = header(settings, role)
        found[name] = Member(name, role, key, session_of(app, key))
    found["visitor"] = Member("visitor", Role.VISITOR, {}, None)
    return found


def session_of(app: FastAPI, key: Headers) -> str:
    """Sign in with a key, and return the token of the session."""
    client = browser(app)
    sent = key["Authorization"].removeprefix("Bearer ")
    assert post(client, "/sign-in", key=sent).status_code == 303
    return str(client.cookies[cookies.SESSION])


def _fill(made: TwoSides, side: Side) -> None:
    """Make one record of each kind, as the people of this side would."""
    portal, firm, tto = (
        made.members[f"{role}{side.name}"] for role in ("portal", "enterprise", "tto")
    )
    admin, staff = made.members["admin"], made.members["staff"]

    def send(member: Member, path: str, body: Any, method: str = "POST", **headers: str) -> Any:
        answer = made.ask(member, method, path, json=body, headers=headers)
        assert answer.status_code in (200, 201), (path, answer.text)
        return answer.json()

    needs = {
        name: send(portal, "/v1/needs", _need(side, name, scope))["id"]
        for name, scope in SCOPES.items()
    }
    need = needs["matched"]
    asked = {"k": 5, "filters": {"institutions": [side.institution]}}
    ranking = send(portal, f"/v1/needs/{need}/match", asked)["ranking"]
    (match,) = made.ask(portal, "GET", f"/v1/needs/{need}/matches").json()["matches"]
    at = f"/v1/matches/{match['id']}"
    for member in (firm, tto):
        who = member.role.value
        note = {
            "note": side.mark(f"note{who}"),
            "next_action": side.mark(f"next{who}"),
            "next_action_on": "2026-01-31",
        }
        send(member, f"{at}/follow-ups", note, **{"If-Match": "*"})
    owner = {"kind": "broker", "name": side.mark("owner"), "office": side.mark("owneroffice")}
    send(tto, f"{at}/case-owner", owner, "PUT", **{"If-Match": "*"})
    asking = {"message": side.mark("message")}
    settled = send(firm, f"{at}/relay-requests", asking)["id"]
    for step, body in (("accept", None), ("answer", {"answer": side.mark("answer")})):
        send(tto, f"/v1/relay-requests/{settled}/{step}", body)
    relay = send(firm, f"{at}/relay-requests", asking)["id"]
    consent = send(tto, "/v1/consents", _consent(side, "granted", "match_" + "0" * 24))
    send(tto, "/v1/consents", _consent(side, "public"))
    send(firm, f"{at}/contact-reveals", {"reason": side.mark("reason")})
    hook = {
        "url": f"https://{side.mark('hookhost')}.example/{side.mark('hookpath')}",
        "events": ["suggestion.created"],
    }
    webhook = send(portal, "/v1/webhooks", hook)["id"]
    for kind, fields in PROGRAMME.items():
        values = {
            name: side.mark(f"{kind}-{mark}") if mark else _FIXED[name]
            for name, mark in fields.items()
        }
        body = {**values, "patent": side.patent}
        if kind == "contracts":
            body["match"] = match["id"]
        side.records[kind] = send(staff, f"/v1/programme/{kind}", body)["id"]
    _fill_public(side, send, admin, staff)
    _keep_directly(made.settings, side, needs["open"])
    staged = _import(made, side)
    side.ids.update(
        need=need,
        match=match["id"],
        ranking=ranking,
        relay=relay,
        webhook=webhook,
        consent=consent["id"],
        contact=consent["contact"],
        suggestion=_suggestion_of(made, side),
        staged=staged,
    )
    side.records.update(needs)


def _need(side: Side, name: str, scope: str) -> dict[str, Any]:
    firm = side.firm if name == "matched" else side.mark(f"{name}-firm")
    texts = {
        part: f"{firm}的隔膜 {side.mark(f'{name}-{part}')}"
        for part in ("title", "problem", "indicators", "goal")
    }
    return {
        **texts,
        "text": f"锂电池隔膜在150℃下收缩 {side.mark(f'{name}-text')}",
        "keywords": [side.mark(f"{name}-keyword")],
        "enterprise": firm,
        "reference": side.mark(f"{name}-reference"),
        "publish_scope": scope,
        "pledge_wish": name == "hidden",
        "contact": {
            "name": side.mark(f"{name}-person"),
            "email": f"{side.mark(f'{name}-mail')}@sample.example",
        },
    }


def _consent(side: Side, scope: str, *recipients: str) -> dict[str, Any]:
    return {
        "person": side.mark(f"{scope}-person"),
        "institution": side.institution,
        "team": f"样例{side.name}团队",
        "scope": scope,
        "purpose": side.mark(f"{scope}-purpose"),
        "recipients": list(recipients),
        "evidence": side.mark(f"{scope}-evidence"),
        "email": f"{side.mark(f'{scope}-mail')}@sample.example",
    }


def _fill_public(side: Side, send: Any, admin: Member, staff: Member) -> None:
    """Make records of the published kinds, and a proposal that waits."""
    record = send(
        staff, "/v1/programme/institutions", {"name": f"样例{side.name}联盟", "kind": "alliance"}
    )
    side.records["institutions"] = record["id"]
    pool = {"name": f"样例{side.name}池", "operator": side.institution}
    side.records["pools"] = send(staff, "/v1/programme/pools", pool)["id"]
    member = {"alliance": f"样例{side.name}联盟", "institution": side.institution}
    made = send(staff, "/v1/programme/alliance-members", member)
    side.records["alliance-members"] = made["id"]
    pooled = {"pool": f"样例{side.name}池", "patent": side.patent}
    side.records["pool-patents"] = send(staff, "/v1/programme/pool-patents", pooled)["id"]


def _keep_directly(settings: Settings, side: Side, need: str) -> None:
    """Store what no route makes: an event, and a suggestion."""
    moment = datetime(2026, 6, 1, tzinfo=UTC)
    result = {"rank": 1, "id": side.patent, "fit": "fair", "title": side.mark("suggested")}
    suggestion = Suggestion(
        new_id("suggestion"),
        need,
        side.patent,
        side.institution,
        ArrivalReason.NEW,
        "fair",
        1,
        "fake",
        "index",
        1,
        {},
        result,
        SuggestionState.NEW,
        None,
        moment,
    )
    with open_store(settings) as store, store.writing() as connection:
        events.create(connection, Event(side.event, moment, moment))
        events.add_needs(connection, side.event, [need])
        assert suggestions.add_new(connection, [suggestion], date.today())


def _suggestion_of(made: TwoSides, side: Side) -> str:
    listed = made.ask(made.members[f"portal{side.name}"], "GET", "/v1/suggestions").json()
    (suggestion,) = listed["suggestions"]
    return str(suggestion["id"])


def _import(made: TwoSides, side: Side) -> str:
    """Send a file in as one of the staff, and have it read; return the id of the import."""
    name = {"A": "staff", "B": "colleague"}[side.name]
    member = made.members[name]
    identity = member.key["Authorization"].split("_")[1]
    row = (
        f"申请号,发明名称,摘要\nCN2019,{side.mark('cell')},{side.mark('cellmail')}@sample.example\n"
    )
    staged = stage(made.settings.home, {f"{side.mark('file')}.csv": row.encode()}, identity)
    work(made.settings, staged, by=Caller(identity, Role.STAFF))
    return staged.id
