"""The figures as one Markdown table, and its place in docs/quality.md."""

from collections.abc import Sequence
from pathlib import Path

from matcher.errors import InputError
from matcher.measures import Interval
from scripts.quality import calibration
from scripts.quality import card_agreement as card_figures
from scripts.quality.figures import (
    RUNS,
    Figure,
    best_channel,
    difference,
    find,
)
from scripts.quality.goals import Goal, goals
from scripts.quality.record import Record

OPENS = "<!-- measured: written by scripts/quality/__main__.py --write -->"
CLOSES = "<!-- end of measured -->"
ASIDE = {*calibration.LABELLED.values(), *card_figures.CARDS.values()}
"""What has a small table of its own below the first one."""


def report(record: Record, previous: Record | None, since: str | None) -> str:
    """Everything that one run has to tell, in Markdown; `since` names the previous table."""
    parts = [_heading(record, previous, since), table(record.figures, previous, since)]
    parts.append("\n".join(_goal_line(goal) for goal in goals(record.figures)))
    parts += [_labels(record, previous), _cards(record, previous)]
    if record.left_out:
        parts.append("\n".join(f"Left out: {what}" for what in record.left_out))
    return "\n\n".join(part for part in parts if part)


def table(figures: Sequence[Figure], previous: Record | None, since: str | None) -> str:
    """One row for each metric of each thing measured; differences with their 95% intervals."""
    heading = ["measured on", "n", "metric", *RUNS]
    heading += ["engine - best channel", "engine - reference", f"since {since or 'nothing yet'}"]
    lines = [_row(heading), _row(["---", "---:", "---", *["---:"] * (len(heading) - 3)])]
    for on, metric in dict.fromkeys((o.on, o.metric) for o in figures if o.on not in ASIDE):
        by_run = {run: find(figures, on, metric, run) for run in RUNS}
        engine = by_run["engine"]
        last = engine or next(one for one in by_run.values() if one is not None)
        before = None if previous is None else find(previous.figures, on, metric, last.run)
        lines.append(
            _row(
                [
                    on,
                    str(len(last.values)),
                    metric,
                    *("" if one is None else f"{one.mean:.3f}" for one in by_run.values()),
                    _apart(engine, best_channel(figures, on, metric)),
                    _apart(engine, by_run["reference"]),
                    _apart(last, before),
                ]
            )
        )
    return "\n".join(lines)


def _labels(record: Record, previous: Record | None) -> str:
    """The calibration curve of the labels."""
    rows = [
        (f"{label} (promised: {calibration.PROMISED[label]})", on)
        for label, on in calibration.LABELLED.items()
    ]
    return _small_table("labels of the results", rows, calibration.METRICS, record, previous)


def _cards(record: Record, previous: Record | None) -> str:
    rows = list(card_figures.CARDS.items())
    return _small_table("technology cards", rows, card_figures.METRICS, record, previous)


def _small_table(
    title: str,
    rows: Sequence[tuple[str, str]],
    metrics: Sequence[str],
    record: Record,
    previous: Record | None,
) -> str:
    """The engine's figures: a row's name, and what it is measured on. Empty where none is there."""
    if not {on for _, on in rows} & {one.on for one in record.figures}:
        return ""
    lines = [_row([title, *metrics]), _row(["---", *["---:"] * len(metrics)])]
    for name, on in rows:
        cells = []
        for metric in metrics:
            now = find(record.figures, on, metric, "engine")
            before = None if previous is None else find(previous.figures, on, metric, "engine")
            cells.append(_cell(now, before))
        lines.append(_row([name, *cells]))
    return "\n".join(lines)


def _cell(now: Figure | None, before: Figure | None) -> str:
    """A mean and of how many, and what it was before where that shows."""
    if now is None:
        return ""
    mean, was = f"{now.mean:.2f}", "" if before is None else f"{before.mean:.2f}"
    return f"{mean} of {len(now.values)}" + (f" (was {was})" if was not in ("", mean) else "")


def put_into(document: Path, measured: str) -> None:
    """Put a report between the two markers of a document. Raises InputError without them."""
    text = document.read_text("utf-8")
    head, opens, rest = text.partition(OPENS)
    _, closes, tail = rest.partition(CLOSES)
    if not (opens and closes):
        raise InputError(f"{document} needs the lines {OPENS} and {CLOSES}, for what is measured")
    document.write_text(f"{head}{OPENS}\n\n{measured}\n\n{CLOSES}{tail}", encoding="utf-8")


def _heading(record: Record, previous: Record | None, since: str | None) -> str:
    line = f"Model {record.model}."
    if previous is not None and since is not None:
        model = "the same model" if previous.model == record.model else f"model {previous.model}"
        line += f" Compared with {since} ({model})."
    return line


def _goal_line(goal: Goal) -> str:
    return f"- {'reached' if goal.reached else 'not reached'}: {goal.text}: {goal.found}"


def _apart(ours: Figure | None, theirs: Figure | None) -> str:
    interval = None if ours is None or theirs is None else difference(ours, theirs)
    return "" if interval is None else _interval(interval)


def _interval(interval: Interval) -> str:
    low, high = interval.low, interval.high
    if interval.difference == low == high == 0:
        return "same"
    if low is None or high is None:
        return f"{interval.difference:+.3f}"
    return f"{interval.difference:+.3f} [{low:+.3f}, {high:+.3f}]"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
