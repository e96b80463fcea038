"""Preconditions of edits: ETag and If-Match (RFC 9110, RFC 6585)."""

from typing import Any

from fastapi import Request

from matcher.errors import MatcherError
from matcher.language.messages import _


class PreconditionRequiredError(MatcherError):
    """An edit without If-Match, so without the version of the record that it changes."""


class PreconditionFailedError(MatcherError):
    """An edit of a version of the record that is no longer the present one."""


def etag(version: int) -> str:
    """Return the strong ETag of a record's version, quotes included."""
    return f'"v{version}"'


def check_match(request: Request, version: int) -> None:
    """Check that the If-Match of an edit names the record's present version, or is `*`.

    Call it in the transaction that makes the edit. A weak tag (W/"…") never matches (RFC 9110).
    Raises PreconditionRequiredError (428) and PreconditionFailedError (412).
    """
    given = request.headers.get("if-match", "").strip()
    if not given:
        raise PreconditionRequiredError(
            _('send the ETag of the record as you read it: If-Match: "v…" (or * for any version)')
        )
    if given != "*" and etag(version) not in (tag.strip() for tag in given.split(",")):
        raise PreconditionFailedError(
            _("the record was changed since you read it: read it again and repeat your change")
        )


def describe(schema: dict[str, Any]) -> None:
    """Add the ETag of answers and the If-Match of edits to an OpenAPI description."""
    for operation in (op for operations in schema["paths"].values() for op in operations.values()):
        if "428" in operation["responses"]:
            operation.setdefault("parameters", []).append(_IF_MATCH)
        for status, answer in operation["responses"].items():
            if status in ("200", "201") and "version" in _properties(schema, answer):
                answer.setdefault("headers", {})["ETag"] = _ETAG


_TAG = {"type": "string", "maxLength": 200, "examples": ['"v1"']}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag of the record as you read it, or * for any version (版本校验).",
    "schema": _TAG,
}
_ETAG = {"required": True, "description": "The record's version (版本).", "schema": _TAG}


def _properties(schema: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of an answer that is one JSON object."""
    form = answer.get("content", {}).get("application/json", {}).get("schema", {})
    if "$ref" in form:
        form = schema["components"]["schemas"][form["$ref"].rpartition("/")[2]]
    properties: dict[str, Any] = form.get("properties", {})
    return properties
