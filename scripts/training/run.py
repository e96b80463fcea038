"""Progress display of a training run, and its figures."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from scripts.training.evaluate import evaluate
from scripts.training.student import WINDOW, PaddedTokenizer, Student, encoder_of
from scripts.training.trainer import CHECKPOINT_INTERVAL, Trainer

LOSSES_SHOWN = 50
"""Recent losses of which the progress line shows the mean."""


def train(trainer: Trainer, name: str, console: Console) -> None:
    """Resume from the checkpoint and train to the end.

    A terminal shows a progress bar, a log gets a line at each checkpoint.
    """
    trainer.resume()
    losses: dict[str, list[float]] = {}
    with progress_bar(console) as progress:
        task = progress.add_task(name, total=trainer.steps, completed=trainer.step)

        def report(step: int, loss: float, kind: str) -> None:
            losses.setdefault(kind, []).append(loss)
            means = ", ".join(
                f"{kind} {np.mean(values[-LOSSES_SHOWN:]):.3f}"
                for kind, values in sorted(losses.items())
            )
            progress.update(task, completed=step, description=f"{name} ({means})")
            if not console.is_terminal and step % CHECKPOINT_INTERVAL == 0:
                console.print(f"{name}: {step:,} of {trainer.steps:,} batches; losses: {means}")

        trainer.run(report)


def progress_bar(console: Console) -> Progress:
    """Return a progress bar with counted steps and the remaining time."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, TimeRemainingColumn(), console=console)


def print_figures(
    students: Mapping[str, Student], tokenizer: Any, data: Path, console: Console
) -> dict[str, dict[str, float]]:
    """Evaluate the students, print their figures side by side, and return them by name."""
    padded = PaddedTokenizer(tokenizer, WINDOW)
    figures = {}
    for name, student in students.items():
        with console.status(f"measuring {name}"):
            figures[name] = evaluate(encoder_of(student, padded), data)
    table = Table("figure", *students)
    for figure in next(iter(figures.values())):
        table.add_row(figure, *(f"{figures[name][figure]:.4f}" for name in students))
    console.print(table)
    return figures
