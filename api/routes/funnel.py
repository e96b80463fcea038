"""What the programme's work led to: the funnel, and the performance per person and office."""

import io
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Connection

from api.access.auth import Allowed
from api.engine.live import engine_of
from api.http import problems
from api.http.exports import FILE, exporter, file_response
from api.schemas.funnel import (
    FunnelExportRequest,
    FunnelRequest,
    FunnelView,
    PerformanceExportRequest,
    PerformanceRequest,
    PerformanceView,
)
from matcher.access.roles import Caller
from matcher.matches.performance import Performance
from matcher.reporting.follow_up_tables import write_funnel, write_performance
from matcher.store import audit
from matcher.store import funnel as stored_funnel
from matcher.store import performance as stored_performance
from matcher.store.schema.times import now

router = APIRouter(tags=["follow-up"])
_PROBLEMS = problems.documented(problems.INVALID_REQUEST, problems.DATABASE_UNAVAILABLE)


@router.get(
    "/v1/funnel",
    response_model=FunnelView,
    summary="How many matches stand where",
    responses=_PROBLEMS,
)
def funnel(
    request: Request, allowed: Allowed, asked: Annotated[FunnelRequest, Query()]
) -> FunnelView:
    """The funnel (跟进漏斗): by state, industry, institution and month.

    A technology-transfer office sees the matches of its own institution's patents.
    """
    with engine_of(request).catalogue().store.reading() as connection:
        return FunnelView.of(stored_funnel.funnel(connection, allowed.caller, asked.filters))


@router.get(
    "/v1/funnel/export",
    response_class=Response,
    summary="The funnel as a file",
    responses={**FILE, **_PROBLEMS},
)
def funnel_export(
    request: Request, allowed: Allowed, asked: Annotated[FunnelExportRequest, Query()]
) -> Response:
    """A workbook (xlsx) or csv with who exported it and when (导出); leaves a row in the audit."""
    content, moment = io.BytesIO(), now()
    with engine_of(request).catalogue().store.writing() as connection:
        counted = stored_funnel.funnel(connection, allowed.caller, asked.filters)
        audit.append(
            connection,
            by=allowed.caller,
            action="funnel.exported",
            subject="funnel",
            details={"format": asked.format, "matches": counted.total.matches},
        )
    write_funnel(
        content,
        counted,
        exported_by=exporter(allowed.caller),
        moment=moment,
        format=asked.format,
    )
    return file_response(content.getvalue(), "跟进漏斗", asked.format)


@router.get(
    "/v1/performance",
    response_model=PerformanceView,
    summary="Performance per person and office",
    responses=_PROBLEMS,
)
def performance(
    request: Request, allowed: Allowed, asked: Annotated[PerformanceRequest, Query()]
) -> PerformanceView:
    """Matches, contracts and their amounts by period (业绩统计).

    A technology-transfer office sees what was done with its own institution's patents.
    """
    with engine_of(request).catalogue().store.reading() as connection:
        return PerformanceView.of(_performance(connection, allowed.caller, asked))


@router.get(
    "/v1/performance/export",
    response_class=Response,
    summary="The performance as a file",
    responses={**FILE, **_PROBLEMS},
)
def performance_export(
    request: Request, allowed: Allowed, asked: Annotated[PerformanceExportRequest, Query()]
) -> Response:
    """A workbook (xlsx) or csv with who exported it and when (导出); leaves a row in the audit."""
    content, moment = io.BytesIO(), now()
    with engine_of(request).catalogue().store.writing() as connection:
        counted = _performance(connection, allowed.caller, asked)
        audit.append(
            connection,
            by=allowed.caller,
            action="performance.exported",
            subject="performance",
            details={"format": asked.format, "rows": len(counted.lines)},
        )
    write_performance(
        content,
        counted,
        exported_by=exporter(allowed.caller),
        moment=moment,
        format=asked.format,
    )
    return file_response(content.getvalue(), "业绩统计", asked.format)


def _performance(connection: Connection, caller: Caller, asked: PerformanceRequest) -> Performance:
    return stored_performance.performance(connection, caller, asked.filters, asked.period, asked.by)
