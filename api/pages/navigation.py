"""The navigation page: the patents of a scope, counted and drawn."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import Response

from api.engine.dependencies import CatalogueDep
from api.pages.access import PageAccess
from api.pages.filter_chips import chip_groups
from api.pages.landscape_answers import (
    chart_answer,
    count,
    in_thread,
    report_answer,
    table_answer,
    to_address,
)
from api.pages.navigation_form import NavigationForm
from api.pages.rendering import render
from matcher.landscape.landscape import Landscape
from matcher.reporting.landscape.charts import chart_size
from matcher.reporting.landscape.content import report_content
from matcher.reporting.landscape.report import ReportFormat
from matcher.reporting.tables import Format
from matcher.search.catalogue_query import CatalogueQuery
from matcher.store.schema.times import now

router = APIRouter()
PATH = "/navigation"
InAddress = Annotated[NavigationForm, Query()]


@router.get(PATH)
async def navigation(
    request: Request, catalogue: CatalogueDep, access: PageAccess, form: InAddress
) -> Response:
    """Show the patents of a scope: charts, sentences and tables."""
    cleared, places = form.cleared()
    if places:  # contact data is to stand in no address: not in this one either
        return to_address(request, PATH, cleared, with_needs=False)
    today = date.today()
    landscape = await _counted(request, form, today)
    content = report_content(landscape, made_by=None, moment=now())
    query = CatalogueQuery(filters=form.to_filters())
    hits = await in_thread(lambda: catalogue.search.find(query, today, facets=True))
    return render(
        request,
        "navigation",
        form=form,
        landscape=landscape,
        chart_size=chart_size,
        content=content,
        sections=content.supply,
        chips=chip_groups(form, hits.facets),
        base=PATH,
        query=form.query(),
    )


@router.post(PATH)
async def choose(request: Request, form: Annotated[NavigationForm, Form()]) -> Response:
    """Take a scope, and lead to its address."""
    cleared, _places = form.cleared()
    return to_address(request, PATH, cleared, with_needs=False)


@router.get(PATH + "/charts/{name}.svg")
async def chart(request: Request, name: str, form: InAddress, narrow: bool = False) -> Response:
    """Draw one chart of a scope."""
    landscape = await _counted(request, form, date.today())
    return await chart_answer(request, landscape, name, is_narrow=narrow)


@router.get(PATH + "/tables/{name}.{format}")
async def table(
    request: Request, access: PageAccess, name: str, format: Format, form: InAddress
) -> Response:
    """Give out one table of a scope, or all of them in a workbook."""
    landscape = await _counted(request, form, date.today())
    return await table_answer(request, landscape, access.caller, name, format)


@router.get(PATH + "/report.{format}")
async def report(
    request: Request, access: PageAccess, format: ReportFormat, form: InAddress
) -> Response:
    """Give out the report on the patents of a scope."""
    landscape = await _counted(request, form, date.today())
    return await report_answer(request, landscape, access.caller, format)


async def _counted(request: Request, form: NavigationForm, today: date) -> Landscape:
    return await count(request, form.cleared()[0].scope(), None, today)
