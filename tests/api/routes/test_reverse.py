"""GET /v1/patents/{n}/needs and /similar."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.engine.live import STALE
from api.routes import reverse as reverse_routes
from api.schemas.reverse import FittingNeedsView, SimilarView
from matcher.access.roles import Role
from matcher.needs.record import NeedState, PublishScope
from matcher.settings import Settings
from matcher.wiring.build import build_index
from tests.api.conftest import save
from tests.support.reverse_samples import (
    FIRM,
    GRASP,
    HEAT,
    OTHER_FIRM,
    OTHERS,
    keep_need,
    make_key,
)
from tests.support.samples import (
    BEARING,
    GRIPPER,
    INSTITUTION,
    SEPARATOR,
    sibling,
)

NEEDS = f"/v1/patents/{SEPARATOR.id}/needs"


def need_ids(response: Any) -> list[str]:
    assert response.status_code == 200, response.text
    FittingNeedsView.model_validate_json(response.text)
    return [result["need"]["id"] for result in response.json()["results"]]


def test_the_open_needs_are_ranked_for_a_patent(client: TestClient, settings: Settings) -> None:
    heat, grasp = keep_need(settings, HEAT), keep_need(settings, GRASP)
    keep_need(settings, HEAT, state=NeedState.CLOSED)
    keep_need(settings, HEAT, expires_on=date.today() - timedelta(days=1))
    response = client.get(NEEDS)
    assert need_ids(response) == [heat, grasp]
    answer = response.json()
    assert (answer["asked"], answer["notes"]) == (2, [])
    best = answer["results"][0]
    assert (best["rank"], best["place"]) == (1, 1)
    assert best["fit"] is None  # three patents are too few to judge by
    words = {
        passage["text"][start:end]
        for passage in best["evidence"]
        for start, end in passage["highlights"]
    }
    assert "隔膜" in "".join(words)
    assert need_ids(client.get(NEEDS, params={"k": 1})) == [heat]
    assert need_ids(client.get(f"/v1/patents/{GRIPPER.id}/needs")) == [grasp, heat]


def test_the_fit_label_of_a_fitting_need_is_shown(client: TestClient, settings: Settings) -> None:
    save(settings, *OTHERS)
    build_index(settings)
    heat = keep_need(settings, HEAT)
    keep_need(settings, GRASP)
    results = client.get(NEEDS).json()["results"]
    assert [result["fit"] in ("strong", "fair") for result in results] == [True, False]
    assert results[0]["need"]["id"] == heat


def test_only_the_latest_needs_are_matched_with_a_note(
    client: TestClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reverse_routes, "MAX_NEEDS", 1)
    keep_need(settings, HEAT)
    latest = keep_need(settings, GRASP)
    response = client.get(NEEDS)
    assert need_ids(response) == [latest]
    assert response.json()["notes"] == ["only the latest 1 open needs were asked"]


def test_each_role_sees_the_fitting_needs_open_to_it(
    client: TestClient, settings: Settings
) -> None:
    portal, other = make_key(settings, Role.PORTAL), make_key(settings, Role.PORTAL)
    firm = make_key(settings, Role.ENTERPRISE, enterprise=FIRM)
    tto = make_key(settings, Role.TTO, institution=INSTITUTION)
    by = portal["x-key-id"]
    public = keep_need(settings, HEAT, by=by, scope=PublishScope.PUBLIC)
    masked = keep_need(settings, replace(GRASP, region="天津"), by=by, scope=PublishScope.MASKED)
    hidden = keep_need(settings, GRASP, by=by, scope=PublishScope.MATCH_ONLY)
    assert set(need_ids(client.get(NEEDS, headers=portal))) == {public, masked, hidden}
    assert need_ids(client.get(NEEDS, headers=other)) == []
    assert need_ids(client.get(NEEDS, headers=firm)) == [public]
    for role in (Role.STAFF, Role.ADMIN):
        header = make_key(settings, role)
        assert set(need_ids(client.get(NEEDS, headers=header))) == {public, masked, hidden}
    response = client.get(NEEDS, headers=tto)
    assert need_ids(response) == [public, masked]
    whole, technical = (result["need"] for result in response.json()["results"])
    assert whole["enterprise"] == FIRM
    assert technical == {"id": masked, "title": GRASP.title, "text": GRASP.text}
    assert OTHER_FIRM not in response.text


def test_an_office_asks_about_its_own_patents_only(client: TestClient, settings: Settings) -> None:
    tto = make_key(settings, Role.TTO, institution=INSTITUTION)
    keep_need(settings, GRASP, scope=PublishScope.PUBLIC)
    response = client.get(f"/v1/patents/{GRIPPER.id}/needs", headers=tto)
    assert response.status_code == 404
    assert response.json()["type"] == "urn:problem-type:matcher:patent-not-found"


def test_the_auditor_may_not_search(client: TestClient, settings: Settings) -> None:
    auditor = make_key(settings, Role.AUDITOR)
    for path in (NEEDS, f"/v1/patents/{SEPARATOR.id}/similar"):
        assert client.get(path, headers=auditor).status_code == 403
        assert client.get(path).status_code == 401


@pytest.mark.parametrize("k", [0, 101, "many"])
@pytest.mark.parametrize("what", ["needs", "similar"])
def test_a_number_out_of_bounds_is_refused(client: TestClient, what: str, k: object) -> None:
    response = client.get(f"/v1/patents/{SEPARATOR.id}/{what}", params={"k": str(k)})
    assert response.status_code == 422
    assert response.json()["errors"][0]["parameter"] == "k"


@pytest.mark.parametrize("what", ["needs", "similar"])
def test_an_unknown_patent_is_not_found(client: TestClient, what: str) -> None:
    response = client.get(f"/v1/patents/CN201019900009.9/{what}")
    assert response.status_code == 404


def test_similar_patents_answer_as_any_patents_do(client: TestClient) -> None:
    response = client.get(f"/v1/patents/{GRIPPER.id}/similar", params={"legal_status": "all"})
    assert response.status_code == 200
    answer = SimilarView.model_validate_json(response.text)
    assert answer.patent.id == GRIPPER.id
    assert {result.id for result in answer.results} == {SEPARATOR.id, BEARING.id}
    assert [result.rank for result in answer.results] == [1, 2]
    in_force = client.get(f"/v1/patents/{GRIPPER.id}/similar").json()
    assert [result["id"] for result in in_force["results"]] == [SEPARATOR.id]
    assert in_force["hidden"] == {"legal_status": 1}


@pytest.mark.parametrize("number", ["PCT/CN2020/100001", "ZL201919900001.1", "cn119900001b"])
def test_numbers_with_a_slash_and_other_spellings_lead_there(
    client: TestClient, settings: Settings, number: str
) -> None:
    if "/" in number:
        save(settings, sibling(SEPARATOR, number, publication_number=None, title="另一种隔膜"))
        build_index(settings)
    need = keep_need(settings, HEAT)
    assert need_ids(client.get(f"/v1/patents/{number}/needs")) == [need]
    assert client.get(f"/v1/patents/{number}/similar").status_code == 200


def test_a_stale_index_is_noted_and_a_patent_not_in_it_refused(
    client: TestClient, settings: Settings
) -> None:
    keep_need(settings, HEAT)
    new = sibling(SEPARATOR, "CN202019900009.1", title="新隔膜", publication_number=None)
    save(settings, new)
    for path in (NEEDS, f"/v1/patents/{SEPARATOR.id}/similar"):
        assert client.get(path).json()["notes"][-1] == STALE
    response = client.get(f"/v1/patents/{new.id}/needs")
    assert response.status_code == 422
    assert "run matcher index" in response.json()["detail"]
