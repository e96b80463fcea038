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
from scripts.training.student import PaddedTokenizer, Student, fast_products

TEXT_WEIGHT, TRANSLATION_WEIGHT, COMPACT_WEIGHT = 6.0, 3.0, 8.0
"""Weights of the cosine distance to the teacher's vectors beside the other losses."""


class Lesson(Protocol):
    """A way to learn from a batch."""

    @property
    def student(self) -> Student:
        """Model that learns."""

    @property
    def teacher(self) -> Student:
        """Model that it learns from."""

    def __call__(self, batch: Batch) -> torch.Tensor:
        """Return the loss of the student."""


@dataclass(frozen=True)
class _Reading:
    """Token vectors of n texts, in groups of m texts of like length, up to t tokens."""

    states: Sequence[torch.Tensor]
    """Token vectors (m, t, d) of each group."""
    weights: Sequence[torch.Tensor]
    """Weights (m, t) of the tokens in the mean."""
    places: torch.Tensor
    """Place (n,) of each text among those of all groups."""

    @property
    def vectors(self) -> torch.Tensor:
        """Unit vectors (n, d) of the texts."""
        return torch.cat(list(map(Student.pooled, self.states, self.weights)))[self.places]


@dataclass(frozen=True)
class _Taught:
    """A student and its teacher, which read the same tokens."""

    student: Student
    teacher: Student
    tokenizer: PaddedTokenizer

    def __post_init__(self) -> None:
        self.teacher.eval()
        for model in (self.student, self.teacher):
            # In bfloat16 PyTorch's fused attention is slower on a CPU, above all its gradient;
            # in float32 both take the same time for texts as short as these.
            model.body.set_attn_implementation("eager")

    def _read(self, model: Student, texts: Sequence[str]) -> _Reading:
        """Read texts, fast rather than to the last digit."""
        states, weights = [], []
        order: list[int] = []
        for rows, ids, mask in self.tokenizer.groups(texts):
            with fast_products():
                states.append(model.token_vectors(ids, mask).float())
            weights.append(model.token_weights(ids, mask))
            order += rows
        return _Reading(states, weights, torch.tensor(order).argsort())


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
        return self._read(self.student, texts).vectors

    @torch.no_grad()
    def _targets(self, texts: Sequence[str]) -> torch.Tensor:
        return self._read(self.teacher, texts).vectors


class CompactLesson(_Taught):
    """Vectors, neighbours and token vectors of a deeper teacher, in both languages."""

    def __call__(self, batch: Batch) -> torch.Tensor:
        """Return the loss of the batch's texts, of either language."""
        texts = batch.texts if isinstance(batch, TextBatch) else [*batch.chinese, *batch.english]
        own = self._read(self.student, texts)
        with torch.no_grad():
            wanted = self._read(self.teacher, texts)
        return (
            COMPACT_WEIGHT * cosine_distance(own.vectors, wanted.vectors)
            + neighbour_loss(own.vectors, wanted.vectors)
            + token_distance(own.states, wanted.states, own.weights)
        )
