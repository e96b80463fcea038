"""What a shortlist was made of, as a short mark that goes out with a paper and comes back."""

import hashlib
from collections.abc import Sequence


def stamp(ranking: str | None, edits: Sequence[int]) -> str:
    """The last of the edits by number, and a digest of all of them and the model's proposal."""
    words = f"{ranking} {sorted(edits)}"
    return f"{max(edits, default=0)}-{hashlib.sha256(words.encode()).hexdigest()[:12]}"


def last_edit(mark: str) -> int | None:
    """The number of the last edit that a mark knows; None where it is no mark."""
    number, dash, digest = mark.partition("-")
    return int(number) if dash and digest and number.isdecimal() and number.isascii() else None
