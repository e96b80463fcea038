"""Contents of a version of an event, and the changes from one version to another."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from matcher.events.planning.inputs import persons_digest
from matcher.events.shortlist import reason_text
from matcher.labels import COLON, FIT, STATUS, Label, label, listed
from matcher.language.messages import _
from matcher.types import LegalStatus
from matcher.workflows.events.event_view_model import EventView, NeedView

Contents = Mapping[str, Any]
_FACTS: Mapping[str, Label] = {
    "day": {"zh": "日期", "en": "date"},
    "place": {"zh": "地点", "en": "place"},
    "slots": {"zh": "时段", "en": "slots"},
    "tables": {"zh": "桌", "en": "tables"},
    "shortlist_length": {"zh": "每条需求的专利数", "en": "patents of a need"},
    "meetings_per_firm": {"zh": "每家企业洽谈上限", "en": "meetings of a firm at most"},
    "meetings_per_team": {"zh": "每个团队洽谈上限", "en": "meetings of a team at most"},
    "line": {"zh": "安排洽谈的契合度下限", "en": "least fit of a meeting"},
}
_NEW: Mapping[str, Label] = {
    "teams": {"zh": "新增团队", "en": "new team"},
    "firms": {"zh": "新增企业", "en": "new firm"},
}
_GONE: Mapping[str, Label] = {
    "teams": {"zh": "移除团队", "en": "team gone"},
    "firms": {"zh": "移除企业", "en": "firm gone"},
}
_NOTHING: Label = {"zh": "无", "en": "none"}
_ALL_DAY: Label = {"zh": "全天", "en": "all slots"}


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
    """Yield the changes from one version to another, a line each."""
    if "event" in old:
        yield from _fact_changes(old["event"], new["event"])
        yield from _party_changes(old, new, "teams")
        yield from _party_changes(old, new, "firms")
    before = {need["id"]: need for need in old["needs"]}
    after = {need["id"]: need for need in new["needs"]}
    for need_id, need in after.items():
        if need_id not in before:
            yield _("new need: {need}", need=_name(need))
        else:
            yield from _need_changes(before[need_id], need)
    for need_id, need in before.items():
        if need_id not in after:
            yield _("need gone: {need}", need=_name(need))
    yield from meeting_changes(old, new)


def meeting_changes(old: Contents, new: Contents, with_new: bool = True) -> Iterator[str]:
    """Yield the changes of the meetings from one version or plan to another.

    Meetings that only the later one has are among them if `with_new`.
    """
    before, after = map(_meetings, (old, new))
    made = {
        (decision["firm"], decision["team"]): decision
        for decision in new.get("decisions", ())
        if decision not in old.get("decisions", ())
    }

    def by_hand(pair: tuple[str, str]) -> str:
        if pair not in made:
            return ""
        reason = made[pair]["reason"]
        return _(" (by hand: {reason})", reason=reason) if reason else _(" (by hand)")

    for pair, meeting in after.items():
        parties, seat = " – ".join(pair), _seat(meeting)
        if pair not in before:
            if with_new:
                yield _("new meeting {parties}: {seat}", parties=parties, seat=seat) + by_hand(pair)
        elif (seat_before := _seat(before[pair])) != seat:
            yield (
                _(
                    "moved {parties}: {before} → {seat}",
                    parties=parties,
                    before=seat_before,
                    seat=seat,
                )
                + by_hand(pair)
            )
    for pair in before:
        if pair not in after:
            yield _("meeting cancelled: {parties}", parties=" – ".join(pair)) + by_hand(pair)


def count_changes(old: Contents, new: Contents) -> dict[str, int]:
    """Count the changes of the meetings as `meeting_changes` tells them, and those that stayed."""
    before, after = map(_meetings, (old, new))
    both = before.keys() & after.keys()
    kept = sum(_seat(before[pair]) == _seat(after[pair]) for pair in both)
    return {
        "kept": kept,
        "moved": len(both) - kept,
        "dropped": len(before) - len(both),
        "added": len(after) - len(both),
    }


def _meetings(contents: Contents) -> dict[tuple[str, str], Contents]:
    """Return the meetings of a version or a plan by firm and team."""
    return {(meeting["firm"], meeting["team"]): meeting for meeting in contents["meetings"]}


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
            each.entry.patent: each.shown.title if each.shown else None for each in need.listed
        },
        "statuses": {
            each.entry.patent: each.shown.status.value for each in need.listed if each.shown
        },
    }


def _fact_changes(old: Contents, new: Contents) -> Iterator[str]:
    for key, name in _FACTS.items():
        if old[key] != new[key]:
            before, after = (_words(facts[key], key) for facts in (old, new))
            yield _("{name}: {before} became {after}", name=label(name), before=before, after=after)


def _party_changes(old: Contents, new: Contents, kind: str) -> Iterator[str]:
    before, after = old[kind], new[kind]
    for name in sorted({*before, *after}):
        if name not in before:
            yield f"{label(_NEW[kind])}{label(COLON)}{name}"
        elif name not in after:
            yield f"{label(_GONE[kind])}{label(COLON)}{name}"
        else:
            yield from (_headed(name, line) for line in _changed_facts(before[name], after[name]))


def _changed_facts(old: Contents, new: Contents) -> Iterator[str]:
    if old["slots"] != new["slots"]:
        before, after = (_words(party["slots"], nothing=_ALL_DAY) for party in (old, new))
        yield _("its slots: {before} became {after}", before=before, after=after)
    if old["persons"] != new["persons"]:
        yield _("its persons changed")
    if old.get("table") != new.get("table"):
        before, after = (_words(party["table"]) for party in (old, new))
        yield _("its table: {before} became {after}", before=before, after=after)


def _need_changes(old: Contents, new: Contents) -> Iterator[str]:
    titles = {**old["titles"], **new["titles"]}

    def named(patent: str) -> str:
        return f"《{titles[patent]}》({patent})" if titles.get(patent) else patent

    for line in (*_list_changes(old, new, named), *_mark_changes(old, new, named)):
        yield _headed(_name(new), line)


def _list_changes(old: Contents, new: Contents, named: Callable[[str], str]) -> Iterator[str]:
    """Yield the changes of the text of a need and of the patents in its list."""
    if old.get("text", new["text"]) != new["text"]:
        yield _("its text changed")
    for patent in new["patents"]:
        if patent not in old["patents"]:
            yield _("{patent} came in", patent=named(patent))
    for patent in old["patents"]:
        if patent not in new["patents"]:
            reason = new["excluded"].get(patent)
            out = _("{patent} went out", patent=named(patent))
            yield out + (_("; reason: {reason}", reason=reason_text(reason)) if reason else "")
    common = [patent for patent in new["patents"] if patent in old["patents"]]
    if common != [patent for patent in old["patents"] if patent in new["patents"]]:
        yield _("its order became {patents}", patents=listed(map(named, new["patents"])))
    for patent in common:
        before, now = (need.get("statuses", {}).get(patent) for need in (old, new))
        if before and now and before != now:
            yield _(
                "the legal status of {patent}: {before} became {after}",
                patent=named(patent),
                before=label(STATUS[LegalStatus(before)]),
                after=label(STATUS[LegalStatus(now)]),
            )


def _mark_changes(old: Contents, new: Contents, named: Callable[[str], str]) -> Iterator[str]:
    """Yield the changes of pins, locks and notes."""
    for patent in new["pinned"]:
        if patent not in old["pinned"]:
            yield _("{patent} is pinned", patent=named(patent))
    for patent in old["pinned"]:
        if patent not in new["pinned"]:
            yield _("{patent} is pinned no more", patent=named(patent))
    if old["is_locked"] != new["is_locked"]:
        yield _("its list is locked") if new["is_locked"] else _("its list is locked no more")
    if (old["note"], old["notes"]) != (new["note"], new["notes"]):
        yield _("its notes changed")


def _seat(meeting: Contents) -> str:
    return _("{slot} at table {table}", slot=meeting["slot"], table=meeting["table"])


def _name(need: Contents) -> str:
    return _(
        "need {position}, {title}",
        position=need["position"],
        title=need["title"] or need["firm"],
    )


def _headed(name: str, line: str) -> str:
    return f"{name}{label(COLON)}{line}"


def _words(value: Any, key: str = "", nothing: Label = _NOTHING) -> str:
    if value is None:
        return label(nothing)
    if key == "line":
        return label(FIT[value])
    return (listed(value) or label(_NOTHING)) if isinstance(value, list) else str(value)
