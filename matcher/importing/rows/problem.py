"""Problem in an imported file, with its fix."""

from dataclasses import dataclass

from matcher.language.messages import _


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault of a file, a row or a cell. Never holds personal contact data."""

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


def problem_line(problem: Problem) -> str:
    """Return `file, sheet, row 7, column 申请日, "x": fix`, without the unknown parts."""
    position = [problem.file]
    if problem.sheet is not None:
        position.append(f"sheet {problem.sheet}")
    if problem.row is not None:
        position.append(f"row {problem.row}")
    if problem.column is not None:
        position.append(f"column {problem.column}")
    if problem.value is not None:
        position.append(f'"{problem.value}"')
    refused = _(" (the row was left out)") if problem.refused else ""
    return " ".join(f"{', '.join(position)}: {problem.fix}{refused}".split())
