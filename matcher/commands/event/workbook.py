"""`matcher event workbook|apply|record`: the workbook of an event, written and read back."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.commands.event.edit import engine_look
from matcher.commands.event.event import (
    By,
    Name,
    SignedBy,
    event_app,
    is_interactive,
    user_name,
)
from matcher.commands.options import (
    AsJson,
    Debug,
    Force,
    Home,
    check_not_there,
    print_json,
    print_note,
    read_settings,
)
from matcher.errors import ConflictError, InputError
from matcher.labels import listed
from matcher.language.messages import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matcher.events.outcome import Tally
    from matcher.reporting.event.workbook_edits import MatchSheet
    from matcher.settings import Settings
    from matcher.store.database import Store
    from matcher.workflows.events.record_outcome import Recorded
    from matcher.workflows.events.returned_edits import Returned

Book = Annotated[
    Path, typer.Argument(metavar="FILE.xlsx", help="The workbook that the staff filled in.")
]


@event_app.command()
def workbook(
    context: typer.Context,
    name: Name,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE.xlsx", help="Write it to this file.")
    ],
    by: SignedBy = None,
    force: Force = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Write the event as a workbook of nine sheets (.xlsx), to print, edit and read back.

    The workbook is in Chinese in every run, as its headings are read back.
    """
    settings = read_settings(context)
    if output.suffix.lower() != ".xlsx":
        raise InputError(_("{output}: the name of the file must end in .xlsx", output=output))
    check_not_there(output, force)

    from datetime import date

    from matcher.access.roles import COMMAND_CALLER
    from matcher.reporting.event.report import read_report
    from matcher.reporting.event.workbook import write_workbook
    from matcher.store.schema.times import now
    from matcher.wiring.open import open_store
    from matcher.workflows.record_export import record_event_export

    with open_store(settings) as store, store.writing() as connection:
        report = read_report(connection, name, date.today())
        counts = {"needs": len(report.needs), "meetings": len(report.meetings)}
        record_event_export(
            connection, COMMAND_CALLER, name, "xlsx", **counts, version=report.version
        )
        write_workbook(report, output, exported_by=by and by.strip(), moment=now())
    print_note(
        _(
            "Wrote {output}: {count:,} needs, {meetings:,} meetings, {problems:,} data problems.",
            output=output,
            count=len(report.needs),
            meetings=len(report.meetings),
            problems=len(report.problems),
        )
    )
    if report.out_of_date:
        print_note(report.out_of_date)


