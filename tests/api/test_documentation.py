"""The OpenAPI description, its page, and the written contract in docs/."""

import re
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import BaseModel

from api.app import create_app
from api.http import problems
from api.schemas import answer as answer_schemas
from api.schemas import requests as request_schemas
from matcher.settings import Settings

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def description(empty: Settings) -> Any:
    # Without a lifespan: the description needs neither model nor index.
    return TestClient(create_app(empty)).get("/openapi.json").json()


def test_the_page_and_its_assets_are_served_by_us(empty: Settings) -> None:
    client = TestClient(create_app(empty))
    page = client.get("/docs")
    assert page.status_code == 200
    assets = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(assets) >= 3
    for asset in assets:
        served = client.get(asset)
        assert asset.startswith("/") and served.status_code == 200 and len(served.content) > 1_000
    assert "url: '/openapi.json'" in page.text
    assert not re.findall(r"https?:|//cdn", page.text)
    assert '"validatorUrl": "none"' in page.text
    assert client.get("/redoc").status_code == 404


def test_behind_a_gateway_the_page_asks_for_the_right_paths(empty: Settings) -> None:
    client = TestClient(create_app(empty), root_path="/matching")
    page = client.get("/matching/docs").text
    assert "url: '/matching/openapi.json'" in page
    assert 'src="/matching/static-offline-docs/swagger-ui-bundle.js"' in page


def test_every_schema_reference_resolves(description: Any) -> None:
    components = description["components"]["schemas"]
    references = set(re.findall(r"'#/components/schemas/(\w+)'", str(description)))
    assert {"AnswerView", "MatchRequest", "PatentView", "PageView", "Problem"} <= references
    assert references <= components.keys()
    assert "HTTPValidationError" not in components


def test_every_route_documents_its_problems(description: Any) -> None:
    documented = {
        (method.upper(), path): {
            int(status)
            for status, response in operation["responses"].items()
            if "application/problem+json" in response.get("content", {})
        }
        for path, operations in description["paths"].items()
        for method, operation in operations.items()
    }
    assert documented["POST", "/v1/match"] >= {400, 401, 403, 413, 415, 422, 503}
    assert documented["GET", "/v1/patents/{application_number}"] >= {401, 403, 404, 422, 503}
    assert documented["PATCH", "/v1/needs/{need}"] >= {404, 409, 412, 428}
    for (method, path), statuses in documented.items():
        if not path.startswith("/v1/"):
            continue
        assert statuses >= {401, 403}, path
        if "{" in path:
            assert 404 in statuses, (method, path)
    assert documented["GET", "/healthz"] == set() and documented["GET", "/readyz"] == {503}


def test_a_need_is_documented_as_text_or_as_a_form(description: Any) -> None:
    need = description["components"]["schemas"]["MatchRequest"]["properties"]["need"]
    assert [form.get("type") or form["$ref"].rpartition("/")[2] for form in need["oneOf"]] == [
        "string",
        "NeedForm",
    ]
    examples = description["components"]["schemas"]["MatchRequest"]["examples"]
    for example in examples:
        assert request_schemas.MatchRequest.model_validate(example).to_need().full_text


def fields(model: type[BaseModel]) -> set[str]:
    """The names of the fields of a model and of the models in it."""
    parts = model.model_json_schema().get("$defs", {}).values()
    inner = {name for part in parts for name in part.get("properties", {})}
    return inner | set(model.model_fields)


@pytest.mark.parametrize(
    ("document", "model"),
    [
        ("json.md", answer_schemas.AnswerView),
        ("json.md", answer_schemas.PatentView),
        ("api.md", answer_schemas.ReadinessView),
        ("api.md", answer_schemas.PageView),
        ("api.md", problems.Problem),
        ("api.md", request_schemas.MatchRequest),
        ("api.md", request_schemas.PageRequest),
    ],
)
def test_the_documents_name_every_field(document: str, model: type[BaseModel]) -> None:
    text = (DOCS / document).read_text(encoding="utf-8")
    if document == "api.md":  # it refers to the other for the form of answers
        text += (DOCS / "json.md").read_text(encoding="utf-8")
    missing = {name for name in fields(model) if f"`{name}`" not in text}
    assert not missing


def test_the_document_names_every_kind_of_problem() -> None:
    text = (DOCS / "api.md").read_text(encoding="utf-8")
    kinds = [kind for kind in vars(problems).values() if isinstance(kind, problems.Kind)]
    assert len(kinds) >= 11
    for kind in kinds:
        assert re.search(rf"\| {kind.status} \| `{kind.name}` \|", text), kind


def test_the_example_of_the_document_is_an_answer() -> None:
    text = (DOCS / "json.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```json\n(.*?)```", text, flags=re.DOTALL)
    answer = answer_schemas.AnswerView.model_validate_json(example)
    for result in answer.results:
        for evidence in result.evidence:
            assert all(0 <= a < b <= len(evidence.text) for a, b in evidence.highlights)
