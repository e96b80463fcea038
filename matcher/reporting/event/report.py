"""The report of an event: from the current view of the event to the contents of its papers."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection

from matcher.events.planning.model import Pair
from matcher.labels import EVENT_STATE, Language
from matcher.reporting.event.data_problems import data_problems
from matcher.reporting.event.lines import report_needs
from matcher.reporting.event.model import (
    EventReport,
    FollowUpLine,
    ReportFirm,
    ReportMeeting,
    ReportNeed,
    ReportReserve,
    ReportSlot,
    ReportTeam,
    Seat,
    ShortlistLine,
    Source,
)
from matcher.reporting.event.unmatched import Reasons, unmatched
from matcher.store import event_facts
from matcher.store.event_facts import EventFacts
from matcher.workflows.events.event_view import EventView, Json, read_event_view
from matcher.workflows.events.meeting_requests import team_id, teams_of
from matcher.workflows.events.plan_state import out_of_date

Subjects = Mapping[Pair, tuple[ShortlistLine, ...]]
"""The lines that each firm and team can speak about."""


def read_report(
    connection: Connection, name: str, today: date, language: Language = "zh"
) -> EventReport:
    """Read the current report of the event. Raises EventNotFoundError."""
    view = read_event_view(connection, name)
    return event_report(view, event_facts.read_facts(connection, name), today, language)


def event_report(
    view: EventView, facts: EventFacts, today: date, language: Language = "zh"
) -> EventReport:
    """Build the report of an event; a legal status is old or not as of `today`."""
    plan = view.plan or {}
    seats = {
        (meeting["firm"], meeting["team"]): Seat(meeting["slot"], meeting["table"])
        for meeting in plan.get("meetings", ())
    }
    needs = report_needs(view, seats, facts, language)
    slots = _slots(view, plan, _subjects(needs))
    meetings = [meeting for slot in slots for meeting in slot.meetings]
    reasons = Reasons(view, language)
    teams = _teams(view, meetings, reasons)
    days = [line.status.as_of for need in needs for line in need.lines if line.status.as_of]
    return EventReport(
        event=view.event,
        state=EVENT_STATE[view.event.state][language],
        version=facts.version,
        out_of_date=out_of_date(view),
        sources=tuple(Source(*source) for source in facts.models),
        status_from=min(days, default=None),
        status_to=max(days, default=None),
        needs=needs,
        firms=_firms(view, needs, meetings, reasons),
        teams=teams,
        slots=slots,
        has_plan=view.plan is not None,
        unmatched=unmatched(needs, reasons, language),
        unassigned=tuple(team for team in teams if not team.meetings),
        problems=data_problems(view, needs, today, language),
        follow_up=tuple(_follow_up(needs, slots)),
    )


def _subjects(needs: Sequence[ReportNeed]) -> Subjects:
    lines: dict[Pair, list[ShortlistLine]] = defaultdict(list)
    for need in needs:
        for line in need.lines:
            if line.team_id is not None:
                lines[need.firm, line.team_id].append(line)
    return {pair: tuple(own) for pair, own in lines.items()}


def _slots(view: EventView, plan: Json, subjects: Subjects) -> tuple[ReportSlot, ...]:
    """Return every slot of the event, or none if there is no plan."""
    if not plan:
        return ()
    names = {team_id(team): (team.team, team.institution) for team in teams_of(view)}
    order = {table: number for number, table in enumerate(view.event.tables)}

    def shared_fields(planned: Json) -> dict[str, Any]:
        team, institution = names.get(planned["team"]) or reversed(planned["team"].split("/", 1))
        return {
            "slot": planned["slot"],
            "table": planned["table"],
            "firm": planned["firm"],
            "team_id": planned["team"],
            "team": team,
            "institution": institution,
            "subjects": subjects.get((planned["firm"], planned["team"]), ()),
        }

    meetings = [
        ReportMeeting(**shared_fields(planned), is_pinned=planned["is_pinned"])
        for planned in plan["meetings"]
    ]
    reserves = [
        ReportReserve(**shared_fields(planned), instead_of=planned["instead_of"])
        for planned in plan["reserves"]
    ]
    meetings.sort(key=lambda meeting: (order.get(meeting.table, len(order)), meeting.firm))
    slots = dict.fromkeys((*view.event.slots, *(meeting.slot for meeting in meetings)))
    return tuple(
        ReportSlot(
            slot=slot,
            meetings=tuple(meeting for meeting in meetings if meeting.slot == slot),
            reserves=tuple(reserve for reserve in reserves if reserve.slot == slot),
        )
        for slot in slots
    )


def _firms(
    view: EventView,
    needs: Sequence[ReportNeed],
    meetings: Sequence[ReportMeeting],
    reasons: Reasons,
) -> tuple[ReportFirm, ...]:
    persons = {firm.enterprise: firm.persons for firm in view.firms}
    firms = []
    for name in dict.fromkeys(need.firm for need in needs):
        own = tuple(meeting for meeting in meetings if meeting.firm == name)
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
    view: EventView, meetings: Sequence[ReportMeeting], reasons: Reasons
) -> tuple[ReportTeam, ...]:
    teams = []
    for team in teams_of(view):
        identity = team_id(team)
        own = tuple(meeting for meeting in meetings if meeting.team_id == identity)
        tables = dict.fromkeys(meeting.table for meeting in own)
        teams.append(
            ReportTeam(
                id=identity,
                institution=team.institution,
                name=team.team,
                persons=team.persons,
                tables=tuple(tables) or ((team.table,) if team.table else ()),
                meetings=own,
                reasons=() if own else reasons.of("team", identity),
            )
        )
    return tuple(teams)


def _follow_up(needs: Sequence[ReportNeed], slots: Sequence[ReportSlot]) -> Iterator[FollowUpLine]:
    """Yield a line for each match of a meeting, by time; then for the reserves without a meeting.

    A meeting without a match has a line of its own. Without a plan, each patent of a list has one.
    """
    needs_by_id = {need.id: need for need in needs}
    if not slots:
        for need in needs:
            for line in need.lines:
                yield FollowUpLine(False, None, need.firm, line.team_id, line.team, need, line)
        return
    planned: list[ReportMeeting | ReportReserve] = []
    planned += [meeting for slot in slots for meeting in slot.meetings]
    planned += [reserve for slot in slots for reserve in slot.reserves]
    seen = set()
    for meeting in planned:
        is_reserve = isinstance(meeting, ReportReserve)
        shared = Seat(meeting.slot, meeting.table), meeting.firm, meeting.team_id, meeting.team
        if not meeting.subjects:
            yield FollowUpLine(is_reserve, *shared)
        for line in meeting.subjects:
            if is_reserve and (line.need, line.patent) in seen:
                continue
            seen.add((line.need, line.patent))
            yield FollowUpLine(is_reserve, *shared, needs_by_id[line.need], line)
