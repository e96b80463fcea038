"""The funnel and the performance over HTTP: visibility, filters and exports."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from openpyxl import load_workbook

from api.app import create_app
from matcher.access.roles import Role
from matcher.settings import Settings
from matcher.store import audit
from matcher.wiring.open import open_store
from tests.api.routes.test_follow_ups import OTHER, follow, recommend
from tests.support.callers import INSTITUTION, header

ATTACK = '=HYPERLINK("http://attacker.example")'


@pytest.fixture
def client(empty: Settings) -> Iterator[TestClient]:
    """Two matches of the sample institution, one of another whose name is a formula."""
    staff = header(empty, Role.STAFF)
    with TestClient(create_app(empty)) as client:
        first, second = recommend(empty), recommend(empty)
        third = recommend(empty, ATTACK)
        follow(client, first, staff, to="in_talks")
        follow(client, first, staff, to="signed")
        follow(client, second, staff, to="not_interested", reason="terms")
        follow(client, third, staff, to="viewed")
        owner = {"name": "+样例李", "kind": "broker", "office": "@样例中心"}
        path = f"/v1/matches/{first}/case-owner"
        client.put(path, json=owner, headers={**staff, "If-Match": "*"})
        yield client


def ask(client: TestClient, settings: Settings, path: str, role: Role, **asked: Any) -> Response:
    return client.get(path, params=asked, headers=header(settings, role))


def test_staff_sees_all_matches_and_an_office_its_own(client: TestClient, empty: Settings) -> None:
    whole = ask(client, empty, "/v1/funnel", Role.STAFF).json()
    assert whole["total"]["matches"] == 3
    assert whole["total"]["now"]["signed"] == 1 and whole["total"]["reached"]["viewed"] == 2
    assert whole["states"]["in_use"] == "实施"
    assert {line["value"] for line in whole["by_institution"]} == {INSTITUTION, ATTACK}
    own = ask(client, empty, "/v1/funnel", Role.TTO)
    assert own.json()["total"]["matches"] == 2
    assert [line["value"] for line in own.json()["by_institution"]] == [INSTITUTION]
    assert "HYPERLINK" not in own.text
    foreign = client.get("/v1/funnel", headers=header(empty, Role.TTO, institution=OTHER))
    assert foreign.json()["total"]["matches"] == 0
    asked_for_all = ask(client, empty, "/v1/funnel", Role.TTO, institution=ATTACK)
    assert asked_for_all.json()["total"]["matches"] == 0


@pytest.mark.parametrize(
    "path", ["/v1/funnel", "/v1/funnel/export", "/v1/performance", "/v1/performance/export"]
)
def test_firms_portals_and_auditors_see_no_figures(
    client: TestClient, empty: Settings, path: str
) -> None:
    for role in (Role.ENTERPRISE, Role.PORTAL, Role.AUDITOR):
        assert ask(client, empty, path, role).status_code == 403


def test_filters_are_checked(client: TestClient, empty: Settings) -> None:
    def matches(**asked: Any) -> int:
        answer = ask(client, empty, "/v1/funnel", Role.STAFF, **asked)
        return int(answer.json()["total"]["matches"])

    assert matches(industry="新材料") == 3 and matches(industry="BIO") == 0
    assert matches(institution=INSTITUTION) == 2 and matches(until="2001-01-01") == 0
    wrong: list[dict[str, str]] = [
        {"industry": "占星"},
        {"since": "2026-06-02", "until": "2026-06-01"},
        {"since": "1700000000"},
        {"format": "xlsx"},
    ]
    for asked in wrong:
        answer = ask(client, empty, "/v1/funnel", Role.STAFF, **asked)
        assert answer.status_code == 422, asked


def test_the_workbook_of_the_funnel_runs_no_formula_and_names_the_exporter(
    client: TestClient, empty: Settings
) -> None:
    answer = ask(client, empty, "/v1/funnel/export", Role.STAFF)
    assert answer.status_code == 200 and ".xlsx" in answer.headers["content-disposition"]
    book = load_workbook(io.BytesIO(answer.content))
    sheet = book.worksheets[0]
    head, *rows = list(sheet.iter_rows(values_only=True))
    cells = {(row[0], row[1]): dict(zip(head, row, strict=True)) for row in rows}
    whole = cells[("全部", "合计")]
    assert (whole["匹配数"], whole["当前：签约"], whole["达到：洽谈"]) == (3, 1, 1)
    assert cells[("产业", "新材料")]["匹配数"] == 3 and cells[("机构", INSTITUTION)]["匹配数"] == 2
    (attacked,) = [cell for row in sheet.iter_rows() for cell in row if cell.value == ATTACK]
    assert attacked.data_type == "s" and attacked.quotePrefix
    about = {row[0]: row[1] for row in book["导出说明"].iter_rows(values_only=True)}
    assert str(about["导出人"]).startswith("staff ")


def test_the_csv_of_an_office_holds_its_own_matches_and_leaves_an_audit_row(
    client: TestClient, empty: Settings
) -> None:
    answer = ask(client, empty, "/v1/funnel/export", Role.TTO, format="csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf") and b"HYPERLINK" not in answer.content
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert lines[1][:3] == ["全部", "合计", "2"]
    assert lines[-1][0] == "导出说明" and INSTITUTION in lines[-1][2]
    with open_store(empty) as store, store.reading() as connection:
        (row,) = audit.page(connection, action="funnel.exported")
    assert row.role == "tto" and row.details == {"format": "csv", "matches": 2}


def test_performance_is_answered_and_exported(client: TestClient, empty: Settings) -> None:
    asked = {"period": "year", "by": "person"}
    body = ask(client, empty, "/v1/performance", Role.TTO, **asked).json()
    counts = [(line["office"], line["person"], line["matches"]) for line in body["lines"]]
    assert counts == [(None, None, 1), ("@样例中心", "+样例李", 1)]
    assert body["total"]["amount"] == "0.00" and body["total"]["period"] == "all"
    answer = ask(client, empty, "/v1/performance/export", Role.STAFF, format="csv", period="year")
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [line[1:4] for line in lines[1:4]] == [
        ["（未指定）", "（未指定）", "2"],
        ["'@样例中心", "'+样例李", "1"],
        ["", "", "3"],
    ]
    with open_store(empty) as store, store.reading() as connection:
        (row,) = audit.page(connection, action="performance.exported")
    assert row.details == {"format": "csv", "rows": 2}
