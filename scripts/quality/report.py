"""Markdown report of the figures, and its place in docs/quality.md."""

from collections.abc import Sequence
from pathlib import Path

from matcher.errors import InputError
from matcher.measures import Interval
from scripts.quality import calibration, card_agreement
from scripts.quality.figures import (
    RUNS,
    Figure,
    best_channel,
    difference,
    find_figure,
)
from scripts.quality.record import Record
from scripts.quality.targets import Target, check_targets

BEGIN_MARKER = "<!-- measured: written by python -m scripts.quality --write -->"
END_MARKER = "<!-- end of measured -->"
SEPARATE_TABLES = {*calibration.LABELLED.values(), *card_agreement.CARDS.values()}
"""Names of the figures that have a small table of their own below the main one."""


def report_markdown(record: Record, previous: Record | None, since: str | None) -> str:
    """Return the whole report of a run; `since` is the name of the previous table."""
    parts = [_heading(record, previous, since), table(record.figures, previous, since)]
    parts.append("\n".join(map(_target_line, check_targets(record.figures))))
    parts += [_labels(record, previous), _cards(record, previous)]
    if record.left_out:
        parts.append("\n".join(f"Left out: {what}" for what in record.left_out))
    return "\n\n".join(part for part in parts if part)


def table(figures: Sequence[Figure], previous: Record | None, since: str | None) -> str:
    """Return the main table: one row for each metric of each test data set.

    Differences have their 95% bootstrap intervals.
    """
    heading = ["measured on", "n", "metric", *RUNS]
    heading += ["engine - best channel", "engine - reference", f"since {since or 'nothing yet'}"]
    lines = [_row(heading), _row(["---", "---:", "---", *["---:"] * (len(heading) - 3)])]
    for on, metric in dict.fromkeys(
        (o.on, o.metric) for o in figures if o.on not in SEPARATE_TABLES
    ):
        by_run = {run: find_figure(figures, on, metric, run) for run in RUNS}
        engine = by_run["engine"]
        main = engine or next(one for one in by_run.values() if one is not None)
        before = None if previous is None else find_figure(previous.figures, on, metric, main.run)
        lines.append(
            _row(
                [
                    on,
                    str(len(main.values)),
                    metric,
                    *("" if one is None else f"{one.mean:.3f}" for one in by_run.values()),
                    _difference(engine, best_channel(figures, on, metric)),
                    _difference(engine, by_run["reference"]),
                    _difference(main, before),
                ]
            )
        )
    return "\n".join(lines)


def _labels(record: Record, previous: Record | None) -> str:
    """Table of the fit labels: promised and observed shares."""
    rows = [
        (f"{label} (promised: {calibration.PROMISED[label]})", on)
        for label, on in calibration.LABELLED.items()
    ]
    return _small_table("labels of the results", rows, calibration.METRICS, record, previous)


def _cards(record: Record, previous: Record | None) -> str:
    rows = list(card_agreement.CARDS.items())
    return _small_table("technology cards", rows, card_agreement.METRICS, record, previous)


def _small_table(
    title: str,
    rows: Sequence[tuple[str, str]],
    metrics: Sequence[str],
    record: Record,
    previous: Record | None,
) -> str:
    """Table of the engine's figures; `rows` are names shown and names of figures. May be empty."""
    if not {on for _, on in rows} & {one.on for one in record.figures}:
        return ""
    lines = [_row([title, *metrics]), _row(["---", *["---:"] * len(metrics)])]
    for name, on in rows:
        cells = []
        for metric in metrics:
            now = find_figure(record.figures, on, metric, "engine")
            before = find_figure(previous.figures, on, metric, "engine") if previous else None
            cells.append(_cell(now, before))
        lines.append(_row([name, *cells]))
    return "\n".join(lines)


def _cell(now: Figure | None, before: Figure | None) -> str:
    """Mean and number of values, and the previous mean if it differs at two digits."""
    if now is None:
        return ""
    mean, was = f"{now.mean:.2f}", "" if before is None else f"{before.mean:.2f}"
    return f"{mean} of {len(now.values)}" + (f" (was {was})" if was not in ("", mean) else "")


def replace_report(document: Path, markdown: str) -> None:
    """Replace the text between the two markers of a document. Raises InputError without them."""
    text = document.read_text("utf-8")
    head, begin, rest = text.partition(BEGIN_MARKER)
    _, end, tail = rest.partition(END_MARKER)
    if not (begin and end):
        raise InputError(
            f"{document} needs the lines {BEGIN_MARKER} and {END_MARKER}, between which the "
            "report is written"
        )
    document.write_text(f"{head}{begin}\n\n{markdown}\n\n{end}{tail}", encoding="utf-8")


def _heading(record: Record, previous: Record | None, since: str | None) -> str:
    line = f"Model {record.model}."
    if previous is not None and since is not None:
        model = "the same model" if previous.model == record.model else f"model {previous.model}"
        line += f" Compared with {since} ({model})."
    return line


def _target_line(target: Target) -> str:
    state = "reached" if target.is_reached else "not reached"
    return f"- {state}: {target.text}: {target.measured}"


def _difference(ours: Figure | None, theirs: Figure | None) -> str:
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
