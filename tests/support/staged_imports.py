"""Imports that wait for their confirmation, and the work on them, for the tests."""

import io
from collections.abc import Mapping
from pathlib import Path

from matcher.access.roles import Caller, Role
from matcher.progress import Report, Step, silent
from matcher.settings import Settings
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
) -> Json:
    """Do the work in this process; return what it told."""
    told: Json = {}
    order = ImportOrder(kind, staged.id, STAFF, may_delete)
    ImportJob(settings, order, report, told.update).run()
    return told


def preview(settings: Settings, staged: Staged) -> Preview:
    """Read the files, and return the preview."""
    work(settings, staged)
    return Preview(StagedImports(settings.home).preview(staged.id))


def stages(steps: list[Step]) -> list[str]:
    """The stages of some steps, each once."""
    return list(dict.fromkeys(step.stage for step in steps))
