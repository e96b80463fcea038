"""Lines and the table of a run."""

from collections.abc import Sequence

from scripts.chaos.kills import Kill

TENTHS = 10
"""Parts of an operation's duration, or of its acts, that are told apart."""


def kill_line(kill: Kill, total: int) -> str:
    """Return a kill in one line, and a line for each of its losses."""
    plan = kill.plan
    how = f"{plan.way}, by {plan.by}{', group' if plan.group else ''}"
    head = f"{plan.number:>{len(str(total))}}/{total}  {plan.operation:<20} "
    head += f"{plan.share:4.0%}  {kill.seconds * 1000:6.0f} ms  {how:<24} {kill.side}"
    head += "" if kill.was_hit else ", as it ended before"
    notes = [f"      next run tidied up: {note}" for note in kill.notes if not kill.problems]
    return "\n".join([head, *notes, *(f"      LOSS: {problem}" for problem in kill.problems)])


def table(kills: Sequence[Kill]) -> str:
    """Return the summary as a Markdown table: operation, kills, moments, states, losses."""
    lines = [
        "| operation | kills | moments (tenths of the whole) | old | new | between | losses |",
        "|---|---:|---|---:|---:|---:|---:|",
    ]
    names = list(dict.fromkeys(kill.plan.operation for kill in kills))
    for name in sorted(names):
        lines.append(_row(name, [kill for kill in kills if kill.plan.operation == name]))
    lines.append(_row("all", kills))
    return "\n".join(lines)


def _row(name: str, kills: Sequence[Kill]) -> str:
    tenths = sorted({min(TENTHS - 1, int(kill.plan.share * TENTHS)) for kill in kills})
    counts = [sum(kill.side == side for kill in kills) for side in ("old", "new", "between")]
    losses = sum(bool(kill.problems) for kill in kills)
    cells = [name, len(kills), " ".join(map(str, tenths)), *counts, losses]
    return "| " + " | ".join(map(str, cells)) + " |"
