"""Imports that wait for their confirmation, and the work on them, for the tests."""

import io
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import update

from matcher.access.roles import Caller, Role
from matcher.progress import Report, Step, silent
from matcher.settings import Settings
from matcher.store import jobs
from matcher.store.schema import servers
from matcher.store.schema.times import database_time
from matcher.store.shared import SharedRecords
from matcher.types import Json
from matcher.wiring.import_job import ImportJob, ImportOrder, Work
from matcher.workflows.imports.preview_file import Preview
from matcher.workflows.imports.staged import Staged, StagedImports

STAFF = Caller("key_staff", Role.STAFF)


def stage(home: Path, files: Mapping[str, bytes], by: str = STAFF.key) -> Staged:
    """Send files in."""
    imports = StagedImports(home)
    staged = imports.create(by)
    for name, content in files.items():
        staged = imports.add_file(staged, name, io.BytesIO(content))
    return staged


def work(
    settings: Settings,
    staged: Staged,
    kind: Work = "read",
    *,
    may_delete: int | None = None,
    report: Report = silent,
    by: Caller = STAFF,
) -> Json:
    """Do the work in this process; return what it told."""
    told: Json = {}
    order = ImportOrder(kind, staged.id, by, may_delete)
    ImportJob(settings, order, report, told.update, hold=lambda: None).run()
    return told


def preview(settings: Settings, staged: Staged) -> Preview:
    """Read the files, and return the preview."""
    work(settings, staged)
    return Preview(StagedImports(settings.home).preview(staged.id))


def stages(steps: list[Step]) -> list[str]:
    """The stages of some steps, each once."""
    return list(dict.fromkeys(step.stage for step in steps))


@contextmanager
def work_elsewhere(settings: Settings) -> Iterator[None]:
    """Another server is at work on another import: until the end of the block its job runs."""
    with closing(SharedRecords(settings.url)) as shared:
        with shared.writing() as connection:
            jobs.begin(connection, "import_of_another", "run_of_another", "read")
            assert jobs.claim(connection, "run_of_another")
            later = database_time(connection) + timedelta(hours=1)
            here = servers.jobs.c.run == "run_of_another"
            connection.execute(update(servers.jobs).where(here).values(leased_until=later))
        yield
        with shared.writing() as connection:
            jobs.finish(connection, "run_of_another", "done", None)
