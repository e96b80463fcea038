"""The inputs of a plan as they were: stored with it, so that later changes can be named.

Persons stand as a digest, so that no name stays behind where a person is erased.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from matcher.events.planning.candidates import best_fits
from matcher.events.planning.check import BrokenMeeting
from matcher.events.planning.model import MeetingRequest
from matcher.events.record import MIN_FIT_TO_MEET
from matcher.labels import FIT, LIST_COMMA, Label, Language

Inputs = Mapping[str, Any]


def plan_inputs(request: MeetingRequest) -> dict[str, Any]:
    """Return everything that a plan is made from, as JSON."""
    rules = request.rules
    pinned = {(pin.firm, pin.team) for pin in request.pins}
    fits = best_fits(request)
    return {
        "slots": list(rules.slots),
        "tables": list(rules.tables),
        "limits": {
            "per_firm": rules.max_per_firm,
            "per_team": rules.max_per_team,
            "line": rules.min_fit,
        },
        "firms": {
            firm.id: {
                "slots": _slots(request, firm.slots),
                "persons": persons_digest(firm.representatives),
            }
            for firm in request.firms
        },
        "teams": {
            team.id: {
                "slots": _slots(request, team.slots),
                "persons": persons_digest(team.members),
                "table": team.table,
            }
            for team in request.teams
        },
        "pairs": sorted(
            [*pair, fit] for pair, fit in fits.items() if fit >= rules.min_fit or pair in pinned
        ),
        **decided_inputs(request),
    }


def decided_inputs(request: MeetingRequest) -> dict[str, Any]:
    """Return the inputs that the staff decided by hand: pins and cancelled meetings."""
    slots = request.rules.slots
    return {
        "pins": sorted(
            [pin.firm, pin.team, "" if pin.slot is None else slots[pin.slot], pin.table or ""]
            for pin in request.pins
        ),
        "cancelled": sorted({(out.firm, out.team) for out in request.exclusions}),
    }


def input_stamp(inputs: Inputs) -> str:
    """Return a short stamp, equal for equal inputs."""
    text = json.dumps(inputs, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def persons_digest(persons: tuple[str, ...]) -> str:
    """Return a digest of persons' names; empty for nobody."""
    return hashlib.sha256("\n".join(sorted(persons)).encode()).hexdigest()[:12] if persons else ""


def input_changes(
    old: Inputs, new: Inputs, broken: Sequence[BrokenMeeting] = ()
) -> tuple[Label, ...]:
    """Return what changed from one input to another, each change by name, in one line.

    What another change or one of the meetings that no longer hold tells already is left out.
    """
    new = json.loads(json.dumps(new))
    return tuple(_changes(*(_untold(inputs, old, new, broken) for inputs in (old, new))))


def _untold(
    inputs: Inputs, old: Inputs, new: Inputs, broken: Sequence[BrokenMeeting]
) -> dict[str, Any]:
    """Return the inputs without what follows from a lost meeting, a party or the least fit."""
    lost = {out.placement.pair for out in broken}
    gone = {party for out in broken for party in out.absent_parties}
    firms, teams = (old[key].keys() & new[key].keys() for key in ("firms", "teams"))
    line = max(old["limits"]["line"], new["limits"]["line"])

    def untold(key: str) -> list[list[Any]]:
        return [
            pair
            for pair in inputs[key]
            if tuple(pair[:2]) not in lost and pair[0] in firms and pair[1] in teams
        ]

    parties = {
        key: {name: facts for name, facts in inputs[key].items() if name not in gone}
        for key in ("firms", "teams")
    }
    pairs = [pair for pair in untold("pairs") if pair[2] >= line]
    decided = {key: untold(key) for key in ("pins", "cancelled")}
    return {**inputs, **parties, "pairs": pairs, **decided}


def _changes(old: Inputs, new: Inputs) -> Iterator[Label]:
    if old["slots"] != new["slots"]:
        yield _from_to("时段", "slots", old["slots"], new["slots"])
    if old["tables"] != new["tables"]:
        yield _from_to("桌", "tables", old["tables"], new["tables"])
    for key in _LIMITS:
        before, after = old["limits"][key], new["limits"][key]
        if before != after:
            yield _limit_change(key, before, after)
    yield from _parties(old["firms"], new["firms"], "企业", "firm")
    yield from _parties(old["teams"], new["teams"], "团队", "team")
    yield from _pairs(old["pairs"], new["pairs"])
    yield from _decided(old, new)


