"""Legal status in three tiers, from a source's one word, its phrases, or a history of events.

有权 in force, 审中 pending, 失效 lapsed; a text that is not understood is unknown, never in force.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from functools import cache, lru_cache
from importlib.resources import files

from matcher.text import dates
from matcher.text.characters import BASIC_CHINESE, simplified
from matcher.types import LegalStatus


class EventMeaning(Enum):
    """Effect of a legal event or phrase on the right."""

    PENDING = auto()
    GRANTED = auto()
    DEAD = auto()
    RESTORED = auto()
    ALIVE = auto()
    """A transfer, licence, pledge or preservation: the right or application is alive."""
    NEUTRAL = auto()
    """A change of name or address: it shows only that the case exists."""


_PHRASES: tuple[tuple[str, EventMeaning], ...] = (
    # Order matters: the more specific phrase stands first.
    (r"恢复权利请求|等恢复", EventMeaning.DEAD),
    (r"权利的?恢复|恢复权利", EventMeaning.RESTORED),
    (r"部分无效|维持.{0,4}有效|无效宣告(?:请求|程序)|无效.{0,6}审查", EventMeaning.GRANTED),
    (r"驳回理由|驳回等复审|驳回复审|复审请求|复审审查|等待复审|进入复审", EventMeaning.PENDING),
    (r"等年费滞纳金|滞纳期|等滞纳金", EventMeaning.GRANTED),
    (r"避免重复授(?:权|予)|避重", EventMeaning.DEAD),
    (r"许可.{0,8}备案|备案.{0,6}许可|开放许可|质押|质权|保全", EventMeaning.ALIVE),
    (
        r"未缴|终止|届满|期满|撤回|视撤|驳回|放弃|全部无效|宣告无效|失效|过期|撤销",
        EventMeaning.DEAD,
    ),
    (r"^(?:专利)?无效$|无权", EventMeaning.DEAD),
    (r"授权通知|办登手续|等年登印费|待?授权缴费", EventMeaning.PENDING),
    (r"授权|专利权的?授予|专利权维持|^维持$|有权|^有效$|专利权有效", EventMeaning.GRANTED),
    (r"转移|转让", EventMeaning.ALIVE),
    (
        r"实质?审|审查|审中|公开|公布|受理|在审|待审|出案|回案|申请中|待质检|公示",
        EventMeaning.PENDING,
    ),
    (r"著录事?项?目?变更|名称.{0,4}变更|地址.{0,4}变更|变更|更正|中止", EventMeaning.NEUTRAL),
    (r"\b(?:inactive|expired|lapsed|discontinued|ceased|revoked|withdrawn)\b", EventMeaning.DEAD),
    (r"\b(?:abandoned|rejected|refused|dead|terminated)\b", EventMeaning.DEAD),
    (r"\b(?:active|granted|patented|in force|alive)\b", EventMeaning.GRANTED),
    (r"\b(?:pending|application|published|filed|examination)\b", EventMeaning.PENDING),
)
_COMPILED = tuple((re.compile(pattern, re.IGNORECASE), meaning) for pattern, meaning in _PHRASES)
_CODE = re.compile(r"\b([A-Z]{2}\d{2})\b")
_GRANTED_ONLY = re.compile(r"专利权|质押|质权|开放许可")
"""Only a granted right can be pledged or openly licensed (Patent Law, Art. 50)."""
_SEPARATOR = re.compile(rf"[\n;；|]+|(?<=\D)[,，](?=\s*(?:\d{{4}}[-./年]|[{BASIC_CHINESE}]))")
_USES = {
    "transfer": re.compile(r"(?:专利权|权利).{0,6}(?:转移|转让)|^转让$"),
    "licence": re.compile(r"许可.{0,8}备案(?!.{0,6}(?:变更|注销))"),
    "pledge": re.compile(r"质押.{0,8}(?:生效|登记)(?!.{0,6}(?:变更|注销|解除))|^质押$"),
}


@dataclass(frozen=True, slots=True)
class LegalEvent:
    """One entry of a history: its text, its date if it has one, and its meaning if understood."""

    text: str
    day: date | None
    meaning: EventMeaning | None


@dataclass(frozen=True, slots=True)
class ParsedStatus:
    """Legal status from the status cells of a row."""

    status: LegalStatus
    text: str | None = None
    """The source's own wording of the latest state."""
    as_of: date | None = None
    """Date of the latest event, if the history is dated."""
    conflict: bool = False
    """True if the one-word status and the phrases contradict each other; the less favourable
    counts."""
    not_understood: str | None = None
    """The text of the cells, if no status follows from it."""


@lru_cache(maxsize=1024)  # few words are the status of most patents
def read_status(validity: str, phrases: str, *, was_granted: bool) -> ParsedStatus:
    """Read the status from a one-word cell (有效, 失效, Active …) and a cell of phrases or events.

    `was_granted` is True if other fields of the row show a grant: a transfer or a change of address
    alone then means in force, else pending, unless its own text names a granted right. The latest
    event counts.
    """
    simple = _simple(validity)
    history = read_history(phrases)
    was_granted = was_granted or simple is LegalStatus.IN_FORCE
    detailed, latest = _run(history, was_granted or any(map(_needs_a_right, history)))
    understood = [status for status in (simple, detailed) if status is not LegalStatus.UNKNOWN]
    text = (latest.text if latest else None) or validity or phrases or None
    if not understood:
        unclear = (phrases or validity) or None
        return ParsedStatus(LegalStatus.UNKNOWN, text, not_understood=unclear)
    return ParsedStatus(
        status=max(understood, key=_UNFAVOURABLE.index),
        text=text,
        as_of=max((event.day for event in history if event.day), default=None),
        conflict=len(set(understood)) > 1,
    )


