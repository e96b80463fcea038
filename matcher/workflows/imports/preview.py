"""Preview of an import: the files read, each row kept as it was recognised, and nothing saved."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path

from matcher.errors import InputError
from matcher.importing.read_any_file import AnyFile, NamedFile, offered_columns, read_any_file
from matcher.importing.read_file import ReadFile
from matcher.importing.read_need_files import NeedsFile
from matcher.importing.rows.need_form import NeedForm
from matcher.importing.rows.record import PatentRecord, TeamRecord
from matcher.importing.rows.row import Row
from matcher.importing.rows.sheet_columns import SheetColumns
from matcher.importing.shown_rows import shown_needs, shown_records, shown_row
from matcher.language.messages import _
from matcher.progress import Report, Step
from matcher.store.database import Store
from matcher.types import Need
from matcher.workflows.import_needs import ImportContext
from matcher.workflows.import_patents import FileResult
from matcher.workflows.imports.preview_file import FileSummary, PreviewWriter, writing_preview
from matcher.workflows.imports.save_batch import save_batch


def write_preview(
    path: Path, store: Store, files: Sequence[NamedFile], context: ImportContext, report: Report
) -> None:
    """Read the files and write the preview of their import.

    A file that cannot be read stops no other. The counts come from a trial of the import itself.
    """
    with writing_preview(path) as writer:
        read: dict[int, AnyFile] = {}
        for number, file in enumerate(files):
            try:
                read[number] = _read(writer, number, file, context.today, report)
            except InputError as problem:
                summary = FileSummary(number, file.name, str(problem), sheets=_offered(file))
                writer.drop_rows(number)
                writer.add_file(summary, ())
        report(Step(_("comparing with the catalogue"), 0))
        trial = save_batch(
            store,
            list(read.values()),
            context,
            may_delete=None,
            is_trial=True,
            report=lambda step: report(
                Step(_("comparing with the catalogue"), step.done, step.total)
            ),
        )
        for (number, own), result in zip(read.items(), trial.files, strict=True):
            writer.add_file(_summary(number, own, result), result.problems)
        writer.set_absent(trial.absent)


def read_files(files: Sequence[NamedFile], today: date, report: Report) -> list[AnyFile]:
    """Read files to be saved. Raises InputError for one that cannot be read."""
    return [
        read_any_file(file, today=today, progress=partial(_report_rows, report, file.name))
        for file in files
    ]


def _report_rows(report: Report, name: str, rows: int, total: int | None) -> None:
    report(Step(_("reading {file}", file=name), rows, total))


def _read(
    writer: PreviewWriter, number: int, file: NamedFile, today: date, report: Report
) -> AnyFile:
    """Read a file, and keep its rows in the preview."""

    def watch(row: Row, record: PatentRecord | TeamRecord | NeedForm | Need | None) -> None:
        if row.layout.kind != "needs":
            writer.add_row(number, shown_row(row, record))

    progress = partial(_report_rows, report, file.name)
    progress(0, None)
    read = read_any_file(file, today=today, progress=progress, watch=watch)
    if not isinstance(read, ReadFile):
        rows = shown_needs(read) if isinstance(read, NeedsFile) else shown_records(read)
        for row in rows:
            writer.add_row(number, row)
    return read


def _summary(number: int, read: AnyFile, result: FileResult) -> FileSummary:
    return FileSummary(
        number=number,
        name=result.file,
        error=None,
        kind=result.kind,
        format=result.format,
        rows=result.rows,
        new=result.new,
        changed=result.changed,
        unchanged=result.unchanged,
        refused=result.refused,
        unused=result.unused,
        sheets=read.sheets,
    )


def _offered(file: NamedFile) -> tuple[SheetColumns, ...]:
    """Columns that may be mapped by hand; none of a file that is no table."""
    try:
        return offered_columns(file.path)
    except InputError:
        return ()
