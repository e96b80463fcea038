"""Losses of the training, each a mean over a batch of unit vectors (n, d)."""

import torch

TEMPERATURE = 0.05
TOPIC_TEMPERATURE = 0.1
MASKED = -1e4
"""Similarity of a pair that must not count as a negative."""
DUPLICATE_COSINE = 0.98
"""Targets above this cosine are one text: they are no negatives of each other."""


def duplicates(targets: torch.Tensor) -> torch.Tensor:
    """Mask (n, n) of different rows with nearly equal vectors, such as one gloss of two words."""
    identity = torch.eye(len(targets), dtype=torch.bool, device=targets.device)
    return (targets @ targets.T > DUPLICATE_COSINE) & ~identity


def contrastive_loss(
    left: torch.Tensor, right: torch.Tensor, ignored: torch.Tensor | None = None
) -> torch.Tensor:
    """InfoNCE loss: each left vector against all right ones of the batch.

    Pairs in the mask `ignored` (n, n) are no negatives.
    """
    return _diagonal_cross_entropy(_similarity(left, right, ignored))


def symmetric_contrastive_loss(
    left: torch.Tensor, right: torch.Tensor, ignored: torch.Tensor | None = None
) -> torch.Tensor:
    """Mean of the InfoNCE losses of both directions."""
    similarity = _similarity(left, right, ignored)
    return (_diagonal_cross_entropy(similarity) + _diagonal_cross_entropy(similarity.T)) / 2


def cosine_distance(vectors: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Mean of 1 - cosine of each row with its target."""
    return (1 - (vectors * targets).sum(dim=1)).mean()


def supervised_contrastive_loss(vectors: torch.Tensor, topics: torch.Tensor) -> torch.Tensor:
    """Contrastive loss with several positives (Khosla et al. 2020): rows of the same topic (n,)."""
    identity = torch.eye(len(vectors), dtype=torch.bool, device=vectors.device)
    similarity = (vectors @ vectors.T / TOPIC_TEMPERATURE).masked_fill(identity, MASKED)
    log_probabilities = similarity - similarity.logsumexp(dim=1, keepdim=True)
    positive = (topics[:, None] == topics[None]) & ~identity
    per_row = (log_probabilities * positive).sum(dim=1) / positive.sum(dim=1).clamp(min=1)
    return -per_row.mean()


def _similarity(
    left: torch.Tensor, right: torch.Tensor, ignored: torch.Tensor | None
) -> torch.Tensor:
    similarity = left @ right.T / TEMPERATURE
    return similarity if ignored is None else similarity.masked_fill(ignored, MASKED)


def _diagonal_cross_entropy(similarity: torch.Tensor) -> torch.Tensor:
    """Cross-entropy with the diagonal as the right answer."""
    rows = torch.arange(len(similarity), device=similarity.device)
    return torch.nn.functional.cross_entropy(similarity, rows)
