"""The programme's records over HTTP: roles, versions, lists, reminders and exports."""

import io
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from api.app import create_app
from matcher.access.roles import Role
from matcher.ids import new_id
from matcher.needs.record import (
    NeedDetails,
    NeedRecord,
    NeedState,
    PublishScope,
)
from matcher.settings import Settings
from matcher.store import audit
from matcher.store import needs as stored_needs
from matcher.store.schema.times import now
from matcher.wiring.open import open_store
from tests.support.callers import Headers, header
from tests.support.samples import GRIPPER, INSTITUTION, SEPARATOR

CONTRACT = {
    "number": "HT-1",
    "patent": "2019 1990 0001.1",
    "enterprise": "样例电池厂（样例）",
    "kind": "non_exclusive",
    "amount": "300000.5",
    "signed_on": "2026-01-31",
}
PLEDGE = {"number": "Y1", "patent": SEPARATOR.id, "registered_on": "2025-03-01"}
ANY = {"If-Match": "*"}


@pytest.fixture
def home(imported: Settings) -> Settings:
    return imported.model_copy(update={"rate_per_minute": 0})


@pytest.fixture
def api(home: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(home)) as client:
        yield client


@pytest.fixture
def staff(home: Settings) -> Headers:
    return header(home, Role.STAFF)


@pytest.fixture
def tto(home: Settings) -> Headers:
    return header(home, Role.TTO)


def created(api: TestClient, who: Headers, kind: str, given: Any) -> Any:
    answer = api.post(f"/v1/programme/{kind}", json=given, headers=who)
    assert answer.status_code == 201, answer.text
    return answer.json()


def actions(home: Settings) -> list[tuple[str, str]]:
    with open_store(home) as store, store.reading() as connection:
        return [(row.action, row.subject) for row in audit.page(connection)]


def test_a_record_is_entered_read_changed_and_deleted(
    api: TestClient, home: Settings, staff: Headers
) -> None:
    made = api.post("/v1/programme/contracts", json=CONTRACT, headers=staff)
    record = made.json()
    assert made.status_code == 201 and made.headers["etag"] == '"v1"'
    assert record["patent"] == SEPARATOR.id
    assert (record["institution"], record["amount"]) == (INSTITUTION, "300000.50")
    assert record["recordal_due_on"] == "2026-04-30"
    assert record["created_at"].endswith("+00:00")
    path = made.headers["location"]
    assert api.get(path, headers=staff).json() == record
    change = {"recordal_number": "X1", "recordal_on": "2026-04-01", "amount": None}
    changed = api.patch(path, json=change, headers={**staff, "If-Match": '"v1"'})
    assert changed.status_code == 200 and changed.headers["etag"] == '"v2"'
    assert changed.json()["amount"] is None and changed.json()["recordal_number"] == "X1"
    assert changed.json()["enterprise"] == record["enterprise"]
    assert api.delete(path, headers={**staff, "If-Match": '"v2"'}).status_code == 204
    assert api.get(path, headers=staff).status_code == 404
    assert actions(home) == [
        (f"programme.{done}", record["id"]) for done in ("created", "changed", "deleted")
    ]


def test_an_edit_must_name_the_present_version(api: TestClient, staff: Headers) -> None:
    path = f"/v1/programme/pledges/{created(api, staff, 'pledges', PLEDGE)['id']}"
    note = {"note": "x"}
    for method, body in (("PATCH", note), ("DELETE", None)):
        assert api.request(method, path, json=body, headers=staff).status_code == 428
        stale = {**staff, "If-Match": '"v7"'}
        assert api.request(method, path, json=body, headers=stale).status_code == 412
    assert api.get(path, headers=staff).json()["note"] is None


def test_the_same_record_twice_is_a_conflict(api: TestClient, staff: Headers) -> None:
    created(api, staff, "contracts", CONTRACT)
    again = api.post("/v1/programme/contracts", json=CONTRACT, headers=staff)
    assert again.status_code == 409
    assert "合同编号 HT-1" in again.json()["detail"]


