"""Days, slots and tables of an event, as people write them."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from datetime import date
from itertools import pairwise

from matcher.errors import InputError
from matcher.text import dates

_RANGE = re.compile(r"(\d{1,2}):(\d{2})\s*[-–~至]\s*(\d{1,2}):(\d{2})(?:\s*/\s*(\d{1,3}))?")
_TIMES = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)(?:-([01]?\d|2[0-4]):([0-5]\d))?")
_ALWAYS = frozenset({"全天", "全程", "全部", "均可", "都可以", "不限", "always", "all"})
_HALVES = {"上午": (0, 720), "下午": (720, 1440)}
MINUTES = 20
"""Length of a slot, where none is given and the range is longer than an hour."""
MOST_SLOTS = 100
MOST_TABLES = 500


def read_day(words: str) -> date:
    """A day in any of the ways that the imports read. Raises InputError."""
    day = dates.parse(words)
    if day is None:
        raise InputError(f"{words!r} is no day: write 2026-12-03")
    return day


def read_slots(words: str) -> tuple[str, ...]:
    """The slots in `14:00-17:00/20` or `14:00-14:20,14:30-14:50`, in order of time.

    A range with minutes is cut into slots of that length; what is left at its end is no slot.
    Raises InputError for what cannot be read, or slots that overlap.
    """
    spans: list[tuple[int, int]] = []
    for part in re.split(r"[,，;；、]", words):
        found = _RANGE.fullmatch(part.strip().replace("：", ":"))
        if found is None:
            raise InputError(f"{part.strip()!r} is no slot: write 14:00-17:00/20 or 14:00-14:20")
        begin, end = (_minute(found[n], found[n + 1]) for n in (1, 3))
        if begin >= end:
            raise InputError(f"{part.strip()!r} ends before it begins")
        length = int(found[5]) if found[5] else (MINUTES if end - begin > 60 else end - begin)
        if not 5 <= length <= end - begin:
            raise InputError(f"{part.strip()!r}: a slot is from 5 minutes to the whole range long")
        spans += [(start, start + length) for start in range(begin, end - length + 1, length)]
    spans.sort()
    for (_, end), (begin, _) in pairwise(spans):
        if begin < end:
            raise InputError(f"two slots overlap at {_clock(begin)}")
    if len(spans) > MOST_SLOTS:
        raise InputError(f"an event has {MOST_SLOTS} slots at most, not {len(spans)}")
    return tuple(f"{_clock(begin)}-{_clock(end)}" for begin, end in spans)


def read_tables(words: str) -> tuple[str, ...]:
    """The tables: so many of them, named by their numbers, or those named by comma.

    Raises InputError.
    """
    text = words.strip()
    if text.isdecimal():
        names = [str(number) for number in range(1, int(text) + 1)] if len(text) < 5 else []
    else:
        names = [name.strip() for name in re.split(r"[,，;；、]", text) if name.strip()]
    if not names or len(names) > MOST_TABLES:
        raise InputError(f"give the number of tables, 1 to {MOST_TABLES}, or their names by comma")
    if len(set(names)) < len(names):
        raise InputError("two tables have the same name")
    return tuple(names)


def read_presence(
    words: str, slots: Sequence[str]
) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
    """In which slots of the event somebody can, and the words that name none of them.

    `14:00-14:20` is a slot, `14:00-15:00` are all that lie in it, `14:00` the one that begins
    then; 上午 and 下午 are those before and after noon. None where nothing is said, or 全天.
    """
    plain = re.sub(r"\s*([-–—~至])\s*", "-", unicodedata.normalize("NFKC", words)).strip()
    if not plain or plain.lower() in _ALWAYS:
        return None, ()
    chosen: set[str] = set()
    unknown: list[str] = []
    for part in filter(None, re.split(r"[,;、/\s]+", plain)):
        found = [slot for slot in slots if _covers(part, slot)]
        chosen.update(found)
        if not found:
            unknown.append(part)
    return tuple(slot for slot in slots if slot in chosen), tuple(unknown)


def table_name(words: str, tables: Collection[str]) -> str | None:
    """A table as the event names it: 3号桌 and 第3桌 are 3. None where nothing is said."""
    plain = unicodedata.normalize("NFKC", words).strip()
    bare = re.sub(r"^第|号?桌$|号$", "", plain)
    return (bare if plain not in tables and bare in tables else plain) or None


def _covers(part: str, slot: str) -> bool:
    """Whether a part of the day, as people write it, holds a whole slot."""
    begin, end = (_minute(*time.split(":")) for time in slot.split("-"))
    if part in _HALVES:
        first, last = _HALVES[part]
    elif found := _TIMES.fullmatch(part):
        first = _minute(found[1], found[2])
        if found[3] is None:
            return begin == first
        last = _minute(found[3], found[4])
    else:
        return False
    return first <= begin and end <= last


def _minute(hour: str, minute: str) -> int:
    if int(hour) > 24 or int(minute) > 59:
        raise InputError(f"{hour}:{minute} is no time of day")
    return int(hour) * 60 + int(minute)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
