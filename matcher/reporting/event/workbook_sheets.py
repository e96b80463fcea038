"""The tables of an event's workbook: the columns of each sheet, with the value of each cell."""

from collections.abc import Callable
from typing import Any

from matcher.matches.states import REASON_LABELS
from matcher.reporting.event.labels import contact_line
from matcher.reporting.event.model import (
    Quote,
    ReportMeeting,
    ReportReserve,
    ReportTeam,
    ShortlistLine,
)
from matcher.reporting.event.workbook_columns import (
    EXIT_REASON,
    FIRM,
    FIRMS,
    FOLLOW_UP,
    INTENT,
    INTENTS,
    KIND,
    MATCH_ID,
    MATCHES,
    MET,
    NEED_ID,
    NEXT_DAY,
    NEXT_STEP,
    NO,
    NOTE,
    OPERATION,
    OPERATIONS,
    PATENT,
    PATENT_ID,
    PLANNED,
    PROBLEMS,
    REASON,
    REMARK,
    RESERVE,
    STAMP,
    TEAM_ID,
    TEAMS,
    TIMETABLE,
    UNASSIGNED,
    UNMATCHED,
    YES,
    Column,
    FitCell,
    Link,
    MarkedTexts,
    SheetTable,
)
from matcher.reporting.event.workbook_rows import (
    FollowUpRow,
    LineRow,
    ProblemRow,
    TeamRow,
    UnmatchedRow,
    firm_groups,
    follow_up_groups,
    match_groups,
    problem_groups,
    team_groups,
    timetable_groups,
    unassigned_groups,
    unmatched_groups,
)

MAX_QUESTIONS = 6
"""Questions in a row of 按团队."""
NO_PATENT = "（没有匹配到专利）"
NO_SHARED_PATENT = "（没有共同的入选专利）"


def _of_line(value: Callable[[ShortlistLine], object]) -> Callable[[LineRow], object]:
    """Return the value of a row's line; None for a need without patents."""
    return lambda row: None if row.line is None else value(row.line)


def _fit(line: ShortlistLine) -> FitCell:
    return FitCell(line.fit_label, line.fit)


def _quotes(line: ShortlistLine) -> MarkedTexts:
    return MarkedTexts([_quote(quote) for quote in line.quotes])


def _quote(quote: Quote) -> tuple[str, list[tuple[int, int]]]:
    head = f"【{quote.source}】"
    shift = len(head)
    return head + quote.text, [(start + shift, end + shift) for start, end in quote.marks]


def _status(line: ShortlistLine) -> str:
    day = f"截至 {line.status.as_of}" if line.status.as_of else "日期不详"
    return f"{line.status.label}\n{day}"


def _gaps(line: ShortlistLine) -> str:
    gaps = (("未回应", line.unanswered), ("未知", line.unknown))
    return "\n".join(f"{name}：{'、'.join(texts)}" for name, texts in gaps if texts)


def _marks(row: LineRow) -> str | None:
    if row.line is None:
        return None
    marks = (
        ("保留", row.line.is_pinned),
        ("增补", row.line.is_added),
        ("锁定", row.need.is_locked),
    )
    return "、".join(mark for mark, is_set in marks if is_set)


def _need_text(row: LineRow) -> str | None:
    """Return the need and the patents that the staff took out, in the need's first row only."""
    if row.line is not None and row.line.position > 1:
        return None
    parts = [f"{part.label}：{part.text}" for part in row.need.parts]
    excluded = [f"已剔除：{name}（{reason}）" for name, reason in row.need.excluded]
    return "\n".join([*parts, *excluded])


def _contact(line: ShortlistLine) -> str | None:
    if line.contact is None:
        return None
    return f"{line.contact.institution}\n{contact_line(line.contact)}"


def _nearest(row: UnmatchedRow) -> str | None:
    return f"{row.best.title}（{row.best.fit_label}）" if row.best else None


def _explanation(planned: ReportMeeting | ReportReserve) -> str | None:
    if isinstance(planned, ReportMeeting):
        return "手工安排" if planned.is_pinned else None
    return f"“{planned.instead_of}”缺席时" if planned.instead_of else "双方均有空"


def _questions(line: ShortlistLine) -> str:
    return "\n".join(f"• {question}" for question in line.questions[:MAX_QUESTIONS])


def _of_match(
    value: Callable[[ShortlistLine], object], nothing: str | None = None
) -> Callable[[FollowUpRow], object]:
    """Return the value of the match of a row of 跟进表, or `nothing` for a meeting without one."""

    def of_row(row: FollowUpRow) -> object:
        line = row.follow_up.line
        return nothing if line is None else value(line)

    return of_row


def _followed_need(row: FollowUpRow) -> Link | None:
    need = row.follow_up.need
    return Link(need.title, MATCHES, row.match_row) if need and row.match_row else None


