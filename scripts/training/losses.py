"""Losses of the training, each a mean over a batch of unit vectors (n, d)."""

from collections.abc import Sequence

import torch
from torch.nn import functional

TEMPERATURE = 0.05
MASKED = -1e4
"""Similarity of a pair that must not count."""
DUPLICATE_COSINE = 0.98
"""Targets above this cosine are one text: they are no negatives of each other."""


def duplicates(targets: torch.Tensor) -> torch.Tensor:
    """Mask (n, n) of different rows with nearly equal vectors, such as one gloss of two words."""
    return (targets @ targets.T > DUPLICATE_COSINE) & ~_diagonal(targets)


def symmetric_contrastive_loss(
    left: torch.Tensor, right: torch.Tensor, ignored: torch.Tensor
) -> torch.Tensor:
    """Mean of the InfoNCE losses of both directions: each vector against all of the other side.

    Pairs in the mask `ignored` (n, n) are no negatives.
    """
    similarity = (left @ right.T / TEMPERATURE).masked_fill(ignored, MASKED)
    rows = torch.arange(len(similarity))
    return (
        functional.cross_entropy(similarity, rows) + functional.cross_entropy(similarity.T, rows)
    ) / 2


def cosine_distance(vectors: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Mean of 1 - cosine of each row with its target."""
    return (1 - (vectors * targets).sum(dim=1)).mean()


def neighbour_loss(vectors: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Divergence of each row's distribution over the other rows from that of the targets."""
    own, wanted = _neighbours(vectors), _neighbours(targets)
    return functional.kl_div(own, wanted, log_target=True, reduction="batchmean")


def token_distance(
    states: Sequence[torch.Tensor],
    targets: Sequence[torch.Tensor],
    weights: Sequence[torch.Tensor],
) -> torch.Tensor:
    """Weighted mean of 1 - cosine of the token vectors (m, t, d) of groups with their targets."""
    distances = [
        ((1 - functional.cosine_similarity(own, wanted, dim=-1)) * weight).sum()
        for own, wanted, weight in zip(states, targets, weights, strict=True)
    ]
    return torch.stack(distances).sum() / sum(weight.sum() for weight in weights)


def _neighbours(vectors: torch.Tensor) -> torch.Tensor:
    similarity = vectors @ vectors.T / TEMPERATURE
    return similarity.masked_fill(_diagonal(vectors), MASKED).log_softmax(dim=1)


def _diagonal(vectors: torch.Tensor) -> torch.Tensor:
    return torch.eye(len(vectors), dtype=torch.bool)
