"""Options, settings and printing that all commands share."""

import functools
import inspect
import json
import sys
from collections.abc import Callable
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matcher.errors import InputError
from matcher.language.choice import Language
from matcher.language.library_errors import translate_error
from matcher.language.messages import _

if TYPE_CHECKING:
    from matcher.settings import Settings


@dataclass
class Run:
    """Options that stand before or behind the name of the command; the last value counts."""

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
LanguageOption = Annotated[
    Language,
    typer.Option(
        "--language",
        help="Language of help, messages and tables; default MATCHER_LANGUAGE, or the locale's.",
        show_default=False,
        expose_value=False,
    ),
]
"""Read from the arguments before any command is built, as its help is in that language too."""
AsJson = Annotated[
    bool, typer.Option("--json", help="Print JSON on stdout, and nothing else there.")
]
Force = Annotated[bool, typer.Option("--force", help="Write over a file that is there already.")]
PatentNumber = Annotated[
    str,
    typer.Argument(
        metavar="NUMBER",
        help="Application number in any spelling, publication number, or the id that an "
        "answer showed.",
        show_default=False,
    ),
]


def expand_options(command: Callable[..., None]) -> Callable[..., None]:
    """Replace each parameter of a command that is a dataclass by the fields of the dataclass.

    Typer makes the options of a command from the signature of its function. So options that
    belong together are declared once, as a dataclass with Annotated fields, and the command gets
    the built value. In --help the fields take the position of the parameter.
    """
    parameters = inspect.signature(command).parameters.values()
    groups: dict[str, Any] = {
        each.name: each.annotation for each in parameters if is_dataclass(each.annotation)
    }

    @functools.wraps(command)
    def expanded(**values: Any) -> None:
        for name, group in groups.items():
            values[name] = group(**{field.name: values.pop(field.name) for field in fields(group)})
        command(**values)

    flat = [option for each in parameters for option in _options_of(each)]
    expanded.__signature__ = inspect.Signature(flat)  # type: ignore[attr-defined]
    expanded.__annotations__ = {option.name: option.annotation for option in flat}
    return expanded


def _options_of(parameter: inspect.Parameter) -> list[inspect.Parameter]:
    """Return the fields of a dataclass as parameters, or the parameter itself.

    All are passed by name, so one without a default may stand behind one with a default.
    """
    if not is_dataclass(parameter.annotation):
        return [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)]
    return [_option_of(field) for field in fields(parameter.annotation)]


def _option_of(field: Field[Any]) -> inspect.Parameter:
    default = inspect.Parameter.empty if field.default is MISSING else field.default
    kind = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(field.name, kind, default=default, annotation=field.type)


def command_group(help_text: str) -> typer.Typer:
    """Build a group of commands that prints its help where no command is named."""
    group = typer.Typer(help=help_text, invoke_without_command=True, rich_markup_mode=None)

    @group.callback()
    def print_help(context: typer.Context) -> None:
        if context.invoked_subcommand is None:
            print(context.get_help())

    return group


def read_settings(context: typer.Context) -> "Settings":
    """Read the settings from the environment and --home. Raises InputError."""
    from pydantic import ValidationError

    from matcher.settings import Settings

    home = context.ensure_object(Run).home
    try:
        return Settings() if home is None else Settings(home=home)
    except ValidationError as problem:
        first = problem.errors(include_input=False, include_url=False)[0]
        name = "MATCHER_" + "_".join(str(part) for part in first["loc"]).upper()
        raise InputError(
            _(
                "the setting {name} cannot be used: {reason}",
                name=name,
                reason=translate_error(first["msg"]),
            )
        ) from None


def check_not_there(output: Path, force: bool) -> None:
    """Raise InputError where a file would be written over without --force."""
    if output.exists() and not force:
        raise InputError(
            _("{file} is there already: choose another name, or add --force", file=output)
        )


def login_name() -> str | None:
    """Return the name of the user of this computer; None for a user without one."""
    from getpass import getuser

    try:
        return getuser()
    except (KeyError, OSError):  # as in some containers
        return None


def print_json(value: Any) -> None:
    """Print one JSON value on one line of stdout."""
    sys.stdout.write(json_line(value) + "\n")


def json_line(value: Any) -> str:
    """Return a JSON value in one line, as commands print it."""
    return json.dumps(value, ensure_ascii=False)


def print_note(message: str) -> None:
    """Print a line for the user on stderr, apart from the data on stdout."""
    print(message, file=sys.stderr)
