"""Text and JSON of `matcher event show`: each need with its shortlist, then the meetings."""

from collections.abc import Iterator
from operator import itemgetter
from typing import Any

from matcher.commands.needs import need_head
from matcher.events.shortlist import reason_text
from matcher.labels import COLON, EVENT_NEED_STATE, FIT, PINNED_MEETING, SHORTLIST_MARK, label
from matcher.language.messages import _, ngettext
from matcher.workflows.events.event_view import EventView, ListedPatent, NeedView
from matcher.workflows.events.meeting_requests import firm_of, firms_of, teams_of


def board_json(board: EventView) -> dict[str, Any]:
    """Return needs with their shortlists, all teams and firms that take part, and the plan.

    The firms of the needs come first, then those that only the sheet of firms names.
    """
    firms = firms_of(board)
    firms += tuple(firm for firm in board.firms if firm not in firms)
    return {
        "needs": [_need_json(need) for need in board.needs],
        "teams": [
            {
                "institution": team.institution,
                "team": team.team,
                "persons": list(team.persons),
                "slots": None if team.slots is None else list(team.slots),
                "table": team.table,
            }
            for team in teams_of(board)
        ],
        "firms": [
            {
                "enterprise": firm.enterprise,
                "persons": list(firm.persons),
                "slots": None if firm.slots is None else list(firm.slots),
            }
            for firm in firms
        ],
        "plan": board.plan,
    }


def board_lines(board: EventView) -> Iterator[str]:
    """Yield the lines of the event for people."""
    for need in board.needs:
        yield from _need_lines(need)
    if board.plan is None:
        return
    yield ngettext(
        "Timetable ({n} meeting)", "Timetable ({n} meetings)", len(board.plan["meetings"])
    )
    for meeting in sorted(board.plan["meetings"], key=itemgetter("slot", "table")):
        table = _("table {table}", table=meeting["table"])
        pinned = f"  {label(PINNED_MEETING)}" if meeting["is_pinned"] else ""
        yield f"  {meeting['slot']}  {table}  {meeting['firm']} – {meeting['team']}{pinned}"


def _need_json(need: NeedView) -> dict[str, Any]:
    listed_need, made = need.event_need, need.shortlist
    return {
        "position": listed_need.position,
        "id": listed_need.need.id,
        "enterprise": listed_need.need.enterprise,
        "title": listed_need.need.details.title,
        "state": listed_need.state.value,
        "problem": listed_need.problem,
        "is_locked": made.is_locked,
        "note": made.note,
        "shortlist": [_listed_json(rank, listed) for rank, listed in enumerate(need.listed, 1)],
        "excluded": [
            {"patent": excluded.patent, "reason": excluded.reason} for excluded in made.excluded
        ],
    }


def _listed_json(rank: int, listed: ListedPatent) -> dict[str, Any]:
    entry, shown = listed.entry, listed.shown
    proposed = entry.proposed
    fit = _fit(listed)
    return {
        "place": rank,
        "patent": entry.patent,
        "application_number": shown.application_number if shown else None,
        "title": shown.title if shown else None,
        "fit": fit,
        "fit_words": label(FIT[fit]),
        "model_rank": None if proposed is None else proposed.rank,
        "legal_status": shown.status.value if shown else None,
        "is_pinned": entry.is_pinned,
        "is_added": entry.is_added,
        "note": entry.note,
        "match": listed.match,
    }


def _fit(listed: ListedPatent) -> Any:
    """Return the model's fit label; for a patent that the staff put in, the stored answer's."""
    if listed.entry.proposed is not None:
        return listed.entry.proposed.fit
    return listed.shown.fit if listed.shown else None


def _need_lines(need: NeedView) -> Iterator[str]:
    listed_need, made = need.event_need, need.shortlist
    title = need_head(listed_need.need.details)
    state = label(EVENT_NEED_STATE[listed_need.state])
    locked = f"  {label(SHORTLIST_MARK['locked'])}" if made.is_locked else ""
    yield f"{listed_need.position}. {firm_of(need)}  {title}  {state}{locked}"
    if listed_need.problem:
        yield "   " + _("reason: {reason}", reason=listed_need.problem)
    if made.note:
        yield f"   {_note(made.note)}"
    for rank, listed in enumerate(need.listed, 1):
        yield f"   {_listed_line(rank, listed)}"
    for excluded in made.excluded:
        name = need.excluded_name(excluded.patent)
        mark = label(SHORTLIST_MARK["excluded"])
        yield f"   {mark} {name}{label(COLON)}{reason_text(excluded.reason)}"


def _listed_line(rank: int, listed: ListedPatent) -> str:
    entry, shown = listed.entry, listed.shown
    marks = [label(SHORTLIST_MARK["pinned"])] if entry.is_pinned else []
    marks += [label(SHORTLIST_MARK["added"])] if entry.is_added else []
    marks += [_note(entry.note)] if entry.note else []
    numbers = (shown.application_number, shown.publication_number) if shown else ()
    number = next(filter(None, numbers), entry.patent)
    texts = [f"#{rank}", label(FIT[_fit(listed)]), number, shown.title if shown else "", *marks]
    return "  ".join(filter(None, texts))


def _note(text: str) -> str:
    return f"{label(SHORTLIST_MARK['note'])}{label(COLON)}{text}"
