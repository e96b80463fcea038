"""What was wrong in a file, told so that a person can mend it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a file, a row or a cell. Never holds a person's contact data."""

    file: str
    sheet: str | None
    row: int | None
    """As the file's program counts it, from 1; None where the whole file or sheet is meant."""
    column: str | None
    value: str | None
    mend: str
    """What is wrong and what to do, in one sentence."""
    refused: bool = False
    """True: the row did not go in. False: it went in, without the bad value where one is named."""


def problem_line(problem: Problem) -> str:
    """`file, sheet, row 7, column 申请日, "x": mend`, as much of it as is known."""
    place = [problem.file]
    if problem.sheet is not None:
        place.append(f"sheet {problem.sheet}")
    if problem.row is not None:
        place.append(f"row {problem.row}")
    if problem.column is not None:
        place.append(f"column {problem.column}")
    if problem.value is not None:
        place.append(f'"{problem.value}"')
    refused = " (the row was left out)" if problem.refused else ""
    return " ".join(f"{', '.join(place)}: {problem.mend}{refused}".split())
