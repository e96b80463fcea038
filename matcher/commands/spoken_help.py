"""Help and argument errors of the command line in the language of the run.

Help texts are written in English where a command is declared and translated when its parser
is built; Typer's own words have their Chinese in the same catalogue.
"""

import inspect
from collections.abc import Iterator, Mapping, Sequence

import typer
from typer.core import TyperCommand, TyperGroup

from matcher.language.choice import Language, chosen_language, current_language, is_language
from matcher.language.library_errors import PYDANTIC_ERRORS, translate_error
from matcher.language.messages import _, gettext_noop

OPTION = "--language"

TYPER_WORDS = (
    gettext_noop("Usage: "),
    gettext_noop("Arguments"),
    gettext_noop("Options"),
    gettext_noop("Commands"),
    gettext_noop("Show this message and exit."),
    gettext_noop("default: {default}"),
    gettext_noop("required"),
    gettext_noop("(dynamic)"),
    gettext_noop("Aborted!"),
)
"""Texts of Typer in a page of help."""
TYPER_ERRORS = (
    gettext_noop("Missing command."),
    gettext_noop("No such command {name}."),
    gettext_noop("No such command {name}. Did you mean {names}?"),
    gettext_noop("Missing argument {name}."),
    gettext_noop("Missing option {name}."),
    gettext_noop("No such option: {name} (Possible options: {names})"),
    gettext_noop("No such option: {name}"),
    gettext_noop("Option {name} requires an argument."),
    gettext_noop("Option {name} requires {count} arguments."),
    gettext_noop("Option {name} does not take a value."),
    gettext_noop("Argument {name} takes {count} values."),
    gettext_noop("Got unexpected extra argument(s) ({names})"),
    gettext_noop("Invalid value for {name}: {reason}"),
    gettext_noop("Invalid value: {reason}"),
    gettext_noop("{value} is not one of {choices}."),
    gettext_noop("{value} does not match the formats {formats}."),
    gettext_noop("Value {value} is not a valid {kind}."),
    gettext_noop("File {file} does not exist."),
    gettext_noop("Directory {file} does not exist."),
    gettext_noop("Path {file} does not exist."),
    gettext_noop("File {file} is a directory."),
    gettext_noop("Directory {file} is a file."),
    gettext_noop("File {file} is not readable."),
    gettext_noop("Directory {file} is not readable."),
)
"""Errors of the arguments as Typer writes them, the most special first."""


def run_language(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """Return the language of a run: the last --language, or else the environment's."""
    chosen = chosen_language(environment)
    for argument, following in zip(arguments, [*arguments[1:], ""], strict=False):
        if argument == "--":
            break
        name, _equals, value = argument.partition("=")
        value = value if _equals else following
        if name == OPTION and is_language(value):
            chosen = value
    return chosen


def prepare(group: TyperGroup) -> None:
    """Give every command of the tree the option --language, and translate its help."""
    option = next(each for each in group.params if OPTION in each.opts)
    for command in commands_below(group):
        if not any(OPTION in each.opts for each in command.params):
            command.params.append(option)
    if current_language() != "en":
        _translate(group)


def commands_below(group: TyperGroup) -> Iterator[TyperCommand | TyperGroup]:
    """Yield the group and every command of its tree."""
    yield group
    for command in group.commands.values():
        if isinstance(command, TyperGroup):
            yield from commands_below(command)
        elif isinstance(command, TyperCommand):
            yield command


def help_texts(group: TyperGroup) -> Iterator[str]:
    """Yield the help texts of the tree: of commands, groups, arguments and options."""
    for command in commands_below(group):
        yield from filter(None, (command.help, command.epilog))
        yield from (text for each in command.params if (text := getattr(each, "help", None)))


def translate_usage_error(message: str) -> str:
    """Return an error of the arguments in the language of the run."""
    return translate_error(message, (*TYPER_ERRORS, *PYDANTIC_ERRORS))


def _translate(group: TyperGroup) -> None:
    from matcher.commands.terminal.help_layout import WideContext

    typer.core._ = _  # type: ignore[assignment, attr-defined]  # the gettext of its words
    seen = set()
    for command in commands_below(group):
        command.context_class = WideContext
        command.help = _translated(command.help)
        command.epilog = _translated(command.epilog)
        command.short_help = _first_sentence(command.help)
        for each in command.params:
            if id(each) not in seen:  # one option may stand in several commands
                seen.add(id(each))
                each.help = _translated(getattr(each, "help", None))  # type: ignore[attr-defined]


def _translated(text: str | None) -> str | None:
    return _(text) if text else text


def _first_sentence(text: str | None) -> str | None:
    return text and inspect.cleandoc(text).split("\n\n")[0].split("。")[0]
