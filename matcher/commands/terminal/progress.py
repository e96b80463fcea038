"""Progress of long work: one line on stderr with stage, amount, rate and time left."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
)
from rich.text import Text

from matcher.progress import Report, Step, amount, silent


@contextmanager
def progress_line(console: Console | None = None) -> Iterator[Report]:
    """Yield a progress report that is shown while the block runs and removed afterwards.

    Silent where stderr (or the console) is no terminal.
    """
    if console is None:
        plain = "NO_COLOR" in os.environ
        console = Console(stderr=True, color_system=None if plain else "auto")
    if not console.is_terminal:
        yield silent
        return
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        Amount(),
        BarColumn(bar_width=None),  # the room that the texts leave
        console=console,
        transient=True,
        # Never catch stdout: what a program reads there must not end up on stderr.
        redirect_stdout=False,
    ) as progress:
        yield StageLine(progress)


class StageLine:
    """Progress callback that shows one stage at a time."""

    def __init__(self, progress: Progress) -> None:
        """Show the stages on `progress`, which has started."""
        self._progress = progress
        self._stage: str | None = None
        self._task: TaskID | None = None

    def __call__(self, step: Step) -> None:
        """Show the step."""
        if self._task is None or step.stage != self._stage:
            if self._task is not None:
                self._progress.remove_task(self._task)
            self._stage = step.stage
            self._task = self._progress.add_task(step.stage, total=step.total)
        self._progress.update(self._task, completed=step.done, total=step.total)


class Amount(ProgressColumn):
    """Column with the amount done, the rate and the time left."""

    def render(self, task: Task) -> Text:
        """Return the text of a stage in its present state."""
        return Text(amount(task.completed, task.total, task.speed))
