"""A lexical index of one segment."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from indexes import lexical
from indexes.forward import ForwardIndex
from matcher.types import Passage, PatentRow


def build_lexical(folder: Path, texts: Sequence[tuple[int, str]]) -> lexical.TantivyIndex:
    """Write and open an index of texts, each with its group, in ascending order of groups."""
    passages = [Passage(PatentRow(group), "abstract", None, text) for group, text in texts]
    lexical.write(folder, folder, passages)
    groups = np.array([group for group, _ in texts], dtype=np.int64)
    return lexical.TantivyIndex(folder, ForwardIndex([folder]), groups)
