"""The pages of imports: files sent in, looked at before anything is saved, saved and indexed."""

from contextlib import suppress
from typing import Annotated, Any
from urllib.parse import urlencode

from anyio import to_thread
from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from api.engine.dependencies import SettingsDep
from api.engine.import_jobs import ImportJobs
from api.pages.access import PageAccess
from api.pages.import_form import changed, number_of, stage_files
from api.pages.import_problems import kept_problems, problem_table
from api.pages.import_view import (
    field_labels,
    file_size,
    kind_choices,
    progress_values,
    shown_preview,
)
from api.pages.rendering import render
from matcher.access.roles import Caller
from matcher.errors import ConflictError, InputError, NotFoundError
from matcher.importing.rows.problem import position
from matcher.progress import duration
from matcher.reporting.tables import Format
from matcher.settings import Settings
from matcher.wiring.import_job import ImportOrder, Work
from matcher.workflows.imports.preview_file import Preview
from matcher.workflows.imports.staged import MAX_FILES, Staged

router = APIRouter()
ADDRESS = "/import"


async def _jobs(request: Request) -> ImportJobs:
    jobs: ImportJobs = request.app.state.import_jobs
    return jobs


JobsDep = Annotated[ImportJobs, Depends(_jobs)]


@router.get("/import")
def imports(
    request: Request, access: PageAccess, jobs: JobsDep, settings: SettingsDep, gone: str = ""
) -> Response:
    """Show the form that files are sent in with, and the imports that are not finished."""
    return _start_page(request, jobs, settings, access.caller, gone=bool(gone))


@router.post("/import")
async def send(
    request: Request, access: PageAccess, jobs: JobsDep, settings: SettingsDep
) -> Response:
    """Keep the files that were sent, and begin to read them."""
    try:
        async with request.form() as form:
            staged = await to_thread.run_sync(stage_files, form, access.caller, jobs)
    except InputError as problem:
        reason = str(problem)
        return await to_thread.run_sync(
            lambda: _start_page(request, jobs, settings, access.caller, problem=reason)
        )
    return _see(request, staged.id)


@router.get("/import/{staged}")
def show(
    request: Request,
    access: PageAccess,
    jobs: JobsDep,
    staged: str,
    file: int = 0,
    start: Annotated[int, Query(ge=0)] = 0,
    only: str = "",
) -> Response:
    """Show how far an import is: its progress, its preview, or its report."""
    try:
        own = jobs.imports.find(staged, access.caller.key)
    except NotFoundError:
        return _to_start(request, gone=True)
    job = jobs.state(own.id)
    values: dict[str, Any] = {
        "staged": own,
        "job": job,
        "file_size": file_size,
        "duration": duration,
    }
    if job is not None and not job.is_over:
        return render(request, "import_progress", **values, progress=progress_values(job))
    if job is not None and job.saved is not None:
        return render(request, "import_report", **values)
    preview = shown_preview(jobs, own, file, start, only_problems=only == "problems")
    return render(
        request,
        "import_preview",
        **values,
        preview=preview,
        kinds=kind_choices(),
        position=position,
        field_labels=field_labels,
    )


@router.get("/import/{staged}/progress")
def progress(access: PageAccess, jobs: JobsDep, staged: str) -> Response:
    """Return the progress of an import as JSON."""
    own = jobs.imports.find(staged, access.caller.key)
    job = jobs.state(own.id)
    return JSONResponse({"over": True} if job is None else progress_values(job))


@router.post("/import/{staged}/read")
async def read_again(request: Request, access: PageAccess, jobs: JobsDep, staged: str) -> Response:
    """Read the files again, one of them as somebody chose by hand."""
    form = await request.form()

    def read() -> Response:
        own = jobs.imports.find(staged, access.caller.key)
        if "file" in form:
            own = changed(own, form)
            jobs.imports.save(own)
        return _begin(request, jobs, own, access.caller, "read")

    return await _on_own(request, read)


