"""The API over model services that answer, go down, and come back."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from api.app import create_app
from api.engine import live
from matcher.settings import Settings
from matcher.wiring.build import build_index, index_state
from models.services import encoder, reranker
from tests.support.model_service import MODEL, ModelService, hang, model_service, status

NEED = {"need": "锂电池隔膜在高温下收缩"}
KEY = "sk-ganz-geheim"


@pytest.fixture
def service() -> Iterator[ModelService]:
    with model_service() as opened:
        yield opened


@pytest.fixture
def served(imported: Settings, service: ModelService) -> Settings:
    """A home indexed by a service, whose reranker is a service, too."""
    settings = imported.model_copy(
        update={
            "model": service.address,
            "model_key": SecretStr(KEY),
            "reranker": service.address,
            "reranker_key": SecretStr(KEY),
            "service_seconds": 1.0,
        }
    )
    build_index(settings)
    return settings


@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask for the state of the services and try again at once."""
    monkeypatch.setattr(live, "RETRY_SECONDS", 0.0)
    monkeypatch.setattr(encoder, "READY_SECONDS", 0.0)
    monkeypatch.setattr(encoder, "READY_LIMIT_SECONDS", 1.0)
    monkeypatch.setattr(reranker, "READY_SECONDS", 0.0)


def problem(response: Any) -> str:
    """Return the detail of an answer of 503 that the model cannot be used."""
    assert response.status_code == 503 and int(response.headers["retry-after"]) > 0
    assert response.json()["type"] == "urn:problem-type:matcher:model-unavailable"
    detail: str = response.json()["detail"]
    return detail


def test_answers_come_by_the_services(served: Settings, service: ModelService) -> None:
    with TestClient(create_app(served)) as client:
        answer = client.post("/v1/match", json=NEED)
        assert answer.status_code == 200 and answer.json()["results"]
        assert client.get("/readyz").json()["model"] == f"openai#{MODEL}"
    assert {path for path, *_ in service.received} == {
        "/v1/models",
        "/v1/embeddings",
        "/v1/rerank",
    }
    assert {headers.get("authorization") for _, headers, _ in service.received} == {f"Bearer {KEY}"}


@pytest.mark.usefixtures("asking")
def test_a_service_that_is_down_is_a_problem_until_it_is_back(
    served: Settings, service: ModelService, caplog: pytest.LogCaptureFixture
) -> None:
    with TestClient(create_app(served)) as client:
        assert client.post("/v1/match", json=NEED).status_code == 200
        for fault in (status(500), status(401), hang):
            service.faults = [fault] * 50
            service.go_on.clear()
            details = [problem(client.post("/v1/match", json=NEED)), problem(client.get("/readyz"))]
            service.go_on.set()
            assert all(MODEL in detail for detail in details)
            assert not any("127.0.0.1" in detail or KEY in detail for detail in details)
            assert client.get("/healthz").status_code == 200
            service.faults = []
            assert client.get("/readyz").status_code == 200
            assert client.post("/v1/match", json=NEED).status_code == 200
    assert KEY not in caplog.text and NEED["need"] not in caplog.text


@pytest.mark.usefixtures("asking")
def test_a_server_starts_before_its_services(served: Settings, service: ModelService) -> None:
    service.faults = [status(503)] * 50
    with TestClient(create_app(served)) as client:
        assert "503" in problem(client.post("/v1/match", json=NEED))
        assert "503" in problem(client.get("/readyz"))
        service.faults = []
        assert client.post("/v1/match", json=NEED).status_code == 200


def test_an_index_stays_good_where_the_service_moves(served: Settings) -> None:
    with model_service() as moved:
        settings = served.model_copy(update={"model": moved.address, "reranker": None})
        state = index_state(settings)
        assert state is not None and state.misfit is None
        again = build_index(settings)
        assert not again.built
        with TestClient(create_app(settings)) as client:
            assert client.post("/v1/match", json=NEED).status_code == 200


def test_keys_are_in_no_form_of_the_settings(served: Settings) -> None:
    assert KEY not in repr(served) and KEY not in served.model_dump_json()
