"""Phrase lists: data files of one phrase a line, made into regular expressions at first use.

A line that begins with `#` is a comment. A line that begins with `re:` is a regular expression;
every other line is taken literally. Lines are alternatives in the order of the file, so of two
that match at one position the upper one wins.
"""

import re
from functools import cache
from importlib.resources import files

REGEX_MARK = "re:"


@cache
def phrases(package: str, path: str) -> tuple[str, ...]:
    """Return the lines of a package's phrase list, without comments and blank lines."""
    lines = files(package).joinpath(path).read_text("utf-8").splitlines()
    return tuple(line for line in lines if line.strip() and not line.startswith("#"))


@cache
def alternation(package: str, path: str) -> str:
    """Return a group that matches any line of a phrase list, to stand in a regular expression."""
    return f"(?:{'|'.join(map(_expression, phrases(package, path)))})"


@cache
def phrase_pattern(
    package: str, path: str, frame: str = "{}", flags: re.RegexFlag = re.NOFLAG
) -> re.Pattern[str]:
    """Return the compiled pattern of a phrase list; in `frame`, `{}` stands for the list."""
    return re.compile(frame.replace("{}", alternation(package, path)), flags)


def _expression(line: str) -> str:
    if line.startswith(REGEX_MARK):
        return line.removeprefix(REGEX_MARK)
    return re.escape(line)
