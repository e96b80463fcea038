"""The rows of an event's workbook: for each sheet the values from which its rows are drawn."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from matcher.reporting.event.model import (
    DataProblem,
    EventReport,
    FollowUpLine,
    ReportMeeting,
    ReportNeed,
    ReportReserve,
    ReportTeam,
    ShortlistLine,
    UnmatchedNeed,
)
from matcher.reporting.event.workbook_columns import FIRST_ROW

Key = tuple[str, str | None]
"""A need and a patent by their ids; None for a need without patents."""


@dataclass(frozen=True, slots=True)
class LineRow:
    """A row of 匹配总表 or 按企业: a patent of a need, or a need without patents."""

    need: ReportNeed
    line: ShortlistLine | None
    linked_row: int
    """The row of the same need and patent on the other of the two sheets."""


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A row of 按团队: a patent that a meeting of the team is about, or a need without one."""

    team: ReportTeam
    meeting: ReportMeeting
    need: ReportNeed
    line: ShortlistLine | None
    match_row: int


@dataclass(frozen=True, slots=True)
class UnmatchedRow:
    """A row of 未匹配需求."""

    unmatched: UnmatchedNeed
    best: ShortlistLine | None
    match_row: int


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """A row of 数据问题."""

    problem: DataProblem
    match_row: int | None


@dataclass(frozen=True, slots=True)
class FollowUpRow:
    """A row of 跟进表: a match that may have come to talks, or a meeting without one."""

    follow_up: FollowUpLine
    match_row: int | None


def _lines(need: ReportNeed) -> tuple[ShortlistLine | None, ...]:
    """Return the lines of a need, at least one: a need without patents has a row, too."""
    return need.lines or (None,)


def _row_numbers(needs: Iterable[ReportNeed]) -> dict[Key, int]:
    """Return the row of each need and patent on a sheet with these needs in this order."""
    keys = [(need.id, line.patent if line else None) for need in needs for line in _lines(need)]
    return {key: row for row, key in enumerate(keys, FIRST_ROW)}


def _match_row_numbers(report: EventReport) -> dict[Key, int]:
    return _row_numbers(report.needs)


def _match_row(
    match_rows: Mapping[Key, int], need: ReportNeed, line: ShortlistLine | None = None
) -> int:
    """Return the row of a patent of a need, by default the first of the need."""
    shown = line or _lines(need)[0]
    return match_rows[need.id, shown.patent if shown else None]


def _line_rows(need: ReportNeed, linked_rows: Mapping[Key, int]) -> Iterator[LineRow]:
    for line in _lines(need):
        yield LineRow(need, line, linked_rows[need.id, line.patent if line else None])


def match_groups(report: EventReport) -> Iterator[Iterator[LineRow]]:
    """Yield the rows of 匹配总表, need by need."""
    firm_rows = _row_numbers(need for firm in report.firms for need in firm.needs)
    for need in report.needs:
        yield _line_rows(need, firm_rows)


def firm_groups(report: EventReport) -> Iterator[list[LineRow]]:
    """Yield the rows of 按企业, firm by firm."""
    match_rows = _match_row_numbers(report)
    for firm in report.firms:
        yield [row for need in firm.needs for row in _line_rows(need, match_rows)]


def team_groups(report: EventReport) -> Iterator[list[TeamRow]]:
    """Yield the rows of 按团队, team by team."""
    match_rows = _match_row_numbers(report)
    for team in report.teams:
        yield [
            TeamRow(team, meeting, need, line, _match_row(match_rows, need, line))
            for meeting in team.meetings
            for need, lines in report.subjects_of(meeting)
            for line in lines or (None,)
        ]


def timetable_groups(
    report: EventReport,
) -> Iterator[tuple[ReportMeeting | ReportReserve, ...]]:
    """Yield the rows of 日程, slot by slot: the meetings by table, then the reserves."""
    for slot in report.slots:
        yield (*slot.meetings, *slot.reserves)


def unmatched_groups(report: EventReport) -> Iterator[list[UnmatchedRow]]:
    """Yield the rows of 未匹配需求 as one group."""
    match_rows = _match_row_numbers(report)
    rows = []
    for unmatched in report.unmatched:
        best = _lines(unmatched.need)[0]
        rows.append(UnmatchedRow(unmatched, best, _match_row(match_rows, unmatched.need)))
    yield rows


def unassigned_groups(report: EventReport) -> Iterator[tuple[ReportTeam, ...]]:
    """Yield the rows of 未分配团队 as one group."""
    yield report.unassigned


def problem_groups(report: EventReport) -> Iterator[list[ProblemRow]]:
    """Yield the rows of 数据问题, kind by kind."""
    rows = reversed(list(_match_row_numbers(report).items()))
    first_row = {need: row for (need, _), row in rows}
    for _, problems in groupby(report.problems, lambda problem: problem.kind):
        yield [ProblemRow(problem, first_row.get(problem.need or "")) for problem in problems]


def follow_up_groups(report: EventReport) -> Iterator[list[FollowUpRow]]:
    """Yield the rows of 跟进表, slot by slot."""
    match_rows = _match_row_numbers(report)
    for _, lines in groupby(report.follow_up, lambda line: line.seat and line.seat.slot):
        yield [
            FollowUpRow(line, _match_row(match_rows, line.need, line.line) if line.need else None)
            for line in lines
        ]
