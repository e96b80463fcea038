"""Batches of texts of similar length, by number or by tokens."""

from collections.abc import Iterator, Sequence
from itertools import groupby


def batches(
    lengths: Sequence[int], size: int, max_padding: int | None = None
) -> Iterator[list[int]]:
    """Yield the indices of the texts of each batch, shortest first.

    Shorter texts are padded to the longest of their batch: with `max_padding`, a text starts a new
    batch if all the others together would be padded by more than that.
    """
    batch: list[int] = []
    for index in sorted(range(len(lengths)), key=lengths.__getitem__):
        padding = len(batch) * (lengths[index] - lengths[batch[-1]]) if batch else 0
        if len(batch) == size or (max_padding is not None and padding > max_padding):
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def token_batches(
    lengths: Sequence[int], budget: int, size: int | None = None
) -> Iterator[list[int]]:
    """Yield the indices of the texts of each batch, shortest first.

    A batch has at most `budget` tokens, those that pad its texts to the longest included, and at
    most `size` texts; a longer text is a batch of its own.
    """
    batch: list[int] = []
    for index in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and (len(batch) == size or (len(batch) + 1) * lengths[index] > budget):
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def equal_batches(lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Yield the indices of the texts of each batch, shortest first.

    The texts of a batch are equally long, so that none is padded, and have at most `budget` tokens
    together; a longer text is a batch of its own.
    """
    order = sorted(range(len(lengths)), key=lengths.__getitem__)
    for length, group in groupby(order, key=lengths.__getitem__):
        equal, size = list(group), max(1, budget // length)
        yield from (equal[start : start + size] for start in range(0, len(equal), size))
