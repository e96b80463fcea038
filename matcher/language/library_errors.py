"""Errors that libraries write in English, in the language of the run."""

import re
from collections.abc import Sequence

from matcher.language.choice import current_language
from matcher.language.messages import _, gettext_noop

PYDANTIC_ERRORS = (
    gettext_noop("Value error, {reason}"),
    gettext_noop("Input should be a valid integer, unable to parse string as an integer"),
    gettext_noop("Input should be a valid integer, got a number with a fractional part"),
    gettext_noop("Input should be a valid integer"),
    gettext_noop("Input should be a valid number, unable to parse string as a number"),
    gettext_noop("Input should be a valid number"),
    gettext_noop("Input should be a valid boolean, unable to interpret input"),
    gettext_noop("Input should be a valid boolean"),
    gettext_noop("Input should be a valid string"),
    gettext_noop("Input should be a valid list"),
    gettext_noop("Input should be greater than or equal to {bound}"),
    gettext_noop("Input should be less than or equal to {bound}"),
    gettext_noop("Input should be greater than {bound}"),
    gettext_noop("Input should be less than {bound}"),
    gettext_noop("Input should be '{choices}'"),
    gettext_noop("String should have at most {count} characters"),
    gettext_noop("String should have at least {count} character"),
    gettext_noop("String should have at least {count} characters"),
    gettext_noop("String should match pattern {pattern}"),
    gettext_noop("List should have at most {most} items after validation, not {count}"),
)
"""Errors of pydantic, the most special first."""
OS_ERRORS = (
    gettext_noop("No such file or directory"),
    gettext_noop("Permission denied"),
    gettext_noop("Is a directory"),
    gettext_noop("Not a directory"),
    gettext_noop("File exists"),
    gettext_noop("File name too long"),
    gettext_noop("No space left on device"),
    gettext_noop("Disk quota exceeded"),
    gettext_noop("File too large"),
    gettext_noop("Operation not permitted"),
    gettext_noop("Read-only file system"),
    gettext_noop("Address already in use"),
    gettext_noop("Cannot assign requested address"),
    gettext_noop("Broken pipe"),
)
"""Errors of the operating system."""
SQLITE_ERRORS = (
    gettext_noop("database or disk is full"),
    gettext_noop("disk I/O error"),
    gettext_noop("attempt to write a readonly database"),
    gettext_noop("unable to open database file"),
)
"""Errors of SQLite about its disk."""


def translate_error(message: str, templates: Sequence[str] = PYDANTIC_ERRORS) -> str:
    """Return an error in the language of the run, as it is where no template fits.

    A field called `reason` is an error in itself.
    """
    for template in templates if current_language() != "en" else ():
        if (values := _fields(template, message)) is not None:
            if "reason" in values:
                values["reason"] = translate_error(values["reason"], templates)
            return _(template).format(**values)
    return message


def os_error_text(error: OSError) -> str:
    """Return an error of the operating system in the language of the run, without its file."""
    return translate_error(error.strerror or str(error), OS_ERRORS)


def _fields(template: str, message: str) -> dict[str, str] | None:
    """Return the values of the template's fields in the message; None where it does not fit."""
    pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(template))
    found = re.fullmatch(pattern, message, re.DOTALL)
    return None if found is None else found.groupdict()
