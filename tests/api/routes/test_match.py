"""POST /v1/match."""

import json
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from cryptography.fernet import Fernet
from fastapi.testclient import TestClient
from pydantic import SecretStr

from api.schemas.answer import AnswerView
from matcher.search.answer_json import answer_json
from matcher.search.options import SearchOptions
from matcher.settings import Settings
from matcher.store import personal_contacts
from matcher.types import ConsentScope, Filters, LicenceTerms, Need, PatentType, PersonalContact
from matcher.wiring.build import build_index
from matcher.wiring.open import (
    open_matcher,
    open_store,
)
from tests.api.conftest import save
from tests.support.samples import (
    GRIPPER,
    INSTITUTION,
    SEPARATOR,
    TTO,
    sibling,
)

NEED = "锂电池隔膜在高温下收缩，想要更耐热的隔膜"


def printed(answer: dict[str, Any]) -> Any:
    """Return the answer as parsed from the command's output."""
    return json.loads(json.dumps(answer))


def ids(answer: Any) -> list[str]:
    return [result["id"] for result in answer["results"]]


def test_the_answer_is_that_of_the_command(client: TestClient, settings: Settings) -> None:
    response = client.post("/v1/match", json={"need": NEED, "k": 2})
    with open_matcher(settings) as matcher:
        answer = matcher.match(Need(text=NEED), SearchOptions(k=2), today=date.today())
    assert response.status_code == 200
    assert response.json() == printed(answer_json(answer, date.today()))
    assert ids(response.json())[0] == SEPARATOR.id


def test_the_description_of_the_answer_fits_field_by_field(client: TestClient) -> None:
    every_filter = {
        "legal_status": ["all"],
        "ipc_prefixes": ["H01M"],
        "industries": ["新材料"],
        "institutions": [INSTITUTION],
        "regions": ["天津市"],
        "patent_types": ["发明"],
        "open_licence": True,
        "sleeping": True,
        "filed_after": "2015",
        "min_years_left": 1,
    }
    form = {
        "text": "隔膜",
        "id": "样例-7",
        "title": "耐热隔膜",
        "enterprise": "样例企业",
        "region": "天津",
        "industry": "电池",
        "problem": "收缩",
        "indicators": "150℃ 下收缩低于 2%",
        "goal": "量产",
        "keywords": ["隔膜", "陶瓷"],
        "budget": "50 万元",
        "cooperation": "许可",
        "deadline": "2027-01-01",
    }
    response = client.post("/v1/match", json={"need": form, "filters": every_filter})
    view = AnswerView.model_validate_json(response.text)
    assert [result.id for result in view.results] == [SEPARATOR.id]
    assert view.results[0].contact is not None and view.results[0].contact.name == TTO.name
    assert view.results[0].team is not None and view.results[0].evidence[0].highlights
    assert response.json()["need"] == form
    assert response.json()["filters"] == every_filter | {
        "legal_status": ["in_force", "lapsed", "pending", "unknown"],
        "industries": ["NM"],
        "regions": ["天津"],
        "patent_types": ["invention"],
        "filed_after": "2015-01-01",
    }


def test_a_need_by_form_is_answered_as_by_the_engine(
    client: TestClient, settings: Settings
) -> None:
    form = {"title": "夹爪", "problem": "易碎零件有压痕", "keywords": ["机器人", "硅胶"]}
    filters = {"patent_types": ["utility_model"]}
    response = client.post("/v1/match", json={"need": form, "filters": filters, "k": 1})
    need = Need(title="夹爪", problem="易碎零件有压痕", keywords=("机器人", "硅胶"))
    with open_matcher(settings) as matcher:
        only_models = Filters(patent_types=(PatentType.UTILITY_MODEL,))
        answer = matcher.match(need, SearchOptions(only_models, k=1), today=date.today())
    assert response.json() == printed(answer_json(answer, date.today()))
    assert ids(response.json()) == [GRIPPER.id]


