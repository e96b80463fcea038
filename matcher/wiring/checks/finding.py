"""Findings of a check: one line for each part of a home."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.exc import SQLAlchemyError

from matcher.errors import MatcherError
from matcher.language.library_errors import os_error_text
from matcher.language.messages import _

Part = Literal[
    "database",
    "audit",
    "contacts",
    "keys",
    "words",
    "vectors",
    "model",
    "index",
    "ranker",
    "servers",
    "leftovers",
]
State = Literal["ok", "note", "wrong", "mended"]
"""Whole; nothing wrong, but something to know or to do; not as it should be; was wrong."""


@dataclass(frozen=True, slots=True)
class Finding:
    """State of a part, and in words what there is, or what is wrong and what to do."""

    part: Part
    state: State
    text: str


def is_clean(findings: list[Finding]) -> bool:
    """True if nothing is wrong, or what was wrong is mended."""
    return all(finding.state != "wrong" for finding in findings)


Check = Callable[[], Iterator[Finding]]


def run(part: Part, check: Check) -> list[Finding]:
    """Run the check of a part; that it cannot be read is a finding too."""
    findings: list[Finding] = []
    try:
        for finding in check():
            findings.append(finding)
    except MatcherError as problem:
        findings.append(Finding(part, "wrong", str(problem)))
    except OSError as problem:
        reason = os_error_text(problem)
        findings.append(_unreadable(part, reason))
    except (SQLAlchemyError, sqlite3.Error, ValueError) as problem:
        # Only its type: the message may quote a record.
        findings.append(_unreadable(part, type(getattr(problem, "orig", problem)).__name__))
    return findings


def _unreadable(part: Part, reason: str) -> Finding:
    return Finding(part, "wrong", _("it cannot be read ({reason})", reason=reason))


def named(faults: list[str], most: int = 3) -> str:
    """Join the first faults, and the number of the others."""
    shown = "; ".join(faults[:most])
    if len(faults) <= most:
        return shown
    return _("{shown}; and {count:,} more", shown=shown, count=len(faults) - most)
