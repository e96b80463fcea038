"""The catalogue as files: printed as PDF, or as a table."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.engine.dependencies import CatalogueDep
from api.engine.file_threads import FileThreads
from api.http.exports import exporter, file_response, table_response
from api.pages.access import PageAccess
from api.pages.catalogue_form import MAX_PRINTED, CatalogueForm
from matcher.language.messages import _
from matcher.reporting.tables import Format
from matcher.search.catalogue import Catalogue

router = APIRouter()


class FileForm(CatalogueForm):
    """A search whose patents become a file."""

    by: Literal["industry", "institution"] = "industry"
    """Chapters of a printed catalogue."""


@router.get("/catalogue.pdf")
async def printed(
    request: Request, catalogue: CatalogueDep, form: Annotated[FileForm, Query()]
) -> Response:
    """Print the patents of a search, the first thousand."""
    from matcher.reporting.catalogue.printing import print_catalogue
    from matcher.reporting.pdf import pdf_of

    def write() -> bytes:
        document = print_catalogue(
            catalogue, form.to_query(), form.by, datetime.now(UTC), limit=MAX_PRINTED
        )
        return pdf_of(document.html)

    files: FileThreads = request.app.state.file_threads
    content = await files.run(write)
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

    def write() -> bytes:
        stream = BytesIO()
        write_catalogue(
            stream,
            catalogue,
            form.to_query(),
            exported_by=exporter(access.caller),
            moment=datetime.now(UTC),
            format=format,
        )
        return stream.getvalue()

    files: FileThreads = request.app.state.file_threads
    return table_response(await files.run(write), _("Patent catalogue"), format)
