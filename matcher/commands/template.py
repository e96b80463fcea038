"""`matcher template`: an empty workbook to fill in."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from matcher.commands.options import Debug, Home, tell
from matcher.errors import InputError


class TemplateKind(StrEnum):
    """What can be filled in."""

    PATENTS = "patents"
    NEEDS = "needs"
    TEAMS = "teams"


def template(
    kind: Annotated[TemplateKind, typer.Argument(help="What the workbook is for.")],
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE.xlsx", help="Where it goes.")
    ],
    force: Annotated[
        bool, typer.Option("--force", help="Write over a file that is there already.")
    ] = False,
    home: Home = None,
    debug: Debug = False,
) -> None:
    """Write a workbook to fill in.

    It has our headings, notes, an example row and drop-downs."""
    if output.exists() and not force:
        raise InputError(f"{output} is there already: choose another name, or add --force")

    from matcher.importing.headings.template import write_template

    write_template(kind.value, output, overwrite=force)
    tell(f"Wrote {output}.")
