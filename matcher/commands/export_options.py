"""Options of the commands that count and export: days, institution, and the file."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.commands.options import Force, check_not_there, login_name
from matcher.errors import InputError
from matcher.language.messages import _

if TYPE_CHECKING:
    from matcher.reporting.tables import Format

OfInstitution = Annotated[
    str | None, typer.Option("--institution", help="Only this institution's, by its whole name.")
]


@dataclass(frozen=True, slots=True)
class CountedMatches:
    """Matches that are counted: their days, ends included, and their institution."""

    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DAY", help="First day that counts, in UTC."),
    ] = None
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DAY", help="Last day that counts, in UTC."),
    ] = None
    institution: OfInstitution = None

    @property
    def first_day(self) -> date | None:
        """First day that counts; None for no limit."""
        return self.since and self.since.date()

    @property
    def last_day(self) -> date | None:
        """Last day that counts; None for no limit."""
        return self.until and self.until.date()


@dataclass(frozen=True, slots=True)
class ExportFile:
    """The file of a table for people; without one nothing is exported."""

    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE.xlsx|.csv",
            help="Write a table for people, with Chinese headings, to this file.",
        ),
    ] = None
    force: Force = False

    def checked(self) -> "tuple[Path, Format] | None":
        """Return the file and its format; None without a file. Raises as `format_of`."""
        return None if self.output is None else (self.output, format_of(self.output, self.force))


def format_of(output: Path, force: bool) -> "Format":
    """Return the format of a file by its name.

    Raises InputError for another name, or for a file that is there already.
    """
    suffix = output.suffix.lower()
    if suffix not in {".xlsx", ".csv"}:
        raise InputError(
            _("{output}: the name of the file must end in .xlsx or .csv", output=output)
        )
    check_not_there(output, force)
    return "xlsx" if suffix == ".xlsx" else "csv"


def exporter() -> str:
    """Return the exporter of a file by a command: the user of this computer."""
    name = login_name()
    return "command" if name is None else f"{name} (command)"
