"""Days, slots and tables of an event, as people write them."""

import re
from datetime import date
from itertools import pairwise

from matcher.errors import InputError
from matcher.importing import dates

_RANGE = re.compile(r"(\d{1,2}):(\d{2})\s*[-–~至]\s*(\d{1,2}):(\d{2})(?:\s*/\s*(\d{1,3}))?")
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


def _minute(hour: str, minute: str) -> int:
    if int(hour) > 24 or int(minute) > 59:
        raise InputError(f"{hour}:{minute} is no time of day")
    return int(hour) * 60 + int(minute)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
