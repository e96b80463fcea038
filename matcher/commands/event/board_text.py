"""An event as `matcher event show` tells it: each need with its shortlist, then the meetings."""

from collections.abc import Iterator
from typing import Any

from matcher.events.record import EventNeedState
from matcher.labels import FIT
from matcher.workflows.events.board import Board, BoardNeed, Listed
from matcher.workflows.events.meeting_requests import firm_of

_STATES = {
    EventNeedState.WAITING: "待匹配",
    EventNeedState.MATCHED: "已匹配",
    EventNeedState.FAILED: "匹配失败",
}


def board_json(board: Board) -> dict[str, Any]:
    """Needs with their shortlists, teams, firms and the plan as one JSON-ready object."""
    return {
        "needs": [_need_json(one) for one in board.needs],
        "teams": [
            {
                "institution": team.institution,
                "team": team.team,
                "persons": list(team.persons),
                "slots": None if team.slots is None else list(team.slots),
                "table": team.table,
            }
            for team in board.teams
        ],
        "firms": [
            {
                "enterprise": firm.enterprise,
                "persons": list(firm.persons),
                "slots": None if firm.slots is None else list(firm.slots),
            }
            for firm in board.firms
        ],
        "plan": board.plan,
    }


def board_lines(board: Board) -> Iterator[str]:
    """The same for a person to read, in Chinese."""
    for need in board.needs:
        yield from _need_lines(need)
    if board.plan is None:
        return
    yield f"日程（{len(board.plan['meetings'])} 场洽谈）"
    for one in sorted(board.plan["meetings"], key=lambda one: (one["slot"], one["table"])):
        pinned = "  置顶" if one["is_pinned"] else ""
        yield f"  {one['slot']}  {one['table']}号桌  {one['firm']} – {one['team']}{pinned}"


def _need_json(need: BoardNeed) -> dict[str, Any]:
    asked, made = need.asked, need.shortlist
    return {
        "position": asked.position,
        "id": asked.need.id,
        "enterprise": asked.need.enterprise,
        "title": asked.need.details.title,
        "state": asked.state.value,
        "problem": asked.problem,
        "is_locked": made.is_locked,
        "note": made.note,
        "shortlist": [_listed_json(n, one) for n, one in enumerate(need.listed, 1)],
        "excluded": [{"patent": one.patent, "reason": one.reason} for one in made.excluded],
    }


def _listed_json(place: int, listed: Listed) -> dict[str, Any]:
    entry, result = listed.entry, listed.result or {}
    proposed = entry.proposed
    fit = _fit(listed)
    return {
        "place": place,
        "patent": entry.patent,
        "application_number": result.get("application_number"),
        "title": result.get("title"),
        "fit": fit,
        "fit_words": FIT[fit]["zh"],
        "model_rank": None if proposed is None else proposed.rank,
        "legal_status": result.get("legal_status"),
        "is_pinned": entry.is_pinned,
        "is_added": entry.is_added,
        "note": entry.note,
        "match": listed.match,
    }


def _fit(listed: Listed) -> Any:
    """The model's label; of a patent that the staff put in, the one that it was looked at with."""
    if listed.entry.proposed is not None:
        return listed.entry.proposed.fit
    return (listed.result or {}).get("fit")


def _need_lines(need: BoardNeed) -> Iterator[str]:
    asked, made = need.asked, need.shortlist
    title = asked.need.details.title or asked.need.need.full_text.split("\n")[0][:40]
    locked = "  锁定" if made.is_locked else ""
    yield f"{asked.position}. {firm_of(need)}  {title}  {_STATES[asked.state]}{locked}"
    if asked.problem:
        yield f"   原因: {asked.problem}"
    if made.note:
        yield f"   备注: {made.note}"
    for place, one in enumerate(need.listed, 1):
        yield f"   {_listed_line(place, one)}"
    for excluded in made.excluded:
        yield f"   剔除 {need.excluded_name(excluded.patent)}: {excluded.reason}"


def _listed_line(place: int, listed: Listed) -> str:
    entry, result = listed.entry, listed.result or {}
    marks = ["置顶"] if entry.is_pinned else []
    marks += ["增补"] if entry.is_added else []
    marks += [f"备注: {entry.note}"] if entry.note else []
    number = result.get("application_number") or entry.patent
    words = [f"#{place}", FIT[_fit(listed)]["zh"], number, result.get("title") or "", *marks]
    return "  ".join(filter(None, words))