@pytest.mark.parametrize(
    ("kind", "given", "words"),
    [
        ("contracts", {**CONTRACT, "patent": "abc"}, "application number"),
        ("contracts", {**CONTRACT, "amount": "1.005"}, "pattern"),
        ("contracts", {**CONTRACT, "amount": 5}, "string"),
        ("contracts", {**CONTRACT, "kind": "rent"}, "assignment"),
        ("contracts", {**CONTRACT, "note": "a\x00b"}, "pattern"),
        ("contracts", {**CONTRACT, "term_until": "2026-01-30"}, "before it was signed"),
        ("contracts", {**CONTRACT, "recordal_number": "X1"}, "give both"),
        ("contracts", {**CONTRACT, "match": "match_0"}, "there is no match"),
        ("contracts", {**CONTRACT, "phone": "1"}, "no such field"),
        ("pool-patents", {"pool": "无", "patent": SEPARATOR.id}, "there is no 专利池"),
        ("institutions", {"name": "样例所", "tto_phone": "138 0000 0000"}, "mobile number"),
        ("product-filings", {"product": "x", "patent": SEPARATOR.id}, "missing"),
    ],
)
def test_an_invalid_record_is_refused_with_the_reason(
    api: TestClient, staff: Headers, kind: str, given: Any, words: str
) -> None:
    answer = api.post(f"/v1/programme/{kind}", json=given, headers=staff)
    assert answer.status_code == 422
    assert words in answer.json()["detail"]
    assert "0000 0000" not in answer.text


def test_identifying_fields_cannot_be_changed(api: TestClient, staff: Headers) -> None:
    path = f"/v1/programme/contracts/{created(api, staff, 'contracts', CONTRACT)['id']}"
    moved = api.patch(path, json={"number": "HT-2"}, headers={**staff, **ANY})
    assert moved.status_code == 422 and "stays as it is" in moved.json()["detail"]
    emptied = api.patch(path, json={"signed_on": None}, headers={**staff, **ANY})
    assert emptied.status_code == 422 and "must be there" in emptied.json()["detail"]
    same = api.patch(path, json={"number": "HT-1"}, headers={**staff, **ANY})
    assert same.status_code == 200


def test_an_office_reads_and_edits_only_its_own_records(
    api: TestClient, staff: Headers, tto: Headers
) -> None:
    other = {**CONTRACT, "number": "HT-9", "patent": GRIPPER.id}
    theirs = created(api, staff, "contracts", other)["id"]
    own = created(api, tto, "contracts", CONTRACT)
    listed = api.get("/v1/programme/contracts", headers=tto).json()["records"]
    assert [record["id"] for record in listed] == [own["id"]]
    path = f"/v1/programme/contracts/{theirs}"
    assert api.get(path, headers=tto).status_code == 404
    assert api.patch(path, json={}, headers={**tto, **ANY}).status_code == 404
    assert api.delete(path, headers={**tto, **ANY}).status_code == 404
    assert api.get(path, headers=staff).status_code == 200


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("contracts", {**CONTRACT, "institution": "样例研究院"}),
        # Its own name on another's patent would put a warning on that one's results.
        ("pledges", {**PLEDGE, "patent": GRIPPER.id, "institution": INSTITUTION}),
        ("pledges", {**PLEDGE, "patent": "CN201910000001.8", "institution": INSTITUTION}),
        ("institutions", {"name": "样例新所"}),
        ("pools", {"name": "样例池", "operator": "样例研究院"}),
    ],
)
def test_an_office_cannot_enter_records_of_others(
    api: TestClient, tto: Headers, kind: str, given: Any
) -> None:
    answer = api.post(f"/v1/programme/{kind}", json=given, headers=tto)
    assert answer.status_code == 422
    assert api.get(f"/v1/programme/{kind}?limit=1", headers=tto).status_code == 200


def test_a_record_stays_with_its_office(api: TestClient, tto: Headers) -> None:
    path = f"/v1/programme/contracts/{created(api, tto, 'contracts', CONTRACT)['id']}"
    moved = api.patch(path, json={"institution": "样例研究院"}, headers={**tto, **ANY})
    assert moved.status_code == 422


@pytest.mark.parametrize("role", [Role.PORTAL, Role.ENTERPRISE, Role.AUDITOR])
def test_published_facts_are_for_all_but_the_auditor(
    api: TestClient, home: Settings, staff: Headers, role: Role
) -> None:
    made = created(api, staff, "institutions", {"name": "样例联盟", "kind": "alliance"})
    who = header(home, role)
    status = 403 if role is Role.AUDITOR else 200
    assert api.get("/v1/programme/institutions", headers=who).status_code == status
    path = f"/v1/programme/institutions/{made['id']}"
    assert api.get(path, headers=who).status_code == status
    for kind in ("pledges", "product-filings", "contracts"):
        assert api.get(f"/v1/programme/{kind}", headers=who).status_code == 403
    assert api.post("/v1/programme/pools", json={"name": "x"}, headers=who).status_code == 403
    assert api.get("/v1/programme/pools/export", headers=who).status_code == 403
    assert api.get("/v1/reminders", headers=who).status_code == 403


