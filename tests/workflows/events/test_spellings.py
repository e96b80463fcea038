"""One firm and one team under two spellings, through the sheets and the plan of an event."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection

from matcher.events.planning.plan import plan_meetings
from matcher.settings import Settings
from matcher.store import events, institutions, needs
from matcher.types import Team
from matcher.workflows.events.event_view import read_event_view
from matcher.workflows.events.import_sheets import read_event_input, save_event_input
from matcher.workflows.events.meeting_requests import meeting_request
from tests.support import small_event
from tests.support.import_files import write_csv

FULL, HALF, BLANKS = "甲能源（天津）公司", "甲能源(天津)公司", "甲能源 （天津） 公司"


def make(connection: Connection) -> None:
    """The small event, whose needs are all of one firm in three spellings."""
    small_event.make(connection, planned=False)
    for record, firm in zip(small_event.NEEDS, (FULL, HALF, BLANKS, HALF), strict=True):
        needs.save(connection, replace(record, details=replace(record.details, enterprise=firm)))


def test_a_firm_in_three_spellings_is_in_one_place(connection: Connection) -> None:
    make(connection)
    plan = plan_meetings(meeting_request(read_event_view(connection, small_event.NAME)))
    assert {meeting.firm for meeting in plan.meetings} == {FULL}
    assert len(plan.meetings) == 2
    assert max(Counter(meeting.slot for meeting in plan.meetings).values()) == 1


def test_sheets_name_firms_and_teams_in_any_spelling(
    connection: Connection, tmp_path: Path
) -> None:
    make(connection)
    institutions.save_teams(connection, [Team("甲大学（样例）", "储能材料团队（样例）")])
    teams = write_csv(
        tmp_path / "t.csv",
        (
            ("机构", "团队", "人员", "可到场时段"),
            ("甲大学(样例)", "储能材料团队(样例)", "张样例", "14:00-14:20"),
            ("甲大学（样例）", "储能材料团队 （样例）", "李样例", ""),
        ),
    )
    firms = write_csv(
        tmp_path / "f.csv",
        (("企业", "参会人", "可到场时段"), (HALF, "郑样例", "14:00-14:40")),
    )
    read = read_event_input(None, teams, firms)
    report = save_event_input(connection, small_event.NAME, read, Settings())
    assert report["teams"] == report["firms"] == 1
    (problem,) = report["problems"]
    assert "row 3: row 2 names the same already" in problem
    view = read_event_view(connection, small_event.NAME)
    assert [firm.enterprise for firm in view.firms] == [FULL]
    assert [team.institution for team in view.teams] == ["甲大学（样例）"]
    (meeting,) = plan_meetings(meeting_request(view)).meetings
    assert (meeting.firm, meeting.slot) == (FULL, 0)


def test_old_rows_in_another_spelling_are_found_too(connection: Connection) -> None:
    make(connection)
    (team, *_) = small_event.TEAMS
    other = replace(team, institution="甲大学(样例)", team="储能材料团队(样例)")
    events.set_teams(connection, small_event.NAME, [other])
    assert plan_meetings(meeting_request(read_event_view(connection, small_event.NAME))).meetings
