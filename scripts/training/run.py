"""What every lesson's command shows while it teaches, and does when it has taught."""

import json
from argparse import Namespace
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from scripts.training import evaluate as measure
from scripts.training.student import Student, save
from scripts.training.trainer import Teaching

WINDOW = 256
"""Tokens of a text that the saved model reads."""


def teach(teaching: Teaching, console: Console) -> None:
    """Take up what was kept and teach to the end, with a progress bar."""
    teaching.resume()
    recent: dict[str, list[float]] = {}
    with progress_bar(console) as progress:
        task = progress.add_task("teaching", total=teaching.steps, completed=teaching.step)

        def told(step: int, loss: float, kind: str) -> None:
            recent.setdefault(kind, []).append(loss)
            means = ", ".join(f"{k} {np.mean(v[-50:]):.3f}" for k, v in sorted(recent.items()))
            progress.update(task, completed=step, description=f"teaching ({means})")

        teaching.run(told)


def progress_bar(console: Console) -> Progress:
    """Counted steps with the time that is left."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, TimeRemainingColumn(), console=console)


def finish(
    student: Student, tokenizer: Any, encode: measure.Encode, options: Namespace, console: Console
) -> None:
    """Measure, print and keep the figures, and save the model where `options` say."""
    figures = measure.figures(encode, options.data)
    table = Table("figure", "value")
    for name, value in figures.items():
        table.add_row(name, f"{value:.4f}")
    console.print(table)
    save(student.cpu(), tokenizer, options.out, WINDOW)
    (options.work / f"figures-{options.name}.json").write_text(json.dumps(figures, indent=1))
    console.print(f"saved in {options.out}")
