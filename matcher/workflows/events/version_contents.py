"""Contents of a version of an event, and the changes from one version to another."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from matcher.events.planning.inputs import persons_digest
from matcher.labels import STATUS
from matcher.types import LegalStatus
from matcher.workflows.events.event_view_model import EventView, NeedView

Contents = Mapping[str, Any]
_FACTS = {"day": "日期", "place": "地点", "slots": "时段", "tables": "桌"}
_OPTIONS = {
    "shortlist_length": "每条需求的专利数",
    "meetings_per_firm": "每家企业洽谈上限",
    "meetings_per_team": "每个团队洽谈上限",
    "line": "安排洽谈的契合度下限",
}


def contents(view: EventView) -> dict[str, Any]:
    """Return the contents of a version: the event's facts, parties, shortlists and plan.

    Persons stand as a digest, so that no name stays in a version where a person is erased.
    """
    event = view.event
    return {
        "event": {
            "day": event.day and event.day.isoformat(),
            "place": event.place,
            "slots": list(event.slots),
            "tables": list(event.tables),
            **asdict(event.options),
        },
        "teams": {
            f"{team.institution}/{team.team}": {
                "slots": None if team.slots is None else list(team.slots),
                "persons": persons_digest(team.persons),
                "table": team.table,
            }
            for team in view.teams
        },
        "firms": {
            firm.enterprise: {
                "slots": None if firm.slots is None else list(firm.slots),
                "persons": persons_digest(firm.persons),
            }
            for firm in view.firms
        },
        "needs": [_need_contents(need) for need in view.needs],
        "meetings": [] if view.plan is None else list(view.plan["meetings"]),
        "decisions": [asdict(decision) for decision in view.decisions],
    }


def is_same(old: Contents, new: Contents) -> bool:
    """True if nothing differs in what the older contents have; earlier versions have less."""
    now: Contents = json.loads(json.dumps(new))
    rest = {key: value for key, value in old.items() if key not in ("event", "needs")}
    return (
        _has(old.get("event", {}), now["event"])
        and len(old["needs"]) == len(now["needs"])
        and all(map(_has, old["needs"], now["needs"]))
        and _has(rest, now)
    )


def difference(old: Contents, new: Contents) -> Iterator[str]:
    """Yield the changes from one version to another, a line each, in Chinese."""
    if "event" in old:
        yield from _fact_changes(old["event"], new["event"])
        yield from _party_changes(old["teams"], new["teams"], "团队")
        yield from _party_changes(old["firms"], new["firms"], "企业")
    before = {need["id"]: need for need in old["needs"]}
    after = {need["id"]: need for need in new["needs"]}
    for need_id, need in after.items():
        if need_id not in before:
            yield f"新增需求 {_name(need)}"
        else:
            yield from _need_changes(before[need_id], need)
    for need_id, need in before.items():
        if need_id not in after:
            yield f"移除需求 {_name(need)}"
    yield from meeting_changes(old, new)


def meeting_changes(old: Contents, new: Contents) -> Iterator[str]:
    """Yield the changes of the meetings from one version or plan to another, in Chinese."""
    before, after = (
        {(meeting["firm"], meeting["team"]): meeting for meeting in contents["meetings"]}
        for contents in (old, new)
    )
    made = {
        (decision["firm"], decision["team"]): decision
        for decision in new.get("decisions", ())
        if decision not in old.get("decisions", ())
    }

    def by_hand(pair: tuple[str, str]) -> str:
        reason = made[pair]["reason"] if pair in made else None
        return f"（手工{f'：{reason}' if reason else ''}）" if pair in made else ""

    for pair, meeting in after.items():
        parties, seat = f"{pair[0]} – {pair[1]}", _seat(meeting)
        if pair not in before:
            yield f"新增洽谈 {parties}: {seat}{by_hand(pair)}"
        elif _seat(before[pair]) != seat:
            yield f"改期 {parties}: {_seat(before[pair])} → {seat}{by_hand(pair)}"
    for pair in before:
        if pair not in after:
            yield f"取消洽谈 {pair[0]} – {pair[1]}{by_hand(pair)}"


def _has(old: Contents, new: Contents) -> bool:
    """True if every fact of the older record is the same; the newer one may have more facts."""
    return all(new.get(key) == value for key, value in old.items())


def _need_contents(need: NeedView) -> dict[str, Any]:
    shortlist = need.shortlist
    text = need.need.details.need.full_text
    return {
        "id": need.id,
        "position": need.position,
        "title": need.need.details.title,
        "firm": need.firm,
        "text": hashlib.sha256(text.encode()).hexdigest()[:12],
        "patents": list(shortlist.patents),
        "pinned": [entry.patent for entry in shortlist.entries if entry.is_pinned],
        "excluded": {out.patent: out.reason for out in shortlist.excluded},
        "is_locked": shortlist.is_locked,
        "notes": {entry.patent: entry.note for entry in shortlist.entries if entry.note},
        "note": shortlist.note,
        "titles": {
            listed.entry.patent: listed.shown.title if listed.shown else None
            for listed in need.listed
        },
        "statuses": {
            listed.entry.patent: listed.shown.status.value for listed in need.listed if listed.shown
        },
    }


def _fact_changes(old: Contents, new: Contents) -> Iterator[str]:
    for key, name in {**_FACTS, **_OPTIONS}.items():
        if old[key] != new[key]:
            yield f"{name}由 {_words(old[key])} 改为 {_words(new[key])}"


def _party_changes(old: Contents, new: Contents, kind: str) -> Iterator[str]:
    for name in sorted({*old, *new}):
        if name not in old:
            yield f"新增{kind} {name}"
        elif name not in new:
            yield f"移除{kind} {name}"
        else:
            yield from _changed_facts(name, old[name], new[name])


def _changed_facts(name: str, old: Contents, new: Contents) -> Iterator[str]:
    if old["slots"] != new["slots"]:
        before, after = (_words(party["slots"], "全天") for party in (old, new))
        yield f"{name}: 可到场时段由 {before} 改为 {after}"
    if old["persons"] != new["persons"]:
        yield f"{name}: 参会人有改动"
    if old.get("table") != new.get("table"):
        yield f"{name}: 桌号由 {_words(old['table'])} 改为 {_words(new['table'])}"


def _need_changes(old: Contents, new: Contents) -> Iterator[str]:
    head = _name(new)
    titles = {**old["titles"], **new["titles"]}

    def named(patent: str) -> str:
        return f"《{titles[patent]}》({patent})" if titles.get(patent) else patent

    if old.get("text", new["text"]) != new["text"]:
        yield f"{head}: 需求内容有改动"
    for patent in new["patents"]:
        if patent not in old["patents"]:
            yield f"{head}: 加入 {named(patent)}"
    for patent in old["patents"]:
        if patent not in new["patents"]:
            reason = new["excluded"].get(patent)
            yield f"{head}: 移出 {named(patent)}" + (f", 理由: {reason}" if reason else "")
    common = [patent for patent in new["patents"] if patent in old["patents"]]
    if common != [patent for patent in old["patents"] if patent in new["patents"]]:
        yield f"{head}: 顺序改为 {'、'.join(named(patent) for patent in new['patents'])}"
    for patent in common:
        before, now = (need.get("statuses", {}).get(patent) for need in (old, new))
        if before and now and before != now:
            words = [STATUS[LegalStatus(status)]["zh"] for status in (before, now)]
            yield f"{head}: {named(patent)} 法律状态由“{words[0]}”变为“{words[1]}”"
    for patent in new["pinned"]:
        if patent not in old["pinned"]:
            yield f"{head}: 置顶 {named(patent)}"
    for patent in old["pinned"]:
        if patent not in new["pinned"]:
            yield f"{head}: 取消置顶 {named(patent)}"
    if old["is_locked"] != new["is_locked"]:
        yield f"{head}: {'锁定' if new['is_locked'] else '取消锁定'}"
    if (old["note"], old["notes"]) != (new["note"], new["notes"]):
        yield f"{head}: 备注有改动"


def _seat(meeting: Contents) -> str:
    return f"{meeting['slot']} {meeting['table']}号桌"


def _name(need: Contents) -> str:
    return f"需求{need['position']} {need['title'] or need['firm']}"


def _words(value: Any, nothing: str = "无") -> str:
    if value is None:
        return nothing
    return ("、".join(value) or "无") if isinstance(value, list) else str(value)
