"""Errors as application/problem+json (RFC 9457), with the cause and the remedy."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from sqlalchemy.exc import DataError, OperationalError, SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.engine.turns import OverloadedError
from api.http.preconditions import PreconditionFailedError, PreconditionRequiredError
from matcher.access.contact_rules import ConsentNotFoundError, ContactNotFoundError
from matcher.access.encryption import ContactKeyError
from matcher.access.relay import RelayNotFoundError
from matcher.disk.errors import disk_error
from matcher.disk.outside import database_text, outside_text
from matcher.errors import (
    ConflictError,
    DiskError,
    DiskFullError,
    ForbiddenError,
    IndexUnavailableError,
    InputError,
    MatcherError,
    ModelError,
    NotFoundError,
    StoreError,
    UnauthenticatedError,
)
from matcher.language.library_errors import translate_error
from matcher.language.messages import _
from matcher.language.messages import gettext_noop as N_  # noqa: N812 - its usual name
from matcher.matches.record import (
    MatchNotFoundError,
    RankingNotFoundError,
)
from matcher.matches.states import ImpossibleStepError, MatchState
from matcher.matches.suggestion import SuggestionNotFoundError
from matcher.matches.webhook import WebhookNotFoundError
from matcher.needs.record import NeedNotFoundError
from matcher.programme.record import RecordNotFoundError
from matcher.store.idempotency import (
    InProgressError,
    KeyReusedError,
)
from matcher.workflows.reveal_contact import RevealLimitError

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = {"Retry-After": "5"}
_HEADERS: Mapping[int, Mapping[str, str]] = {401: {"WWW-Authenticate": "Bearer"}, 503: RETRY_AFTER}
MAX_ERRORS = 20
MAX_NAME = 60
"""Characters of a name in the place of an error: the caller chose it."""
NEED_AS_TEXT, NEED_AS_FORM = "(words)", "(form)"
NEED_TAGS = frozenset({NEED_AS_TEXT, NEED_AS_FORM})
"""Tags of the two forms of a need; pydantic puts them into the location of an error."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kind:
    """Kind of problem; its name is part of the public contract (docs/api.md)."""

    name: str
    status: int
    title: str

    @property
    def uri(self) -> str:
        """Stable `type` of the problem."""
        return f"urn:problem-type:matcher:{self.name}"


