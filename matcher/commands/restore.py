"""`matcher restore`: a backup becomes the database of the home."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.commands.options import AsJson, Debug, Home, print_json, print_note, read_settings
from matcher.language.messages import _

if TYPE_CHECKING:
    from matcher.wiring.backup.restore import Restored

MAX_LISTED = 10
"""Acts that are listed; --json has all."""


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file of matcher backup.")],
    force: Annotated[
        bool,
        typer.Option(
            "--force", help="Restore over a database that is there; it is kept under another name."
        ),
    ] = False,
    as_json: AsJson = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Restore a backup, all of it or nothing.

    Stop every server first. The backup is compared with its checksums before anything else. One of
    an earlier version is migrated. Then run matcher index."""
    settings = read_settings(context)

    from matcher.commands.terminal.progress import progress_line
    from matcher.wiring.backup.restore import restore as restore_home

    with progress_line() as report:
        done = restore_home(settings, file, force=force, report=report)
    if as_json:
        print_json(asdict(done))
        return
    print(_("Restored the backup of {made_at} from {file}.", made_at=done.made_at, file=file))
    _print_notes(done)


def _print_notes(done: "Restored") -> None:
    from matcher.store.revision import HEAD

    if done.revision_before != HEAD:
        print_note(
            _(
                "The database went from revision {before} to {after}.",
                before=done.revision_before,
                after=HEAD,
            )
        )
    if done.kept_as is not None:
        print_note(
            _(
                "The database that was there is kept as {kept_as}: delete it when you do not need "
                "it any more.",
                kept_as=done.kept_as,
            )
        )
    print_note(_("Whoever was signed in signs in again."))
    if done.undone:
        acts = [f"- {action} {subject}" for action, subject in done.undone[:MAX_LISTED]]
        if (more := len(done.undone) - MAX_LISTED) > 0:
            acts.append("- " + _("… {count:,} more", count=more))
        told = _("Since the backup these acts protected somebody. Do them again:")
        print_note("\n".join([told, *acts]))
    if done.pepper is not None:
        print_note(done.pepper)
    if done.index is not None:
        print_note(_("The index: {reason}. Next: matcher index", reason=done.index))
    else:
        print_note(_("Next: matcher index"))
