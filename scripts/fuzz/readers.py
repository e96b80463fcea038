"""Targets: files of every kind, read as an import reads them."""

import zlib
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from matcher.importing.read_any_file import IMPORT_KINDS, NamedFile, read_any_file
from matcher.importing.read_need_document import read_need_document, read_needs
from matcher.importing.read_need_files import read_needs_file
from matcher.importing.read_programme_file import read_records
from matcher.importing.rows.problem import problem_line
from matcher.workflows.events.import_sheets import FIRMS, TEAMS
from scripts.fuzz import mutation, samples
from scripts.fuzz.target import Mutation, Prepared, Target

TODAY = date(2026, 6, 1)
_ENTRIES = samples.patents
_OFFICE_BYTES = 60_000

Read = Callable[[Path], None]


def any_file(path: Path) -> None:
    """Read a file whose kind nobody named, and look at everything that was read."""
    read = read_any_file(NamedFile(path, path.name), today=TODAY)
    for problem in read.problems:
        problem_line(problem)
    for patent in getattr(read, "patents", ()):
        repr(patent)


def _as_kind(path: Path) -> None:
    """Read a file as one of the kinds that a user may name, chosen by its content."""
    kind = IMPORT_KINDS[zlib.crc32(path.read_bytes()) % len(IMPORT_KINDS)]
    read_any_file(NamedFile(path, path.name, kind), today=TODAY)


def _records(path: Path) -> None:
    """Read a file as records of the kind that its headings name, those of an event included."""
    try:
        any_file(path)
    finally:
        party = (TEAMS, FIRMS)[zlib.crc32(path.read_bytes()) % 2]
        read_records(path, party, today=TODAY)


def _needs(path: Path) -> None:
    try:
        read_needs(path, TODAY)
    finally:
        read_needs_file(path, today=TODAY, mapping={})


def _document(path: Path) -> None:
    try:
        read_need_document(path, TODAY)
    finally:
        read_needs_file(path, today=TODAY, mapping={})


def _target(
    name: str,
    suffix: str,
    seeds: Callable[[], Sequence[bytes]],
    mutate: Mutation,
    *,
    read: Read = any_file,
    weight: int = 2,
    max_bytes: int = 6_000,
) -> Target:
    def prepare(folder: Path) -> Prepared:
        path = folder / f"input{suffix}"

        def run(data: bytes) -> None:
            path.write_bytes(data)
            read(path)

        return Prepared(run, seeds())

    return Target(name, prepare, mutate, weight, max_bytes)


def _csv_seeds() -> list[bytes]:
    tables = samples.table(_ENTRIES()), samples.table(samples.needs())
    return [*map(samples.delimited, tables), samples.teams(), *samples.records()]


def _old_seeds() -> list[bytes]:
    book = samples.old_workbook()
    return [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 200 if book is None else book]


def _workbook_seeds() -> list[bytes]:
    return [*samples.workbooks(), samples.form_workbook()]


READERS = (
    _target("csv", ".csv", _csv_seeds, mutation.table, weight=3),
    _target("csv as a named kind", ".csv", _csv_seeds, mutation.table, read=_as_kind),
    _target(
        "tsv",
        ".tsv",
        lambda: [samples.delimited(samples.table(_ENTRIES()), "\t")],
        mutation.table,
        weight=1,
    ),
    _target("json lines", ".jsonl", lambda: [samples.json_lines(_ENTRIES())], mutation.json_text),
    _target(
        "json",
        ".json",
        lambda: [b"[%s]" % samples.json_lines(_ENTRIES()).replace(b"\n", b",")],
        mutation.json_text,
        weight=1,
    ),
    _target("page as .xls", ".xls", samples.pages, mutation.markup),
    _target("spreadsheet xml", ".xml", samples.spreadsheet_xml, mutation.markup),
    _target("xlsx", ".xlsx", _workbook_seeds, mutation.archive, weight=5, max_bytes=_OFFICE_BYTES),
    _target("xls", ".xls", _old_seeds, mutation.text, max_bytes=_OFFICE_BYTES),
    _target("gzip", ".jsonl.gz", samples.packed, mutation.within_gzip(mutation.json_text)),
    _target("records", ".csv", samples.records, mutation.table, read=_records),
    _target(
        "records, xlsx",
        ".xlsx",
        samples.workbooks,
        mutation.archive,
        read=_records,
        max_bytes=_OFFICE_BYTES,
    ),
    _target(
        "needs, csv",
        ".csv",
        lambda: [samples.delimited(samples.table(samples.needs()))],
        mutation.table,
        read=_needs,
    ),
    _target(
        "needs, xlsx",
        ".xlsx",
        _workbook_seeds,
        mutation.archive,
        read=_needs,
        max_bytes=_OFFICE_BYTES,
    ),
    _target("need, text", ".txt", samples.texts, mutation.table, read=_document),
    _target(
        "need form, docx",
        ".docx",
        samples.documents,
        mutation.archive,
        read=_document,
        weight=5,
        max_bytes=_OFFICE_BYTES,
    ),
)
"""Targets of this room."""