def test_a_corrected_need_is_answered_by_its_correction(client: TestClient) -> None:
    need = "夹爪抓取易碎零件。希望用PVC制成。"
    plain = client.post("/v1/match", json={"need": need}).json()
    assert ids(plain)[0] == GRIPPER.id
    parts = {part["kind"]: "" for part in plain["reading"]["parts"]}
    correction = {
        "parts": parts | {"text": "陶瓷涂覆的PVC电池隔膜", "goal": "热收缩率低"},
        "drop_terms": ["聚氯乙烯"],
        "add_terms": [{"text": "隔膜", "equivalents": ["separator"]}],
        "indicators": ["≤2%"],
    }
    answer = client.post("/v1/match", json={"need": need, "correction": correction}).json()
    assert ids(answer)[0] == SEPARATOR.id
    assert answer["need"] == {"text": need}
    assert {part["kind"]: part["text"] for part in answer["reading"]["parts"]} == {
        "text": "陶瓷涂覆的PVC电池隔膜",
        "goal": "热收缩率低",
    }
    assert answer["reading"]["terms"][-1] == {"text": "隔膜", "equivalents": ["separator"]}
    assert "PVC" in [term["text"] for term in plain["reading"]["terms"]]
    assert "PVC" not in [term["text"] for term in answer["reading"]["terms"]]
    assert answer["reading"]["indicators"] == ["≤2%"]
    nothing = client.post("/v1/match", json={"need": need, "correction": {}}).json()
    assert nothing == plain


def test_availability_is_shown_and_changes_the_order_only_where_asked(
    client: TestClient, settings: Settings
) -> None:
    open_terms = LicenceTerms(open_licence=True, fee="2 万元/年")
    save(settings, replace(GRIPPER, licence=open_terms, readiness="可以量产"))

    def results(**more: object) -> list[dict[str, Any]]:
        body = {"need": "电池隔膜涂层", "filters": {"legal_status": ["all"]}} | more
        ranked: list[dict[str, Any]] = client.post("/v1/match", json=body).json()["results"]
        return ranked

    plain, weighed = results(), results(availability=1.0)
    assert results(availability=0) == plain
    assert plain[0]["id"] == SEPARATOR.id
    gripper = next(result for result in plain if result["id"] == GRIPPER.id)
    assert "open licence declared" in gripper["availability"]["reasons"]
    before, after = (
        [result["id"] for result in ranked].index(GRIPPER.id) for ranked in (plain, weighed)
    )
    assert after < before


def test_diversity_can_be_set_for_one_request(client: TestClient, settings: Settings) -> None:
    stuffs = ("勃姆石浆料", "芳纶纤维", "氮化硼粉末", "聚多巴胺薄层", "二氧化钛溶胶")
    team = [
        sibling(SEPARATOR, f"local:{n:016x}", title=f"{stuff}电池隔膜", abstract=f"隔膜涂{stuff}。")
        for n, stuff in enumerate(stuffs)
    ]
    save(settings, *(replace(patent, claims=()) for patent in team))
    build_index(settings)
    need = {"need": "电池隔膜涂层", "k": 10}
    off, full = (
        ids(client.post("/v1/match", json=need | {"diversity": strength}).json())
        for strength in (0, 1)
    )
    assert off.index(GRIPPER.id) == len(off) - 1 and len(off) > 4
    assert full.index(GRIPPER.id) == 3


def test_lapsed_patents_answer_only_on_request(client: TestClient) -> None:
    need = "bearing fault by vibration"
    usual = client.post("/v1/match", json={"need": need}).json()
    lapsed = client.post("/v1/match", json={"need": need, "filters": {"legal_status": ["失效"]}})
    assert len(usual["results"]) == 2 and usual["hidden"] == {"legal_status": 1}
    assert [result["legal_status"] for result in lapsed.json()["results"]] == ["lapsed"]


def test_a_pasted_document_of_50_000_characters_is_read_whole(client: TestClient) -> None:
    text = ("我们需要一种耐热的锂电池隔膜，收缩率低。" * 2_500)[:49_990] + "机器人柔性夹爪"
    # As most programs send Chinese: six bytes a character.
    response = client.post(
        "/v1/match",
        content=json.dumps({"need": text}),
        headers={"content-type": "application/json"},
    )
    answer = response.json()
    assert response.status_code == 200
    assert answer["need"]["text"] == text
    (pieces,) = re.findall(r"read in (\d+) pieces", " ".join(answer["notes"]))
    assert int(pieces) > 150  # of 200 characters; lead-ins such as 我们需要 do not ask
    assert set(ids(answer)) == {SEPARATOR.id, GRIPPER.id}


