"""Routes of the audit trail: list, export and verification."""

import io
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response

from api.access.auth import Allowed
from api.engine.dependencies import StoreDep
from api.engine.file_threads import FILE_TURN
from api.http import problems
from api.http.exports import documented_file, exporter, file_response
from api.http.pages import number_cursor, read_number_cursor, read_page
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
from matcher.workflows.record_export import record_audit_export

router = APIRouter(tags=["audit"])

_MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}


@router.get(
    "/v1/audit",
    response_model=AuditPageView,
    summary="Who did what",
    responses=problems.documented(*problems.READING),
)
def page(
    store: StoreDep, query: Annotated[AuditPageRequest, Query()], allowed: Allowed
) -> JSONResponse:
    """List the audit trail (审计记录), in the order in which it was written."""
    after = read_number_cursor(query.cursor) or 0
    filters = query.model_dump(exclude={"limit", "cursor"})
    with store.reading() as connection:
        page = read_page(
            lambda limit: audit.page(connection, **filters, after=after, limit=limit),
            query.limit,
            lambda row: number_cursor(row.seq),
        )
    return page.response("rows", audit.audit_json)


@router.get(
    "/v1/audit/export",
    response_class=Response,
    summary="The audit trail as a file",
    dependencies=[FILE_TURN],
    responses={**documented_file(*_MEDIA_TYPES.values()), **problems.documented(*problems.READING)},
)
def export(
    store: StoreDep, query: Annotated[AuditExportRequest, Query()], allowed: Allowed
) -> Response:
    """Export all rows that pass the filters (导出审计记录); the export itself becomes a row."""
    content, moment = io.BytesIO(), now()
    filters = query.model_dump(exclude={"format"})
    with store.adding() as connection:
        rows = audit.page(connection, **filters)
        record_audit_export(connection, allowed.caller, len(rows), query.format)
    if query.format == "csv":
        write_csv(content, rows, exported_by=exporter(allowed.caller), moment=moment)
    else:
        write_json_lines(content, rows)
    name = f"audit-{moment:%Y%m%dT%H%M%SZ}.{query.format}"
    return file_response(content.getvalue(), name, _MEDIA_TYPES[query.format])


@router.get(
    "/v1/audit/verification",
    response_model=VerificationView,
    summary="Whether the audit trail is whole",
    responses=problems.documented(*problems.READING),
)
def verification(
    store: StoreDep, query: Annotated[VerificationRequest, Query()], allowed: Allowed
) -> JSONResponse:
    """Verify the chain of digests (校验审计链) and name the first broken row.

    Rows cut off at the end are detected only with a head that was noted before.
    """
    with store.reading() as connection:
        return JSONResponse(asdict(audit.verify(connection, query.head)))
