"""Parsing of the days, slots and tables of an event from the forms in which people write them."""

import re
from collections.abc import Collection, Sequence
from datetime import date
from itertools import pairwise

from matcher.errors import InputError
from matcher.language.messages import _
from matcher.text import dates
from matcher.text.characters import nfkc

_RANGE = re.compile(r"(\d{1,2}):(\d{2})\s*[-–~至]\s*(\d{1,2}):(\d{2})(?:\s*/\s*(\d{1,3}))?")
_TIMES = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)(?:-([01]?\d|2[0-4]):([0-5]\d))?")
_ALWAYS = frozenset({"全天", "全程", "全部", "均可", "都可以", "不限", "always", "all"})
_HALVES = {"上午": (0, 720), "下午": (720, 1440)}
SLOT_MINUTES = 20
"""Length of a slot, where none is given and the range is longer than an hour."""
LONG_SLOT = 60
"""Minutes of a slot beyond which it is questioned."""
MAX_SLOTS = 100
MAX_TABLES = 500


def read_day(text: str) -> date:
    """Parse a day in any form that the imports read. Raises InputError."""
    day = dates.parse(text)
    if day is None:
        raise InputError(_("{text!r} is no day: write 2026-12-03", text=text))
    return day


def read_slots(text: str) -> tuple[str, ...]:
    """Parse slots such as `14:00-17:00/20` or `14:00-14:20,14:30-14:50`, in order of time.

    A range with minutes is cut into slots of that length; a rest at its end is dropped.
    Raises InputError for text that cannot be parsed, and for slots that overlap.
    """
    spans: list[tuple[int, int]] = []
    for part in re.split(r"[,，;；、]", text):
        times = _RANGE.fullmatch(re.sub("[—～〜]+", "-", nfkc(part)).strip())
        if times is None:
            raise InputError(
                _("{part!r} is no slot: write 14:00-17:00/20 or 14:00-14:20", part=part.strip())
            )
        begin, end = (_minute(times[n], times[n + 1]) for n in (1, 3))
        if begin >= end:
            raise InputError(_("{part!r} ends before it begins", part=part.strip()))
        length = int(times[5]) if times[5] else (SLOT_MINUTES if end - begin > 60 else end - begin)
        if not 5 <= length <= end - begin:
            raise InputError(
                _("{part!r}: a slot is from 5 minutes to the whole range long", part=part.strip())
            )
        spans += [(start, start + length) for start in range(begin, end - length + 1, length)]
    spans.sort()
    for (_begin, end), (begin, _end) in pairwise(spans):
        if begin < end:
            raise InputError(_("two slots overlap at {clock}", clock=_clock(begin)))
    if len(spans) > MAX_SLOTS:
        raise InputError(
            _(
                "an event has {most} slots at most, not {count}",
                most=MAX_SLOTS,
                count=len(spans),
            )
        )
    return tuple(f"{_clock(begin)}-{_clock(end)}" for begin, end in spans)


def long_slots(slots: Sequence[str]) -> list[tuple[str, int]]:
    """Return the slots longer than an hour, which are seldom one meeting, with their minutes."""
    lengths = {}
    for slot in slots:
        begin, end = _span(slot)
        lengths[slot] = end - begin
    return [(slot, length) for slot, length in lengths.items() if length > LONG_SLOT]


def presence_within(old: Sequence[str], slots: Sequence[str]) -> tuple[str, ...]:
    """Return the slots that lie in a party's old ones, which may have been cut otherwise."""
    joined: list[list[int]] = []
    for begin, end in sorted(map(_span, old)):
        if joined and begin <= joined[-1][1]:
            joined[-1][1] = max(end, joined[-1][1])
        else:
            joined.append([begin, end])
    parts = [f"{_clock(begin)}-{_clock(end)}" for begin, end in joined]
    return tuple(slot for slot in slots if any(_covers(part, slot) for part in parts))


def read_tables(text: str) -> tuple[str, ...]:
    """Parse tables: their count, which names them 1 to n, or their names separated by comma.

    Raises InputError.
    """
    plain = text.strip()
    if plain.isdecimal():
        names = [str(number) for number in range(1, int(plain) + 1)] if len(plain) < 5 else []
    else:
        names = [name.strip() for name in re.split(r"[,，;；、]", plain) if name.strip()]
    if not names or len(names) > MAX_TABLES:
        raise InputError(
            _(
                "give the number of tables, 1 to {most}, or their names by comma",
                most=MAX_TABLES,
            )
        )
    if len(set(names)) < len(names):
        raise InputError(_("two tables have the same name"))
    return tuple(names)


def read_presence(
    text: str, slots: Sequence[str]
) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
    """Parse the slots of the event in which a party is present, and the parts that name no slot.

    `14:00-14:20` is a slot, `14:00-15:00` are all that lie in it, `14:00` the one that begins
    then; 上午 and 下午 are those before and after noon. None for an empty text, and for 全天.
    """
    plain = re.sub(r"(?<!\s)\s*+[-–—~至]\s*", "-", nfkc(text)).strip()
    if not plain or plain.lower() in _ALWAYS:
        return None, ()
    chosen: set[str] = set()
    unknown: list[str] = []
    for part in filter(None, re.split(r"[,;、/\s]+", plain)):
        covered = [slot for slot in slots if _covers(part, slot)]
        chosen.update(covered)
        if not covered:
            unknown.append(part)
    return tuple(slot for slot in slots if slot in chosen), tuple(unknown)


def read_table(text: str, tables: Collection[str]) -> str | None:
    """Parse a table by the event's own names: 3号桌 and 第3桌 are 3. None for an empty text."""
    plain = nfkc(text).strip()
    bare = re.sub(r"^第|号?桌$|号$", "", plain)
    return (bare if plain not in tables and bare in tables else plain) or None


def _covers(part: str, slot: str) -> bool:
    """True if a part of the day, as people write it, contains the whole slot."""
    begin, end = _span(slot)
    if part in _HALVES:
        first, last = _HALVES[part]
    elif times := _TIMES.fullmatch(part):
        first = _minute(times[1], times[2])
        if times[3] is None:
            return begin == first
        last = _minute(times[3], times[4])
    else:
        return False
    return first <= begin and end <= last


def _span(slot: str) -> tuple[int, int]:
    """Return begin and end of a slot of the event, in minutes."""
    begin, end = (_minute(*time.split(":")) for time in slot.split("-"))
    return begin, end


def _minute(hour: str, minute: str) -> int:
    if int(hour) > 24 or int(minute) > 59:
        raise InputError(_("{hour}:{minute} is no time of day", hour=hour, minute=minute))
    return int(hour) * 60 + int(minute)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
