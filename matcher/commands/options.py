"""What the commands share: options that mean the same everywhere, settings, and ways to speak."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.errors import InputError

if TYPE_CHECKING:
    from matcher.settings import Settings


@dataclass
class Run:
    """What was said before or behind the command's name; the last word counts."""

    home: Path | None = None
    debug: bool = False


def _keep_home(context: typer.Context, value: Path | None) -> Path | None:
    if value is not None:
        context.ensure_object(Run).home = value
    return value


def _keep_debug(context: typer.Context, value: bool) -> bool:
    context.ensure_object(Run).debug |= value
    return value


Home = Annotated[
    Path | None,
    typer.Option(
        help="Folder of the database and the index; default var, or MATCHER_HOME.",
        show_default=False,
        callback=_keep_home,
    ),
]
Debug = Annotated[
    bool,
    typer.Option(
        "--debug",
        help="Show where an error came from.",
        callback=_keep_debug,
        is_eager=True,
    ),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print JSON on stdout, and nothing else there.")
]


def read_settings(context: typer.Context) -> "Settings":
    """The settings from the environment and --home. Raises InputError."""
    from pydantic import ValidationError

    from matcher.settings import Settings

    home = context.ensure_object(Run).home
    try:
        return Settings() if home is None else Settings(home=home)
    except ValidationError as problem:
        first = problem.errors(include_input=False, include_url=False)[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        raise InputError(f"the setting MATCHER_{name} cannot be used: {first['msg']}") from None


def print_json(value: Any) -> None:
    """One object on one line of stdout."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def tell(words: str) -> None:
    """A line for the person at the screen; never part of what a program reads."""
    print(words, file=sys.stderr)
