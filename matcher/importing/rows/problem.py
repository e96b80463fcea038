"""Problem in an imported file, with its fix."""

import re
from dataclasses import dataclass
from functools import lru_cache

from matcher.labels import COLON, label
from matcher.language.messages import _
from matcher.text.characters import CHINESE
from matcher.text.contact_clauses import clear_contacts, is_personal_label
from matcher.text.personal_data import has_contact

MASKED = "***"
"""Stands in a problem for a value about a person."""
_WORDS = re.compile(f"[{CHINESE}A-Za-z]{{2}}")
_QUOTED = re.compile(r"['\"“]([^'\"“”]+)['\"”]")


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault of a file, a row or a cell. Never holds personal contact data.

    Contact data in the value or in the words of the fix is masked when the problem is made.
    """

    file: str
    sheet: str | None
    row: int | None
    """As the file's program counts it, from 1; None for a fault of the whole file or sheet."""
    column: str | None
    value: str | None
    fix: str
    """The fault and its fix, in one sentence; named `mend` in JSON answers."""
    refused: bool = False
    """True: the row was left out. False: it was imported, without the bad value if one is named."""

    def __post_init__(self) -> None:
        if self.value is not None and _is_personal(self.value):
            object.__setattr__(self, "value", MASKED)
        object.__setattr__(self, "fix", _without_contacts(self.fix))


def quoted_entry(entry: str, most: int) -> str:
    """Return the beginning of a cell's entry, to be quoted in a fix; masked if about a person."""
    if is_personal_label(entry) or _is_personal(entry):
        return MASKED
    return entry[:most]


def problem_line(problem: Problem) -> str:
    """Return `file, sheet, row 7, column 申请日, "x": fix`, without the unknown parts."""
    refused = _(" (the row was left out)") if problem.refused else ""
    return " ".join(f"{position(problem)}{label(COLON)}{problem.fix}{refused}".split())


def position(problem: Problem) -> str:
    """Return `file, sheet, row 7, column 申请日, "x"`, without the unknown parts."""
    parts = [problem.file]
    if problem.sheet is not None:
        parts.append(_("sheet {name}", name=problem.sheet))
    if problem.row is not None:
        parts.append(_("row {row}", row=problem.row))
    if problem.column is not None:
        parts.append(_("column {name}", name=problem.column))
    if problem.value is not None:
        parts.append(_('"{value}"', value=problem.value))
    return _(", ").join(parts)


def _is_personal(text: str) -> bool:
    """Return True for a text with contact data; most texts need no closer look."""
    if has_contact(text):
        return True
    return _WORDS.search(text) is not None and bool(clear_contacts(text).taken)


@lru_cache(maxsize=1024)
def _without_contacts(fix: str) -> str:
    """Return a fix with the contact data masked that it quotes from a cell."""
    fix = _QUOTED.sub(lambda match: MASKED if _is_personal(match[1]) else match[0], fix)
    return clear_contacts(fix).text or MASKED if has_contact(fix) else fix