MALFORMED_BODY = Kind("malformed-body", 400, N_("The body is not JSON"))
MALFORMED_HEADERS = Kind("malformed-headers", 400, N_("The headers contradict one another"))
UNAUTHENTICATED = Kind("unauthenticated", 401, N_("A valid key is needed"))
FORBIDDEN = Kind("forbidden", 403, N_("This key may not do that"))
PATENT_NOT_FOUND = Kind("patent-not-found", 404, N_("There is no such patent"))
NEED_NOT_FOUND = Kind("need-not-found", 404, N_("There is no such need"))
MATCH_NOT_FOUND = Kind("match-not-found", 404, N_("There is no such match"))
RANKING_NOT_FOUND = Kind("ranking-not-found", 404, N_("There is no such ranking"))
RECORD_NOT_FOUND = Kind("record-not-found", 404, N_("There is no such record"))
CONTACT_NOT_FOUND = Kind("contact-not-found", 404, N_("There is no such contact"))
CONSENT_NOT_FOUND = Kind("consent-not-found", 404, N_("There is no such consent"))
RELAY_NOT_FOUND = Kind("relay-not-found", 404, N_("There is no such relay request"))
CONTACTS_UNAVAILABLE = Kind(
    "contacts-unavailable",
    409,
    N_("This installation has no fitting key for personal data"),
)
REVEAL_LIMIT = Kind(
    "reveal-limit", 429, N_("This key has seen as many contacts as it may in a day")
)
WEBHOOK_NOT_FOUND = Kind("webhook-not-found", 404, N_("There is no such webhook"))
SUGGESTION_NOT_FOUND = Kind("suggestion-not-found", 404, N_("There is no such suggestion"))
NOT_FOUND = Kind("not-found", 404, N_("There is nothing at this path"))
METHOD_NOT_ALLOWED = Kind("method-not-allowed", 405, N_("This path does not take this method"))
CONFLICT = Kind("conflict", 409, N_("The record does not allow this now"))
IMPOSSIBLE_STEP = Kind("impossible-step", 409, N_("The match cannot go there from where it is"))
PRECONDITION_FAILED = Kind("precondition-failed", 412, N_("The record was changed meanwhile"))
PRECONDITION_REQUIRED = Kind("precondition-required", 428, N_("Say which version you change"))
QUERY_TOO_LONG = Kind("query-too-long", 414, N_("The path and query are too long"))
UNKNOWN_HOST = Kind("unknown-host", 421, N_("This server does not answer for that host"))
TOO_MANY_REQUESTS = Kind("too-many-requests", 429, N_("A rate limit or quota is used up"))
HEADERS_TOO_LARGE = Kind("headers-too-large", 431, N_("The headers are too large"))
CONTENT_TOO_LARGE = Kind("content-too-large", 413, N_("The body is too large"))
UNSUPPORTED_MEDIA_TYPE = Kind("unsupported-media-type", 415, N_("The body is not declared as JSON"))
INVALID_REQUEST = Kind("invalid-request", 422, N_("The request cannot be used"))
IDEMPOTENCY_KEY_IN_USE = Kind(
    "idempotency-key-in-use",
    409,
    N_("The first request with this key is not answered yet"),
)
IDEMPOTENCY_KEY_REUSED = Kind(
    "idempotency-key-reused", 422, N_("This Idempotency-Key came with another request")
)
INTERNAL_ERROR = Kind("internal-error", 500, N_("Something went wrong on our side"))
DATABASE_UNAVAILABLE = Kind("database-unavailable", 503, N_("The database cannot be used now"))
READ_ONLY = Kind("read-only", 503, N_("Nothing can be saved now"))
STORAGE_FULL = Kind("storage-full", 507, N_("The server's disk is full"))
TOOK_TOO_LONG = Kind("took-too-long", 503, N_("The request took too long"))
INDEX_UNAVAILABLE = Kind("index-unavailable", 503, N_("There is no index that can answer"))
MODEL_UNAVAILABLE = Kind("model-unavailable", 503, N_("The embedding model cannot be used"))
OVERLOADED = Kind("overloaded", 503, N_("The server has too much to do now"))

READING = (INVALID_REQUEST, DATABASE_UNAVAILABLE)
"""Problems of a route that reads or writes the database."""
TAKING_JSON = (MALFORMED_BODY, CONTENT_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, *READING)
"""The same for a route that takes a JSON body."""
EDITING = (PRECONDITION_FAILED, PRECONDITION_REQUIRED)
"""Problems of a route that edits the version named by If-Match."""
MATCHING = (INDEX_UNAVAILABLE, MODEL_UNAVAILABLE, OVERLOADED)
"""Problems of a route that uses the index and the model."""

