"""Rate limits: counted for each key, shown in headers, and a limit to guessing keys."""

import re
import time
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.middleware import rate_limits
from api.middleware.rate_limits import Quota, RateLimits
from matcher.access.roles import Role
from matcher.errors import InputError
from matcher.settings import Settings
from tests.support.callers import header

WRONG = {"Authorization": "Bearer mk_0123456789ab_" + "x" * 43}


def limited(settings: Settings, **limits: Any) -> TestClient:
    return TestClient(create_app(settings.model_copy(update=limits)))


def test_the_headers_hold_policy_and_remaining_requests(imported: Settings) -> None:
    asking = header(imported, Role.PORTAL)
    client = limited(imported, rate_per_minute=3, quota_per_day=10)
    answer = client.get("/v1/patents", headers=asking)
    assert answer.status_code == 200
    assert answer.headers["ratelimit-policy"] == '"minute";q=3;w=60, "day";q=10;w=86400'
    left = re.fullmatch(r'"minute";r=2;t=(\d+), "day";r=9;t=(\d+)', answer.headers["ratelimit"])
    assert left is not None and 0 < int(left[1]) <= 60 and 86_000 < int(left[2]) <= 86_400
    assert "retry-after" not in answer.headers


def test_beyond_the_limit_is_429_with_the_time_to_wait(imported: Settings) -> None:
    asking, other = header(imported, Role.PORTAL), header(imported, Role.STAFF)
    client = limited(imported, rate_per_minute=2, quota_per_day=10)
    statuses = [client.get("/v1/patents", headers=asking).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    refused = client.get("/v1/patents", headers=asking)
    assert refused.json()["type"] == "urn:problem-type:matcher:too-many-requests"
    assert refused.headers["content-type"] == "application/problem+json"
    assert 0 < int(refused.headers["retry-after"]) <= 60
    assert refused.headers["ratelimit"].startswith('"minute";r=0;t=')
    assert client.get("/v1/patents", headers=other).status_code == 200, "another key has its own"
    assert client.get("/healthz").status_code == 200


def test_the_quota_of_a_day_holds_when_the_minute_does_not_refuse(imported: Settings) -> None:
    asking = header(imported, Role.PORTAL)
    client = limited(imported, rate_per_minute=0, quota_per_day=2)
    statuses = [client.get("/v1/patents", headers=asking).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert 86_000 < int(client.get("/v1/patents", headers=asking).headers["retry-after"]) <= 86_400


def test_what_the_minute_refuses_is_not_counted_against_the_day(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start = time.time()
    monkeypatch.setattr("time.time", lambda: start)
    limits = RateLimits(Settings(rate_per_minute=1, quota_per_day=5))
    assert [s.remaining for s in limits.count("key:a")] == [0, 4]
    assert [(s.policy, s.exceeded) for s in limits.count("key:a")] == [("minute", True)]
    monkeypatch.setattr("time.time", lambda: start + 61)
    assert [s.remaining for s in limits.count("key:a")] == [0, 3]


def test_a_limit_of_zero_is_no_limit(imported: Settings) -> None:
    asking = header(imported, Role.PORTAL)
    client = limited(imported, rate_per_minute=0, quota_per_day=0, refused_per_minute=0)
    answers = [client.get("/v1/patents", headers=asking) for _ in range(5)]
    answers.append(client.get("/v1/patents", headers=WRONG))
    assert [a.status_code for a in answers] == [200] * 5 + [401]
    assert not any("ratelimit" in answer.headers for answer in answers)


def test_guessing_keys_is_limited_without_blocking_valid_keys(imported: Settings) -> None:
    asking = header(imported, Role.PORTAL)
    client = limited(imported, refused_per_minute=3)
    answers = [client.get("/v1/patents", headers=WRONG) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429, 429]
    assert answers[0].headers["ratelimit-policy"] == '"refused";q=3;w=60'
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
    assert client.get("/v1/patents").status_code == 429, "without a key it is the same stranger"
    assert client.get("/v1/patents", headers=asking).status_code == 200


def test_without_keys_addresses_are_limited(imported: Settings) -> None:
    client = limited(imported, rate_per_minute=2)
    assert [client.get("/v1/patents").status_code for _ in range(3)] == [200, 200, 429]


def test_requests_with_malformed_bodies_count_too(imported: Settings) -> None:
    client = limited(imported, rate_per_minute=2)
    json = {"content-type": "application/json"}
    bad = [client.post("/v1/match", content=b"{", headers=json) for _ in range(3)]
    assert [answer.status_code for answer in bad] == [400, 400, 429]


def test_an_ipv6_network_counts_as_one_address() -> None:
    first, two, other = "2001:db8::1", "2001:db8::ffff:2", "2001:db8:0:1::1"
    assert rate_limits.address_key(first) == rate_limits.address_key(two)
    assert rate_limits.address_key(first) != rate_limits.address_key(other)
    assert rate_limits.address_key("192.0.2.1") == "address:192.0.2.1"
    assert rate_limits.address_key(None) == "address:None"


def test_retry_after_is_the_longest_wait() -> None:
    quotas = [Quota("minute", 2, 60, 0, 30, True), Quota("day", 9, 86_400, 0, 500, True)]
    assert rate_limits.headers(quotas)["Retry-After"] == "500"
    assert rate_limits.headers([]) == {}


@pytest.mark.parametrize("uri", ["nowhere://", "async+memory://", "x"])
def test_an_unusable_storage_is_refused(uri: str) -> None:
    with pytest.raises(InputError, match="MATCHER_LIMITS_STORAGE"):
        RateLimits(Settings(limits_storage=uri))
