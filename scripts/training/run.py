"""Progress display of a training run, and its results: figures and saved model."""

import json
from argparse import Namespace
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from scripts.training.evaluate import evaluate
from scripts.training.student import PaddedTokenizer, Student, encoder_of, save_student
from scripts.training.trainer import Trainer

WINDOW = 256
"""Limit of the saved model in tokens."""
LOSSES_SHOWN = 50
"""Recent losses of which the progress line shows the mean."""


def train(trainer: Trainer, console: Console) -> None:
    """Resume from the checkpoint and train to the end, with a progress bar."""
    trainer.resume()
    losses: dict[str, list[float]] = {}
    with progress_bar(console) as progress:
        task = progress.add_task("training", total=trainer.steps, completed=trainer.step)

        def report(step: int, loss: float, kind: str) -> None:
            losses.setdefault(kind, []).append(loss)
            means = ", ".join(
                f"{kind} {np.mean(values[-LOSSES_SHOWN:]):.3f}"
                for kind, values in sorted(losses.items())
            )
            progress.update(task, completed=step, description=f"training ({means})")

        trainer.run(report)


def progress_bar(console: Console) -> Progress:
    """Return a progress bar with counted steps and the remaining time."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, TimeRemainingColumn(), console=console)


def finish(student: Student, tokenizer: Any, options: Namespace, console: Console) -> None:
    """Evaluate the model, print and write the figures, and save the model to `options.out`."""
    encode = encoder_of(student, PaddedTokenizer(tokenizer, WINDOW))
    figures = evaluate(encode, options.data)
    table = Table("figure", "value")
    for name, value in figures.items():
        table.add_row(name, f"{value:.4f}")
    console.print(table)
    save_student(student, tokenizer, options.out, WINDOW)
    (options.work / f"figures-{options.name}.json").write_text(json.dumps(figures, indent=1))
    console.print(f"saved in {options.out}")
