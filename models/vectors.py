"""Rules that encoders share: a text is not empty, a vector has length one."""

from collections.abc import Sequence

import numpy as np

from matcher.errors import ModelError
from matcher.language.messages import _
from matcher.ports import Vectors


def check_texts(texts: Sequence[str]) -> None:
    """Raise ModelError for an empty text."""
    if any(not text.strip() for text in texts):
        raise ModelError(_("an empty text has no vector; leave it out"))


def unit(vectors: Vectors) -> Vectors:
    """Return the rows (n, d) at length one."""
    rows: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return rows