_OF_ERROR: Mapping[type[MatcherError], Kind] = {
    InputError: INVALID_REQUEST,
    UnauthenticatedError: UNAUTHENTICATED,
    ForbiddenError: FORBIDDEN,
    ConflictError: CONFLICT,
    ImpossibleStepError: IMPOSSIBLE_STEP,
    NotFoundError: PATENT_NOT_FOUND,
    NeedNotFoundError: NEED_NOT_FOUND,
    MatchNotFoundError: MATCH_NOT_FOUND,
    RankingNotFoundError: RANKING_NOT_FOUND,
    ContactNotFoundError: CONTACT_NOT_FOUND,
    ConsentNotFoundError: CONSENT_NOT_FOUND,
    RelayNotFoundError: RELAY_NOT_FOUND,
    ContactKeyError: CONTACTS_UNAVAILABLE,
    RevealLimitError: REVEAL_LIMIT,
    WebhookNotFoundError: WEBHOOK_NOT_FOUND,
    SuggestionNotFoundError: SUGGESTION_NOT_FOUND,
    RecordNotFoundError: RECORD_NOT_FOUND,
    PreconditionFailedError: PRECONDITION_FAILED,
    PreconditionRequiredError: PRECONDITION_REQUIRED,
    InProgressError: IDEMPOTENCY_KEY_IN_USE,
    KeyReusedError: IDEMPOTENCY_KEY_REUSED,
    StoreError: DATABASE_UNAVAILABLE,
    DiskError: READ_ONLY,
    DiskFullError: STORAGE_FULL,
    IndexUnavailableError: INDEX_UNAVAILABLE,
    ModelError: MODEL_UNAVAILABLE,
    OverloadedError: OVERLOADED,
}
_OF_STATUS: Mapping[int, Kind] = {
    kind.status: kind for kind in (MALFORMED_BODY, NOT_FOUND, METHOD_NOT_ALLOWED, CONTENT_TOO_LARGE)
}


_MESSAGES = {
    "missing": N_("this is missing"),
    "extra_forbidden": N_("there is no such field"),
    "model_attributes_type": N_("this must be a JSON object (a need may also be a string)"),
}
"""Messages in place of those of pydantic that mention Python."""
NEED_FAULTS = "need_"
"""Beginning of the codes of faults of a need's text (matcher.needs.need_text)."""


class FieldProblem(BaseModel):
    """Fault of one part of a request."""

    pointer: str | None = Field(default=None, description="JSON pointer to a part of the body.")
    parameter: str | None = Field(default=None, description="Name of a query parameter.")
    detail: str = Field(description="What is wrong with it.")
    code: str | None = Field(default=None, description="Stable code of the fault, if it has one.")


class Problem(BaseModel):
    """An error (RFC 9457)."""

    type: str = Field(description="Stable URI of the kind of problem, `urn:problem-type:matcher:…`")
    title: str = Field(description="The kind of problem in words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What is wrong here, and what to do.")
    instance: str | None = Field(
        default=None,
        description="With status 500: the id under which the server's log has the error.",
    )
    errors: list[FieldProblem] | None = Field(
        default=None,
        description="With status 422, and 400 for a repeated key: each part of the request that "
        "cannot be used.",
    )
    possible: list[MatchState] | None = Field(
        default=None,
        description="With `impossible-step`: the states (跟进状态) to which this key can take the "
        "match from where it is.",
    )


def respond(
    kind: Kind, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any
) -> JSONResponse:
    """Build the response of a problem."""
    problem = Problem(
        type=kind.uri, title=_(kind.title), status=kind.status, detail=detail, **more
    ).model_dump(exclude_none=True)
    return JSONResponse(problem, kind.status, headers, media_type=MEDIA_TYPE)


def content(problem: Response) -> dict[str, Any]:
    """Return the content of a problem's response."""
    read: dict[str, Any] = json.loads(bytes(problem.body))
    return read


