"""Answers that the pages of navigation share: landscapes, charts, tables and reports."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar, cast

from anyio import to_thread
from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from api.engine.dependencies import run_with_model
from api.engine.file_threads import FileThreads
from api.engine.landscapes import Landscapes
from api.http.exports import exporter, file_response, table_response
from api.pages.navigation_form import NavigationForm
from api.pages.page_form import MAX_ADDRESS_BYTES
from api.pages.rendering import PageContext
from matcher.access.roles import OPEN_CALLER, VISITOR_CALLER, Caller
from matcher.errors import InputError
from matcher.landscape.demand import Demand
from matcher.landscape.landscape import Landscape
from matcher.landscape.scope import Scope
from matcher.language.messages import _
from matcher.reporting.landscape.canvas import MEDIA_TYPES as CHART_TYPES
from matcher.reporting.landscape.charts import CHARTS
from matcher.reporting.landscape.report import (
    MEDIA_TYPES,
    ReportFormat,
    file_stem,
    report_docx,
    report_pdf,
)
from matcher.reporting.landscape.tables import write_frame, write_workbook
from matcher.reporting.tables import Format
from matcher.store.schema.times import now

ALL_FRAMES = "all"
"""Name of the workbook with all tables."""
Result = TypeVar("Result")


def landscapes_of(request: Request) -> Landscapes:
    """Return the landscapes of the app."""
    return cast(Landscapes, request.app.state.landscapes)


async def count(request: Request, scope: Scope, demand: Demand | None, today: date) -> Landscape:
    """Count a landscape, in a thread for the model where a text chooses the patents.

    Raises what `LiveEngine.match` raises.
    """

    def work() -> Landscape:
        return landscapes_of(request).landscape(scope, demand, today)

    return await (run_with_model(request, work) if scope.is_by_text else to_thread.run_sync(work))


async def in_thread(work: Callable[[], Result]) -> Result:
    """Run work that needs no model in a thread."""
    return await to_thread.run_sync(work)


def to_address(request: Request, path: str, form: NavigationForm, *, with_needs: bool) -> Response:
    """Lead to the address of a scope, which has no contact data. Raises InputError if too long."""
    query = form.query(with_needs=with_needs)
    address = PageContext(request).url(path, **query)
    if len(address) > MAX_ADDRESS_BYTES:
        raise InputError(
            _("a topic stands in the address of its page, and this one is too long: shorten it")
        )
    return RedirectResponse(address, 303)


async def chart_answer(
    request: Request, landscape: Landscape, name: str, *, is_narrow: bool
) -> Response:
    """Draw a chart as SVG. Raises HTTPException 404 for a name without one."""
    if name not in CHARTS or name not in landscape.frames:
        raise HTTPException(404)
    drawn = await in_thread(
        lambda: landscapes_of(request).chart(landscape, name, is_narrow=is_narrow)
    )
    return Response(drawn, media_type=CHART_TYPES["svg"])


async def table_answer(
    request: Request, landscape: Landscape, caller: Caller, name: str, format: Format
) -> Response:
    """Write a frame, or the workbook of all. Raises HTTPException 404 for another name."""
    files: FileThreads = request.app.state.file_threads
    by, moment = exporter(caller), now()
    if name == ALL_FRAMES and format == "xlsx":
        content = await files.run(lambda: write_workbook(landscape, exported_by=by, moment=moment))
    elif name in landscape.frames:
        content = await files.run(
            lambda: write_frame(landscape, name, exported_by=by, moment=moment, format=format)
        )
    else:
        raise HTTPException(404)
    return table_response(content, f"{file_stem(landscape)}-{name}", format)


async def report_answer(
    request: Request, landscape: Landscape, caller: Caller, format: ReportFormat
) -> Response:
    """Write the report. Raises InputError where a font or a library for it is missing."""
    files: FileThreads = request.app.state.file_threads
    made_by = None if caller in (OPEN_CALLER, VISITOR_CALLER) else exporter(caller)
    write = report_pdf if format == "pdf" else report_docx
    content = await files.run(lambda: write(landscape, made_by=made_by, moment=now()))
    return file_response(content, f"{file_stem(landscape)}.{format}", MEDIA_TYPES[format])
