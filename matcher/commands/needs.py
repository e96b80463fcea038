"""`matcher needs`: stored needs (技术需求), from the collection form and by hand."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.commands.import_files import read_mapping
from matcher.commands.import_report import ProblemFile, Problems, import_json, print_import
from matcher.commands.options import (
    AsJson,
    Debug,
    Home,
    command_group,
    print_json,
    print_note,
    read_settings,
)
from matcher.errors import InputError
from matcher.labels import CLOSE_REASON, label, listed
from matcher.language.messages import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matcher.needs.record import NeedDetails, NeedRecord

MAX_HEAD = 40
"""Characters of the first line of a need, in a list, where it has no title."""
needs = command_group("Keep technical needs.")


@needs.command("import")
def import_needs(
    context: typer.Context,
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE|FOLDER...",
            help="Sheets with one need a row (.xlsx, .csv …), filled forms (.docx, .xlsx …), "
            "or folders of them.",
        ),
    ],
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="OURS=THEIRS",
            help='Which heading or label holds a field of ours: --map "text=研究内容"; repeatable.',
        ),
    ] = None,
    problems: Problems = None,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Keep the needs of collection forms.

    A need that was imported before is brought up to date: it is known by its enterprise and
    number, else by its enterprise and text. Needs of one enterprise that say nearly the same are
    shown, never merged. All files go in together or none.
    """
    settings = read_settings(context)
    problem_file = ProblemFile(problems, settings.home)

    from matcher.importing.read_need_files import read_needs_files
    from matcher.wiring.open import open_store
    from matcher.workflows.import_needs import command_context, save_needs
    from matcher.workflows.import_patents import ImportResult

    read = read_needs_files(files, today=date.today(), mapping=read_mapping(mapping or []))
    with open_store(settings) as store, store.writing() as connection:
        saved = save_needs(connection, read, command_context(settings))
    result = ImportResult(saved.files)
    if as_json:
        report = import_json(result, problem_file.path_for(result))
        del report["deleted"]
        print_json({**report, "duplicates": list(saved.duplicates)})
    else:
        print_import(result)
        print_duplicates(saved.duplicates)
    problem_file.write(result)


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
    """List the open needs, oldest first, without contact persons."""
    settings = read_settings(context)

    from sqlalchemy import true

    from matcher.store import needs as stored
    from matcher.store.schema.needs import needs as table
    from matcher.wiring.open import open_store

    where = true() if enterprise is None else table.c.enterprise == enterprise
    today = date.today()
    with open_store(settings) as store, store.reading() as connection:
        listed = [
            need for need in stored.each(connection, where) if everything or need.is_asking(today)
        ]
    if as_json:
        print_json([_need_json(need, today) for need in listed])
        return
    for need in listed:
        print(_need_line(need, today))
    if not listed:
        print_note(_("There is no such need; matcher needs import FILE brings needs in."))


@needs.command()
def close(
    context: typer.Context,
    need: Annotated[str, typer.Argument(metavar="ID", help="The need's id.")],
    reason: Annotated[
        str,
        typer.Option(
            help="matched, solved_elsewhere, withdrawn, duplicate, other.",
            show_default=False,
        ),
    ],
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Let a need ask no more; its matches stay."""
    settings = read_settings(context)

    from matcher.access.roles import COMMAND_CALLER
    from matcher.needs import lifecycle
    from matcher.needs.record import ClosedReason, NeedNotFoundError
    from matcher.store import audit
    from matcher.store import needs as stored
    from matcher.store.schema.times import now
    from matcher.wiring.open import open_store

    if reason not in list(ClosedReason):
        raise InputError(
            _(
                "--reason is one of {reasons}, not {reason!r}",
                reasons=listed(ClosedReason),
                reason=reason[:40],
            )
        )
    with open_store(settings) as store, store.writing() as connection:
        before = stored.find(connection, need)
        if before is None:
            raise NeedNotFoundError(
                _("there is no need {need!r}: see matcher needs list --all", need=need[:60])
            )
        after = lifecycle.closed(before, ClosedReason(reason), now())
        stored.save(connection, after)
        audit.append(
            connection,
            by=COMMAND_CALLER,
            action="need.closed",
            subject=after.id,
            details={"version": after.version, "reason": reason},
        )
    print_note(_("{need} is closed ({reason}).", need=need, reason=label(CLOSE_REASON[reason])))


def print_duplicates(duplicates: "Sequence[dict[str, Any]]") -> None:
    """Print the pairs of near-duplicate needs on stderr, a line each."""
    from matcher.workflows.import_needs import duplicate_line

    if duplicates:
        print_note(
            _(
                "Needs that say nearly the same: {count}; all went in, look at them:",
                count=len(duplicates),
            )
        )
    for pair in duplicates:
        print_note(f"- {duplicate_line(pair)}")


def need_head(details: "NeedDetails") -> str:
    """Return the title of a need, or the beginning of its text."""
    return details.title or details.need.full_text.split("\n")[0][:MAX_HEAD]


def _need_line(need: "NeedRecord", today: date) -> str:
    details = need.details
    if not need.is_asking(today):
        state = _("asks no more")
    elif need.expires_on is None:
        state = _("asks without an end")
    else:
        state = _("asks until {expires_on}", expires_on=need.expires_on)
    return f"{need.id}  {details.enterprise or '-'}  {need_head(details)}  {state}"


def _need_json(need: "NeedRecord", today: date) -> dict[str, Any]:
    """Return the entry of a need in a list, JSON-ready; never with its contact."""
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
