"""Training loop of a student, with checkpoints."""

import math
import os
import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from matcher.errors import InputError
from scripts.training.batches import Batch
from scripts.training.lessons import Lesson
from scripts.training.student import Student

WARM_UP_SHARE = 0.04
"""Share of the steps over which the learning rate rises."""
MIN_RATE_SHARE = 0.05
"""Share of the learning rate that is left at the end of the cosine schedule."""
WEIGHT_DECAY = 0.01
MAX_GRADIENT_NORM = 1.0
CHECKPOINT_INTERVAL = 50
"""Steps between two checkpoints."""


@dataclass(frozen=True)
class Rates:
    """Highest learning rates of the body and of the input embeddings."""

    body: float
    embeddings: float


class Trainer:
    """One training run. Its checkpoint file lets a stopped run go on."""

    def __init__(
        self,
        student: Student,
        lesson: Lesson,
        batches: Sequence[Batch],
        rates: Rates,
        *,
        plan: str,
        checkpoint: Path,
    ) -> None:
        """`lesson` gives the loss of the student for a batch; `plan` names all that decides a run.

        A checkpoint is resumed by the same plan only.
        """
        self._plan = plan
        self._student = student
        self._lesson = lesson
        self._batches = batches
        self._checkpoint = checkpoint
        table = student.body.embeddings.word_embeddings
        table.sparse = True
        self._rest = [own for own in student.body.parameters() if own is not table.weight]
        self._optimizers: list[tuple[torch.optim.Optimizer, float]] = [
            (torch.optim.AdamW(self._rest, weight_decay=WEIGHT_DECAY), rates.body),
            (torch.optim.SparseAdam([table.weight]), rates.embeddings),
        ]
        self.step = 0

    @property
    def steps(self) -> int:
        """Number of batches of the whole run."""
        return len(self._batches)

    def resume(self) -> None:
        """Load the checkpoint, if there is one.

        Raises InputError for one of another plan, and for a damaged one.
        """
        if self._checkpoint.exists():
            try:
                state = torch.load(self._checkpoint, weights_only=True)
            except (RuntimeError, EOFError, pickle.UnpicklingError) as problem:
                raise InputError(f"{self._checkpoint} is damaged: delete it") from problem
            if state.get("plan") != self._plan:
                raise InputError(
                    f"{self._checkpoint} is of another run ({state.get('plan', 'not named')}), not "
                    f"of {self._plan}: delete it, or name another folder with --work"
                )
            self._student.load_state_dict(state["student"])
            for (optimizer, _), saved in zip(self._optimizers, state["optimizers"], strict=True):
                optimizer.load_state_dict(saved)
            self.step = state["step"]

    def save_checkpoint(self) -> None:
        """Write student, optimizers and step, by an atomic rename."""
        state = {
            "student": self._student.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer, _ in self._optimizers],
            "step": self.step,
            "plan": self._plan,
        }
        new = self._checkpoint.with_suffix(".new")
        torch.save(state, new)
        os.replace(new, self._checkpoint)

    def run(self, report: Callable[[int, float, str], None]) -> None:
        """Train to the end; `report` gets step, loss and kind of batch after each step."""
        self._student.train()
        for module in self._student.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0
        while self.step < self.steps:
            batch = self._batches[self.step]
            loss = self._lesson(batch)
            self._update(loss)
            self.step += 1
            report(self.step, float(loss.detach()), type(batch).__name__)
            if self.step % CHECKPOINT_INTERVAL == 0 or self.step == self.steps:
                self.save_checkpoint()

    def _update(self, loss: torch.Tensor) -> None:
        schedule = self._schedule()
        for optimizer, rate in self._optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate * schedule
            optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self._rest, MAX_GRADIENT_NORM)
        for optimizer, _ in self._optimizers:
            optimizer.step()

    def _schedule(self) -> float:
        """Factor of the learning rate at this step: linear warm-up, cosine decay."""
        progress = self.step / self.steps
        warm_up = min(1.0, progress / WARM_UP_SHARE + 0.02)
        cosine = 0.5 * (1 + math.cos(math.pi * progress))
        return warm_up * (MIN_RATE_SHARE + (1 - MIN_RATE_SHARE) * cosine)