@event_app.command()
def apply(
    context: typer.Context,
    file: Book,
    name: Annotated[
        str | None,
        typer.Argument(metavar="[EVENT]", help="The event; by default the workbook's own."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Make the changes without asking.")] = False,
    by: By = None,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Read the staff's columns of 匹配总表, show what they change, and do it after a yes."""
    settings = read_settings(context)

    from matcher.reporting.event.workbook_edits import MatchSheet
    from matcher.reporting.event.workbook_reading import read_book
    from matcher.wiring.open import open_store

    book = read_book(file)
    name = _event_name(book, file, name)
    sheet = MatchSheet(book)
    with open_store(settings) as store:
        returned, changes = _read_changes(store, name, sheet)
        problems = [
            problem.message for problem in (*sheet.problems, *sheet.cells(returned.problems))
        ]
        _refuse_conflicts(file, returned.conflicts)
        if not as_json:
            _print_changes(changes, returned.standing, problems)
        numbers: list[int] = []
        if returned.edits and (yes or _agreed(len(returned.edits))):
            numbers = _make_edits(settings, store, name, sheet, returned, user_name(by))
    if as_json:
        standing = {"standing": returned.standing, "problems": problems}
        print_json({"changes": changes, "made": numbers, **standing})
    elif numbers:
        print_note(ngettext("{n} change is made.", "{n} changes are made.", len(numbers)))


@event_app.command()
def record(
    context: typer.Context,
    file: Book,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """After the event, read 跟进表: move the matches' states, and print what came of it."""
    settings = read_settings(context)

    from matcher.access.roles import COMMAND_CALLER
    from matcher.reporting.event.workbook_columns import FOLLOW_UP
    from matcher.reporting.event.workbook_outcome import FollowUpSheet
    from matcher.reporting.event.workbook_reading import event_of, read_book
    from matcher.store import audit, events
    from matcher.wiring.open import open_store
    from matcher.workflows.events import record_outcome

    book = read_book(file)
    name = event_of(book, file)
    sheet = FollowUpSheet(book)
    with open_store(settings) as store, store.writing() as connection:
        events.by_name(connection, name)
        done = record_outcome.record(connection, name, sheet.rows, COMMAND_CALLER)
        audit.append(
            connection,
            by=COMMAND_CALLER,
            action="event.recorded",
            subject=name[: audit.MAX_SUBJECT],
            details={"moved": done.moved, "noted": done.noted, "refused": len(done.refused)},
        )
    problems = [problem.message for problem in sheet.problems]
    rows = (*done.refused, *done.outdated)
    problems += [
        _("{sheet}, row {row}: {problem}", sheet=FOLLOW_UP, row=row.row, problem=row.problem)
        for row in rows
    ]
    problems += [
        _("{sheet} lacks the meeting planned later: {meeting}", sheet=FOLLOW_UP, meeting=meeting)
        for meeting in done.missing
    ]
    if as_json:
        print_json(_recorded_json(done, problems))
        return
    _print_recorded(name, done)
    for problem in problems:
        print_note(problem)


def _event_name(book: Any, file: Path, name: str | None) -> str:
    """Return the event of a workbook. Raises ConflictError where `name` is another one."""
    from matcher.reporting.event.workbook_reading import event_of

    own = event_of(book, file)
    if name is not None and name != own:
        raise ConflictError(
            _(
                "{file} is the workbook of the event {own!r}, not of {name!r}",
                file=file,
                own=own,
                name=name,
            )
        )
    return own


def _read_changes(store: "Store", name: str, sheet: "MatchSheet") -> "tuple[Returned, list[str]]":
    """Read the edits of the sheet against the event, each also as a line for people."""
    from matcher.workflows.events import apply_workbook
    from matcher.workflows.events.event_view import read_event_view

    with store.reading() as connection:
        board = read_event_view(connection, name)
        returned = apply_workbook.read_returned(connection, board, sheet.rows)
        changes = [apply_workbook.edit_text(connection, board, edit) for edit in returned.edits]
    return returned, changes


def _refuse_conflicts(file: Path, rows: "Sequence[int]") -> None:
    from matcher.reporting.event.workbook_columns import MATCHES

    if rows:
        raise ConflictError(
            _(
                "{file} is older than the event: the lists of rows {rows} of {matches} have "
                "changed since; nothing is done: export it anew and write them there",
                file=file,
                rows=listed(map(str, rows)),
                matches=MATCHES,
            )
        )


def _make_edits(
    settings: "Settings",
    store: "Store",
    name: str,
    sheet: "MatchSheet",
    returned: "Returned",
    by: str,
) -> list[int]:
    """Make the edits of the workbook and return their numbers.

    Raises ConflictError where the event changed since they were read.
    """
    from matcher.access.roles import COMMAND_CALLER
    from matcher.store.schema.times import now
    from matcher.workflows.events import apply_workbook
    from matcher.workflows.events.edit import Editor
    from matcher.workflows.events.event_view import read_event_view

    with ExitStack() as stack:
        connection = stack.enter_context(store.writing())
        board = read_event_view(connection, name)
        if apply_workbook.read_returned(connection, board, sheet.rows) != returned:
            raise ConflictError(_("somebody changed the event just now: apply the workbook again"))
        editor = Editor(by, COMMAND_CALLER, now(), engine_look(settings, stack))
        return apply_workbook.make_edits(connection, board, returned.edits, editor)


def _agreed(count: int) -> bool:
    """Ask on a terminal; without one, only --yes agrees."""
    if not is_interactive():
        print_note(_("Nothing is done: add --yes to make these changes."))
        return False
    question = ngettext("Make this {n} change?", "Make these {n} changes?", count)
    return typer.confirm(question, default=False, err=True)


def _print_changes(changes: "Sequence[str]", standing: int, problems: "Sequence[str]") -> None:
    for change in changes:
        print(change)
    if standing:
        print_note(
            ngettext(
                "{n} more was made before and is not made again.",
                "{n} more were made before and are not made again.",
                standing,
            )
        )
    for problem in problems:
        print_note(problem)
    if not changes:
        print_note(_("There is nothing to change."))


def _recorded_json(done: "Recorded", problems: "Sequence[str]") -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "moved": done.moved,
        "noted": done.noted,
        "unchanged": done.unchanged,
        **asdict(done.outcome),
        "problems": list(problems),
    }


def _print_recorded(name: str, done: "Recorded") -> None:
    result = done.outcome
    print(_tally_line(name, result.total))
    for heading, tallies in (
        (_("By industry"), result.by_industry),
        (_("By institution"), result.by_institution),
    ):
        print(heading)
        for name_of_part, tally in tallies.items():
            print(f"  {_tally_line(name_of_part, tally)}")
    print_note(
        _(
            "{moved} matches have a new state, {noted} got a next step or a note, {unchanged} did "
            "not change.",
            moved=done.moved,
            noted=done.noted,
            unchanged=done.unchanged,
        )
    )


def _tally_line(name: str, tally: "Tally") -> str:
    unknown = _(", {count} not filled in", count=tally.unknown) if tally.unknown else ""
    reserves = _(", {count} in reserve", count=tally.reserves_held) if tally.reserves_held else ""
    return _(
        "{name}: {planned} meetings planned, {held} held, {not_held} not held{unknown}{reserves}; "
        "{intents} intents, {signed} signed, {talks} in talks, {not_interested} not interested",
        name=name,
        planned=tally.planned,
        held=tally.held,
        not_held=tally.not_held,
        unknown=unknown,
        reserves=reserves,
        intents=tally.intents,
        signed=tally.signed,
        talks=tally.talks,
        not_interested=tally.not_interested,
    )
