"""The page of proposals: an office decides about what joins its own pool, and nothing else."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from matcher.access.roles import COMMAND_CALLER, Caller, Role
from matcher.programme.institutions import INSTITUTIONS
from matcher.programme.kinds import POOL_PATENTS, POOLS
from matcher.settings import Settings
from matcher.store import audit
from matcher.store import programme as stored
from matcher.wiring.open import open_store
from matcher.workflows import programme_records
from tests.support.browsers import browser, post
from tests.support.callers import INSTITUTION, header
from tests.support.samples import SEPARATOR

OPERATOR = "样例运营中心"
TTO = Caller("key", Role.TTO, institution=INSTITUTION)


@pytest.fixture
def home(imported: Settings) -> Settings:
    return imported.model_copy(update={"rate_per_minute": 0, "refused_per_minute": 0})


@pytest.fixture
def app(home: Settings) -> FastAPI:
    return create_app(home)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with browser(app) as client:
        yield client


@pytest.fixture
def proposal(home: Settings) -> str:
    """A patent that the office of its institution proposes for the pool of another."""
    with open_store(home) as store, store.writing() as connection:
        for kind, given in ((INSTITUTIONS, {"name": OPERATOR}), (POOLS, {"name": "样例池"})):
            values = {**given, **({"operator": OPERATOR} if kind is POOLS else {})}
            programme_records.create(connection, kind, values, by=COMMAND_CALLER, own=None)
        given = {"pool": "样例池", "patent": SEPARATOR.id}
        record = programme_records.create(connection, POOL_PATENTS, given, by=TTO, own=INSTITUTION)
    return record.id


def enter(client: TestClient, home: Settings, role: Role, institution: str | None = None) -> None:
    key = header(home, role, institution=institution)["Authorization"].removeprefix("Bearer ")
    assert post(client, "/sign-in", key=key).status_code == 303


def decide(client: TestClient, proposal: str, decision: str) -> int:
    return post(client, f"/proposals/{proposal}/{decision}", "/account").status_code


def last_act(home: Settings) -> tuple[str, str]:
    with open_store(home) as store, store.reading() as connection:
        row = list(audit.page(connection))[-1]
    return row.action, row.subject


def is_accepted(home: Settings, proposal: str) -> bool | None:
    with open_store(home) as store, store.reading() as connection:
        record = stored.find(connection, POOL_PATENTS, proposal)
    return None if record is None else record.values["accepted_on"] is not None


@pytest.mark.parametrize(("role", "who"), [(Role.TTO, OPERATOR), (Role.STAFF, None)])
def test_who_runs_the_pool_accepts(
    client: TestClient, home: Settings, proposal: str, role: Role, who: str | None
) -> None:
    enter(client, home, role, who)
    assert "/proposals" in client.get("/account").text
    page = client.get("/proposals").text
    assert SEPARATOR.id in page and proposal in page and OPERATOR in page
    assert decide(client, proposal, "accept") == 303
    assert is_accepted(home, proposal) and last_act(home) == ("programme.accepted", proposal)
    assert proposal not in client.get("/proposals").text
    assert decide(client, proposal, "decline") == 409 and is_accepted(home, proposal)


def test_who_runs_the_pool_declines(client: TestClient, home: Settings, proposal: str) -> None:
    enter(client, home, Role.TTO, OPERATOR)
    assert decide(client, proposal, "decline") == 303
    assert is_accepted(home, proposal) is None
    assert last_act(home) == ("programme.declined", proposal)


@pytest.mark.parametrize("institution", [INSTITUTION, "样例研究院"])
def test_another_office_neither_sees_nor_decides_it(
    client: TestClient, home: Settings, proposal: str, institution: str
) -> None:
    enter(client, home, Role.TTO, institution)
    assert proposal not in client.get("/proposals").text
    for decision in ("accept", "decline"):
        assert decide(client, proposal, decision) == 404
    assert is_accepted(home, proposal) is False