_LIMITS = {
    "per_firm": ("每家企业洽谈上限", "meetings of a firm at most"),
    "per_team": ("每个团队洽谈上限", "meetings of a team at most"),
    "line": ("安排洽谈的契合度下限", "least fit of a meeting"),
}
_FACTS = (
    ("slots", "可到场时段", "slots"),
    ("persons", "参会人", "persons"),
    ("table", "桌号", "table"),
)


def _limit_change(key: str, before: float, after: float) -> Label:
    """Return the change of a limit, of the least fit by the labels."""
    if key != "line":
        return _from_to(*_LIMITS[key], before, after)
    fits = {least: fit for fit, least in MIN_FIT_TO_MEET.items()}
    return _from_to(*_LIMITS[key], FIT[fits[before]], FIT[fits[after]])


def _parties(old: Inputs, new: Inputs, zh: str, en: str) -> Iterator[Label]:
    for name in sorted({*old, *new}):
        if name not in old:
            yield {"zh": f"新增{zh} {name}", "en": f"the {en} {name} is new"}
        elif name not in new:
            yield {"zh": f"{zh} {name} 已不在活动中", "en": f"the {en} {name} does not come"}
        else:
            yield from _facts(name, old[name], new[name])


def _facts(name: str, old: Inputs, new: Inputs) -> Iterator[Label]:
    for key, zh, en in _FACTS:
        before, after = old.get(key), new.get(key)
        if before == after:
            continue
        if key == "persons":
            yield {"zh": f"{name}：{zh}有变化", "en": f"{name}: its {en} changed"}
        else:
            yield _from_to(f"{name}：{zh}", f"{name}: {en}", before, after)


def _pairs(old: list[list[Any]], new: list[list[Any]]) -> Iterator[Label]:
    before = {(firm, team): fit for firm, team, fit in old}
    after = {(firm, team): fit for firm, team, fit in new}
    for pair in sorted({*before, *after}):
        parties = f"{pair[0]} – {pair[1]}"
        if pair not in after:
            yield {
                "zh": f"{parties}：入选专利已不支持洽谈",
                "en": f"{parties}: the shortlists no longer give them a meeting",
            }
        elif pair not in before:
            yield {
                "zh": f"{parties}：入选专利新支持洽谈",
                "en": f"{parties}: the shortlists newly give them a meeting",
            }
        elif before[pair] != after[pair]:
            yield {"zh": f"{parties}：契合度有变化", "en": f"{parties}: their fit changed"}


def _decided(old: Inputs, new: Inputs) -> Iterator[Label]:
    before, after = ({tuple(pin) for pin in inputs["pins"]} for inputs in (old, new))
    for firm, team, *_ in sorted(before ^ after):
        yield {
            "zh": f"{firm} – {team}：手工安排有变化",
            "en": f"{firm} – {team}: its pin or its place by hand changed",
        }
    out_before, out_after = ({tuple(p) for p in inputs["cancelled"]} for inputs in (old, new))
    for firm, team in sorted(out_before ^ out_after):
        yield {
            "zh": f"{firm} – {team}：取消洽谈有变化",
            "en": f"{firm} – {team}: its cancellation changed",
        }


def _slots(request: MeetingRequest, slots: frozenset[int] | None) -> list[str] | None:
    return None if slots is None else [request.rules.slots[slot] for slot in sorted(slots)]


def _words(value: Any, language: Language) -> str:
    if isinstance(value, Mapping):
        return str(value[language])
    if value is None:
        return "–"
    return LIST_COMMA[language].join(value) or "–" if isinstance(value, list) else str(value)


def _from_to(zh: str, en: str, before: Any, after: Any) -> Label:
    return {
        "zh": f"{zh}由 {_words(before, 'zh')} 改为 {_words(after, 'zh')}",
        "en": f"{en}: {_words(before, 'en')} became {_words(after, 'en')}",
    }
