"""Notes to the reader of an answer."""

from collections.abc import Mapping, Sequence

from matcher.evidence.fit_label import nothing_fits
from matcher.text.languages import unread_share
from matcher.types import Match, Need

MANY_PIECES = 3
"""Pieces above which a need counts as long."""
MAX_UNREAD_SHARE = 0.3
"""Share of letters in other scripts above which the ranking is a guess."""
NOTHING_FITS = (
    "nothing here fits well: the patents below come nearest, but none of them is likely to answer "
    "the need"
)


def reading_notes(need: Need, pieces: int) -> list[str]:
    """Return notes on an empty, very short, very long, or foreign need; often none."""
    text = need.full_text
    if not text or not pieces:
        return ["the need is empty: nothing was searched"]
    notes = []
    if (share := unread_share(text)) > MAX_UNREAD_SHARE:
        notes.append(
            f"{share:.0%} of the need's letters are neither Chinese nor Latin; the engine reads "
            "Chinese and English, so this ranking is a guess: state the need in one of them"
        )
    if len(text.split()) == 1 and len(text) <= 4:
        notes.append("the need is one short word: a sentence on problem and goal ranks better")
    if pieces > MANY_PIECES:
        notes.append(f"the need is long: it was read in {pieces} pieces that all count alike")
    return notes


def result_notes(results: Sequence[Match], k: int, hidden: Mapping[str, int]) -> list[str]:
    """Return notes on too few results of the k asked for, and on results of which none fits."""
    notes = []
    if len(results) < k:
        active = [name for name, count in hidden.items() if count]
        because = f"; filters hide patents: {', '.join(active)}" if active else ""
        notes.append(f"only {len(results)} of the {k} results asked for could be found{because}")
    labels = [match.fit for match in results if match.fit is not None]
    if labels and nothing_fits(labels):
        notes.append(NOTHING_FITS)
    return notes


def contact_notes(places: int) -> list[str]:
    """Return a note where contact data was taken out of so many places of the need."""
    if not places:
        return []
    return [f"contact data was taken out of the need before the search, in {places} places"]
