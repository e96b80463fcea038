"""The page of supply against demand: a scope, and the needs that the caller may see."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import Response

from api.access.auth import Access
from api.engine.dependencies import CatalogueDep, StoreDep
from api.engine.model_threads import ModelThreads
from api.engine.turns import OverloadedError
from api.pages.access import PageAccess
from api.pages.filter_chips import chip_groups
from api.pages.landscape_answers import (
    chart_answer,
    count,
    in_thread,
    landscapes_of,
    report_answer,
    table_answer,
    to_address,
)
from api.pages.navigation_form import NavigationForm
from api.pages.rendering import render
from matcher.landscape.demand import AskedNeed, chosen_needs, stored_needs
from matcher.landscape.landscape import Landscape
from matcher.language.messages import _
from matcher.progress import Step
from matcher.reporting.landscape.charts import chart_size
from matcher.reporting.landscape.content import report_content
from matcher.reporting.landscape.report import ReportFormat
from matcher.reporting.tables import Format
from matcher.search.catalogue_query import CatalogueQuery
from matcher.store.database import Store
from matcher.store.schema.times import now
from matcher.workflows.record_export import record_landscape_export

router = APIRouter()
PATH = "/navigation/demand"
SHOWN_NEEDS = 50
"""Needs that the form offers for a set."""
PATIENCE, FILE_PATIENCE = 8.0, 60.0
"""Seconds that a page, and a file, waits for the needs to be answered."""
AGAIN = 5
"""Seconds after which a waiting page looks again."""
InAddress = Annotated[NavigationForm, Query()]


@router.get(PATH)
async def demand_page(
    request: Request,
    catalogue: CatalogueDep,
    access: PageAccess,
    form: InAddress,
) -> Response:
    """Show the needs against the patents of a scope, or how far their answers are."""
    cleared, places = form.cleared()
    if places:  # contact data is to stand in no address: not in this one either
        return to_address(request, PATH, cleared, with_needs=True)
    today = date.today()
    offered, _total = await in_thread(partial(_read_needs, catalogue.store, access, today))
    query = CatalogueQuery(filters=form.to_filters())
    hits = await in_thread(lambda: catalogue.search.find(query, today, facets=True))
    values: dict[str, Any] = {
        "form": form,
        "chips": chip_groups(form, hits.facets),
        "offered": offered[:SHOWN_NEEDS],
        "base": PATH,
        "query": form.query(with_needs=True),
    }
    found = await _counted(request, catalogue.store, access, form, today, PATIENCE)
    if isinstance(found, Step):
        headers = {"Refresh": str(AGAIN)}
        return render(request, "navigation_waiting", 202, headers, step=found, **values)
    content = report_content(found, made_by=None, moment=now())
    sections = [*content.demand, *(content.supply if form.need else ())]
    return render(
        request,
        "navigation",
        landscape=found,
        chart_size=chart_size,
        content=content,
        sections=sections,
        **values,
    )


@router.post(PATH)
async def choose(request: Request, form: Annotated[NavigationForm, Form()]) -> Response:
    """Take a scope, and lead to its address."""
    cleared, _places = form.cleared()
    return to_address(request, PATH, cleared, with_needs=True)


@router.get(PATH + "/charts/{name}.svg")
async def chart(
    request: Request,
    store: StoreDep,
    access: PageAccess,
    name: str,
    form: InAddress,
    narrow: bool = False,
) -> Response:
    """Draw one chart of a scope with its needs."""
    landscape = await _whole(request, store, access, form)
    return await chart_answer(request, landscape, name, is_narrow=narrow)


@router.get(PATH + "/tables/{name}.{format}")
async def table(
    request: Request,
    store: StoreDep,
    access: PageAccess,
    name: str,
    format: Format,
    form: InAddress,
) -> Response:
    """Give out one table of a scope with its needs, or all of them; leaves an audit row."""
    landscape = await _whole(request, store, access, form)
    answer = await table_answer(request, landscape, access.caller, name, format)
    await in_thread(partial(_record, store, access, landscape, format))
    return answer


@router.get(PATH + "/report.{format}")
async def report(
    request: Request,
    store: StoreDep,
    access: PageAccess,
    format: ReportFormat,
    form: InAddress,
) -> Response:
    """Give out the report on a scope with its needs; leaves an audit row."""
    landscape = await _whole(request, store, access, form)
    answer = await report_answer(request, landscape, access.caller, format)
    await in_thread(partial(_record, store, access, landscape, format))
    return answer


async def _whole(request: Request, store: Store, access: Access, form: NavigationForm) -> Landscape:
    """Count a scope with its needs. Raises OverloadedError while they are being answered."""
    form = form.cleared()[0]
    found = await _counted(request, store, access, form, date.today(), FILE_PATIENCE)
    if isinstance(found, Step):
        raise OverloadedError(
            _(
                "{done} of {total} needs are answered so far: open it again in a minute",
                done=found.done,
                total=found.total,
            )
        )
    return found


async def _counted(
    request: Request,
    store: Store,
    access: Access,
    form: NavigationForm,
    today: date,
    patience: float,
) -> Landscape | Step:
    """Count a scope with its needs, or return how far their answers are."""
    threads: ModelThreads = request.app.state.model_threads
    asked, total = await in_thread(partial(_needs_of, store, access, form, today))
    demand = await landscapes_of(request).demand(threads, asked, total, today, patience)
    if isinstance(demand, Step):
        return demand
    chosen = tuple(asked) if form.need else ()
    return await count(request, form.scope(chosen), demand, today)


def _needs_of(
    store: Store, access: Access, form: NavigationForm, today: date
) -> tuple[Sequence[AskedNeed], int]:
    """Return the chosen needs, or all that are open. Raises NeedNotFoundError."""
    if not form.need:
        return _read_needs(store, access, today)
    with store.reading() as connection:
        chosen = chosen_needs(connection, access.caller, form.need, today)
    return chosen, len(chosen)


def _read_needs(store: Store, access: Access, today: date) -> tuple[list[AskedNeed], int]:
    with store.reading() as connection:
        return stored_needs(connection, access.caller, today)


def _record(store: Store, access: Access, landscape: Landscape, format: str) -> None:
    totals = landscape.totals
    with store.adding() as connection:
        record_landscape_export(
            connection, access.caller, format, patents=totals.patents, needs=totals.needs
        )
