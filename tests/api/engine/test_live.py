"""The engine lives on while indexes are published, patents imported, and models missing."""

import logging
import shutil
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.engine import live
from api.engine.live import LiveEngine
from matcher.errors import IndexUnavailableError, ModelError
from matcher.search.options import SearchOptions
from matcher.settings import Settings
from matcher.types import Need
from matcher.wiring.build import build_index
from matcher.wiring.open import open_matcher
from models.fake import FakeEncoder
from tests.api.conftest import save
from tests.support.samples import GRIPPER, SEPARATOR, sibling

NEED = {"need": "锂电池隔膜在高温下收缩"}


class OtherEncoder(FakeEncoder):
    """Another model under the same name."""

    def __init__(self) -> None:
        super().__init__(dimension=32)


@pytest.fixture
def retrying(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retry a refused index at once."""
    monkeypatch.setattr(live, "RETRY_SECONDS", 0.0)


def problem_of(client: TestClient) -> Any:
    response = client.post("/v1/match", json=NEED)
    assert response.status_code == 503
    assert response.headers["content-type"] == "application/problem+json"
    assert int(response.headers["retry-after"]) > 0
    ready = client.get("/readyz")
    assert ready.status_code == 503 and ready.json() == response.json()
    assert client.get("/healthz").status_code == 200
    return response.json()


def test_the_model_is_loaded_once_and_in_the_lifespan(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[FakeEncoder] = []

    def load(_settings: Settings) -> FakeEncoder:
        loaded.append(FakeEncoder())
        return loaded[-1]

    monkeypatch.setattr("api.engine.live.load_encoder", load)
    app = create_app(settings)
    assert not loaded
    with TestClient(app) as client:
        assert len(loaded) == 1
        client.post("/v1/match", json=NEED)
        save(settings, sibling(GRIPPER, "local:0000000000000001"))
        build_index(settings, encoder=FakeEncoder())
        client.post("/v1/match", json=NEED)
    assert len(loaded) == 1


def test_a_published_index_answers_the_next_request(client: TestClient, settings: Settings) -> None:
    newcomer = sibling(SEPARATOR, "CN202119900004.0", title="一种耐热的锂电池隔膜及收缩率的测定")
    before = client.post("/v1/match", json=NEED).json()
    save(settings, newcomer)
    published = build_index(settings).generation
    after = client.post("/v1/match", json=NEED).json()
    assert before["index"] != published and after["index"] == published
    assert newcomer.id in [result["id"] for result in after["results"]]
    assert after["notes"] == ["only 3 of the 10 results asked for could be found; "
                              "filters hide patents: legal status"]  # fmt: skip
    assert client.get("/readyz").json()["index"] == published


def test_a_stale_index_answers_with_a_note(client: TestClient, settings: Settings) -> None:
    assert client.get("/readyz").json()["notes"] == []
    save(settings, replace(GRIPPER, abstract="新的摘要"))
    answer = client.post("/v1/match", json=NEED | {"k": 1}).json()
    assert answer["notes"] == [live.STALE]
    assert answer["results"][0]["id"] == SEPARATOR.id
    assert client.get("/readyz").json()["notes"] == [live.STALE]


def test_a_server_started_over_a_stale_index_waits_for_a_new_one(settings: Settings) -> None:
    save(settings, replace(GRIPPER, abstract="新的摘要"))
    with TestClient(create_app(settings)) as client:
        problem = problem_of(client)
        assert problem["type"] == "urn:problem-type:matcher:index-unavailable"
        assert "imported" in problem["detail"] and "matcher index" in problem["detail"]
        build_index(settings)
        assert client.post("/v1/match", json=NEED).status_code == 200
        assert client.get("/readyz").status_code == 200


def test_without_an_index_the_problem_names_the_command(imported: Settings) -> None:
    with TestClient(create_app(imported)) as client:
        problem = problem_of(client)
        assert problem["type"] == "urn:problem-type:matcher:index-unavailable"
        assert "run matcher index" in problem["detail"]
        build_index(imported)
        assert client.post("/v1/match", json=NEED).status_code == 200


def test_a_server_over_an_empty_home_starts(empty: Settings) -> None:
    with TestClient(create_app(empty)) as client:
        assert client.get("/v1/patents").json()["total"] == 0
        assert "matcher import" in problem_of(client)["detail"]


@pytest.mark.usefixtures("retrying")
def test_a_missing_model_is_a_problem_until_it_is_there(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_settings: Settings) -> FakeEncoder:
        raise ModelError("the model folder models/样例 does not exist; give another one")

    with monkeypatch.context() as patch:
        patch.setattr("api.engine.live.load_encoder", missing)
        with TestClient(create_app(settings)) as client:
            problem = problem_of(client)
            assert problem["type"] == "urn:problem-type:matcher:model-unavailable"
            assert "models/样例" in problem["detail"]
            patch.undo()
            assert client.post("/v1/match", json=NEED).status_code == 200


def test_an_index_of_another_model_leaves_the_old_one_answering(
    client: TestClient, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    old = client.get("/readyz").json()["index"]
    build_index(settings, encoder=OtherEncoder())
    with caplog.at_level(logging.WARNING):
        answers = [client.post("/v1/match", json=NEED | {"k": 1}).json() for _ in range(3)]
    assert {answer["index"] for answer in answers} == {old}
    assert all("the model fake computes otherwise" in answer["notes"][0] for answer in answers)
    assert len(caplog.records) == 1  # logged once, not with every request
    new = build_index(settings, encoder=FakeEncoder()).generation
    answer = client.post("/v1/match", json=NEED | {"k": 1}).json()
    assert answer["index"] == new and answer["notes"] == []


def test_a_broken_index_leaves_the_old_one_answering(
    client: TestClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = client.get("/readyz").json()["index"]
    save(settings, sibling(GRIPPER, "local:0000000000000001"))
    published = build_index(settings).generation
    for file in (settings.index_folder / published).glob("segments/*/vectors.faiss"):
        file.unlink()  # the generation before has the same file
        file.write_bytes(b"broken")
    tried = []
    opening = open_matcher

    def counted(*given: Any, **named: Any) -> Any:
        tried.append(published)
        return opening(*given, **named)

    monkeypatch.setattr("api.engine.live.open_matcher", counted)
    monkeypatch.setattr(live, "RETRY_SECONDS", 3_600.0)
    for _ in range(3):
        answer = client.post("/v1/match", json=NEED | {"k": 1}).json()
        assert answer["index"] == old and answer["results"][0]["id"] == SEPARATOR.id
    assert len(tried) == 1  # the next try is an hour away
    with TestClient(create_app(settings)) as other:
        problem = problem_of(other)
    assert f"the index {published} is not as it was written" in problem["detail"]


def test_an_open_index_outlives_its_files(client: TestClient, settings: Settings) -> None:
    expected = client.post("/v1/match", json=NEED).json()
    shutil.rmtree(settings.index_folder)
    answer = client.post("/v1/match", json=NEED).json()
    assert answer["results"] == expected["results"]
    assert any("there is no index" in note for note in answer["notes"])


def test_a_closed_engine_raises(settings: Settings) -> None:
    engine = LiveEngine(settings)
    engine.open()
    engine.close()
    shutil.rmtree(settings.index_folder)
    with pytest.raises(IndexUnavailableError):
        engine.match(Need(text="夹爪"), SearchOptions(k=3), date.today())
    engine.close()
