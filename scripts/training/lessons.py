"""Lessons: the loss of a batch for a student that learns from a teacher with the same tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import torch

from scripts.training.batches import Batch, TextBatch
from scripts.training.losses import (
    cosine_distance,
    duplicates,
    neighbour_loss,
    symmetric_contrastive_loss,
    token_distance,
)
from scripts.training.student import PaddedTokenizer, Student

TEXT_WEIGHT, TRANSLATION_WEIGHT, COMPACT_WEIGHT = 6.0, 3.0, 8.0
"""Weights of the cosine distance to the teacher's vectors beside the other losses."""


class Lesson(Protocol):
    """A way to learn from a batch."""

    def __call__(self, batch: Batch) -> torch.Tensor:
        """Return the loss of the student."""


@dataclass(frozen=True)
class _Taught:
    """A student and its teacher, which read the same tokens."""

    student: Student
    teacher: Student
    tokenizer: PaddedTokenizer

    def __post_init__(self) -> None:
        self.teacher.eval()


class LanguageLesson(_Taught):
    """Chinese vectors as the teacher's, and one vector for both sides of a translation."""

    def __call__(self, batch: Batch) -> torch.Tensor:
        """Return the loss: distances to the teacher's Chinese vectors, neighbours, contrast."""
        if isinstance(batch, TextBatch):
            targets = self._targets(batch.texts)
            vectors = self._vectors(batch.texts)
            distance = cosine_distance(vectors, targets)
            return TEXT_WEIGHT * distance + neighbour_loss(vectors, targets)
        targets = self._targets(batch.chinese)
        chinese, english = self._vectors(batch.chinese), self._vectors(batch.english)
        distance = cosine_distance(chinese, targets) + cosine_distance(english, targets)
        contrast = symmetric_contrastive_loss(chinese, english, duplicates(targets))
        return contrast + TRANSLATION_WEIGHT * distance

    def _vectors(self, texts: Sequence[str]) -> torch.Tensor:
        return self.student(*self.tokenizer(texts))  # type: ignore[no-any-return]

    @torch.no_grad()
    def _targets(self, texts: Sequence[str]) -> torch.Tensor:
        return self.teacher(*self.tokenizer(texts))  # type: ignore[no-any-return]


class CompactLesson(_Taught):
    """Vectors, neighbours and token vectors of a deeper teacher, in both languages."""

    def __call__(self, batch: Batch) -> torch.Tensor:
        """Return the loss of the batch's texts, of either language."""
        texts = batch.texts if isinstance(batch, TextBatch) else [*batch.chinese, *batch.english]
        ids, mask = self.tokenizer(texts)
        weights = self.student.token_weights(ids, mask)
        with torch.no_grad():
            wanted = self.teacher.token_vectors(ids, mask)
            targets = self.teacher.pooled(wanted, weights)
        states = self.student.token_vectors(ids, mask)
        vectors = self.student.pooled(states, weights)
        return (
            COMPACT_WEIGHT * cosine_distance(vectors, targets)
            + neighbour_loss(vectors, targets)
            + token_distance(states, wanted, weights)
        )
