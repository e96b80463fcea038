"""Notes to the reader of an answer."""

from matcher.text.languages import unread_share
from matcher.types import Need

LONG_NEED = 3
"""Pieces from which a need counts as long."""
UNREAD_SHARE = 0.3


def reading_notes(need: Need, pieces: int) -> list[str]:
    """Notes on an empty, very short, very long, or foreign need; often none."""
    text = need.full_text
    if not text or not pieces:
        return ["the need is empty: nothing was searched"]
    notes = []
    if (share := unread_share(text)) > UNREAD_SHARE:
        notes.append(
            f"{share:.0%} of the need's letters are neither Chinese nor Latin; the engine reads "
            "Chinese and English, so this ranking is a guess: state the need in one of them"
        )
    if len(text.split()) == 1 and len(text) <= 4:
        notes.append("the need is one short word: a sentence on problem and goal ranks better")
    if pieces > LONG_NEED:
        notes.append(f"the need is long: it was read in {pieces} pieces that all count alike")
    return notes