def test_pages_follow_one_another(api: TestClient, staff: Headers) -> None:
    names = [f"样例池{number}" for number in range(5)]
    for name in names:
        created(api, staff, "pools", {"name": name})
    seen: list[str] = []
    cursor: str | None = None
    for _ in range(3):
        asked = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = api.get("/v1/programme/pools", params=asked, headers=staff).json()
        seen += [record["name"] for record in page["records"]]
        cursor = page["next_cursor"]
    assert seen == names and cursor is None
    bad = api.get("/v1/programme/pools?cursor=x", headers=staff)
    assert bad.status_code == 422


def test_a_list_can_be_filtered_by_patent(api: TestClient, staff: Headers) -> None:
    created(api, staff, "pledges", PLEDGE)
    created(api, staff, "pledges", {**PLEDGE, "patent": GRIPPER.id})
    asked = {"patent": "ZL201919900001.1"}
    page = api.get("/v1/programme/pledges", params=asked, headers=staff).json()
    assert [record["patent"] for record in page["records"]] == [SEPARATOR.id]


def test_a_referenced_record_cannot_be_deleted(api: TestClient, staff: Headers) -> None:
    pool = created(api, staff, "pools", {"name": "样例池"})
    pooled = {"pool": "样例池", "patent": SEPARATOR.id}
    inside = created(api, staff, "pool-patents", pooled)
    path = f"/v1/programme/pools/{pool['id']}"
    assert api.delete(path, headers={**staff, **ANY}).status_code == 409
    member = f"/v1/programme/pool-patents/{inside['id']}"
    assert api.delete(member, headers={**staff, **ANY}).status_code == 204
    assert api.delete(path, headers={**staff, **ANY}).status_code == 204


def test_pools_and_alliances_narrow_the_catalogue(api: TestClient, staff: Headers) -> None:
    created(api, staff, "pools", {"name": "样例隔膜专利池"})
    pooled = created(api, staff, "pool-patents", {"pool": "样例隔膜专利池", "patent": SEPARATOR.id})
    created(api, staff, "institutions", {"name": "样例联盟", "kind": "alliance"})
    member = {"alliance": "样例联盟", "institution": "样例研究院"}
    created(api, staff, "alliance-members", member)

    def patents(**asked: str) -> list[str]:
        page = api.get("/v1/patents", params=asked, headers=staff).json()
        assert page["filters"].get("pools") == ([asked["pools"]] if "pools" in asked else None)
        return [patent["id"] for patent in page["patents"]]

    assert patents(pools="隔膜") == [SEPARATOR.id]
    assert patents(pools="没有") == []
    assert patents(alliances="样例联盟") == [GRIPPER.id]
    assert patents(alliances="样例联盟", pools="隔膜") == []
    left = {"left_on": date.today().isoformat()}
    path = f"/v1/programme/pool-patents/{pooled['id']}"
    assert api.patch(path, json=left, headers={**staff, **ANY}).status_code == 200
    assert patents(pools="隔膜") == []


def test_a_pledge_is_shown_on_the_patent_without_the_pledgee(
    api: TestClient, home: Settings, staff: Headers
) -> None:
    path = f"/v1/patents/{SEPARATOR.id}"
    assert api.get(path, headers=staff).json()["pledge"] is None
    made = created(api, staff, "pledges", {**PLEDGE, "pledgee": "样例银行"})
    pledge = api.get(path, headers=header(home, Role.PORTAL)).json()["pledge"]
    assert pledge["state"] == "pledged" and "2025-03-01" in pledge["note"]
    assert "样例银行" not in pledge["note"]
    released = {"released_on": date.today().isoformat()}
    pledge_path = f"/v1/programme/pledges/{made['id']}"
    assert api.patch(pledge_path, json=released, headers={**staff, **ANY}).status_code == 200
    assert api.get(path, headers=staff).json()["pledge"] is None


def days(number: int) -> str:
    return (date.today() + timedelta(days=number)).isoformat()


def test_reminders_are_what_is_due_and_not_done(
    api: TestClient, staff: Headers, tto: Headers
) -> None:
    filing = {"patent": SEPARATOR.id, "enterprise": "样例电池厂（样例）"}
    created(api, staff, "product-filings", {**filing, "product": "late", "due_on": days(-3)})
    done = {"product": "done", "due_on": days(-2), "number": "B1", "filed_on": days(-5)}
    created(api, staff, "product-filings", {**filing, **done, "valid_until": days(20)})
    over = {"product": "over", "number": "B2", "filed_on": days(-900), "valid_until": days(-1)}
    created(api, staff, "product-filings", {**filing, **over})
    created(api, staff, "pledges", {**PLEDGE, "patent": GRIPPER.id, "expires_on": days(5)})
    contract = {**CONTRACT, "kind": "assignment", "recordal_due_on": days(40)}
    created(api, staff, "contracts", contract)

    def due(who: Headers, **asked: Any) -> list[tuple[str, str, bool]]:
        reminders = api.get("/v1/reminders", params=asked, headers=who).json()["reminders"]
        return [
            (reminder["due_on"], reminder["kind"], reminder["is_overdue"]) for reminder in reminders
        ]

    own = [
        (days(-3), "product-filings", True),
        (days(20), "product-filings", False),
    ]
    everything = [own[0], (days(5), "pledges", False), own[1]]
    assert due(staff) == everything
    assert due(tto) == own
    assert due(staff, until=days(40)) == [*everything, (days(40), "contracts", False)]
    first = api.get("/v1/reminders?limit=2", headers=staff).json()
    rest = api.get(f"/v1/reminders?cursor={first['next_cursor']}", headers=staff).json()
    assert len(first["reminders"]) == 2 and rest["next_cursor"] is None
    assert [reminder["due_on"] for reminder in rest["reminders"]] == [days(20)]
    assert api.get("/v1/reminders?cursor=x", headers=staff).status_code == 422


