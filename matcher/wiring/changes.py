"""Changes of a catalogue since its index was built: what is kept, indexed anew, taken out.

A run indexes what changed as one new segment. Segments are merged when they have become many, so
that each holds several times as much as those after it together: their number grows with the
logarithm of the catalogue, and a patent is indexed that often at most.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from matcher.ports import Rows
from matcher.store import patents
from matcher.wiring.segments import OpenSegment

MAX_CHANGED = 0.5
"""Share of changed patents above which an index is built anew."""
MIN_GROWTH = 4
"""Patents of a segment over those of all later ones, below which they are merged."""
MAX_DELETED = 0.3
"""Share of deleted patents above which a segment is merged with all later ones."""


@dataclass(frozen=True)
class Changes:
    """Changes that lead from a generation to the next."""

    kept: tuple[OpenSegment, ...]
    patents: Rows | None
    """Patents of the new segment, sorted; None: the whole catalogue."""
    deleted: tuple[int, ...] = ()
    """Patents whose passages leave the lexical index."""
    known: frozenset[int] = frozenset()
    """Patents of the new segment whose passages the lexical index has already."""


ANEW = Changes((), None)
"""Nothing is kept, everything is indexed."""


def changes_since(
    connection: Connection, segments: Sequence[OpenSegment], state: int, outdated: Rows
) -> Changes | None:
    """Return the changes since a state of the catalogue (its number); None where most changed.

    `outdated` are patents that changed apart from that.
    """
    rows = np.array(patents.all_rows(connection), dtype=np.int64)
    since = np.array(patents.rows_changed_after(connection, state), dtype=np.int64)
    changed = np.union1d(since, np.intersect1d(outdated, rows))
    indexed = np.concatenate([own.patents for own in segments])
    gone = np.union1d(np.setdiff1d(indexed, rows), np.intersect1d(indexed, changed))
    if len(np.union1d(changed, gone)) > MAX_CHANGED * len(rows):
        return None
    kept = [own.without(gone) for own in segments]
    return Changes(tuple(own for own in kept if len(own.patents)), changed, tuple(gone.tolist()))


def merge_due(segments: Sequence[OpenSegment]) -> Changes | None:
    """Return the changes that merge segments; None while there is nothing to merge."""
    later = 0
    first = len(segments)
    for number, own in reversed(list(enumerate(segments))):
        left = len(own.patents)
        if left < MIN_GROWTH * later or own.segment.deleted > MAX_DELETED * own.segment.patents:
            first = number
        later += left
    if first == len(segments):
        return None
    if first == 0:
        return ANEW
    merged = np.unique(np.concatenate([own.patents for own in segments[first:]]))
    return Changes(tuple(segments[:first]), merged, known=frozenset(merged.tolist()))
