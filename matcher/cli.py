"""The `matcher` command. Importing it is cheap: each command imports what it needs when it runs."""

import atexit
import functools
import gc
import io
import os
import re
import sys
import traceback
import warnings
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from matcher.commands.audit import audit
from matcher.commands.backup import backup
from matcher.commands.card import card
from matcher.commands.catalogue import catalogue
from matcher.commands.check import check
from matcher.commands.contacts import contacts
from matcher.commands.contract import contract
from matcher.commands.demo import demo
from matcher.commands.evaluate import evaluate
from matcher.commands.event import (  # noqa: F401 - each adds its commands to event_app
    edit,
    meetings,
    pages,
    plan,
    versions,
    workbook,
)
from matcher.commands.event.event import event_app
from matcher.commands.funnel import funnel
from matcher.commands.import_files import import_files
from matcher.commands.index import index
from matcher.commands.info import info
from matcher.commands.keys import keys
from matcher.commands.landscape import landscape
from matcher.commands.learn import learn
from matcher.commands.match import match
from matcher.commands.migrate import migrate
from matcher.commands.needs import needs
from matcher.commands.needs_for import needs_for
from matcher.commands.options import Debug, Home, LanguageOption, Run
from matcher.commands.performance import performance
from matcher.commands.programme import programme
from matcher.commands.proposals import proposals  # noqa: F401 - adds its commands to programme
from matcher.commands.reminders import reminders
from matcher.commands.restore import restore
from matcher.commands.serve import serve
from matcher.commands.shown_once import discard_stdout
from matcher.commands.similar import similar
from matcher.commands.spoken_help import prepare, run_language, translate_usage_error
from matcher.commands.suggest import suggest
from matcher.commands.template import template
from matcher.commands.users import users
from matcher.commands.webhooks import webhooks
from matcher.disk.errors import disk_error
from matcher.errors import MatcherError
from matcher.labels import COLON, label
from matcher.language.choice import speaking
from matcher.language.library_errors import os_error_text
from matcher.language.messages import _

NEW_OBJECTS = 50_000
"""New objects after which Python looks for circles of unused ones. With its own 700 it looks 300
times while a command imports what it needs."""
INTERRUPTED = 130
"""The exit code of a command stopped by ctrl-c, as shells count it."""


class OneLineErrors(TyperGroup):
    """Commands whose errors are one line on stderr and an exit code."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the command and exit."""
        extra.setdefault("obj", Run())
        extra |= {"prog_name": "matcher", "standalone_mode": False}
        given = [*args, extra.get("args")][0]
        words = sys.argv[1:] if given is None else given
        with speaking(run_language(words, os.environ)):
            prepare(self)
            run = functools.partial(super().main, *args, **extra)
            sys.exit(_exit_code(run, extra["obj"]))


app = typer.Typer(
    cls=OneLineErrors,
    help="Match what small and medium enterprises need with the patents of universities.",
    epilog="Start with `matcher demo`, or with: matcher import FILE, matcher index, matcher match.",
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # importing rich doubles the time that --help takes
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("import")(import_files)
app.command()(index)
app.command()(match)
app.command()(similar)
app.command()(needs_for)
app.command()(suggest)
app.command()(card)
app.command()(catalogue)
app.command()(evaluate)
app.command()(learn)
app.command()(funnel)
app.command()(performance)
app.command()(landscape)
app.add_typer(programme, name="programme")
app.add_typer(needs, name="needs")
app.add_typer(event_app, name="event")
app.command()(reminders)
app.command()(serve)
app.add_typer(keys, name="keys")
app.add_typer(users, name="users")
app.add_typer(contacts, name="contacts")
app.add_typer(contract, name="contract")
app.add_typer(audit, name="audit")
app.add_typer(webhooks, name="webhooks")
app.command()(template)
app.command()(info)
app.command()(migrate)
app.command()(backup)
app.command()(restore)
app.command()(check)
app.command()(demo)


@app.callback()
def print_version_or_help(
    context: typer.Context,
    home: Home = None,
    debug: Debug = False,
    language: LanguageOption = "en",
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    """Print the version, or the help where no command is named."""
    if version:
        from importlib.metadata import version as installed

        print(f"matcher {installed('matcher')}")
    elif context.invoked_subcommand is None:
        print(context.get_help())


_LISTED = re.compile(r"\n- ")
"""Between the members of a list in a message."""


def main() -> None:
    """Run the command line; the entry point of the package."""
    gc.set_threshold(NEW_OBJECTS)
    atexit.register(gc.freeze)  # a collection of all objects at the end would take 0.2 s
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # of libraries, for developers; python -W shows them
    _open_missing_streams()
    _use_utf8()
    app()


def _exit_code(run: Any, options: Run) -> int:
    """Run the command and return its exit code; print an error as one line."""
    try:
        code = run()
        sys.stdout.flush()
    except BrokenPipeError:  # stdout was closed by its reader, such as `head`
        discard_stdout()
        return 1
    except (MatcherError, typer.TyperException) as error:
        return _report(error, error.exit_code, options, _message(error))
    except Exception as error:
        _drop_output()
        return _report(error, 1, options, _unforeseen(error))
    if code == INTERRUPTED:  # Typer returns it after ctrl-c
        print(_("Stopped."), file=sys.stderr)
    return code if isinstance(code, int) else 0


def _drop_output() -> None:
    """Let nothing more be written to a stdout that takes nothing: the end would fail again."""
    try:
        sys.stdout.flush()
    except OSError:
        discard_stdout()


def _unforeseen(error: Exception) -> str:
    """Return the line for an error that no part of this program named."""
    if (named := disk_error(error)) is not None:
        return str(named)
    if isinstance(error, OSError):
        file = "" if error.filename is None else f"{error.filename}{label(COLON)}"
        return f"{file}{os_error_text(error)}"
    if isinstance(error, ImportError):
        return _("the Python package {name} is missing: install it", name=error.name)
    # Only its type: the message of an unforeseen error may quote a record.
    name = type(error).__name__
    return _("unexpected {name}; --debug shows where it came from", name=name)


def _report(error: Exception, code: int, options: Run, message: str) -> int:
    """Print the message, or with --debug the traceback; return the exit code.

    It stands on one line, and each member of a list in it on its own.
    """
    if options.debug:
        traceback.print_exception(error)
    else:
        lines = (" ".join(line.split()) for line in _LISTED.split(message))
        print(_("Error: {message}", message="\n- ".join(lines)), file=sys.stderr)
    return code


def _message(error: Exception) -> str:
    if not isinstance(error, typer.TyperException):
        return str(error)
    reason = error.format_message().replace("Value error, ", "")  # of pydantic, within a reason
    message = translate_usage_error(reason).rstrip(".。")
    context = getattr(error, "ctx", None)  # errors of the arguments have one
    if context is None:
        return message
    return _("{message}; see {command} --help", message=message, command=context.command_path)


def _open_missing_streams() -> None:
    """Open /dev/null for a stdout or stderr that was closed when the process started."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115


def _use_utf8() -> None:
    """Write UTF-8 into files and pipes in every locale; no character fails on a terminal."""
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, io.TextIOWrapper):
            continue
        if stream.isatty() or "PYTHONIOENCODING" in os.environ:
            stream.reconfigure(errors="replace")
        else:
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


if __name__ == "__main__":
    main()
