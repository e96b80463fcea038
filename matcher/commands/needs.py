"""`matcher needs`: needs (技术需求) that are kept, from the collection form and by hand."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.commands.import_files import (
    PROBLEMS_FILE,
    import_json,
    print_import,
    problems_place,
    tell_problems,
)
from matcher.commands.options import AsJson, Debug, Home, print_json, read_settings, tell
from matcher.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matcher.needs.record import NeedRecord

needs = typer.Typer(
    help="Keep technical needs (技术需求).",
    invoke_without_command=True,
    rich_markup_mode=None,
)


@needs.callback()
def everywhere(context: typer.Context) -> None:
    """Keep technical needs (技术需求)."""
    if context.invoked_subcommand is None:
        print(context.get_help())


@needs.command("import")
def import_needs(
    context: typer.Context,
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE|FOLDER...",
            help="Sheets with one need a row (.xlsx, .csv …), filled forms (.docx), or folders "
            "of them.",
        ),
    ],
    problems: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help=f"Where all problems go; by default {PROBLEMS_FILE} in the home folder.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Keep the needs of collection forms (技术需求征集表).

    A need that was imported before is brought up to date: it is known by its enterprise and
    number, else by its enterprise and text. Needs of one enterprise that say nearly the same are
    shown, never merged. All files go in together or none.
    """
    settings = read_settings(context)
    place = problems_place(problems, settings.home / PROBLEMS_FILE)

    from matcher.importing.read_need_files import read_needs_files
    from matcher.importing.rows.problem_file import write_problems
    from matcher.wiring.open import open_store
    from matcher.workflows.import_needs import keeping_by_command, save_needs
    from matcher.workflows.import_patents import ImportResult

    read = read_needs_files(files, today=date.today())
    with open_store(settings) as store, store.writing() as connection:
        result = save_needs(connection, read, keeping_by_command(settings))
    counted = ImportResult(result.files)
    found = [problem for file in result.files for problem in file.problems]
    written = found or problems is not None
    if as_json:
        told = import_json(counted, place if written else None)
        del told["deleted"]
        print_json({**told, "duplicates": list(result.duplicates)})
    else:
        print_import(counted)
        tell_duplicates(result.duplicates)
    if written:
        settings.home.mkdir(parents=True, exist_ok=True)
        write_problems(place, found)
        tell_problems(found, place)


@needs.command("list")
def list_needs(
    context: typer.Context,
    enterprise: Annotated[
        str | None, typer.Option(help="Only needs of this enterprise, by its whole name.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also those that are closed or expired.")
    ] = False,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """The needs that ask, the oldest first; never with a contact person."""
    settings = read_settings(context)

    from sqlalchemy import true

    from matcher.store import needs as stored
    from matcher.store.schema.needs import needs as table
    from matcher.wiring.open import open_store

    where = true() if enterprise is None else table.c.enterprise == enterprise
    today = date.today()
    with open_store(settings) as store, store.reading() as connection:
        found = [
            one for one in stored.each(connection, where) if everything or one.is_asking(today)
        ]
    if as_json:
        print_json([_need_json(one, today) for one in found])
        return
    for one in found:
        details = one.details
        asks = f"asks until {one.expires_on}" if one.is_asking(today) else "asks no more"
        head = details.title or details.need.full_text.split("\n")[0][:40]
        print(f"{one.id}  {details.enterprise or '-'}  {head}  {asks}")
    if not found:
        tell("There is no such need; matcher needs import FILE brings needs in.")


@needs.command()
def close(
    context: typer.Context,
    need: Annotated[str, typer.Argument(metavar="ID", help="The need's id.")],
    reason: Annotated[
        str,
        typer.Option(
            help="matched 对接成功, solved_elsewhere 另行解决, withdrawn 撤回, duplicate 重复, "
            "other 其他.",
            show_default=False,
        ),
    ],
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Let a need ask no more (关闭需求); its matches stay."""
    settings = read_settings(context)

    from matcher.access.roles import COMMAND_CALLER
    from matcher.needs import lifecycle
    from matcher.needs.record import ClosedReason, NeedNotFoundError
    from matcher.store import audit
    from matcher.store import needs as stored
    from matcher.store.schema.times import now
    from matcher.wiring.open import open_store

    if reason not in list(ClosedReason):
        raise InputError(f"--reason is one of {', '.join(ClosedReason)}, not {reason[:40]!r}")
    with open_store(settings) as store, store.writing() as connection:
        before = stored.find(connection, need)
        if before is None:
            raise NeedNotFoundError(f"there is no need {need[:60]!r}: see matcher needs list --all")
        after = lifecycle.closed(before, ClosedReason(reason), now())
        stored.save(connection, after)
        audit.append(
            connection,
            by=COMMAND_CALLER,
            action="need.closed",
            subject=after.id,
            details={"version": after.version, "reason": reason},
        )
    tell(f"{need} is closed ({reason}).")


def tell_duplicates(duplicates: "Sequence[dict[str, Any]]") -> None:
    """Pairs of needs that say nearly the same, a line each."""
    from matcher.workflows.import_needs import duplicate_line

    if duplicates:
        tell(f"Needs that say nearly the same: {len(duplicates)}; all went in, look at them:")
    for pair in duplicates:
        tell(f"- {duplicate_line(pair)}")


def _need_json(need: "NeedRecord", today: date) -> dict[str, Any]:
    """What a list tells of a need."""
    details = need.details
    return {
        "id": need.id,
        "reference": details.reference,
        "title": details.title,
        "enterprise": details.enterprise,
        "industry": details.industry,
        "publish_scope": need.publish_scope.value,
        "state": need.state.value,
        "closed_reason": need.closed_reason and need.closed_reason.value,
        "is_asking": need.is_asking(today),
        "expires_on": need.expires_on and need.expires_on.isoformat(),
        "has_contact": need.contact is not None,
        "created_at": need.created_at.isoformat(),
        "version": need.version,
    }
