"""Options of the commands that count and export: days, institution, and the file."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.errors import InputError

if TYPE_CHECKING:
    from matcher.reporting.tables import Format

Since = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], metavar="DAY", help="First day that counts, in UTC."),
]
Until = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], metavar="DAY", help="Last day that counts, in UTC."),
]
OfInstitution = Annotated[
    str | None, typer.Option("--institution", help="Only this institution's, by its whole name.")
]
Output = Annotated[
    Path | None,
    typer.Option(
        "-o", "--output", metavar="FILE.xlsx|.csv", help="Write a table for people to this file."
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Write over a file that is there already.")]


def format_of(output: Path, force: bool) -> "Format":
    """The form of the file by its name. Raises InputError, also where the file is there."""
    if output.suffix.lower() not in {".xlsx", ".csv"}:
        raise InputError(f"{output}: the name of the file must end in .xlsx or .csv")
    if output.exists() and not force:
        raise InputError(f"{output} is there already: choose another name, or add --force")
    return "xlsx" if output.suffix.lower() == ".xlsx" else "csv"


def exporter() -> str:
    """Who exports by a command: whoever is logged in on the machine."""
    from getpass import getuser

    try:
        return f"{getuser()} (command)"
    except (KeyError, OSError):  # a user without a name, as in some containers
        return "command"
