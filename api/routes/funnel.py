"""Routes for the funnel of matches, and the performance per person and office."""

import io
from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection

from api.access.auth import Allowed
from api.engine.dependencies import StoreDep
from api.engine.file_threads import FILE_TURN
from api.http import problems
from api.http.exports import TABLE_FILE, exporter, table_response
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
from matcher.store import funnel as stored_funnel
from matcher.store import performance as stored_performance
from matcher.store.schema.times import now
from matcher.workflows.record_export import record_funnel_export, record_performance_export

router = APIRouter(tags=["follow-up"])
_PROBLEMS = problems.documented(*problems.READING)


@router.get(
    "/v1/funnel",
    response_model=FunnelView,
    summary="How many matches stand where",
    responses=_PROBLEMS,
)
def funnel(
    store: StoreDep, allowed: Allowed, query: Annotated[FunnelRequest, Query()]
) -> FunnelView:
    """Count matches (跟进漏斗) by state, industry, institution and month.

    A technology-transfer office sees the matches of its own institution's patents.
    """
    with store.reading() as connection:
        return FunnelView.of(stored_funnel.funnel(connection, allowed.caller, query.filters))


@router.get(
    "/v1/funnel/export",
    response_class=Response,
    summary="The funnel as a file",
    dependencies=[FILE_TURN],
    responses={**TABLE_FILE, **_PROBLEMS},
)
def funnel_export(
    store: StoreDep, allowed: Allowed, query: Annotated[FunnelExportRequest, Query()]
) -> Response:
    """Export the funnel (导出) as xlsx or csv, with exporter and time; leaves an audit row."""
    content, moment = io.BytesIO(), now()
    with store.adding() as connection:
        counted = stored_funnel.funnel(connection, allowed.caller, query.filters)
        record_funnel_export(connection, allowed.caller, counted, query.format)
    write_funnel(
        content,
        counted,
        exported_by=exporter(allowed.caller),
        moment=moment,
        format=query.format,
    )
    return table_response(content.getvalue(), "跟进漏斗", query.format)


@router.get(
    "/v1/performance",
    response_model=PerformanceView,
    summary="Performance per person and office",
    responses=_PROBLEMS,
)
def performance(
    store: StoreDep, allowed: Allowed, query: Annotated[PerformanceRequest, Query()]
) -> PerformanceView:
    """Count matches, contracts and their amounts by period (业绩统计).

    A technology-transfer office sees the figures of its own institution's patents.
    """
    with store.reading() as connection:
        return PerformanceView.of(_performance(connection, allowed.caller, query))


@router.get(
    "/v1/performance/export",
    response_class=Response,
    summary="The performance as a file",
    dependencies=[FILE_TURN],
    responses={**TABLE_FILE, **_PROBLEMS},
)
def performance_export(
    store: StoreDep, allowed: Allowed, query: Annotated[PerformanceExportRequest, Query()]
) -> Response:
    """Export the performance (导出) as xlsx or csv, with exporter and time; leaves an audit row."""
    content, moment = io.BytesIO(), now()
    with store.adding() as connection:
        counted = _performance(connection, allowed.caller, query)
        record_performance_export(connection, allowed.caller, counted, query.format)
    write_performance(
        content,
        counted,
        exported_by=exporter(allowed.caller),
        moment=moment,
        format=query.format,
    )
    return table_response(content.getvalue(), "业绩统计", query.format)


def _performance(connection: Connection, caller: Caller, query: PerformanceRequest) -> Performance:
    return stored_performance.performance(connection, caller, query.filters, query.period, query.by)
