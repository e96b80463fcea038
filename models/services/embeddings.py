"""Answers of an embedding service, read and checked."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any

import numpy as np

from matcher.language.messages import _
from matcher.ports import Vectors
from models.services.client import Patience, ServiceClient, ServiceRefusalError
from models.vectors import unit

HALVED = frozenset({400, 413, 422})
"""Statuses with which services refuse a batch that is too large."""


def ask_vectors(
    client: ServiceClient, texts: Sequence[str], dimension: int | None, patience: Patience
) -> Vectors:
    """Return the unit vectors (n, d) of n texts; a batch that is refused goes in halves.

    `dimension` is the expected one, if it is known. Raises ModelError.
    """
    body = {"model": client.model, "input": list(texts), "encoding_format": "float"}
    try:
        answer = client.post("embeddings", body, patience)
    except ServiceRefusalError as refusal:
        if refusal.status not in HALVED or len(texts) == 1:
            raise
        middle = len(texts) // 2
        # What no half would mend fails with the first text, after a few requests.
        halves = [
            ask_vectors(client, part, dimension, patience)
            for part in (texts[:middle], texts[middle:])
        ]
        return np.concatenate(halves)
    return _checked(client, _rows(client, answer, len(texts)), dimension)


def _rows(client: ServiceClient, answer: Any, count: int) -> list[Vectors]:
    """Vectors in the order of the texts. Raises ModelError."""
    items = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise client.unusable(_("it has no list of vectors"))
    if len(items) != count:
        raise client.unusable(
            _("texts sent: {sent}, vectors received: {received}", received=len(items), sent=count)
        )
    by_index = {
        item["index"]: item.get("embedding") for item in items if isinstance(item.get("index"), int)
    }
    if sorted(by_index) != list(range(count)):
        raise client.unusable(_("its vectors are not numbered from 0 to {last}", last=count - 1))
    return [_row(client, by_index[index]) for index in range(count)]


def _row(client: ServiceClient, embedding: Any) -> Vectors:
    """Vector of a list of numbers, or of float32 in base64. Raises ModelError."""
    try:
        if isinstance(embedding, str):
            content = base64.b64decode(embedding, validate=True)
            row = np.frombuffer(content, dtype="<f4").astype(np.float32)
        else:
            row = np.array(embedding, dtype=np.float32)
    except (ValueError, TypeError, OverflowError, binascii.Error):
        raise client.unusable(_("a vector of it is no list of numbers")) from None
    if row.ndim != 1 or not len(row):
        raise client.unusable(_("a vector of it is no list of numbers"))
    return row


def _checked(client: ServiceClient, rows: list[Vectors], dimension: int | None) -> Vectors:
    """Unit vectors (n, d). Raises ModelError for another dimension, and for no numbers."""
    expected = len(rows[0]) if dimension is None else dimension
    for row in rows:
        if len(row) != expected:
            raise client.unusable(
                _(
                    "a vector of dimension {received} came instead of {expected}",
                    received=len(row),
                    expected=expected,
                )
            )
    vectors: Vectors = np.stack(rows)
    # Finite is not enough: the length of a vector of large numbers overflows, that of zeros is 0.
    with np.errstate(over="ignore", invalid="ignore"):
        lengths = np.linalg.norm(vectors, axis=1)
    if not np.isfinite(lengths).all() or not lengths.all():
        raise client.unusable(_("a vector of it has no direction: zeros, or no numbers"))
    return np.ascontiguousarray(unit(vectors))
