"""Check boxes in a line of a form: before their entries (□公开 ☑仅匹配) or behind them (公开□)."""

import re
from dataclasses import dataclass
from itertools import pairwise

from matcher.text.characters import CHINESE

CROSSES = "×✗✘❌❎"
"""Marks that tick a box for one writer and strike it for another."""
TICKED = f"☑☒⊠■▣●◉◎⦿☉⊙√✓✔✅🗹⬛⚫{CROSSES}"
EMPTY = "□☐◻▢❏❑❒⬜⚪○〇"
_VARIATION = re.compile("[\ufe0e\ufe0f]")
_TICK_LETTERS = "vVｖＶyYｙＹ"
_BRACKETS = re.compile(rf"[\[(（【［]\s*([{TICKED}xXｘＸ○〇oO{_TICK_LETTERS}]?)\s*[\])）】］]")
_BOX_AND_TICK = re.compile("[□☐◻](?=[√✓✔✅×✗✘])|(?<=[√✓✔✅×✗✘])[□☐◻]")
"""An empty box that a tick stands in or beside: □√."""
_INSTRUCTION = re.compile(
    r"[(（【\[]?请?在[^□☐√✓✔()（）]{0,8}[□☐][^□☐√✓✔()（）]{0,4}[打画划填][“\"]?[√✓✔×勾]?[”\"]?[^□☐√✓✔()（）]{0,2}[)）】\]:：]"
)
"""Instruction to fill in the boxes, which has boxes of its own."""
_LETTER_TICK = re.compile(
    rf"(?<![A-Za-z0-9.])(?<!\d\s)[vVｖＶ](?![型形字带槽口])(?=[{CHINESE}])|(?<=[{CHINESE}])[vVｖＶ](?=\s|$|[□☐])"
)
_NOTE = re.compile(r"(?:\s|[(（【\[][^()（）【】\[\]]*[)）】\]]|[*＊])+")
"""A remark of the form, such as （单选）."""
_NUMERALS = "零〇○一二三四五六七八九十"
_BOX = re.compile(f"([{TICKED}□☐◻▢❏❑❒⬜⚪]|(?<![{_NUMERALS}])[○〇](?![{_NUMERALS}]))")
"""A box; the zero of 二〇二六 is none."""
_LABEL = re.compile(r"^[^:：]*[:：]")
_TRIM = " \t\n\u3000:：;；、,，。/"


@dataclass(frozen=True, slots=True)
class TickedEntries:
    """Entries of a line whose boxes are ticked."""

    entries: tuple[str, ...]
    otherwise: tuple[str, ...] | None = None
    """Entries if the boxes stand on the other side; None where the line tells the side."""
    are_crosses: bool = False
    """True if the line has no ticks but crosses, which may strike an entry."""

    @property
    def readings(self) -> tuple[tuple[str, ...], ...]:
        """The entries of each possible reading."""
        return (self.entries,) if self.otherwise is None else (self.entries, self.otherwise)


def read_boxes(text: str) -> TickedEntries | None:
    """Read the ticked entries of a line; None for a line without boxes, or of boxes alone.

    The side of the boxes is told from the line as a whole: by its ends, else by what the boxes are
    attached to. A line that tells neither has two readings.
    """
    pieces = _BOX.split(_with_plain_boxes(text))
    boxes, texts = pieces[1::2], pieces[0::2]
    unlabelled = _LABEL.sub("", texts[0])
    if unlabelled.strip(_TRIM) or texts[-1].strip(_TRIM):  # 公开范围：□公开, but not 公开：□
        texts[0] = unlabelled
    if not boxes or not any(words.strip(_TRIM) for words in texts):
        return None
    ticks = {box for box in boxes if box in TICKED}
    are_crosses = bool(ticks) and ticks <= set(CROSSES)
    ticks_only = not any(box in EMPTY for box in boxes)
    before = _entries(boxes, texts[1:], ticks_only, first=True)
    behind = _entries(boxes, texts[:-1], ticks_only, first=False)
    stand_before = _stand_before(texts)
    if stand_before is None:
        likely, other = before, behind
        if _NOTE.fullmatch(texts[-1]):
            likely, other = behind, before
        return TickedEntries(likely, other if other != likely else None, are_crosses)
    return TickedEntries(before if stand_before else behind, None, are_crosses)


def has_boxes(text: str) -> bool:
    """Return True for a text with a box or a tick, with words beside it or without."""
    return _BOX.search(_with_plain_boxes(text)) is not None


def split_before_boxes(text: str) -> list[tuple[str, str]]:
    """Return a line cut before its first box, and before its first blank: a label may end there.

    Empty for a line without boxes.
    """
    box = _BOX.search(text) or _BRACKETS.search(text)
    if box is None:
        return []
    cuts = [box.start()]
    if blank := re.search(r"\s", text[: box.start()].rstrip()):
        cuts.append(blank.start())
    return [(text[:cut].strip(), text[cut:].strip()) for cut in cuts]


def has_empty_boxes(text: str) -> bool:
    """Return True for a text with a box that is not ticked."""
    return any(box in EMPTY for box in _BOX.findall(_with_plain_boxes(text)))


def without_boxes(text: str) -> str:
    """Return the words of a line without its label, its boxes and the marks between them."""
    plain = _BOX.sub(" ", _with_plain_boxes(text))
    label, _colon, rest = plain.replace(":", "：").partition("：")
    return re.sub(f"[{re.escape(_TRIM)}]+", " ", rest if rest.strip() else label)


def _with_plain_boxes(text: str) -> str:
    """Return a text in which boxes of brackets and letters are single signs."""
    text = _INSTRUCTION.sub("", _VARIATION.sub("", text))
    marks = [match[1] for match in _BRACKETS.finditer(text)]
    rings = "☑" if "" in marks else "□"

    def plain(match: re.Match[str]) -> str:
        mark = match[1]
        if not mark:
            return "□"
        if mark in "○〇oO":
            return rings
        if mark in CROSSES:
            return mark
        if mark in "xXｘＸ":
            return "☑" if "" in marks else "×"
        return "☑"

    text = _BOX_AND_TICK.sub("", _BRACKETS.sub(plain, text))
    return _LETTER_TICK.sub("☑", text) if _BOX.search(text) else text


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
    is_note = bool(_NOTE.fullmatch(texts[-1]))
    if opens != ends and not (is_note and not opens):
        return opens
    gaps = list(pairwise(texts))
    attached_behind = sum(bool(left) and not left[-1].isspace() for left, _ in gaps)
    attached_before = sum(bool(right) and not right[0].isspace() for _, right in gaps)
    attached_before -= is_note and bool(texts[-1]) and not texts[-1][0].isspace()
    if attached_before == attached_behind:
        return None
    return attached_before > attached_behind
