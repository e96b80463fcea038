"""The audit trail, for those who check it."""

import io
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from api.access.auth import Allowed
from api.engine.live import engine_of
from api.http import problems
from api.http.pages import (
    NUMBER,
    read_place,
    write_place,
)
from api.schemas.audit import (
    AuditExportRequest,
    AuditPageRequest,
    AuditPageView,
    VerificationRequest,
    VerificationView,
)
from matcher.reporting.audit_tables import write_csv, write_json_lines
from matcher.store import audit
from matcher.store.schema.times import now

router = APIRouter(tags=["audit"])

_READING = (problems.INVALID_REQUEST, problems.DATABASE_UNAVAILABLE)
_TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}
_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file.",
        "content": {
            name: {"schema": {"type": "string", "format": "binary"}} for name in _TYPES.values()
        },
    }
}


@router.get(
    "/v1/audit",
    response_model=AuditPageView,
    summary="Who did what",
    responses=problems.documented(*_READING),
)
def page(
    request: Request, asked: Annotated[AuditPageRequest, Query()], allowed: Allowed
) -> JSONResponse:
    """The audit trail (审计记录), in the order in which it was written."""
    after = 0 if asked.cursor is None else int(read_place(asked.cursor, NUMBER)[1])
    filters = asked.model_dump(exclude={"limit", "cursor"})
    with engine_of(request).catalogue().store.reading() as connection:
        # One more than asked for tells whether there is a next page.
        found = audit.page(connection, **filters, after=after, limit=asked.limit + 1)
    shown, more = found[: asked.limit], len(found) > asked.limit
    return JSONResponse(
        {
            "rows": [audit.audit_json(row) for row in shown],
            "next_cursor": write_place(str(shown[-1].seq)) if more else None,
        }
    )


@router.get(
    "/v1/audit/export",
    response_class=Response,
    summary="The audit trail as a file",
    responses={**_FILE, **problems.documented(*_READING)},
)
def export(
    request: Request, asked: Annotated[AuditExportRequest, Query()], allowed: Allowed
) -> Response:
    """All rows that the filters let through (导出审计记录); the export itself becomes a row."""
    content, moment = io.BytesIO(), now()
    filters = asked.model_dump(exclude={"format"})
    with engine_of(request).catalogue().store.writing() as connection:
        rows = audit.page(connection, **filters)
        audit.append(
            connection,
            by=allowed.caller,
            action="audit.exported",
            subject="audit_trail",
            details={"rows": len(rows), "format": asked.format},
        )
    if asked.format == "csv":
        who = f"{allowed.caller.role} {allowed.caller.key}"
        write_csv(content, rows, exported_by=who, moment=moment)
    else:
        write_json_lines(content, rows)
    name = f"audit-{moment:%Y%m%dT%H%M%SZ}.{asked.format}"
    return Response(
        content.getvalue(),
        media_type=_TYPES[asked.format],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.get(
    "/v1/audit/verification",
    response_model=VerificationView,
    summary="Whether the audit trail is whole",
    responses=problems.documented(*_READING),
)
def verification(
    request: Request, asked: Annotated[VerificationRequest, Query()], allowed: Allowed
) -> JSONResponse:
    """Walk the chain of digests (校验审计链) and tell the first row that does not hold.

    Rows cut off at the end show only to who hands in a head that was noted before.
    """
    with engine_of(request).catalogue().store.reading() as connection:
        return JSONResponse(asdict(audit.verify(connection, asked.head)))