def documented(*kinds: Kind) -> dict[int | str, dict[str, Any]]:
    """Describe the problems of a route for its OpenAPI description."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    statuses = dict.fromkeys(kind.status for kind in kinds)
    return {
        status: {
            "description": "; ".join(f"`{k.uri}`: {k.title}" for k in kinds if k.status == status),
            "content": content,
        }
        for status in statuses
    }


def schemas() -> dict[str, Any]:
    """Return the JSON schemas of a problem and its parts by name, as OpenAPI components."""
    reference = "#/components/schemas/{model}"
    whole = Problem.model_json_schema(mode="serialization", ref_template=reference)
    parts: dict[str, Any] = whole.pop("$defs")
    return {"Problem": whole, **parts}


def install(app: FastAPI) -> None:
    """Register the handlers that answer every foreseen error with a problem."""
    for error in (HTTPException, RequestValidationError, MatcherError, SQLAlchemyError, OSError):
        app.add_exception_handler(error, answered)


async def answered(request: Request, error: Exception) -> Response:
    """Answer a foreseen error with its problem; raise any other error."""
    if isinstance(error, MatcherError):
        kind = next(_OF_ERROR[c] for c in type(error).__mro__ if c in _OF_ERROR)
        more = {"possible": error.possible} if isinstance(error, ImpossibleStepError) else {}
        headers = _HEADERS.get(kind.status)
        if isinstance(error, OverloadedError):
            headers = {"Retry-After": str(error.retry_seconds)}
        outside = outside_text(error)
        if outside is not None:
            logger.error("%s", error)
        return respond(kind, outside or str(error), headers=headers, **more)
    if isinstance(error, RequestValidationError):
        return _invalid(request, error.errors())
    if isinstance(error, HTTPException):
        return _http(request, error)
    if isinstance(error, SQLAlchemyError):
        return _database(error)
    if (named := disk_error(error)) is not None:
        return await answered(request, named)
    raise error


def _http(request: Request, error: HTTPException) -> Response:
    status = error.status_code
    kind = _OF_STATUS.get(status, Kind(f"http-{status}", status, HTTPStatus(status).phrase))
    if kind is NOT_FOUND:
        detail = _("this is no path of this API; see /docs")
    elif kind is METHOD_NOT_ALLOWED:
        detail = _("{method} cannot be used here; see /docs", method=request.method)
    elif kind is MALFORMED_BODY:
        detail = _("the body cannot be read as JSON in UTF-8")
    else:
        detail = error.detail
    return respond(kind, detail, headers=error.headers)


def _invalid(request: Request, faults: Sequence[Any]) -> Response:
    if any(fault["type"] == "json_invalid" for fault in faults):
        return respond(
            MALFORMED_BODY, _("the body is not JSON: {error}", error=faults[0]["ctx"]["error"])
        )
    declared = request.headers.get("content-type", "")
    if any(tuple(fault["loc"]) == ("body",) for fault in faults) and "json" not in declared:
        return respond(
            UNSUPPORTED_MEDIA_TYPE,
            _("send a JSON object with the header content-type: application/json"),
        )
    errors = [_field_problem(fault) for fault in faults[:MAX_ERRORS]]
    first = errors[0]
    part = first.parameter or first.pointer
    detail = f"{part}: {first.detail}" if part else first.detail
    return respond(INVALID_REQUEST, detail, errors=errors)


def _field_problem(fault: Mapping[str, Any]) -> FieldProblem:
    """Return the location and the fault, never the value: a need is confidential."""
    source, *parts = [str(part) for part in fault["loc"] if part not in NEED_TAGS]
    if message := _MESSAGES.get(fault["type"]):
        detail = _(message)
    else:
        detail = translate_error(str(fault["msg"]).removeprefix("Value error, "))
    if source == "query":
        parameter = ".".join(part[:MAX_NAME] for part in parts) or None
        return FieldProblem(parameter=parameter, detail=detail)
    code = fault["type"] if fault["type"].startswith(NEED_FAULTS) else None
    return FieldProblem(pointer=json_pointer(parts), detail=detail, code=code)


def json_pointer(parts: Sequence[str]) -> str:
    """Return the pointer to a part of a body (RFC 6901); long names are cut."""
    escaped = [part[:MAX_NAME].replace("~", "~0").replace("/", "~1") for part in parts]
    return "".join(f"/{part}" for part in escaped)


def _database(error: SQLAlchemyError) -> Response:
    # The text of most errors repeats the statement or its values; that of an operational error
    # names the database and its server, which is for the log and not for the caller.
    cause = error.orig if isinstance(error, OperationalError) else None
    reason = str(cause).partition("\n")[0][:200] if cause else type(error).__name__
    logger.error("the database cannot be used (%s)", reason)
    if isinstance(error, DataError):  # a value that no form refused, such as a NUL in a text
        message = _("a value is too long, or holds what no database keeps")
        return respond(INVALID_REQUEST, message)
    return respond(DATABASE_UNAVAILABLE, database_text(), headers=RETRY_AFTER)