@pytest.mark.parametrize(
    ("body", "pointer", "words"),
    [
        ({}, "/need", "missing"),
        ({"need": ""}, "/need", "empty"),
        ({"need": " \n　"}, "/need", "empty"),
        ({"need": {"enterprise": "样例企业"}}, "/need", "empty"),
        ({"need": 7}, "/need", "must be a JSON object"),
        ({"need": "好" * 100_001}, "/need", "100,000 characters at most"),
        ({"need": {"title": "好" * 60_000, "goal": "好" * 60_000}}, "/need", "100,000"),
        ({"need": {"text": "x", "phone": "1"}}, "/need/phone", "no such field"),
        ({"need": "x", "kk": 1}, "/kk", "no such field"),
        ({"need": "x", "k": 0}, "/k", "greater than or equal to 1"),
        ({"need": "x", "k": 101}, "/k", "less than or equal to 100"),
        ({"need": "x", "k": "many"}, "/k", "integer"),
        ({"need": "x", "diversity": -0.1}, "/diversity", "greater than or equal to 0"),
        ({"need": "x", "diversity": 1.5}, "/diversity", "less than or equal to 1"),
        ({"need": "x", "correction": {"part": {}}}, "/correction/part", "no such field"),
        ({"need": "x", "correction": {"drop_terms": ["钢"]}}, "/correction", "term to drop"),
        ({"need": "x", "correction": {"keep": ["别的。"]}}, "/correction", "sentence to keep"),
        ({"need": "x", "correction": {"parts": {"title": ""}}}, "/correction", "nothing of"),
        (
            {"need": "x", "correction": {"parts": {"goal": "好" * 60_000, "text": "好" * 60_000}}},
            "/correction",
            "100,000",
        ),
        ({"need": "x", "filters": {"status": ["all"]}}, "/filters/status", "no such field"),
        ({"need": "x", "filters": {"legal_status": ["好"]}}, "/filters", "in_force"),
        ({"need": "x", "filters": {"industries": ["农业"]}}, "/filters", "新材料"),
        ({"need": "x", "filters": {"ipc_prefixes": ["锂"]}}, "/filters", "IPC"),
        ({"need": "x", "filters": {"institutions": [""]}}, "/filters/institutions/0", "at least 1"),
        ({"need": "x", "filters": {"filed_after": "昨天"}}, "/filters", "not a date"),
        ({"need": "x", "filters": {"min_years_left": 1e300}}, "/filters/min_years_left", "100"),
        ([1], "", "must be a JSON object"),
    ],
)
def test_an_invalid_field_is_named(client: TestClient, body: Any, pointer: str, words: str) -> None:
    response = client.post("/v1/match", json=body)
    problem = response.json()
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert problem["type"] == "urn:problem-type:matcher:invalid-request"
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert words in problem["errors"][0]["detail"] and words in problem["detail"]
    assert len(response.content) < 1_000


def test_an_error_never_repeats_the_need(client: TestClient) -> None:
    secret = "保密的工艺参数"
    for body in (
        {"need": {"text": secret, "keywords": [secret * 100]}},
        {"need": secret, "k": -1},
        {"need": {"text": [secret]}},
        {"need": "隔膜", "correction": {"drop_terms": [secret]}},
        {"need": "隔膜", "correction": {"keep": [secret]}},
        {"need": "隔膜", "correction": {"parts": {"goal": [secret]}}},
    ):
        response = client.post("/v1/match", json=body)
        assert response.status_code == 422
        assert secret not in response.text


def test_a_personal_contact_is_never_in_an_answer(client: TestClient, settings: Settings) -> None:
    phone, mail = "139-0000-1234", "person@sample.example"
    contact = PersonalContact(
        "样例甲", INSTITUTION, "储能材料团队", phone, mail, ConsentScope.PUBLIC, "样例同意书"
    )
    key = SecretStr(Fernet.generate_key().decode())
    with open_store(settings) as store, store.writing() as connection:
        personal_contacts.save_personal(connection, [contact], key)
    answers = [
        client.post("/v1/match", json={"need": NEED}).text,
        client.get(f"/v1/patents/{SEPARATOR.id}").text,
        client.get("/v1/patents").text,
    ]
    for text in answers:
        assert SEPARATOR.title in text and str(TTO.phone) in text
        assert phone not in text and mail not in text
