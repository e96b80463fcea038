"""Every route answers any request as documented in OpenAPI, for keys of every role.

What is sent is made by schemathesis from the document itself, the same in every run. The server
is a real one in a thread, so that odd headers and paths go the way they go in production.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests
import schemathesis
import uvicorn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import (
    CoveragePhaseConfig,
    ExamplesPhaseConfig,
    FuzzingPhaseConfig,
    GenerationConfig,
    PhasesConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
)
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    use_after_free,
)

from api.app import create_app
from matcher.access import api_keys
from matcher.access.roles import Role
from matcher.settings import Settings
from matcher.store import institutions, patents
from matcher.store import keys as stored_keys
from matcher.store.schema.times import now
from matcher.wiring.build import build_index
from matcher.wiring.open import open_store
from tests.support.example_requests import Examples
from tests.support.samples import ALL, TTO

Case = schemathesis.Case[Any]
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
NOT_MADE_HERE = {"/v1/suggestions"}
"""Records that no request makes."""
PEPPER = "only for these tests"
CONTACT_KEY = SecretStr("bWF0Y2hlciBzYW1wbGUga2V5IGZvciB0ZXN0cyBvbmw=")
SECRETS = {role: f"{number}" * 43 for number, role in enumerate(Role)}
"""The secrets are the same in every run, as everything that is sent."""


def settings_of(home: Path) -> Settings:
    """Settings of a home without limits and without background jobs."""
    return Settings(
        home=home,
        database_url=None,
        model="fake",
        key_pepper=PEPPER,
        contact_key=CONTACT_KEY,
        background_seconds=0,
        rate_per_minute=0,
        quota_per_day=0,
        refused_per_minute=0,
    )


def identity(role: Role) -> str:
    return f"{list(Role).index(role):012x}"


def fill(home: Settings) -> None:
    """Patents with their index, and a key of each role."""
    with open_store(home) as store, store.writing() as connection:
        patents.save(connection, ALL)
        institutions.save_tto(connection, [TTO])
        for role, secret in SECRETS.items():
            hashed = api_keys.hash_secret(secret, PEPPER.encode())
            key = api_keys.ApiKey(identity(role), role, hashed, now())
            if role is Role.TTO:
                key = replace(key, institution=TTO.institution)
            elif role is Role.ENTERPRISE:
                key = replace(key, enterprise="样例公司")
            stored_keys.add(connection, key)
    build_index(home)


@contextmanager
def serving(home: Settings) -> Iterator[str]:
    """Run a server in a thread, and return its address."""
    config = uvicorn.Config(create_app(home), port=0, log_level="critical", access_log=False)
    server = uvicorn.Server(config)
    thread = Thread(target=server.run)
    thread.start()
    while not server.started:
        thread.join(0.05)
        assert thread.is_alive()
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = settings_of(tmp_path_factory.mktemp("schemathesis"))
    fill(home)
    with serving(home) as address:
        yield address


@pytest.fixture(scope="module")
def sent(url: str) -> Iterator[Examples]:
    with closing(Examples(document, url, bearer(Role.ADMIN))) as examples:
        yield examples


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    with requests.Session() as opened:
        yield opened


def bearer(role: Role) -> dict[str, str]:
    return {"Authorization": f"Bearer {api_keys.format_key(identity(role), SECRETS[role])}"}


def generating(**phases: bool) -> SchemathesisConfig:
    """The phases that are on, and the same cases in every run."""
    kinds: dict[str, Any] = {
        "examples": ExamplesPhaseConfig,
        "coverage": CoveragePhaseConfig,
        "fuzzing": FuzzingPhaseConfig,
    }
    chosen = {name: made(enabled=phases.get(name, False)) for name, made in kinds.items()}
    generation = GenerationConfig(deterministic=True, with_security_parameters=False)
    project = ProjectConfig(generation=generation, phases=PhasesConfig(**chosen))
    return SchemathesisConfig(projects=ProjectsConfig(default=project))


document = create_app(settings_of(Path("unused"))).openapi()
examples = schemathesis.openapi.from_dict(document, config=generating(examples=True))
anything = schemathesis.openapi.from_dict(document, config=generating(fuzzing=True))
linked = schemathesis.openapi.from_dict(document, config=generating())
bounded = settings(
    max_examples=10, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


@examples.parametrize()
@bounded
def test_every_example_is_answered_as_the_document_says(
    case: Case, url: str, session: requests.Session
) -> None:
    for role in Role:
        case.call_and_validate(base_url=url, session=session, headers=bearer(role), checks=CHECKS)


@anything.given(role=st.sampled_from(list(Role)))
@anything.parametrize()
@bounded
def test_whatever_is_sent_is_answered_as_the_document_says(
    case: Case, role: Role, url: str, session: requests.Session
) -> None:
    case.call_and_validate(base_url=url, session=session, headers=bearer(role), checks=CHECKS)


def test_chains_of_links_are_answered_as_the_document_says(url: str) -> None:
    command = Path(sys.executable).with_name("schemathesis")
    options = (
        "--phases stateful --mode positive --max-examples 15 --generation-deterministic "
        "--no-color --no-shrink --request-timeout 60 "
        "--generation-with-security-parameters false --checks"
    )
    checks = ",".join(check.__name__ for check in [*CHECKS, use_after_free])
    header = ["--header", f"Authorization: {bearer(Role.ADMIN)['Authorization']}"]
    ran = subprocess.run(
        [command, "run", f"{url}/openapi.json", *options.split(), checks, *header],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
    assert "covered /" in ran.stdout


def each_link() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method and path whose answer has a link, and the link."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            for answer in operation["responses"].values():
                for link in answer.get("links", {}).values():
                    if path not in NOT_MADE_HERE:
                        yield method, path, link


def resolved(expression: str, answer: requests.Response) -> Any:
    """Resolve the expression of a link."""
    if expression == "$response.header.ETag":
        return answer.headers["ETag"]
    value = answer.json()
    for part in expression.removeprefix("$response.body#/").split("/"):
        value = value[int(part) if part.isdigit() else part]
    return value


@pytest.mark.parametrize(
    ("method", "path", "link"),
    [
        pytest.param(*link, id=f"{link[0]} {link[1]} {link[2]['operationId']}")
        for link in each_link()
    ],
)
@settings(bounded, max_examples=2)
@given(data=st.data())
def test_every_link_leads_to_a_route_that_knows_the_id(
    method: str, path: str, link: dict[str, Any], data: st.DataObject, sent: Examples, url: str
) -> None:
    answer = sent.answer(method, path)
    operation = linked.find_operation_by_id(link["operationId"])
    case = data.draw(operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
    for name, expression in link["parameters"].items():
        source, _, name = name.partition(".")
        value = resolved(expression, answer)
        if source == "path":
            case.path_parameters = {**case.path_parameters, name: value}
        else:
            case.headers[name] = value
    response = case.call_and_validate(
        base_url=url, headers=bearer(Role.ADMIN), checks=CHECKS, timeout=60
    )
    if operation.method == "get":
        assert response.status_code != 404
