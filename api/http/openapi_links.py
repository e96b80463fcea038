"""Links of the OpenAPI document: from the ids in an answer to the routes that take them."""

from collections.abc import Iterator, Mapping
from typing import Any

_IDS_IN_ANSWERS: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("post", "/v1/match"): {"application_number": "/results/0/id"},
    ("get", "/v1/patents"): {"application_number": "/patents/0/id"},
    ("post", "/v1/needs"): {"need": "/id"},
    ("get", "/v1/needs"): {"need": "/needs/0/id"},
    ("post", "/v1/needs/{need}/match"): {
        "need": "/need_id",
        "ranking": "/ranking",
        "match": "/results/0/match",
    },
    ("get", "/v1/needs/{need}/matches"): {"match": "/matches/0/id"},
    ("get", "/v1/matches"): {"match": "/matches/0/id"},
    ("get", "/v1/matches/{match}"): {
        "match": "/id",
        "need": "/need",
        "application_number": "/patent",
    },
    ("post", "/v1/matches/{match}/relay-requests"): {"relay": "/id"},
    ("get", "/v1/relay-requests"): {"relay": "/relay_requests/0/id"},
    ("post", "/v1/consents"): {"consent": "/id"},
    ("get", "/v1/consents"): {"consent": "/consents/0/id"},
    ("post", "/v1/webhooks"): {"webhook": "/id"},
    ("get", "/v1/suggestions"): {"suggestion": "/suggestions/0/id"},
}
"""By method and path: path parameters that the answer holds, with their place in its body."""
_RECORDS = "/v1/programme/"
_METHODS = ("get", "post", "put", "patch", "delete")

Operation = Mapping[str, Any]


def describe(schema: dict[str, Any]) -> None:
    """Add to each answer that holds ids a link to each operation that takes them.

    An edit that takes If-Match gets the answer's ETag if that answer is the record itself.
    """
    for method, path, source in _operations(schema):
        ids = _ids_in_answer(method, path)
        if not ids:
            continue
        status = next(code for code in source["responses"] if code.startswith("2"))
        answer = source["responses"][status]
        for target_method, target, operation in _operations(schema):
            wanted = _path_parameters(operation)
            if not wanted or not wanted <= ids.keys() or (target_method, target) == (method, path):
                continue
            if "record" in wanted and not target.startswith(path):
                continue
            given = {f"path.{name}": f"$response.body#{ids[name]}" for name in sorted(wanted)}
            if _takes_etag(operation) and "ETag" in answer.get("headers", {}):
                given["header.If-Match"] = "$response.header.ETag"
            link = {"operationId": operation["operationId"], "parameters": given}
            answer.setdefault("links", {})[operation["operationId"]] = link


def _ids_in_answer(method: str, path: str) -> Mapping[str, str]:
    is_collection = path.startswith(_RECORDS) and path.removeprefix(_RECORDS).count("/") == 0
    if is_collection and method in ("get", "post"):
        return {"record": "/id" if method == "post" else "/records/0/id"}
    return _IDS_IN_ANSWERS.get((method, path), {})


def _operations(schema: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, operations in schema["paths"].items():
        for method in _METHODS:
            if method in operations:
                yield method, path, operations[method]


def _path_parameters(operation: Operation) -> set[str]:
    parameters = operation.get("parameters", ())
    return {parameter["name"] for parameter in parameters if parameter["in"] == "path"}


def _takes_etag(operation: Operation) -> bool:
    parameters = operation.get("parameters", ())
    return any(parameter["name"] == "If-Match" for parameter in parameters)
