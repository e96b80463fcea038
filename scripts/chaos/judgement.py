"""Judgement of what a kill left: wholly the old state, wholly the new one, or a loss."""

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from scripts.chaos.operations import Operation
from scripts.chaos.state import State

Side = Literal["old", "new", "between", "lost"]
"""State after a kill: the one before the operation, the one after it, parts of each, or neither."""
SHOWN = 3
"""Differences that are told of each kind."""
WIDTH = 300
"""Characters of a difference that are told."""


@dataclass(frozen=True, slots=True)
class Ends:
    """Both ends of an operation: before and after it, and how long it takes."""

    before: State
    after: State
    valid_before: str
    valid_after: str
    seconds: float
    acts: int = 0
    """Commits and changes of files on the way."""
    wrong: frozenset[str] = frozenset()
    """Findings of `matcher check` without any kill, such as that a database is an old one."""


def judge(operation: Operation, ends: Ends, state: State, valid: str) -> tuple[Side, list[str]]:
    """Return which state it is, and for each part that is neither the old nor the new one why."""
    problems = list(state.faults)
    old, new, found = map(operation.parts, (ends.before, ends.after, state))
    sides = set()
    for part in sorted(old.keys() | new.keys() | found.keys()):
        if found.get(part) == new.get(part) != old.get(part):
            sides.add("new")
        elif found.get(part) == old.get(part):
            sides |= {"old"} if old.get(part) != new.get(part) else set()
        else:
            problems.append(f"{part} is neither the old nor the new one")
            problems += differences(ends.before, state) + differences(ends.after, state)
    if valid not in (ends.valid_before, ends.valid_after):
        problems.append(f"valid: {valid}")
    elif ends.valid_before != ends.valid_after:
        sides.add("new" if valid == ends.valid_after else "old")
    if problems:
        return "lost", problems
    if len(sides) > 1 and len(found) == 1:
        return "lost", [f"records and secrets are of different states; valid: {valid}"]
    return ("between" if len(sides) > 1 else "new" if sides == {"new"} else "old"), []


def differences(wanted: State, found: State) -> list[str]:
    """Return what one state has and the other has not, a few of each kind."""
    told = []
    for name in ("answers", "records", "acts", "files"):
        here, there = Counter(getattr(wanted, name)), Counter(getattr(found, name))
        for sign, items in (("missing", here - there), ("too much", there - here)):
            listed = [f"{name}, {sign}: {str(item)[:WIDTH]}" for item in items.elements()]
            told += listed[:SHOWN]
            if len(listed) > SHOWN:
                told.append(f"{name}, {sign}: {len(listed) - SHOWN} more")
    return told
