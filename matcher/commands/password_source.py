"""Source of a new password: asked twice on the terminal, or the first line of standard input.

Never an argument, which the shell's history and the list of processes would show.
"""

import sys
from typing import Annotated

import typer

from matcher.errors import InputError
from matcher.language.messages import _

PasswordFromStdin = Annotated[
    bool,
    typer.Option(
        "--password-stdin", help="Read the password from the first line of standard input."
    ),
]


def read_password(from_stdin: bool) -> str:
    """Read a new password. Raises InputError, which never quotes it."""
    if from_stdin:
        return _first_line()
    if sys.stdin is None or not sys.stdin.isatty():
        raise InputError(
            _("there is no terminal to ask for the password: give it with --password-stdin")
        )

    from getpass import getpass

    password = getpass(_("New password: "))
    if getpass(_("The same again: ")) != password:
        raise InputError(_("the two passwords differ: nothing was changed"))
    return password


def _first_line() -> str:
    if sys.stdin is None:
        raise InputError(_("stdin is closed: there is no password to read"))
    try:
        return sys.stdin.buffer.readline().decode().rstrip("\r\n")
    except UnicodeDecodeError:
        raise InputError(_("the password on standard input is not UTF-8")) from None
