"""The catalogue as files: printed as PDF, or as a table."""

from datetime import UTC, datetime
from io import BytesIO
from threading import Lock
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.engine.dependencies import CatalogueDep
from api.engine.file_threads import FileThreads
from api.engine.model_threads import OverloadedError
from api.http.exports import exporter, file_response, table_response
from api.pages.access import PageAccess
from api.pages.catalogue_form import MAX_PRINTED, CatalogueForm
from matcher.access.roles import Role
from matcher.language.messages import _
from matcher.reporting.tables import Format
from matcher.search.catalogue import Catalogue

router = APIRouter()
printing = Lock()
"""One PDF at a time: printing needs a processor and memory, and answers must not wait for it."""


class FileForm(CatalogueForm):
    """A search whose patents become a file."""

    by: Literal["industry", "institution"] = "industry"
    """Chapters of a printed catalogue."""


@router.get("/catalogue.pdf")
def printed(
    request: Request, catalogue: CatalogueDep, form: Annotated[FileForm, Query()]
) -> Response:
    """Print the patents of a search, the first thousand. Raises OverloadedError while it prints."""
    from matcher.reporting.catalogue.printing import print_catalogue
    from matcher.reporting.pdf import pdf_of

    if not printing.acquire(blocking=False):
        raise OverloadedError(
            _("another catalogue is being printed: ask for this one again in a minute")
        )
    try:
        document = print_catalogue(
            catalogue, form.to_query(), form.by, datetime.now(UTC), limit=MAX_PRINTED
        )
        content = pdf_of(document.html)
    finally:
        printing.release()
    return file_response(content, f"{_('Patent catalogue')}.pdf", "application/pdf")


@router.get("/catalogue.xlsx")
async def workbook(
    request: Request,
    catalogue: CatalogueDep,
    access: PageAccess,
    form: Annotated[CatalogueForm, Query()],
) -> Response:
    """Write the patents of a search as a workbook."""
    return await _table(request, catalogue, access, form, "xlsx")


@router.get("/catalogue.csv")
async def csv(
    request: Request,
    catalogue: CatalogueDep,
    access: PageAccess,
    form: Annotated[CatalogueForm, Query()],
) -> Response:
    """Write the patents of a search as comma-separated values."""
    return await _table(request, catalogue, access, form, "csv")


async def _table(
    request: Request,
    catalogue: Catalogue,
    access: PageAccess,
    form: CatalogueForm,
    format: Format,
) -> Response:
    from matcher.reporting.catalogue.table import write_catalogue

    is_visitor = access.caller.role is Role.VISITOR
    by = "-" if is_visitor else exporter(access.caller)

    def write() -> bytes:
        stream = BytesIO()
        write_catalogue(
            stream,
            catalogue,
            form.to_query(),
            exported_by=by,
            moment=datetime.now(UTC),
            format=format,
        )
        return stream.getvalue()

    files: FileThreads = request.app.state.file_threads
    return table_response(await files.run(write), _("Patent catalogue"), format)