def read_history(text: str) -> list[LegalEvent]:
    """Read the events of a status cell, the oldest first if they are dated."""
    events = [
        LegalEvent(event_text, dates.parse(part), _meaning(simplified(part)))
        for part in _SEPARATOR.split(text)
        if (event_text := _without_date(part))
    ]
    dated = [event.day for event in events if event.day]
    if len(dated) == len(events) > 1:
        # Many sources list the newest first. Reversed before the stable sort, two events of one
        # day keep their order in time.
        if dated[0] > dated[-1]:
            events.reverse()
        events.sort(key=lambda event: event.day or date.min)
    return events


def uses_on_record(text: str) -> dict[str, int]:
    """Count the transfers, licences and pledges of a history of events, without zero counts."""
    return dict(_uses_on_record(text))


@lru_cache(maxsize=1024)
def _uses_on_record(text: str) -> dict[str, int]:
    counts = dict.fromkeys(_USES, 0)
    codes = _table()
    for event in read_history(text):
        code = _CODE.search(event.text)
        for use, pattern in _USES.items():
            by_code = code is not None and code[1] in codes[use]
            if by_code or (code is None and pattern.search(simplified(event.text))):
                counts[use] += 1
    return {use: count for use, count in counts.items() if count}


_UNFAVOURABLE = [
    LegalStatus.UNKNOWN,
    LegalStatus.IN_FORCE,
    LegalStatus.PENDING,
    LegalStatus.LAPSED,
]


def _simple(validity: str) -> LegalStatus:
    meaning = _meaning(simplified(validity.strip())) if validity.strip() else None
    return {
        EventMeaning.GRANTED: LegalStatus.IN_FORCE,
        EventMeaning.ALIVE: LegalStatus.UNKNOWN,
        EventMeaning.PENDING: LegalStatus.PENDING,
        EventMeaning.DEAD: LegalStatus.LAPSED,
    }.get(meaning or EventMeaning.NEUTRAL, LegalStatus.UNKNOWN)


def _run(events: Iterable[LegalEvent], was_granted: bool) -> tuple[LegalStatus, LegalEvent | None]:
    """Return the status after the last event, and the last event that was understood.

    Events without dates have no certain order: a lapse then overrides a grant, and a grant an
    examination.
    """
    events = [event for event in events if event.meaning is not None]
    if not events:
        return LegalStatus.UNKNOWN, None
    if len(events) > 1 and any(event.day is None for event in events):
        events.sort(key=lambda event: _UNDATED_ORDER.index(event.meaning or EventMeaning.NEUTRAL))
    granted, state = was_granted, LegalStatus.UNKNOWN
    for event in events:
        granted, state = _step(event.meaning, granted, state)
    return state, events[-1]


_UNDATED_ORDER = [
    EventMeaning.NEUTRAL,
    EventMeaning.PENDING,
    EventMeaning.GRANTED,
    EventMeaning.ALIVE,
    EventMeaning.DEAD,
    EventMeaning.RESTORED,
]


def _step(
    meaning: EventMeaning | None, granted: bool, state: LegalStatus
) -> tuple[bool, LegalStatus]:
    alive = LegalStatus.IN_FORCE if granted else LegalStatus.PENDING
    if meaning is EventMeaning.GRANTED:
        return True, LegalStatus.IN_FORCE
    if meaning is EventMeaning.PENDING:
        return granted, LegalStatus.PENDING
    if meaning is EventMeaning.DEAD:
        return granted, LegalStatus.LAPSED
    if meaning is EventMeaning.NEUTRAL and state is not LegalStatus.UNKNOWN:
        return granted, state
    return granted, alive


def _meaning(text: str) -> EventMeaning | None:
    code = _CODE.search(text)
    if code:
        table = _table()
        for meaning in EventMeaning:
            if code[1] in table[meaning.name.lower()]:
                return meaning
    for pattern, meaning in _COMPILED:
        if pattern.search(text):
            return meaning
    return None


def _needs_a_right(event: LegalEvent) -> bool:
    """True if an event that leaves the case alive presupposes a granted right."""
    if event.meaning not in (EventMeaning.ALIVE, EventMeaning.NEUTRAL) or "申请权" in event.text:
        return False
    code = _CODE.search(event.text)
    by_code = code is not None and code[1] in _table()["granted_only"]
    return by_code or _GRANTED_ONLY.search(simplified(event.text)) is not None


def _without_date(part: str) -> str:
    without = re.sub(r"\d{4}[-./年]\d{1,2}[-./月]\d{1,2}日?|\b\d{8}\b", "", part)
    return without.strip(" \t:：-—,，。()（）[]【】")


@cache
def _table() -> dict[str, frozenset[str]]:
    text = files(__package__).joinpath("legal_events.json").read_text("utf-8")
    return {name: frozenset(codes) for name, codes in json.loads(text).items() if name != "about"}
