"""Teaching: the teacher's vectors, the losses, the loop, and where it can be taken up again."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from scripts.training import ranking
from scripts.training.batches import (
    Batch,
    Pairs,
    Ranked,
    Siblings,
    Topics,
)
from scripts.training.student import Batches, Student

Vectors = NDArray[np.float32]
BODY_RATE, EMBEDDING_RATE = 6e-5, 8e-4
WARM_UP, LEAST_SHARE = 0.04, 0.05
TEMPERATURE = 0.05
TOPIC_TEMPERATURE = 0.1
COSINE_SHARE = 4.0
KEEP_EVERY = 100


class Teaching:
    """One run over the lessons; the state is kept in `file`, and taken up from there."""

    def __init__(
        self,
        student: Student,
        batches: Batches,
        plan: Sequence[Batch],
        targets: torch.Tensor,
        *,
        file: Path,
        pace: float = 1.0,
        words_pace: float | None = None,
        cosine_share: float = COSINE_SHARE,
        jury: ranking.Jury | None = None,
    ) -> None:
        """`plan` is taught in order; `targets` (n, d) are the teacher's unit vectors.

        `pace` multiplies the rates of learning, `words_pace` that of the words where it is another;
        `cosine_share` is how much the cosine to the teacher counts beside the contrast with the
        batch's other targets. `jury` says what is thought of titles. Student, batches, targets and
        jury are on one device.
        """
        self._student = student
        self._batches = batches
        self._targets = targets
        self._file = file
        self._plan = plan
        self._jury = jury
        self._cosine_share = cosine_share
        table = student.body.embeddings.word_embeddings
        table.sparse = True
        rest = [p for p in student.body.parameters() if p is not table.weight and p.requires_grad]
        self._optimizers: list[tuple[torch.optim.Optimizer, float]] = [
            (torch.optim.AdamW(rest, weight_decay=0.01), pace * BODY_RATE),
            (torch.optim.SparseAdam([table.weight]), (words_pace or pace) * EMBEDDING_RATE),
        ]
        self.step = 0

    @property
    def steps(self) -> int:
        """How many batches the whole run has."""
        return len(self._plan)

    def resume(self) -> None:
        """Take up the kept state, if there is one."""
        if self._file.exists():
            state = torch.load(self._file, weights_only=True, map_location=self._targets.device)
            self._student.load_state_dict(state["student"])
            for (optimizer, _), kept in zip(self._optimizers, state["optimizers"], strict=True):
                optimizer.load_state_dict(kept)
            self.step = state["step"]

    def run(self, told: Callable[[int, float, str], None]) -> None:
        """Teach to the end; `told` hears of each step its number, its loss, its kind."""
        self._student.train()
        for module in self._student.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0
        while self.step < self.steps:
            batch = self._plan[self.step]
            loss = self._loss(batch)
            self._learn(loss)
            self.step += 1
            told(self.step, float(loss.detach()), type(batch).__name__)
            if self.step % KEEP_EVERY == 0 or self.step == self.steps:
                self._keep()

    def _loss(self, batch: Batch) -> torch.Tensor:
        if isinstance(batch, Pairs):
            return _both_ways(self._vectors(batch.left), self._vectors(batch.right))
        if isinstance(batch, Ranked):
            assert self._jury is not None
            asked = self._jury.question(batch.asking, self.step)
            return ranking.loss(
                self._vectors(asked.asked), self._vectors(asked.offered), asked.opinion
            )
        if isinstance(batch, Topics):
            return _same_topic(
                self._vectors(batch.texts), torch.tensor(batch.topics, device=self._targets.device)
            )
        targets = self._targets[batch.targets].float()
        # Equal targets (one gloss of two words) are no contrast to one another.
        itself = torch.eye(len(targets), dtype=torch.bool, device=targets.device)
        same = (targets @ targets.T > 0.98) & ~itself
        if isinstance(batch, Siblings):
            chinese, english = self._vectors(batch.chinese), self._vectors(batch.english)
            near = 2 * _distance(chinese, targets) + _distance(english, targets)
            return _both_ways(chinese, english, same) + near
        vectors = self._vectors(batch.texts)
        similarity = (vectors @ targets.T / TEMPERATURE).masked_fill(same, -1e4)
        contrast = _contrast(similarity, torch.arange(len(vectors), device=vectors.device))
        return contrast + self._cosine_share * _distance(vectors, targets)

    def _vectors(self, texts: list[str]) -> torch.Tensor:
        vectors: torch.Tensor = self._student(*self._batches(texts))
        return vectors

    def _learn(self, loss: torch.Tensor) -> None:
        done = self.step / self.steps
        warm = min(1.0, done / WARM_UP + 0.02)
        share = warm * (LEAST_SHARE + (1 - LEAST_SHARE) * 0.5 * (1 + float(np.cos(np.pi * done))))
        for optimizer, rate in self._optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate * share
            optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        dense = [p for group in self._optimizers[0][0].param_groups for p in group["params"]]
        torch.nn.utils.clip_grad_norm_(dense, 1.0)
        for optimizer, _ in self._optimizers:
            optimizer.step()

    def _keep(self) -> None:
        state = {
            "student": self._student.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer, _ in self._optimizers],
            "step": self.step,
        }
        new = self._file.with_suffix(".new")
        torch.save(state, new)
        os.replace(new, self._file)


def teacher_vectors(
    teacher: Any, texts: list[str], file: Path, told: Callable[[int, int], None]
) -> torch.Tensor:
    """The teacher's unit vectors (n, d) in halves; those already in `file` are not computed again.

    `teacher` is a sentence-transformers model.
    """
    distinct = sorted(set(texts), key=len)
    kept: dict[str, Any] = torch.load(file, weights_only=True) if file.exists() else {}
    missing = [text for text in distinct if text not in kept]
    for start in range(0, len(missing), 4096):
        chunk = missing[start : start + 4096]
        vectors = teacher.encode(chunk, batch_size=64, normalize_embeddings=True)
        kept.update(zip(chunk, torch.from_numpy(vectors).half().unbind(), strict=True))
        told(min(start + 4096, len(missing)), len(missing))
    if missing:
        torch.save({text: vector.clone() for text, vector in kept.items()}, file)
    return torch.stack([kept[text] for text in texts])


def _contrast(similarity: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    return torch.nn.functional.cross_entropy(similarity, right)


def _both_ways(
    left: torch.Tensor, right: torch.Tensor, same: torch.Tensor | None = None
) -> torch.Tensor:
    """Contrast of each left vector with all right ones and back; those `same` (n, n) not."""
    similarity = left @ right.T / TEMPERATURE
    if same is not None:
        similarity = similarity.masked_fill(same, -1e4)
    places = torch.arange(len(left), device=left.device)
    return (_contrast(similarity, places) + _contrast(similarity.T, places)) / 2


def _distance(vectors: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    return (1 - (vectors * targets).sum(dim=1)).mean()


def _same_topic(vectors: torch.Tensor, topics: torch.Tensor) -> torch.Tensor:
    """Contrast with several positives (Khosla and others 2020): those of the same topic."""
    itself = torch.eye(len(vectors), dtype=torch.bool, device=vectors.device)
    similarity = (vectors @ vectors.T / TOPIC_TEMPERATURE).masked_fill(itself, -1e4)
    chances = similarity - similarity.logsumexp(dim=1, keepdim=True)
    positive = (topics[:, None] == topics[None]) & ~itself
    return -((chances * positive).sum(dim=1) / positive.sum(dim=1).clamp(min=1)).mean()
