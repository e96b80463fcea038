"""Figures for Prometheus: who may read them, and what they never hold."""

from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.fernet import Fernet
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from api.app import create_app
from api.engine.live import LiveEngine
from api.engine.metrics import NO_ROUTE
from matcher.access.roles import Role
from matcher.errors import StoreError
from matcher.settings import Settings
from tests.support.callers import ENTERPRISE, header
from tests.support.samples import SEPARATOR

TOKEN = "prometheus-token-of-the-tests"
NEED = "保密需求甲方电池隔膜收缩"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(
        update={
            "metrics_token": SecretStr(TOKEN),
            "rate_per_minute": 0,
            "contact_key": SecretStr(Fernet.generate_key().decode()),
        }
    )


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings)) as client:
        yield client


def samples(client: TestClient) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Return every figure by its name and labels."""
    answer = client.get("/metrics", headers=BEARER)
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/plain")
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def figure(client: TestClient, name: str, **labels: str) -> float:
    return samples(client)[name, tuple(sorted(labels.items()))]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.VISITOR])
def test_only_operators_and_the_token_read_them(
    client: TestClient, settings: Settings, role: Role
) -> None:
    answer = client.get("/metrics", headers=header(settings, role))
    assert answer.status_code == (200 if role is Role.ADMIN else 403)
    assert client.get("/metrics", headers=BEARER).status_code == 200
    for wrong in ("", TOKEN[:-1], TOKEN + "x", "mk_0123456789ab_" + "Z" * 43):
        refused = client.get("/metrics", headers={"Authorization": f"Bearer {wrong}"})
        assert refused.status_code == 401 and "matcher_" not in refused.text
    assert client.get("/metrics").status_code == 401
    assert client.get(f"/metrics?token={TOKEN}").status_code == 401


def test_guesses_are_limited(settings: Settings) -> None:
    header(settings, Role.STAFF)
    few = settings.model_copy(update={"refused_per_minute": 3})
    with TestClient(create_app(few)) as client:
        wrong = {"Authorization": "Bearer guess"}
        statuses = [client.get("/metrics", headers=wrong).status_code for _ in range(5)]
        assert statuses == [401, 401, 401, 429, 429]
        assert client.get("/metrics", headers=BEARER).status_code == 200


@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("192.0.2.7", {}, 403),
        ("127.0.0.1", {"x-forwarded-for": "192.0.2.7"}, 403),
        ("127.0.0.1", {"forwarded": "for=192.0.2.7"}, 403),
        ("127.0.0.1", {"via": "1.1 gateway"}, 403),
    ],
)
def test_without_keys_and_token_this_machine_reads_them(
    settings: Settings, peer: str, headers: Any, status: int
) -> None:
    open_to_all = settings.model_copy(update={"metrics_token": None})
    with TestClient(create_app(open_to_all), client=(peer, 50000)) as client:
        assert client.get("/metrics", headers=headers).status_code == status
        key = header(open_to_all, Role.ADMIN)
        assert client.get("/metrics", headers=headers).status_code == 401, "the first key ends it"
        assert client.get("/metrics", headers={**key, **headers}).status_code == 200
    with TestClient(create_app(settings), client=("127.0.0.1", 50000)) as client:
        assert client.get("/metrics").status_code == 401, "the token ends it, too"


def test_the_token_reads_them_while_the_database_is_broken(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_self: LiveEngine) -> Any:
        raise StoreError("gone")

    monkeypatch.setattr(LiveEngine, "catalogue", broken)
    assert client.get("/metrics", headers=BEARER).status_code == 200
    assert client.get("/metrics").status_code == 503


def test_requests_are_counted_by_the_template_of_their_route(client: TestClient) -> None:
    client.get(f"/v1/patents/{SEPARATOR.id}")
    client.get("/v1/patents/0")
    client.get("/nowhere")
    client.request("MADEUP", "/v1/patents")
    route = "/v1/patents/{application_number:path}"
    labels = {"method": "GET", "route": route}
    assert figure(client, "matcher_requests_total", **labels, status="200") == 1
    assert figure(client, "matcher_requests_total", **labels, status="404") == 1
    assert figure(client, "matcher_request_seconds_count", route=route) == 2
    nowhere = {"method": "GET", "route": NO_ROUTE, "status": "404"}
    assert figure(client, "matcher_requests_total", **nowhere) == 1
    assert not any("MADEUP" in str(sample) for sample in samples(client))
    assert figure(client, "matcher_requests_in_progress") == 1, "this one"


def test_the_stages_of_an_answer_are_timed(client: TestClient) -> None:
    assert client.post("/v1/match", json={"need": NEED}).status_code == 200
    for stage in ("encode", "search", "score", "rank", "select", "evidence", "assemble"):
        assert figure(client, "matcher_stage_seconds_count", stage=stage) == 1
        assert figure(client, "matcher_stage_seconds_sum", stage=stage) > 0


def test_queues_and_the_index_in_use_are_told(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = client.app.state.model_threads.turns  # type: ignore[attr-defined]
    assert figure(client, "matcher_queue_length", queue="model") == 0
    with monkeypatch.context() as busy:
        busy.setattr(turns, "expected_wait", lambda: 10.0**9)
        assert client.post("/v1/match", json={"need": NEED}).status_code == 503
    assert figure(client, "matcher_refused_requests_total", queue="model") == 1
    assert figure(client, "matcher_refused_requests_total", queue="files") == 0
    assert figure(client, "matcher_index_generation") == 1
    assert 0 <= figure(client, "matcher_index_age_seconds") < 86_400
    assert figure(client, "process_open_fds") > 0


def test_no_figure_names_a_need_an_enterprise_or_a_record(
    client: TestClient, settings: Settings
) -> None:
    staff = header(settings, Role.STAFF)
    form = {"title": NEED, "text": NEED, "enterprise": ENTERPRISE}
    need = client.post("/v1/needs", json=form, headers=staff).json()["id"]
    client.post(f"/v1/needs/{need}/match", json={"k": 2}, headers=staff)
    client.get(f"/v1/needs/{need}/matches", headers=staff)
    client.get(f"/v1/patents?words={NEED}", headers=staff)
    client.get(f"/{NEED}", headers={"user-agent": "secret-agent", "x-request-id": "secret-id"})
    text = client.get("/metrics", headers=BEARER).text
    key = staff["Authorization"].split("_")[1]
    for secret in (NEED, ENTERPRISE, need, key, TOKEN, SEPARATOR.id, "testclient", "secret-"):
        assert secret not in text


def test_two_servers_count_apart(settings: Settings) -> None:
    with TestClient(create_app(settings)) as one, TestClient(create_app(settings)) as other:
        one.get("/healthz")
        labels = {"method": "GET", "route": "/healthz", "status": "200"}
        assert figure(one, "matcher_requests_total", **labels) == 1
        key = ("matcher_requests_total", tuple(sorted(labels.items())))
        assert key not in samples(other)
