"""Training loop of the student, with checkpoints, and the teacher's vectors."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from scripts.training.batches import (
    Batch,
    HardNegativeBatch,
    PairBatch,
    TopicBatch,
)
from scripts.training.losses import (
    contrastive_loss,
    cosine_distance,
    duplicates,
    supervised_contrastive_loss,
    symmetric_contrastive_loss,
)
from scripts.training.student import PaddedTokenizer, Student

BODY_LEARNING_RATE, EMBEDDING_LEARNING_RATE = 6e-5, 8e-4
WARM_UP_SHARE = 0.04
"""Share of the steps over which the learning rate rises."""
MIN_RATE_SHARE = 0.05
"""Share of the learning rate that is left at the end of the cosine schedule."""
WEIGHT_DECAY = 0.01
MAX_GRADIENT_NORM = 1.0
COSINE_WEIGHT = 4.0
"""Weight of the cosine distance beside the contrastive loss in distillation."""
CHINESE_WEIGHT = 2.0
"""Weight of the Chinese side beside the English one in the distance of hard negatives."""
CHECKPOINT_INTERVAL = 100
"""Steps between two checkpoints."""
TEACHER_CHUNK = 4096
"""Texts that the teacher encodes between two progress reports."""


class Trainer:
    """One training run. Its checkpoint file lets a stopped run go on."""

    def __init__(
        self,
        student: Student,
        tokenizer: PaddedTokenizer,
        batches: Sequence[Batch],
        targets: torch.Tensor,
        *,
        checkpoint: Path,
        learning_rate_scale: float = 1.0,
    ) -> None:
        """`targets` (n, d) are the teacher's unit vectors, which the batches refer to by row."""
        self._student = student
        self._tokenizer = tokenizer
        self._batches = batches
        self._targets = targets
        self._checkpoint = checkpoint
        table = student.body.embeddings.word_embeddings
        table.sparse = True
        rest = [p for p in student.body.parameters() if p is not table.weight and p.requires_grad]
        self._optimizers: list[tuple[torch.optim.Optimizer, float]] = [
            (
                torch.optim.AdamW(rest, weight_decay=WEIGHT_DECAY),
                learning_rate_scale * BODY_LEARNING_RATE,
            ),
            (
                torch.optim.SparseAdam([table.weight]),
                learning_rate_scale * EMBEDDING_LEARNING_RATE,
            ),
        ]
        self.step = 0

    @property
    def steps(self) -> int:
        """Number of batches of the whole run."""
        return len(self._batches)

    def resume(self) -> None:
        """Load the checkpoint, if there is one."""
        if self._checkpoint.exists():
            state = torch.load(self._checkpoint, weights_only=True)
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
            loss = self._loss(batch)
            self._update(loss)
            self.step += 1
            report(self.step, float(loss.detach()), type(batch).__name__)
            if self.step % CHECKPOINT_INTERVAL == 0 or self.step == self.steps:
                self.save_checkpoint()

    def _loss(self, batch: Batch) -> torch.Tensor:
        if isinstance(batch, PairBatch):
            return symmetric_contrastive_loss(self._encode(batch.left), self._encode(batch.right))
        if isinstance(batch, TopicBatch):
            return supervised_contrastive_loss(
                self._encode(batch.texts), torch.tensor(batch.topics)
            )
        targets = self._targets[batch.targets].float()
        ignored = duplicates(targets)
        if isinstance(batch, HardNegativeBatch):
            chinese, english = self._encode(batch.chinese), self._encode(batch.english)
            return (
                symmetric_contrastive_loss(chinese, english, ignored)
                + CHINESE_WEIGHT * cosine_distance(chinese, targets)
                + cosine_distance(english, targets)
            )
        vectors = self._encode(batch.texts)
        contrast = contrastive_loss(vectors, targets, ignored)
        return contrast + COSINE_WEIGHT * cosine_distance(vectors, targets)

    def _encode(self, texts: list[str]) -> torch.Tensor:
        vectors: torch.Tensor = self._student(*self._tokenizer(texts))
        return vectors

    def _update(self, loss: torch.Tensor) -> None:
        schedule = self._schedule()
        for optimizer, rate in self._optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate * schedule
            optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        dense = [p for group in self._optimizers[0][0].param_groups for p in group["params"]]
        torch.nn.utils.clip_grad_norm_(dense, MAX_GRADIENT_NORM)
        for optimizer, _ in self._optimizers:
            optimizer.step()

    def _schedule(self) -> float:
        """Factor of the learning rate at this step: linear warm-up, cosine decay."""
        progress = self.step / self.steps
        warm_up = min(1.0, progress / WARM_UP_SHARE + 0.02)
        cosine = 0.5 * (1 + float(np.cos(np.pi * progress)))
        return warm_up * (MIN_RATE_SHARE + (1 - MIN_RATE_SHARE) * cosine)


def teacher_vectors(
    teacher: Any, texts: list[str], cache: Path, report: Callable[[int, int], None]
) -> torch.Tensor:
    """Unit vectors (n, d) of the texts by the teacher, in float16.

    `teacher` is a sentence-transformers model. Only texts that are not in the file `cache` are
    encoded. `report` gets how many of these are done, and their number.
    """
    distinct = sorted(set(texts), key=len)
    known: dict[str, Any] = torch.load(cache, weights_only=True) if cache.exists() else {}
    missing = [text for text in distinct if text not in known]
    for start in range(0, len(missing), TEACHER_CHUNK):
        chunk = missing[start : start + TEACHER_CHUNK]
        vectors = teacher.encode(chunk, batch_size=64, normalize_embeddings=True)
        known.update(zip(chunk, torch.from_numpy(vectors).half().unbind(), strict=True))
        report(start + len(chunk), len(missing))
    if missing:
        torch.save({text: vector.clone() for text, vector in known.items()}, cache)
    return torch.stack([known[text] for text in texts])
