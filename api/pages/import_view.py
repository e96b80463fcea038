"""An import as its page shows it: how far it is, its files, their columns, a page of rows."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from api.engine.import_jobs import ImportJobs
from matcher.errors import NotFoundError
from matcher.importing.headings.our_fields import our_fields
from matcher.importing.read_any_file import IMPORT_KINDS, PATENTS
from matcher.importing.rows.problem import Problem
from matcher.importing.shown_rows import ShownRow
from matcher.labels import RECORD_KIND, TABLE_FORMAT, label
from matcher.language.choice import current_language
from matcher.language.messages import _
from matcher.programme.kinds import KINDS
from matcher.progress import amount
from matcher.store.jobs import JobState
from matcher.workflows.imports.preview_file import FileSummary, Preview, RowPage
from matcher.workflows.imports.staged import Staged, StagedFile

ROWS = 20
"""Rows of a page."""
PROBLEMS = 20
"""Problems that are listed; the file has all."""


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A column of a file, and the field that somebody chose for it by hand."""

    heading: str
    value: str | None
    recognised: str | None
    """Label of the field that it gives; None where nothing reads it."""
    is_known: bool
    chosen: str | None


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file with its columns and what each may be."""

    summary: FileSummary
    staged: StagedFile
    columns: Sequence[ColumnChoice]
    fields: Sequence[tuple[str, str]]
    """Name and label of each field that a column may be."""

    @property
    def unread(self) -> int:
        """Number of columns that nothing reads."""
        return sum(not column.is_known for column in self.columns)

    @property
    def what(self) -> str:
        """Kind and format for people: patents from cnipa-pss."""
        summary = self.summary
        kind = label(RECORD_KIND[summary.kind])
        if summary.kind in KINDS:
            return kind
        format = summary.format
        source = label(TABLE_FORMAT[format]) if format in TABLE_FORMAT else format
        return _("{kind} ({source})", kind=kind, source=source)


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A row with its problems; a field that it does not give is empty."""

    row: ShownRow
    values: Mapping[str, str]
    problems: Sequence[Problem]


@dataclass(frozen=True, slots=True)
class ShownPreview:
    """Everything on the page of an import that waits for its confirmation."""

    files: Sequence[ShownFile]
    shown: int | None
    """Number of the file whose rows are shown; None where no file could be read."""
    lines: Sequence[ShownLine]
    total: int
    """Rows of the whole list."""
    start: int
    only_problems: bool
    problems: Sequence[Problem]
    problem_count: int
    absent: int
    """Patents of the catalogue that are in none of the files."""

    @property
    def has_errors(self) -> bool:
        """True if a file cannot be read."""
        return any(file.summary.error for file in self.files)

    @property
    def names_map(self) -> bool:
        """True if a problem that is listed names the option of the command for a mapping."""
        return any("--map" in problem.fix for problem in self.problems)

    @property
    def can_save(self) -> bool:
        """True if at least one row can be saved."""
        return any(file.summary.rows > file.summary.refused for file in self.files)

    @property
    def can_replace(self) -> bool:
        """True if the files may take the place of the whole catalogue."""
        has_patents = any(
            file.summary.kind == PATENTS and file.summary.rows > file.summary.refused
            for file in self.files
        )
        return has_patents and not self.has_errors and self.absent > 0

    @property
    def previous(self) -> int | None:
        """Index of the first row of the page before."""
        return None if self.start == 0 else max(0, self.start - ROWS)

    @property
    def following(self) -> int | None:
        """Index of the first row of the next page."""
        after = self.start + ROWS
        return after if after < self.total else None


def shown_preview(
    jobs: ImportJobs, staged: Staged, file: int, start: int, *, only_problems: bool
) -> ShownPreview | None:
    """Return the preview of an import; None while there is none."""
    preview = Preview(jobs.imports.preview(staged.id))
    try:
        summaries = preview.files()
        readable = [each.number for each in summaries if not each.error]
        number = file if file in readable else next(iter(readable), None)
        page = RowPage((), 0)
        if number is not None:
            page = preview.rows(number, start, ROWS, only_problems=only_problems)
        return ShownPreview(
            [_shown(each, staged.files[each.number]) for each in summaries],
            number,
            [ShownLine(row, defaultdict(str, row.values), problems) for row, problems in page.rows],
            page.total,
            start,
            only_problems,
            preview.problems(0, PROBLEMS),
            preview.count_problems(),
            preview.absent(),
        )
    except NotFoundError:
        return None


def kind_choices() -> list[tuple[str, str]]:
    """Return the kinds that a file may be read as, with their labels."""
    patents = _("patents and teams")
    return [
        (kind, patents if kind == PATENTS else label(RECORD_KIND[kind])) for kind in IMPORT_KINDS
    ]


def field_labels(kind: str) -> Mapping[str, str]:
    """Return the label of each field of a kind of record."""
    return dict(_labels(kind))


def progress_values(job: JobState) -> dict[str, str | int | bool | None]:
    """Return the progress of a job as its page shows it."""
    stage = _("waiting for another import to end") if job.state == "waiting" else job.stage
    return {
        "over": job.is_over,
        "stage": stage or _("starting"),
        "amount": amount(job.done, job.total, job.rate),
        "value": job.done if job.total else None,
        "max": job.total or None,
        "saved": job.saved is not None,
    }


def file_size(size: int) -> str:
    """Return the size of a file: 812 KB, 3.4 MB."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1_000)):,} KB"
    return f"{size / 1_000_000:,.1f} MB"


def _shown(summary: FileSummary, staged: StagedFile) -> ShownFile:
    kind = staged.kind or summary.kind or PATENTS
    by_heading = {heading: name for name, heading in staged.mapping.items()}
    labels = field_labels(kind)
    columns = {
        column.heading: ColumnChoice(
            column.heading,
            column.value,
            column.field and labels.get(column.field, column.field),
            column.is_known,
            by_heading.get(column.heading),
        )
        for sheet in summary.sheets
        for column in sheet.columns
        if column.has_heading
    }
    return ShownFile(summary, staged, list(columns.values()), list(labels.items()))


def _labels(kind: str) -> Iterator[tuple[str, str]]:
    """Yield each field with its label: in Chinese its heading, in English its name before it."""
    for name, heading in our_fields(kind):
        yield name, heading if current_language() == "zh" else f"{name} {heading}"
