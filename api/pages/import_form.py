"""The forms of imports: files that were sent in, and how one of them is to be read."""

from starlette.datastructures import FormData, UploadFile

from api.engine.import_jobs import ImportJobs
from matcher.access.roles import Caller
from matcher.errors import InputError
from matcher.importing.read_any_file import IMPORT_KINDS
from matcher.language.messages import _
from matcher.store.jobs import JobState
from matcher.wiring.import_job import ImportOrder
from matcher.workflows.imports.staged import MAX_FILES, Staged, change_file

MAX_UNFINISHED = 5
"""Imports of one caller whose files wait at the same time."""


def stage_files(form: FormData, caller: Caller, jobs: ImportJobs) -> Staged:
    """Keep the files of a form, and begin to read them. Raises InputError."""
    files = [part for part in form.getlist("files") if isinstance(part, UploadFile)]
    files = [part for part in files if part.filename]
    if not files:
        raise InputError(_("no file was chosen: choose one or more and send them again"))
    if len(files) > MAX_FILES:
        raise InputError(
            _("an import takes {most} files at most: import them in parts", most=MAX_FILES)
        )
    if len(_unfinished(jobs, caller)) >= MAX_UNFINISHED:
        raise InputError(
            _(
                "{most} imports of yours are not finished: finish or delete one of them below",
                most=MAX_UNFINISHED,
            )
        )
    staged = jobs.imports.create(caller.key)
    try:
        for part in files:
            staged = jobs.imports.add_file(staged, part.filename or "", part.file)
    except InputError:
        jobs.imports.delete(staged.id)
        raise
    jobs.start(ImportOrder("read", staged.id, caller))
    return staged


def _unfinished(jobs: ImportJobs, caller: Caller) -> list[tuple[Staged, JobState | None]]:
    """Return the imports of a caller that wait or are at work, with their jobs."""
    found = [(staged, jobs.state(staged.id)) for staged in jobs.imports.of(caller.key)]
    return [(staged, job) for staged, job in found if job is None or not _is_finished(job)]


def _is_finished(job: JobState) -> bool:
    return job.is_over and job.saved is not None


def changed(staged: Staged, form: FormData) -> Staged:
    """Return the import with the kind and the mapping of one file as they were chosen."""
    number = number_of(form.get("file"))
    if number is None or number >= len(staged.files):
        return staged
    kind = str(form.get("kind") or "")
    mapping: dict[str, str] = {}
    headings, fields = form.getlist("heading"), form.getlist("field")
    for heading, field in zip(headings, fields, strict=False):
        if field and heading:
            mapping.setdefault(str(field), str(heading))
    return change_file(staged, number, kind if kind in IMPORT_KINDS else None, mapping)


def number_of(text: object) -> int | None:
    """Return the number that a field of a form holds; None without one."""
    return int(text) if isinstance(text, str) and text.isdecimal() and len(text) < 10 else None
