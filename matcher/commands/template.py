"""`matcher template`: an empty workbook to fill in."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from matcher.commands.options import Debug, Force, Home, check_not_there, print_note
from matcher.language.messages import _


class TemplateKind(StrEnum):
    """Kinds of record that a workbook is filled in with."""

    PATENTS = "patents"
    NEEDS = "needs"
    TEAMS = "teams"
    EVENT_TEAMS = "event-teams"
    EVENT_FIRMS = "event-firms"


def template(
    kind: Annotated[TemplateKind, typer.Argument(help="What the workbook is for.")],
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE.xlsx", help="Where it goes.")
    ],
    force: Force = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Write a workbook to fill in.

    It has our headings, notes, an example row and drop-downs."""
    check_not_there(output, force)

    from matcher.importing.headings.template import write_template

    write_template(kind.value, output, overwrite=force)
    print_note(_("Wrote {file}.", file=output))
