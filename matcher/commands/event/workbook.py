"""`matcher event workbook|apply|record`: the workbook of an event, written and read back."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.commands.event.event import (
    By,
    Name,
    event_app,
    user_name,
)
from matcher.commands.options import AsJson, Debug, Home, print_json, read_settings, tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matcher.reporting.event.workbook_reading import CellProblem
    from matcher.workflows.events.record_outcome import Recorded

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
    by: By = None,
    force: Annotated[
        bool, typer.Option("--force", help="Write over a file that is there already.")
    ] = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Write the event as a workbook of nine sheets (.xlsx), to print, edit and read back."""
    settings = read_settings(context)

    from datetime import date

    from matcher.access.roles import COMMAND_CALLER
    from matcher.errors import InputError
    from matcher.reporting.event.report import read_report
    from matcher.reporting.event.workbook import write_workbook
    from matcher.store import audit
    from matcher.store.schema.times import now
    from matcher.wiring.open import open_store

    if output.suffix.lower() != ".xlsx":
        raise InputError(f"{output}: the name of the file must end in .xlsx")
    if output.exists() and not force:
        raise InputError(f"{output} is there already: choose another name, or add --force")
    with open_store(settings) as store, store.writing() as connection:
        report = read_report(connection, name, date.today())
        audit.append(
            connection,
            by=COMMAND_CALLER,
            action="event.exported",
            subject=name[:100],
            details={
                "format": "xlsx",
                "needs": len(report.needs),
                "meetings": len(report.meetings),
                "version": report.version,
            },
        )
        write_workbook(report, output, exported_by=user_name(by), moment=now())
    tell(
        f"Wrote {output}: {len(report.needs):,} needs, {len(report.meetings):,} meetings, "
        f"{len(report.problems):,} data problems."
    )


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

    from matcher.access.roles import COMMAND_CALLER
    from matcher.commands.event.edit import engine_look
    from matcher.errors import ConflictError
    from matcher.reporting.event.workbook_edits import MatchSheet
    from matcher.reporting.event.workbook_reading import read_book
    from matcher.store.schema.times import now
    from matcher.wiring.open import open_store
    from matcher.workflows.events import apply_workbook
    from matcher.workflows.events.board import read_board

    book = read_book(file)
    name = _event_name(book, file, name)
    sheet = MatchSheet(book)
    with ExitStack() as stack:
        store = stack.enter_context(open_store(settings))
        with store.reading() as connection:
            board = read_board(connection, name)
            found = apply_workbook.read_returned(connection, board, sheet.rows)
            changes = [apply_workbook.change_words(connection, board, one) for one in found.edits]
        problems = [*sheet.problems, *sheet.cells(found.problems)]
        _refuse_conflicts(file, found.conflicts)
        if not as_json:
            _show_changes(changes, found.standing, problems)
        numbers: list[int] = []
        if found.edits and (yes or _agreed(len(found.edits))):
            connection = stack.enter_context(store.writing())
            board = read_board(connection, name)
            again = apply_workbook.read_returned(connection, board, sheet.rows)
            if again != found:
                raise ConflictError("somebody changed the event just now: apply the workbook again")
            numbers = apply_workbook.make(
                connection,
                board,
                found.edits,
                by=user_name(by),
                moment=now(),
                caller=COMMAND_CALLER,
                look=engine_look(settings, stack),
            )
    _tell_applied(numbers, changes, found.standing, problems, as_json)


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
        events.named(connection, name)
        done = record_outcome.record(connection, name, sheet.rows, COMMAND_CALLER)
        audit.append(
            connection,
            by=COMMAND_CALLER,
            action="event.recorded",
            subject=name[:100],
            details={"moved": done.moved, "noted": done.noted, "refused": len(done.refused)},
        )
    problems = [one.words for one in sheet.problems]
    problems += [f"{FOLLOW_UP} 第 {one.row} 行：{one.words}" for one in done.refused]
    if as_json:
        print_json(_recorded_json(done, problems))
        return
    _print_recorded(name, done)
    for words in problems:
        tell(words)


def _event_name(book: Any, file: Path, name: str | None) -> str:
    """The event of a workbook. Raises ConflictError where another one was meant."""
    from matcher.errors import ConflictError
    from matcher.reporting.event.workbook_reading import event_of

    own = event_of(book, file)
    if name is not None and name != own:
        raise ConflictError(f"{file} is the workbook of the event {own!r}, not of {name!r}")
    return own


def _refuse_conflicts(file: Path, rows: "Sequence[int]") -> None:
    from matcher.errors import ConflictError
    from matcher.reporting.event.workbook_columns import MATCHES

    if rows:
        raise ConflictError(
            f"{file} is older than the event: the lists of rows {'、'.join(map(str, rows))} of "
            f"{MATCHES} have changed since; nothing is done: export it anew and write them there"
        )


def _agreed(count: int) -> bool:
    """Ask on a terminal; without one, only --yes agrees."""
    if not _is_asked():
        tell("Nothing is done: add --yes to make these changes.")
        return False
    return typer.confirm(f"执行以上 {count} 项修改？", default=False, err=True)


def _is_asked() -> bool:
    return sys.stdin.isatty()


def _show_changes(
    changes: "Sequence[str]", standing: int, problems: "Sequence[CellProblem]"
) -> None:
    for words in changes:
        print(words)
    if standing:
        tell(f"另有 {standing} 项早已生效，不再重复。")
    for problem in problems:
        tell(problem.words)
    if not changes:
        tell("没有需要执行的修改。")


def _tell_applied(
    numbers: "Sequence[int]",
    changes: "Sequence[str]",
    standing: int,
    problems: "Sequence[CellProblem]",
    as_json: bool,
) -> None:
    if as_json:
        print_json(
            {
                "changes": list(changes),
                "made": list(numbers),
                "standing": standing,
                "problems": [one.words for one in problems],
            }
        )
    elif numbers:
        tell(f"已执行 {len(numbers)} 项修改。")


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
    from matcher.events.outcome import Tally

    def line(words: str, tally: Tally) -> str:
        unknown = f"，未填 {tally.unknown}" if tally.unknown else ""
        reserves = f"，候补 {tally.reserves_held} 场" if tally.reserves_held else ""
        return (
            f"{words}：计划 {tally.planned} 场，实际 {tally.held} 场，未见面 {tally.not_held}"
            f"{unknown}{reserves}；意向 {tally.intents}，继续洽谈 {tally.talks}，"
            f"不感兴趣 {tally.not_interested}"
        )

    result = done.outcome
    print(line(name, result.total))
    for heading, tallies in (("按产业", result.by_industry), ("按机构", result.by_institution)):
        print(heading)
        for words, tally in tallies.items():
            print(f"  {line(words, tally)}")
    tell(
        f"{done.moved} 条匹配的状态已更新，{done.noted} 条补记了下一步或备注，"
        f"{done.unchanged} 条无变化。"
    )
