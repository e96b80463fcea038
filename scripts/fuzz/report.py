"""Lines and the table of a run."""

from collections.abc import Sequence

from scripts.fuzz.runs import Ran


def lines(ran: Ran) -> str:
    """Return a target's run in one line, and a line for each find."""
    head = f"{ran.target:<26} {ran.inputs:>7,} inputs  {ran.seconds:6.1f} s"
    finds = [
        f"      {kept.find.kind} in {kept.find.place}: {_one_line(kept.find.message)}\n"
        f"        python -m scripts.fuzz --only '{ran.target}' --again {kept.input}"
        for kept in ran.finds
    ]
    return "\n".join([head, *finds])


def table(runs: Sequence[Ran]) -> str:
    """Return the summary as a Markdown table."""
    rows = [
        "| target | inputs | finds | slowest, ms of CPU | peak memory, MB |",
        "|---|---:|---:|---:|---:|",
        *(_row(ran.target, ran.inputs, len(ran.finds), ran.slowest, ran.megabytes) for ran in runs),
        _row(
            "all",
            sum(ran.inputs for ran in runs),
            sum(len(ran.finds) for ran in runs),
            max(ran.slowest for ran in runs),
            max(ran.megabytes for ran in runs),
        ),
    ]
    return "\n".join(rows)


def _row(name: str, inputs: int, finds: int, slowest: float, megabytes: int) -> str:
    return f"| {name} | {inputs:,} | {finds} | {slowest * 1000:,.0f} | {megabytes:,} |"


def _one_line(text: str) -> str:
    return " ".join(text.split())[:300]