def test_an_export_names_the_exporter_and_leaves_an_audit_row(
    api: TestClient, home: Settings, staff: Headers, tto: Headers
) -> None:
    created(api, staff, "contracts", {**CONTRACT, "enterprise": "=HYPERLINK(1)"})
    created(api, staff, "contracts", {**CONTRACT, "patent": GRIPPER.id})
    answer = api.get("/v1/programme/contracts/export", headers=tto)
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    book = load_workbook(io.BytesIO(answer.content))
    headings, *rows = book["合同"].iter_rows(values_only=True)
    assert headings[0] == "合同编号" and len(rows) == 1
    cells = {heading: cell for heading, cell in zip(headings, rows[0], strict=True)}
    assert (cells["合同类型"], cells["合同金额(元)"]) == ("普通许可", 300000.5)
    (enterprise,) = (cell for cell in book["合同"][2] if cell.value == "=HYPERLINK(1)")
    assert enterprise.data_type == "s"
    assert INSTITUTION in str(list(book["导出说明"].iter_rows(values_only=True)))
    table = api.get("/v1/programme/contracts/export?format=csv", headers=staff)
    assert table.headers["content-type"].startswith("text/csv")
    assert "'=HYPERLINK(1)" in table.text
    assert actions(home)[-2:] == [("programme.exported", "contracts")] * 2


def keep_wish(home: Settings, *, wish: bool, state: NeedState = NeedState.OPEN) -> str:
    moment = now()
    details = NeedDetails(
        text="隔膜收缩", title="耐热隔膜", enterprise="样例电池厂（样例）", budget_wan=50
    )
    need = NeedRecord(
        id=new_id("need"),
        created_by="open",
        details=details,
        contact=b"sealed",
        publish_scope=PublishScope.MATCH_ONLY,
        pledge_wish=wish,
        state=state,
        closed_reason=None,
        expires_on=None,
        created_at=moment,
        updated_at=moment,
        version=1,
    )
    with open_store(home) as store, store.writing() as connection:
        stored_needs.add(connection, need)
    return need.id


def test_pledge_wishes_are_listed_and_exported(
    api: TestClient, home: Settings, staff: Headers, tto: Headers
) -> None:
    wished = keep_wish(home, wish=True)
    keep_wish(home, wish=False)
    keep_wish(home, wish=True, state=NeedState.CLOSED)
    page = api.get("/v1/programme/pledge-wishes", headers=staff).json()
    assert [(wish["need"], wish["enterprise"]) for wish in page["wishes"]] == [
        (wished, "样例电池厂（样例）")
    ]
    assert "隔膜收缩" not in str(page)
    table = api.get("/v1/programme/pledge-wishes/export?format=csv", headers=staff)
    assert wished in table.text and "耐热隔膜" in table.text and "sealed" not in table.text
    assert actions(home)[-1] == ("programme.exported", "pledge-wishes")
    assert api.get("/v1/programme/pledge-wishes", headers=tto).status_code == 403


def test_a_need_is_answered_from_a_pool_with_a_warning(settings: Settings) -> None:
    with TestClient(create_app(settings)) as client:
        staff = header(settings, Role.STAFF)
        asked = {"need": "隔膜 夹爪 bearing", "filters": {"pools": ["样例池"]}}
        empty = client.post("/v1/match", json=asked, headers=staff).json()
        assert empty["results"] == [] and empty["hidden"]["pools"] == 3
        created(client, staff, "pools", {"name": "样例池"})
        created(client, staff, "pool-patents", {"pool": "样例池", "patent": SEPARATOR.id})
        created(client, staff, "pledges", PLEDGE)
        (result,) = client.post("/v1/match", json=asked, headers=staff).json()["results"]
    assert result["id"] == SEPARATOR.id
    assert result["pledge"]["state"] == "pledged"
