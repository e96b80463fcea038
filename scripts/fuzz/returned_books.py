"""Target: the workbook of an event, read back after people worked in it."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path

import openpyxl

from matcher.access.roles import COMMAND_CALLER
from matcher.errors import MatcherError
from matcher.reporting.event import workbook_columns as columns
from matcher.reporting.event.workbook_edits import MatchSheet
from matcher.reporting.event.workbook_outcome import FollowUpSheet
from matcher.reporting.event.workbook_reading import event_of, read_book
from matcher.store.database import Store
from matcher.wiring.open import open_store
from matcher.workflows.events import apply_workbook, record_outcome
from matcher.workflows.events.event_view import read_event_view
from scripts.fuzz import mutation
from scripts.fuzz.homes import EVENT, make_event, make_home, settings_of
from scripts.fuzz.samples import repacked
from scripts.fuzz.target import Prepared, Target


class _UndoneError(Exception):
    """Signal that ends a transaction without its changes."""


def _prepare(folder: Path) -> Prepared:
    home = make_home(folder)
    book = folder / "event.xlsx"
    make_event(home, book)
    store = open_store(settings_of(home)).__enter__()
    path = folder / "input.xlsx"

    def run(data: bytes) -> None:
        path.write_bytes(data)
        _read_back(store, path)

    return Prepared(run, [repacked(book.read_bytes()), repacked(_filled_in(book))])


def _read_back(store: Store, path: Path) -> None:
    """Read a workbook as `matcher event apply` and `matcher event record` do."""
    book = read_book(path)
    event_of(book, path)
    try:
        matches = MatchSheet(book)
        with store.reading() as connection:
            view = read_event_view(connection, EVENT)
            returned = apply_workbook.read_returned(connection, view, matches.rows)
            for edit in returned.edits:
                apply_workbook.edit_text(connection, view, edit)
        for problem in (*matches.problems, *matches.cells(returned.problems)):
            _check_line(problem.message)
    finally:
        _record(store, FollowUpSheet(book))


def _record(store: Store, sheet: FollowUpSheet) -> None:
    for problem in sheet.problems:
        _check_line(problem.message)
    try:
        with store.writing() as connection:
            record_outcome.record(connection, EVENT, sheet.rows, COMMAND_CALLER)
            raise _UndoneError
    except _UndoneError:
        pass


def _check_line(message: str) -> None:
    """Raise where a problem is not one line."""
    if "\n" in message:
        raise MatcherError(message)


def _filled_in(path: Path) -> bytes:
    """Return the workbook with entries of the staff in it."""
    book = openpyxl.load_workbook(path)
    entries: dict[str, dict[str, Sequence[str | datetime]]] = {
        columns.MATCHES: {
            columns.OPERATION: (columns.KEEP, columns.EXCLUDE, columns.UP, columns.SWAP),
            columns.REASON: ("样例理由",) * 4,
            columns.NOTE: ("样例备注",) * 4,
        },
        columns.FOLLOW_UP: {
            columns.MET: (columns.YES, columns.NO, columns.YES, columns.YES),
            columns.INTENT: tuple(columns.INTENTS)[:4],
            columns.NEXT_DAY: (datetime(2026, 12, 10), "2026年12月11日", "明天", ""),
        },
    }
    for name, staff in entries.items():
        sheet = book[name]
        heading_row, headings = next(
            (number, row)
            for number, row in enumerate(sheet.iter_rows(max_row=10, values_only=True), 1)
            if set(staff) <= set(row)
        )
        for heading, values in staff.items():
            column = headings.index(heading) + 1
            for offset, value in enumerate(values, 1):
                sheet.cell(heading_row + offset, column, value)
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


RETURNED_BOOKS = (
    Target(
        "event workbook", _prepare, mutation.archive, weight=1, max_bytes=100_000, needs_home=True
    ),
)
"""Targets of this room."""
