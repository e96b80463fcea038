"""From an event as it stands to what its papers show: one report for workbook and pages."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import Connection

from matcher.labels import Language
from matcher.reporting.event import words
from matcher.reporting.event.data_problems import data_problems
from matcher.reporting.event.lines import report_needs
from matcher.reporting.event.model import (
    EventReport,
    FollowUpLine,
    Place,
    ReportFirm,
    ReportMeeting,
    ReportNeed,
    ReportReserve,
    ReportSlot,
    ReportTeam,
    ShortlistLine,
    Source,
)
from matcher.reporting.event.unmatched import Reasons, unmatched
from matcher.store import event_facts
from matcher.store.event_facts import Facts
from matcher.workflows.events.board import Board, Json, read_board
from matcher.workflows.events.meeting_requests import team_id, teams_of

Subjects = Mapping[tuple[str, str], tuple[ShortlistLine, ...]]


def read_report(
    connection: Connection, name: str, today: date, language: Language = "zh"
) -> EventReport:
    """The report of the event as it stands. Raises EventNotFoundError."""
    board = read_board(connection, name)
    return event_report(board, event_facts.facts(connection, name), today, language)


def event_report(board: Board, facts: Facts, today: date, language: Language = "zh") -> EventReport:
    """What the papers of an event show; `today` tells which status dates are old."""
    plan = board.plan or {}
    places = {
        (one["firm"], one["team"]): Place(one["slot"], one["table"])
        for one in plan.get("meetings", ())
    }
    needs = report_needs(board, places, facts, language)
    subjects = _subjects(needs)
    slots = _slots(board, plan, subjects)
    meetings = [meeting for slot in slots for meeting in slot.meetings]
    reasons = Reasons(board, language)
    teams = _teams(board, meetings, reasons)
    days = [line.status_as_of for need in needs for line in need.lines if line.status_as_of]
    return EventReport(
        event=board.event,
        state=words.EVENT_STATE[board.event.state][language],
        version=facts.version,
        sources=tuple(Source(*one) for one in facts.models),
        status_from=min(days, default=None),
        status_to=max(days, default=None),
        needs=needs,
        firms=_firms(board, needs, meetings, reasons),
        teams=teams,
        slots=slots,
        has_plan=board.plan is not None,
        unmatched=unmatched(needs, reasons, language),
        unassigned=tuple(team for team in teams if not team.meetings),
        problems=data_problems(board, needs, meetings, today, language),
        follow_up=tuple(_follow_up(needs, slots)),
    )


def _subjects(needs: Sequence[ReportNeed]) -> Subjects:
    found: dict[tuple[str, str], list[ShortlistLine]] = defaultdict(list)
    for need in needs:
        for line in need.lines:
            if line.team_id is not None:
                found[need.firm, line.team_id].append(line)
    return {pair: tuple(lines) for pair, lines in found.items()}


def _slots(board: Board, plan: Json, subjects: Subjects) -> tuple[ReportSlot, ...]:
    """Every slot of the event, or none where there is no plan."""
    if not plan:
        return ()
    names = {team_id(team): (team.team, team.institution) for team in teams_of(board)}
    order = {table: number for number, table in enumerate(board.event.tables)}

    def shown(one: Json) -> dict[str, object]:
        team, institution = names.get(one["team"]) or reversed(one["team"].split("/", 1))
        return {
            "slot": one["slot"],
            "table": one["table"],
            "firm": one["firm"],
            "team_id": one["team"],
            "team": team,
            "institution": institution,
            "subjects": subjects.get((one["firm"], one["team"]), ()),
        }

    meetings = [
        ReportMeeting(**shown(one), is_pinned=one["is_pinned"])  # type: ignore[arg-type]
        for one in plan["meetings"]
    ]
    reserves = [
        ReportReserve(**shown(one), instead_of=one["instead_of"])  # type: ignore[arg-type]
        for one in plan["reserves"]
    ]
    meetings.sort(key=lambda one: (order.get(one.table, len(order)), one.firm))
    names_of_slots = dict.fromkeys((*board.event.slots, *(one.slot for one in meetings)))
    return tuple(
        ReportSlot(
            slot=slot,
            meetings=tuple(one for one in meetings if one.slot == slot),
            reserves=tuple(one for one in reserves if one.slot == slot),
        )
        for slot in names_of_slots
    )


def _firms(
    board: Board,
    needs: Sequence[ReportNeed],
    meetings: Sequence[ReportMeeting],
    reasons: Reasons,
) -> tuple[ReportFirm, ...]:
    persons = {firm.enterprise: firm.persons for firm in board.firms}
    firms = []
    for name in dict.fromkeys(need.firm for need in needs):
        own = tuple(one for one in meetings if one.firm == name)
        firms.append(
            ReportFirm(
                name=name,
                persons=persons.get(name, ()),
                needs=tuple(need for need in needs if need.firm == name),
                meetings=own,
                reasons=() if own else reasons.of("firm", name),
            )
        )
    return tuple(firms)


def _teams(
    board: Board, meetings: Sequence[ReportMeeting], reasons: Reasons
) -> tuple[ReportTeam, ...]:
    teams = []
    for team in teams_of(board):
        name = team_id(team)
        own = tuple(one for one in meetings if one.team_id == name)
        tables = dict.fromkeys(one.table for one in own)
        teams.append(
            ReportTeam(
                id=name,
                institution=team.institution,
                name=team.team,
                persons=team.persons,
                tables=tuple(tables) or ((team.table,) if team.table else ()),
                meetings=own,
                reasons=() if own else reasons.of("team", name),
            )
        )
    return tuple(teams)


def _follow_up(needs: Sequence[ReportNeed], slots: Sequence[ReportSlot]) -> Iterable[FollowUpLine]:
    """A line for each match of a meeting, by time; then of the reserves that no meeting has.

    Without a plan, one for every patent of the shortlists.
    """
    of_id = {need.id: need for need in needs}
    if not slots:
        for need in needs:
            for line in need.lines:
                yield FollowUpLine(False, None, line, need, line.team_id, line.team)
        return
    seen = set()
    for slot in slots:
        for meeting in slot.meetings:
            for line in meeting.subjects:
                seen.add((line.need, line.patent))
                place, need = Place(meeting.slot, meeting.table), of_id[line.need]
                yield FollowUpLine(False, place, line, need, meeting.team_id, meeting.team)
    for slot in slots:
        for reserve in slot.reserves:
            for line in reserve.subjects:
                if (line.need, line.patent) not in seen:
                    seen.add((line.need, line.patent))
                    place, need = Place(reserve.slot, reserve.table), of_id[line.need]
                    yield FollowUpLine(True, place, line, need, reserve.team_id, reserve.team)
