"""Patents in pools and members of alliances: proposals until who runs them accepts."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from matcher.access.roles import Role
from matcher.settings import Settings
from matcher.store import audit
from matcher.wiring.open import open_store
from tests.support.callers import INSTITUTION, Headers, header
from tests.support.samples import GRIPPER, SEPARATOR

OPERATOR, ALLIANCE = "样例运营中心", "样例联盟"
POOLED = {"pool": "样例池", "patent": SEPARATOR.id}
MEMBER = {"alliance": ALLIANCE, "institution": INSTITUTION}
KINDS = [
    ("pool-patents", POOLED, OPERATOR, {"pools": "样例池"}),
    ("alliance-members", MEMBER, ALLIANCE, {"alliances": ALLIANCE}),
]
EACH = pytest.mark.parametrize(("kind", "given", "host", "filters"), KINDS)
ANY = {"If-Match": "*"}
TODAY = date.today().isoformat()


@pytest.fixture
def home(imported: Settings) -> Settings:
    return imported.model_copy(update={"rate_per_minute": 0})


@pytest.fixture
def api(home: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(home)) as client:
        yield client


@pytest.fixture
def staff(home: Settings, api: TestClient) -> Headers:
    """Staff, who have entered a pool and an alliance that others run."""
    who = header(home, Role.STAFF)
    created(api, who, "institutions", {"name": OPERATOR, "kind": "operator"})
    created(api, who, "institutions", {"name": ALLIANCE, "kind": "alliance"})
    created(api, who, "pools", {"name": "样例池", "operator": OPERATOR})
    return who


@pytest.fixture
def tto(home: Settings, staff: Headers) -> Headers:
    return header(home, Role.TTO)


def created(api: TestClient, who: Headers, kind: str, given: Any) -> Any:
    answer = api.post(f"/v1/programme/{kind}", json=given, headers=who)
    assert answer.status_code == 201, answer.text
    return answer.json()


def is_member(api: TestClient, who: Headers, filters: dict[str, str]) -> bool:
    page = api.get("/v1/patents", params=filters, headers=who).json()
    return SEPARATOR.id in [patent["id"] for patent in page["patents"]]


def ids(api: TestClient, who: Headers, kind: str, **asked: Any) -> list[str]:
    page = api.get(f"/v1/programme/{kind}", params=asked, headers=who).json()
    return [record["id"] for record in page["records"]]


def done(home: Settings, identity: str) -> list[tuple[str, str]]:
    with open_store(home) as store, store.reading() as connection:
        rows = list(audit.page(connection))
    return [(row.action, row.role) for row in rows if row.subject == identity]


@EACH
def test_what_an_office_enters_waits_for_the_word_of_who_runs_it(
    api: TestClient,
    home: Settings,
    tto: Headers,
    kind: str,
    given: dict[str, str],
    host: str,
    filters: dict[str, str],
) -> None:
    record = created(api, tto, kind, given)
    path = f"/v1/programme/{kind}/{record['id']}"
    assert record["accepted_on"] is None and not is_member(api, tto, filters)
    runs = header(home, Role.TTO, institution=host)
    accepted = api.post(f"{path}/accept", headers={**runs, "If-Match": '"v1"'})
    assert accepted.status_code == 200 and accepted.headers["etag"] == '"v2"'
    assert accepted.json()["accepted_on"] == TODAY and is_member(api, tto, filters)
    again = api.post(f"{path}/accept", headers={**runs, **ANY})
    assert again.status_code == 200 and again.json()["version"] == 2
    assert api.post(f"{path}/decline", headers={**runs, **ANY}).status_code == 409
    assert done(home, record["id"]) == [
        ("programme.proposed", "tto"),
        ("programme.accepted", "tto"),
    ]


@EACH
def test_only_who_runs_it_and_staff_may_accept_or_decline(
    api: TestClient,
    home: Settings,
    staff: Headers,
    tto: Headers,
    kind: str,
    given: dict[str, str],
    host: str,
    filters: dict[str, str],
) -> None:
    path = f"/v1/programme/{kind}/{created(api, tto, kind, given)['id']}"
    others = [tto, header(home, Role.TTO, institution="样例研究院")]
    closed = [header(home, role) for role in (Role.PORTAL, Role.ENTERPRISE, Role.AUDITOR)]
    for step in ("accept", "decline"):
        for who in others:
            assert api.post(f"{path}/{step}", headers={**who, **ANY}).status_code == 404
        for who in closed:
            assert api.post(f"{path}/{step}", headers={**who, **ANY}).status_code == 403
        assert api.post(f"{path}/{step}", headers=staff).status_code == 428
        stale = api.post(f"{path}/{step}", headers={**staff, "If-Match": '"v9"'})
        assert stale.status_code == 412
    runs = header(home, Role.TTO, institution=host)
    assert api.patch(path, json={"accepted_on": TODAY}, headers={**runs, **ANY}).status_code == 404
    assert not is_member(api, staff, filters)
    declined = api.post(f"{path}/decline", headers={**runs, **ANY})
    assert declined.status_code == 204 and api.get(path, headers=staff).status_code == 404
    assert [action for action, _ in done(home, path.rpartition("/")[2])][-1] == (
        "programme.declined"
    )


@EACH
def test_a_proposal_is_seen_by_staff_and_the_two_offices_only(
    api: TestClient,
    home: Settings,
    staff: Headers,
    tto: Headers,
    kind: str,
    given: dict[str, str],
    host: str,
    filters: dict[str, str],
) -> None:
    record = created(api, tto, kind, given)
    path = f"/v1/programme/{kind}/{record['id']}"
    runs = header(home, Role.TTO, institution=host)
    for who in (staff, tto, runs):
        assert api.get(path, headers=who).status_code == 200
        assert ids(api, who, kind) == ids(api, who, kind, proposed=True) == [record["id"]]
        assert ids(api, who, kind, proposed=False) == []
    other = header(home, Role.TTO, institution="样例研究院")
    for who in (other, header(home, Role.PORTAL), header(home, Role.ENTERPRISE)):
        assert api.get(path, headers=who).status_code == 404
        assert ids(api, who, kind) == ids(api, who, kind, proposed=True) == []
    api.post(f"{path}/accept", headers={**staff, **ANY})
    assert ids(api, other, kind) == [record["id"]]


@EACH
def test_an_office_cannot_say_itself_that_it_was_accepted(
    api: TestClient,
    tto: Headers,
    kind: str,
    given: dict[str, str],
    host: str,
    filters: dict[str, str],
) -> None:
    said = {**given, "accepted_on": TODAY}
    refused = api.post(f"/v1/programme/{kind}", json=said, headers=tto)
    assert refused.status_code == 422 and "accepted_on" in refused.json()["detail"]
    path = f"/v1/programme/{kind}/{created(api, tto, kind, given)['id']}"
    later = api.patch(path, json={"accepted_on": TODAY}, headers={**tto, **ANY})
    assert later.status_code == 422 and not is_member(api, tto, filters)


@EACH
def test_who_leaves_needs_no_word_and_who_stays_longer_does(
    api: TestClient,
    staff: Headers,
    tto: Headers,
    kind: str,
    given: dict[str, str],
    host: str,
    filters: dict[str, str],
) -> None:
    path = f"/v1/programme/{kind}/{created(api, tto, kind, given)['id']}"
    api.post(f"{path}/accept", headers={**staff, **ANY})

    def accepted_after(change: dict[str, Any]) -> bool:
        changed = api.patch(path, json=change, headers={**tto, **ANY})
        assert changed.status_code == 200, changed.text
        kept = changed.json()["accepted_on"] is not None
        api.post(f"{path}/accept", headers={**staff, **ANY})
        return kept

    assert accepted_after({"left_on": "2030-06-01"})
    assert accepted_after({"left_on": "2030-01-01"})
    assert not accepted_after({"left_on": "2031-01-01"})
    assert not accepted_after({"left_on": None})
    assert not accepted_after({"joined_on": "2020-01-01"})
    assert accepted_after({"joined_on": "2020-01-01"}), "nothing changed"
    if kind == "alliance-members":
        assert not accepted_after({"role": "理事长单位"})


def test_the_office_that_runs_the_pool_and_staff_need_nobody(
    api: TestClient, staff: Headers, tto: Headers
) -> None:
    created(api, staff, "pools", {"name": "自有池", "operator": INSTITUTION})
    own = created(api, tto, "pool-patents", {**POOLED, "pool": "自有池"})
    theirs = created(api, staff, "pool-patents", {**POOLED, "patent": GRIPPER.id})
    assert own["accepted_on"] == theirs["accepted_on"] == TODAY
    noted = api.patch(
        f"/v1/programme/pool-patents/{own['id']}",
        json={"left_on": "2040-01-01"},
        headers={**tto, **ANY},
    )
    assert noted.json()["accepted_on"] == TODAY


def test_a_pool_that_nobody_runs_waits_for_the_staff(
    api: TestClient, home: Settings, staff: Headers, tto: Headers
) -> None:
    created(api, staff, "pools", {"name": "无主池"})
    record = created(api, tto, "pool-patents", {**POOLED, "pool": "无主池"})
    path = f"/v1/programme/pool-patents/{record['id']}"
    assert record["accepted_on"] is None
    assert api.post(f"{path}/accept", headers={**tto, **ANY}).status_code == 404
    assert api.post(f"{path}/accept", headers={**staff, **ANY}).status_code == 200


def test_an_export_shows_proposals_to_their_office_and_to_staff(
    api: TestClient, staff: Headers, tto: Headers
) -> None:
    created(api, tto, "pool-patents", POOLED)
    for who in (staff, tto):
        table = api.get("/v1/programme/pool-patents/export?format=csv", headers=who)
        assert SEPARATOR.id in table.content.decode("utf-8-sig")
        assert "接受日期" in table.content.decode("utf-8-sig")
