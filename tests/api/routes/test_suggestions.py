"""From an import to a suggestion, and from there to a match."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.app import create_app
from api.schemas.suggestions import SuggestionsView, SuggestionView
from matcher.access.roles import Role
from matcher.matches.suggestion import ArrivalReason
from matcher.needs.record import PublishScope
from matcher.settings import Settings
from matcher.store import new_patents
from matcher.store.schema.needs import (
    match_events,
    matches,
    rankings,
    shown,
)
from matcher.wiring.build import (
    build_index,
    suggest_arrivals,
)
from matcher.wiring.open import (
    import_files,
    open_store,
)
from tests.api.conftest import save
from tests.support.command import write_csv
from tests.support.reverse_samples import (
    FIRM,
    GRASP,
    HEAT,
    OTHERS,
    keep_need,
    make_key,
)
from tests.support.samples import INSTITUTION
from tests.support.waiting import wait_for

TODAY = date.today()
NEW = {
    "申请号": "CN202119900005.5",
    "发明名称": "电池隔膜耐热涂覆陶瓷层",
    "abstract": "电池隔膜在150℃下热收缩，涂覆陶瓷层的隔膜耐热，不再热收缩。",
    "owner": INSTITUTION,
    "institution": INSTITUTION,
    "ipc_all": "H01M50/449",
    "filing_date": "2021-03-01",
    "legal_status": "授权",
    "province": "天津",
}
NEW_ID = NEW["申请号"]


@pytest.fixture
def home(empty: Settings) -> Settings:
    """A home with patents that fit none of the needs, and their index."""
    save(empty, *OTHERS)
    build_index(empty)
    return empty


def bring(settings: Settings, folder: Path, *rows: dict[str, str]) -> None:
    """Import rows as the command does."""
    file = write_csv(folder / "patents.csv", rows)
    import_files(settings, [file], today=TODAY)


def waiting(settings: Settings) -> dict[str, ArrivalReason]:
    with open_store(settings) as store, store.reading() as connection:
        return {arrival.patent: arrival.reason for arrival in new_patents.each(connection)}


def suggest(settings: Settings) -> list[tuple[str, str, str]]:
    """Index and suggest; return need, patent and reason of each suggestion."""
    build_index(settings)
    result = suggest_arrivals(settings, today=TODAY)
    return [(made.need, made.patent, made.reason.value) for made in result.suggestions]


def test_an_import_queues_new_and_newly_open_licensed_patents(
    home: Settings, tmp_path: Path
) -> None:
    bring(home, tmp_path, NEW)
    assert waiting(home) == {NEW_ID: ArrivalReason.NEW}
    suggest(home)  # no need asks: what waited is forgotten
    assert waiting(home) == {}
    bring(home, tmp_path, {**NEW, "发明名称": "耐热隔膜"})
    assert waiting(home) == {}  # known, changed, not under an open licence
    bring(home, tmp_path, {**NEW, "open_licence": "是"})
    assert waiting(home) == {NEW_ID: ArrivalReason.OPEN_LICENCE}
    suggest(home)
    bring(home, tmp_path, {**NEW, "open_licence": "是"})
    assert waiting(home) == {}


def test_a_failed_import_queues_nothing(home: Settings, tmp_path: Path) -> None:
    needs = write_csv(tmp_path / "needs.csv", [{"需求名称": "隔膜", "主要问题": "收缩"}])
    patents = write_csv(tmp_path / "patents.csv", [NEW])
    with pytest.raises(Exception, match="holds needs"):
        import_files(home, [patents, needs], today=TODAY)
    assert waiting(home) == {}


def test_a_new_patent_is_suggested_to_the_need_it_fits(home: Settings, tmp_path: Path) -> None:
    heat = keep_need(home, HEAT)
    keep_need(home, GRASP)
    keep_need(home, HEAT, expires_on=TODAY - timedelta(days=1))
    bring(home, tmp_path, NEW)
    assert suggest(home) == [(heat, NEW_ID, "new")]
    assert waiting(home) == {}
    assert suggest(home) == []


def test_a_newly_open_licence_is_a_reason_without_a_new_index(
    home: Settings, tmp_path: Path
) -> None:
    bring(home, tmp_path, NEW)
    suggest(home)
    heat = keep_need(home, HEAT)
    bring(home, tmp_path, {**NEW, "open_licence": "是"})
    assert not build_index(home).built
    assert suggest(home) == [(heat, NEW_ID, "open_licence")]


def test_patents_wait_until_the_index_has_them(home: Settings, tmp_path: Path) -> None:
    keep_need(home, HEAT)
    with TestClient(create_app(home)) as client:
        bring(home, tmp_path, NEW)
        engine = client.app.state.engine  # type: ignore[attr-defined]
        assert engine.suggest(TODAY, lambda step: None) == 0
        assert waiting(home) == {NEW_ID: ArrivalReason.NEW}
        build_index(home)
        assert engine.suggest(TODAY, lambda step: None) == 1


def test_a_server_suggests_in_the_background(home: Settings, tmp_path: Path) -> None:
    heat = keep_need(home, HEAT)
    bring(home, tmp_path, NEW)
    build_index(home)
    eager = home.model_copy(update={"background_seconds": 0.05})
    with TestClient(create_app(eager)) as client:
        suggestions = wait_for(lambda: client.get("/v1/suggestions").json()["suggestions"])
    assert [suggestion["need"] for suggestion in suggestions] == [heat]


def queue(settings: Settings, folder: Path) -> None:
    bring(settings, folder, NEW)
    assert suggest(settings)


def listed(client: TestClient, headers: dict[str, str] | None = None, **asked: Any) -> list[Any]:
    response = client.get("/v1/suggestions", params=asked, headers=headers)
    assert response.status_code == 200, response.text
    SuggestionsView.model_validate_json(response.text)
    suggestions: list[Any] = response.json()["suggestions"]
    return suggestions


def test_a_suggestion_shows_the_patent_as_it_was(home: Settings, tmp_path: Path) -> None:
    heat = keep_need(home, HEAT)
    queue(home, tmp_path)
    bring(home, tmp_path, {**NEW, "legal_status": "未缴年费终止"})
    with TestClient(create_app(home)) as client:
        (suggestion,) = listed(client)
        assert (suggestion["need"], suggestion["patent"], suggestion["reason"]) == (
            heat,
            NEW_ID,
            "new",
        )
        assert (suggestion["state"], suggestion["match"], suggestion["decided_at"]) == (
            "new",
            None,
            None,
        )
        assert suggestion["rank"] == suggestion["result"]["rank"] == 1
        assert suggestion["fit"] == suggestion["result"]["fit"] in ("strong", "fair")
        assert (
            suggestion["result"]["legal_status"] == "in_force" and suggestion["result"]["evidence"]
        )
        assert HEAT.title and HEAT.title not in json.dumps(suggestion, ensure_ascii=False)
        assert len(listed(client, need=heat)) == 1 and listed(client, need="need_none") == []
        assert listed(client, state="taken") == []


def test_taking_a_suggestion_makes_a_match(home: Settings, tmp_path: Path) -> None:
    heat = keep_need(home, HEAT)
    queue(home, tmp_path)
    with TestClient(create_app(home)) as client:
        (suggestion,) = listed(client)
        response = client.post(f"/v1/suggestions/{suggestion['id']}/take")
        assert response.status_code == 200
        taken = SuggestionView.model_validate_json(response.text)
        assert (taken.state, taken.need) == ("taken", heat) and taken.decided_at
        for step in ("take", "dismiss"):
            again = client.post(f"/v1/suggestions/{suggestion['id']}/{step}")
            assert again.status_code == 409
            assert again.json()["type"] == "urn:problem-type:matcher:conflict"
    with open_store(home) as store, store.reading() as connection:
        match = connection.execute(select(matches)).one()
        ranking = connection.execute(select(rankings)).one()
        showing = connection.execute(select(shown)).one()
        event = connection.execute(select(match_events)).one()
    assert (match.id, match.need, match.patent) == (taken.match, heat, NEW_ID)
    assert (match.institution, match.state) == (INSTITUTION, "recommended")
    assert (ranking.need, ranking._mapping["index"]) == (heat, taken.index)
    assert showing.match == match.id and showing.result == suggestion["result"]
    assert (event.match, event.to_state) == (match.id, "recommended")


def test_a_dismissed_suggestion_does_not_come_again(home: Settings, tmp_path: Path) -> None:
    keep_need(home, HEAT)
    queue(home, tmp_path)
    with TestClient(create_app(home)) as client:
        (suggestion,) = listed(client)
        assert (
            client.post(f"/v1/suggestions/{suggestion['id']}/dismiss").json()["state"]
            == "dismissed"
        )
        bring(home, tmp_path, {**NEW, "open_licence": "是"})
        assert suggest(home) == []
        assert listed(client, state="new") == []


def test_a_suggestion_that_is_a_match_already_is_neither_made_nor_taken(
    home: Settings, tmp_path: Path
) -> None:
    heat = keep_need(home, HEAT)
    queue(home, tmp_path)
    with TestClient(create_app(home)) as client:
        (suggestion,) = listed(client)
        assert client.post(f"/v1/needs/{heat}/match", json={"k": 3}).status_code == 201
        response = client.post(f"/v1/suggestions/{suggestion['id']}/take")
        assert response.status_code == 409 and "already" in response.json()["detail"]
        other = {
            **NEW,
            "申请号": "CN202119900006.3",
            "abstract": NEW["abstract"] + "用于动力电池。",
        }
        bring(home, tmp_path, other)
        second = keep_need(home, HEAT)
        build_index(home)
        assert client.post(f"/v1/needs/{heat}/match", json={"k": 10}).status_code == 201
        assert {need for need, _, _ in suggest(home)} <= {second}


def test_a_suggestion_for_a_closed_need_cannot_be_taken_up(home: Settings, tmp_path: Path) -> None:
    heat = keep_need(home, HEAT)
    queue(home, tmp_path)
    with TestClient(create_app(home)) as client:
        (suggestion,) = listed(client)
        closed = client.post(f"/v1/needs/{heat}/close", json={"reason": "withdrawn"})
        assert closed.status_code == 200, closed.text
        response = client.post(f"/v1/suggestions/{suggestion['id']}/take")
        assert response.status_code == 409 and "dismissed" in response.json()["detail"]
        assert client.post(f"/v1/suggestions/{suggestion['id']}/dismiss").status_code == 200


def test_each_role_sees_its_own_suggestions(home: Settings, tmp_path: Path) -> None:
    portal, other = make_key(home, Role.PORTAL), make_key(home, Role.PORTAL)
    headers = {
        "firm": make_key(home, Role.ENTERPRISE, enterprise=FIRM),
        "stranger": make_key(home, Role.ENTERPRISE, enterprise="样例无关厂（样例）"),
        "office": make_key(home, Role.TTO, institution=INSTITUTION),
        "other office": make_key(home, Role.TTO, institution="样例研究院"),
        "staff": make_key(home, Role.STAFF),
    }
    by = portal["x-key-id"]
    public = keep_need(home, HEAT, by=by, scope=PublishScope.PUBLIC)
    masked = keep_need(home, replace(HEAT, enterprise=None), by=by, scope=PublishScope.MASKED)
    hidden = keep_need(home, HEAT, by=by)
    queue(home, tmp_path)
    seen = {
        "firm": {public, hidden},
        "stranger": set(),
        "office": {public, masked},
        "other office": set(),
        "staff": {public, masked, hidden},
    }
    with TestClient(create_app(home)) as client:
        for name, needs in seen.items():
            assert {suggestion["need"] for suggestion in listed(client, headers[name])} == needs, (
                name
            )
        assert len(listed(client, portal)) == 3 and listed(client, other) == []
        mine = listed(client, portal)[0]
        for name in ("stranger", "other office"):
            response = client.post(f"/v1/suggestions/{mine['id']}/take", headers=headers[name])
            assert response.status_code == 404
            assert response.json()["type"] == "urn:problem-type:matcher:suggestion-not-found"
        first = client.get("/v1/suggestions", params={"limit": 2}, headers=portal).json()
        rest = client.get(
            "/v1/suggestions", params={"cursor": first["next_cursor"]}, headers=portal
        ).json()
        pages = [*first["suggestions"], *rest["suggestions"]]
        assert {suggestion["need"] for suggestion in pages} == {public, masked, hidden} and len(
            pages
        ) == 3
        assert rest["next_cursor"] is None