@router.post("/import/{staged}/save")
async def save(request: Request, access: PageAccess, jobs: JobsDep, staged: str) -> Response:
    """Save what was looked at. Before patents are deleted, it is asked once more."""
    form = await request.form()
    may_delete = number_of(form.get("may_delete"))

    def begin() -> Response:
        own = jobs.imports.find(staged, access.caller.key)
        if form.get("replace") and may_delete is None:
            preview = shown_preview(jobs, own, 0, 0, only_problems=False)
            if preview is not None and preview.can_replace:
                return render(request, "import_replace", staged=own, preview=preview)
            return _see(request, own.id)
        return _begin(request, jobs, own, access.caller, "save", may_delete=may_delete)

    return await _on_own(request, begin)


@router.post("/import/{staged}/index")
async def index(request: Request, access: PageAccess, jobs: JobsDep, staged: str) -> Response:
    """Bring the index up to date after an import."""

    def begin() -> Response:
        own = jobs.imports.find(staged, access.caller.key)
        return _begin(request, jobs, own, access.caller, "index")

    return await _on_own(request, begin)


@router.post("/import/{staged}/cancel")
async def cancel(request: Request, access: PageAccess, jobs: JobsDep, staged: str) -> Response:
    """End the work on an import; what is saved already stays."""

    def end() -> Response:
        own = jobs.imports.find(staged, access.caller.key)
        jobs.cancel(own.id)
        return _see(request, own.id)

    return await _on_own(request, end)


@router.post("/import/{staged}/delete")
async def delete(request: Request, access: PageAccess, jobs: JobsDep, staged: str) -> Response:
    """Delete the files that were sent in; what was saved of them stays."""

    def end() -> Response:
        own = jobs.imports.find(staged, access.caller.key)
        jobs.cancel(own.id)
        jobs.imports.delete(own.id)
        return _to_start(request)

    return await _on_own(request, end)


@router.get("/import/{staged}/problems")
def problems(
    request: Request,
    access: PageAccess,
    jobs: JobsDep,
    settings: SettingsDep,
    staged: str,
    format: Format = "xlsx",
) -> Response:
    """Return every problem of the files as a table: before the import, or of it."""
    try:
        own = jobs.imports.find(staged, access.caller.key)
        job = jobs.state(own.id)
        if job is not None and job.saved is not None:
            return kept_problems(settings, job, access.caller, format)
        return problem_table(
            Preview(jobs.imports.preview(own.id)).problems(), access.caller, format
        )
    except NotFoundError:
        return _to_start(request, gone=True)


def _start_page(
    request: Request,
    jobs: ImportJobs,
    settings: Settings,
    caller: Caller,
    *,
    problem: str | None = None,
    gone: bool = False,
) -> Response:
    own = [(staged, jobs.state(staged.id)) for staged in jobs.imports.of(caller.key)]
    return render(
        request,
        "import",
        200 if problem is None else 422,
        problem=problem,
        gone=gone,
        own=own,
        max_bytes=settings.import_bytes,
        max_files=MAX_FILES,
    )


def _begin(
    request: Request,
    jobs: ImportJobs,
    staged: Staged,
    caller: Caller,
    work: Work,
    *,
    may_delete: int | None = None,
) -> Response:
    """Begin a job, unless one is at work: its page shows that."""
    job = jobs.state(staged.id)
    is_saved = job is not None and job.saved is not None
    if is_saved == (work == "index"):
        with suppress(ConflictError):  # it was sent twice
            jobs.start(ImportOrder(work, staged.id, caller, may_delete))
    return _see(request, staged.id)


async def _on_own(request: Request, work: Any) -> Response:
    """Do work on an import of the caller in a thread; one that is gone leads to the first page."""
    try:
        response: Response = await to_thread.run_sync(work)
        return response
    except NotFoundError:
        return _to_start(request, gone=True)


def _see(request: Request, staged: str) -> Response:
    root = str(request.scope.get("root_path", ""))
    return RedirectResponse(f"{root}{ADDRESS}/{staged}", 303)


def _to_start(request: Request, *, gone: bool = False) -> Response:
    root = str(request.scope.get("root_path", ""))
    query = f"?{urlencode({'gone': 1})}" if gone else ""
    return RedirectResponse(f"{root}{ADDRESS}{query}", 303)