def _subject(row: ProblemRow) -> str | Link:
    subject = row.problem.subject
    return Link(subject, MATCHES, row.match_row) if row.match_row else subject


MATCH_COLUMNS: tuple[Column[LineRow], ...] = (
    Column("需求号", 6, lambda row: row.need.number, is_centred=True),
    Column(FIRM, 14, lambda row: row.need.firm),
    Column("需求", 16, lambda row: Link(row.need.title, FIRMS, row.linked_row)),
    Column("名次", 5, _of_line(lambda line: line.position), is_centred=True),
    Column("契合度", 10, _of_line(_fit), is_centred=True),
    Column("专利名称", 22, lambda row: row.line.title if row.line else NO_PATENT),
    Column("申请号", 17, _of_line(lambda line: line.number)),
    Column(
        "机构 / 团队",
        16,
        _of_line(lambda line: f"{line.institution or '未知'}\n{line.team or '团队未登记'}"),
    ),
    Column("法律状态", 14, _of_line(_status)),
    Column("依据（加粗为对应之处）", 34, _of_line(_quotes)),
    Column("未回应 / 未知", 14, _of_line(_gaps)),
    Column(
        "洽谈",
        11,
        _of_line(lambda line: line.meeting and f"{line.meeting.slot}\n{line.meeting.table}"),
        is_centred=True,
    ),
    Column("标记", 6, _marks, is_centred=True),
    Column(OPERATION, 7, is_staff=True, choices=tuple(OPERATIONS), is_centred=True),
    Column(REASON, 11, is_staff=True),
    Column(PATENT, 16, is_staff=True),
    Column(NOTE, 12, lambda row: row.line.note if row.line else row.need.note, is_staff=True),
    Column(NEED_ID, value=lambda row: row.need.id, is_key=True),
    Column(PATENT_ID, value=_of_line(lambda line: line.patent), is_key=True),
    Column(MATCH_ID, value=_of_line(lambda line: line.match), is_key=True),
    Column(STAMP, value=lambda row: row.need.stamp, is_key=True),
)
FIRM_COLUMNS: tuple[Column[LineRow], ...] = (
    Column(FIRM, 14, lambda row: row.need.firm),
    Column(
        "需求",
        16,
        lambda row: Link(f"{row.need.number}. {row.need.title}", MATCHES, row.linked_row),
    ),
    Column("需求内容", 28, _need_text),
    Column("名次", 5, _of_line(lambda line: line.position), is_centred=True),
    Column(
        "专利名称",
        22,
        lambda row: f"{row.line.title}\n{row.line.number}" if row.line else NO_PATENT,
    ),
    Column(
        "通俗说明",
        30,
        _of_line(lambda line: "\n".join(f"{card.label}：{card.text}" for card in line.card)),
    ),
    Column("契合度", 10, _of_line(_fit), is_centred=True),
    Column("未回应之处", 10, _of_line(lambda line: "\n".join(line.unanswered))),
    Column(
        "未知", 13, _of_line(lambda line: "\n".join(filter(None, (*line.unknown, line.rests_on))))
    ),
    Column("状态与条件", 20, _of_line(lambda line: "\n".join((_status(line), *line.terms)))),
    Column("技术转移机构", 18, _of_line(_contact)),
    Column("时段", 11, _of_line(lambda line: line.meeting and line.meeting.slot), is_centred=True),
    Column("桌号", 6, _of_line(lambda line: line.meeting and line.meeting.table), is_centred=True),
    Column(NEED_ID, value=lambda row: row.need.id, is_key=True),
    Column(PATENT_ID, value=_of_line(lambda line: line.patent), is_key=True),
)
TEAM_COLUMNS: tuple[Column[TeamRow], ...] = (
    Column("机构", 16, lambda row: row.team.institution),
    Column("团队", 17, lambda row: row.team.name),
    Column("时段", 11, lambda row: row.meeting.slot, is_centred=True),
    Column("桌号", 6, lambda row: row.meeting.table, is_centred=True),
    Column(FIRM, 16, lambda row: row.meeting.firm),
    Column("需求", 17, lambda row: Link(row.need.title, MATCHES, row.match_row)),
    Column("指标", 16, lambda row: "\n".join(row.need.indicators)),
    Column("本团队专利", 24, lambda row: row.line.title if row.line else NO_SHARED_PATENT),
    Column("契合度", 10, lambda row: row.line and _fit(row.line), is_centred=True),
    Column(
        "可能的提问",
        42,
        lambda row: _questions(row.line) if row.line else None,
    ),
    Column(NEED_ID, value=lambda row: row.need.id, is_key=True),
    Column(PATENT_ID, value=lambda row: row.line and row.line.patent, is_key=True),
)
TIMETABLE_COLUMNS: tuple[Column[ReportMeeting | ReportReserve], ...] = (
    Column("时段", 13, lambda planned: planned.slot, is_centred=True),
    Column("桌号", 8, lambda planned: planned.table, is_centred=True),
    Column(
        KIND,
        8,
        lambda planned: PLANNED if isinstance(planned, ReportMeeting) else RESERVE,
        is_centred=True,
    ),
    Column(FIRM, 26, lambda planned: planned.firm),
    Column("机构", 24, lambda planned: planned.institution),
    Column("团队", 24, lambda planned: planned.team),
    Column(
        "谈什么",
        46,
        lambda planned: "\n".join(dict.fromkeys(line.title for line in planned.subjects)),
    ),
    Column("说明", 28, _explanation),
)
UNMATCHED_COLUMNS: tuple[Column[UnmatchedRow], ...] = (
    Column("需求号", 7, lambda row: row.unmatched.need.number, is_centred=True),
    Column(FIRM, 24, lambda row: row.unmatched.need.firm),
    Column("需求", 30, lambda row: Link(row.unmatched.need.title, MATCHES, row.match_row)),
    Column("类别", 12, lambda row: row.unmatched.kind, is_centred=True),
    Column("原因", 60, lambda row: "\n".join(row.unmatched.reasons)),
    Column("最接近的专利", 40, _nearest),
    Column(NEED_ID, value=lambda row: row.unmatched.need.id, is_key=True),
)
UNASSIGNED_COLUMNS: tuple[Column[ReportTeam], ...] = (
    Column("机构", 30, lambda team: team.institution),
    Column("团队", 30, lambda team: team.name),
    Column("原因", 90, lambda team: "\n".join(team.reasons)),
    Column(TEAM_ID, value=lambda team: team.id, is_key=True),
)
PROBLEM_COLUMNS: tuple[Column[ProblemRow], ...] = (
    Column("类别", 22, lambda row: row.problem.kind),
    Column("对象", 50, _subject),
    Column("说明", 60, lambda row: row.problem.detail),
    Column("处理建议", 40, lambda row: row.problem.fix),
    Column(NEED_ID, value=lambda row: row.problem.need, is_key=True),
)
FOLLOW_UP_COLUMNS: tuple[Column[FollowUpRow], ...] = (
    Column("时段", 11, lambda row: row.follow_up.seat and row.follow_up.seat.slot, is_centred=True),
    Column("桌号", 6, lambda row: row.follow_up.seat and row.follow_up.seat.table, is_centred=True),
    Column(KIND, 6, lambda row: RESERVE if row.follow_up.is_reserve else PLANNED, is_centred=True),
    Column(FIRM, 16, lambda row: row.follow_up.firm),
    Column("需求", 16, _followed_need),
    Column("专利名称", 22, _of_match(lambda line: line.title, NO_SHARED_PATENT)),
    Column("申请号", 17, _of_match(lambda line: line.number)),
    Column("团队", 16, lambda row: row.follow_up.team),
    Column("当前状态", 8, _of_match(lambda line: line.state), is_centred=True),
    Column(MET, 8, is_staff=True, choices=(YES, NO), is_centred=True),
    Column(INTENT, 10, is_staff=True, choices=tuple(INTENTS), is_centred=True),
    Column(EXIT_REASON, 14, is_staff=True, choices=tuple(REASON_LABELS.values())),
    Column(NEXT_STEP, 18, is_staff=True),
    Column(NEXT_DAY, 11, is_staff=True, is_centred=True),
    Column(REMARK, 12, is_staff=True),
    Column(NEED_ID, value=lambda row: row.follow_up.need and row.follow_up.need.id, is_key=True),
    Column(PATENT_ID, value=_of_match(lambda line: line.patent), is_key=True),
    Column(MATCH_ID, value=_of_match(lambda line: line.match), is_key=True),
    Column(TEAM_ID, value=lambda row: row.follow_up.team_id, is_key=True),
)


MATCH_TABLE = SheetTable(MATCHES, MATCH_COLUMNS, match_groups)
"""A row for each patent of each need, and the staff's columns."""
FOLLOW_UP_TABLE = SheetTable(FOLLOW_UP, FOLLOW_UP_COLUMNS, follow_up_groups)
"""A row for each match that may have come to talks, and for each meeting without one."""
TABLES: tuple[SheetTable[Any], ...] = (
    MATCH_TABLE,
    SheetTable(FIRMS, FIRM_COLUMNS, firm_groups),
    SheetTable(TEAMS, TEAM_COLUMNS, team_groups),
    SheetTable(TIMETABLE, TIMETABLE_COLUMNS, timetable_groups),
    SheetTable(UNMATCHED, UNMATCHED_COLUMNS, unmatched_groups),
    SheetTable(UNASSIGNED, UNASSIGNED_COLUMNS, unassigned_groups),
    SheetTable(PROBLEMS, PROBLEM_COLUMNS, problem_groups),
    FOLLOW_UP_TABLE,
)
"""All tables in the order of the workbook."""
