"""Check boxes in a line of a form: before their entries (□公开 ☑仅匹配) or behind them (公开□)."""

import re
from dataclasses import dataclass
from itertools import pairwise

TICKED = "☑☒■▣●◉√✓✔🗹×✗✘"
EMPTY = "□☐◻○〇"
_BRACKETS = re.compile(r"[\[(（【]\s*([√✓✔×✗✘xX☑■●]?)\s*[\])）】]")
_NUMERALS = "零〇○一二三四五六七八九十"
_BOX = re.compile(f"([{TICKED}□☐◻]|(?<![{_NUMERALS}])[○〇](?![{_NUMERALS}]))")
"""A box; the zero of 二〇二六 is none."""
_LABEL = re.compile(r"^[^:：]*[:：]")
_TRIM = " \t\n\u3000:：;；、,，。/"


@dataclass(frozen=True, slots=True)
class TickedEntries:
    """Entries of a line whose boxes are ticked."""

    entries: tuple[str, ...]
    otherwise: tuple[str, ...] | None = None
    """Entries if the boxes stand on the other side; None where the line tells the side."""


def read_boxes(text: str) -> TickedEntries | None:
    """Read the ticked entries of a line; None for a line without boxes, or of boxes alone.

    The side of the boxes is told from the line as a whole: by its ends, else by what the boxes are
    attached to. A line that tells neither has two readings.
    """
    plain = _BRACKETS.sub(lambda match: "☑" if match[1] else "□", text)
    pieces = _BOX.split(plain)
    boxes, texts = pieces[1::2], pieces[0::2]
    unlabelled = _LABEL.sub("", texts[0])
    if unlabelled.strip(_TRIM) or texts[-1].strip(_TRIM):  # 公开范围：□公开, but not 公开：□
        texts[0] = unlabelled
    if not boxes or not any(words.strip(_TRIM) for words in texts):
        return None
    ticks_only = not any(box in EMPTY for box in boxes)
    before = _entries(boxes, texts[1:], ticks_only, first=True)
    behind = _entries(boxes, texts[:-1], ticks_only, first=False)
    stand_before = _stand_before(texts)
    if stand_before is None:
        return TickedEntries(before, behind if behind != before else None)
    return TickedEntries(before if stand_before else behind)


def ticked_text(text: str) -> str:
    """Return the ticked entries of a line; a line without boxes, or of two readings, stays."""
    boxes = read_boxes(text)
    if boxes is None or boxes.otherwise is not None:
        return text
    return "；".join(boxes.entries)


def _entries(
    boxes: list[str], texts: list[str], ticks_only: bool, *, first: bool
) -> tuple[str, ...]:
    """Return the texts of ticked boxes; without empty boxes only the word next to the tick."""
    entries = []
    for box, words in zip(boxes, texts, strict=True):
        entry = words.strip(_TRIM)
        if box in TICKED and entry:
            entries.append(entry.split()[0 if first else -1] if ticks_only else entry)
    return tuple(entries)


def _stand_before(texts: list[str]) -> bool | None:
    """Return True if boxes stand before their entries, False if behind, None if untold."""
    opens, ends = not texts[0].strip(_TRIM), not texts[-1].strip(_TRIM)
    if opens != ends:
        return opens
    gaps = list(pairwise(texts))
    attached_behind = sum(bool(left) and not left[-1].isspace() for left, _ in gaps)
    attached_before = sum(bool(right) and not right[0].isspace() for _, right in gaps)
    if attached_before == attached_behind:
        return None
    return attached_before > attached_behind
