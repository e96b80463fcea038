"""GET /v1/patents and GET /v1/patents/{application_number}."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.schemas.answer import PageView, PatentView
from matcher.patents.cards.card import CardOverride, technology_card
from matcher.search.answer_json import patent_json
from matcher.search.catalogue import Catalogue, PatentFacts
from matcher.settings import Settings
from matcher.store import cards, patents
from matcher.types import Patent
from matcher.wiring.open import (
    open_catalogue,
    open_store,
)
from tests.api.conftest import save
from tests.support.samples import (
    ALL,
    BEARING,
    GRIPPER,
    INSTITUTION,
    SEPARATOR,
    TTO,
    sibling,
)

INTERNATIONAL = "PCT/CN2020/100001"


@pytest.mark.parametrize(
    "spelling",
    ["CN201919900001.1", "2019199000011", "ZL 201919900001.1", "201919900001", "cn119900001b"],
)
def test_a_patent_is_found_by_every_spelling(
    client: TestClient, settings: Settings, spelling: str
) -> None:
    response = client.get(f"/v1/patents/{spelling}")
    today = date.today()
    with open_catalogue(settings) as catalogue:
        expected = patent_json(
            SEPARATOR, today, catalogue.sleeping(SEPARATOR, today), TTO, technology_card(SEPARATOR)
        )
    assert response.status_code == 200
    assert response.json() == expected
    assert PatentView.model_validate_json(response.text).claims_coverage == "all"


def test_a_patent_shows_the_card_as_its_institution_wrote_it(
    client: TestClient, settings: Settings
) -> None:
    override = CardOverride({"use": ("动力电池",)}, INSTITUTION, datetime.now(UTC))
    with open_store(settings) as store, store.writing() as connection:
        (row,) = patents.rows_of(connection, [SEPARATOR.id]).values()
        cards.save_override(connection, row, override)
    card = client.get(f"/v1/patents/{SEPARATOR.id}").json()["card"]
    assert card["use"] == [{"text": "动力电池", "passage": "TTO", "source": ""}]
    assert card["is_reviewed"] is True and card["means"]
    listed = client.get("/v1/patents").json()["patents"]
    assert [patent["card"]["is_reviewed"] for patent in listed] == [True, False]


@pytest.mark.parametrize("identity", [INTERNATIONAL, "local:0123456789abcdef"])
def test_numbers_with_a_slash_and_ids_of_our_own_are_found(
    client: TestClient, settings: Settings, identity: str
) -> None:
    save(settings, sibling(SEPARATOR, identity, title="另一件样例"))
    assert client.get(f"/v1/patents/{identity}").json()["title"] == "另一件样例"


@pytest.mark.parametrize("identity", ["CN200010000000.0", "不存在", "x" * 5_000, "%00", "'; --"])
def test_an_unknown_patent_is_a_problem(client: TestClient, identity: str) -> None:
    response = client.get(f"/v1/patents/{identity}")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["type"] == "urn:problem-type:matcher:patent-not-found"
    assert "application number" in response.json()["detail"]
    assert len(response.content) < 600


def pages(client: TestClient, **asked: Any) -> list[Any]:
    listed_pages = [client.get("/v1/patents", params=asked).json()]
    while cursor := listed_pages[-1]["next_cursor"]:
        listed_pages.append(client.get("/v1/patents", params=asked | {"cursor": cursor}).json())
    return listed_pages


def test_the_pages_together_are_the_catalogue(client: TestClient, settings: Settings) -> None:
    more = [sibling(GRIPPER, f"local:{number:016x}") for number in range(7)]
    save(settings, *more)
    listed_pages = pages(client, legal_status="all", limit=4)
    listed = [patent["id"] for page in listed_pages for patent in page["patents"]]
    assert [len(page["patents"]) for page in listed_pages] == [4, 4, 2]
    assert listed == [patent.id for patent in (*ALL, *more)]
    assert {page["total"] for page in listed_pages} == {10}


def test_a_full_last_page_has_no_next_cursor(client: TestClient) -> None:
    listed_pages = pages(client, legal_status="all", limit=3)
    assert len(listed_pages) == 1 and len(listed_pages[0]["patents"]) == 3


def test_patents_imported_between_two_pages_move_nothing(
    client: TestClient, settings: Settings
) -> None:
    first = client.get("/v1/patents", params={"legal_status": "all", "limit": 2}).json()
    save(settings, sibling(GRIPPER, "local:00000000000000ff"))
    second = client.get(
        "/v1/patents", params={"legal_status": "all", "cursor": first["next_cursor"]}
    ).json()
    listed = [patent["id"] for page in (first, second) for patent in page["patents"]]
    assert listed == [*(patent.id for patent in ALL), "local:00000000000000ff"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, [SEPARATOR, GRIPPER]),
        ({"legal_status": ["lapsed", "unknown"]}, [GRIPPER, BEARING]),
        ({"ipc_prefixes": "h01m"}, [SEPARATOR]),
        ({"industries": "新材料,BIO"}, [SEPARATOR]),
        ({"institutions": "研究院"}, [GRIPPER]),
        ({"regions": ["天津", "河北"]}, [SEPARATOR, GRIPPER]),
        ({"patent_types": "实用新型"}, [GRIPPER]),
        ({"open_licence": "true"}, [SEPARATOR]),
        ({"sleeping": "false"}, [GRIPPER]),
        ({"filed_after": "2020-05-01"}, [GRIPPER]),
        ({"min_years_left": "10"}, [SEPARATOR]),
        ({"industries": "BIO"}, []),
    ],
)
def test_the_filters_are_those_of_a_match(
    client: TestClient, asked: dict[str, Any], expected: list[Any]
) -> None:
    response = client.get("/v1/patents", params=asked)
    view = PageView.model_validate_json(response.text)
    assert [patent.id for patent in view.patents] == [patent.id for patent in expected]
    assert view.total == len(expected)


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"colour": "red"}, "colour"),
        ({"open_licence": "perhaps"}, "open_licence"),
        ({"legal_status": "alive"}, None),
        ({"cursor": "abc"}, None),
        ({"cursor": "æøå"}, None),
        ({"cursor": "x" * 101}, "cursor"),
    ],
)
def test_an_invalid_parameter_is_named(
    client: TestClient, asked: dict[str, Any], parameter: str | None
) -> None:
    response = client.get("/v1/patents", params=asked)
    problem = response.json()
    assert response.status_code == 422
    assert problem["type"] == "urn:problem-type:matcher:invalid-request"
    if parameter is not None:
        assert problem["errors"][0]["parameter"] == parameter


def test_the_catalogue_needs_no_index(imported: Settings) -> None:
    with TestClient(create_app(imported)) as client:
        assert client.get("/v1/patents").json()["total"] == 2
        assert client.get(f"/v1/patents/{BEARING.id}").status_code == 200


def test_facets_are_counted_on_request(client: TestClient) -> None:
    response = client.get("/v1/patents", params={"facets": "true", "industries": "HEM"})
    page = PageView.model_validate_json(response.text)
    assert page.facets is not None and page.total == 1
    counted = response.json()["facets"]
    assert counted["industries"] == [{"value": "HEM", "count": 1}, {"value": "NM", "count": 1}]
    assert counted["legal_status"] == [
        {"value": "lapsed", "count": 1},
        {"value": "unknown", "count": 1},
    ]
    assert counted["open_licence"] == [{"value": False, "count": 1}]
    assert client.get("/v1/patents").json()["facets"] is None


def test_words_narrow_the_catalogue_and_its_facets(client: TestClient) -> None:
    page = client.get("/v1/patents", params={"words": "样例研究院 夹爪", "facets": "true"}).json()
    assert (page["total"], [own["id"] for own in page["patents"]]) == (1, [GRIPPER.id])
    assert page["facets"]["regions"] == [{"value": "河北", "count": 1}]
    assert page["facets"]["ipc"] == [{"value": "B25J", "count": 1}]
    assert page["facets"]["min_years_left"][0] == {"value": 1, "count": 1}
    assert client.get("/v1/patents", params={"words": "夹爪 隔膜"}).json()["total"] == 0


def test_pages_of_a_search_hold_each_patent_once(client: TestClient) -> None:
    asked: dict[str, Any] = {"words": "样例", "limit": 1, "legal_status": "all"}
    first = client.get("/v1/patents", params=asked).json()
    seen = [own["id"] for own in first["patents"]]
    while first["next_cursor"]:
        first = client.get("/v1/patents", params=asked | {"cursor": first["next_cursor"]}).json()
        seen += [own["id"] for own in first["patents"]]
    assert sorted(seen) == sorted(patent.id for patent in ALL)


def test_a_page_reads_what_is_known_beside_its_patents_at_once(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def noting(self: Catalogue, shown: Sequence[Patent]) -> PatentFacts:
        asked.append(len(shown))
        return facts(self, shown)

    facts = Catalogue.facts
    monkeypatch.setattr(Catalogue, "facts", noting)
    page = client.get(f"/v1/patents?limit={len(ALL)}").json()["patents"]
    assert len(page) > 1 and asked == [len(page)]
    assert page == [client.get(f"/v1/patents/{patent['id']}").json() for patent in page]
