"""The tables of an event's workbook, each drawn from the report; the cover is in its own file."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from matcher.reporting.event.model import (
    EventReport,
    Quote,
    ReportFirm,
    ReportMeeting,
    ReportNeed,
    ReportReserve,
    ShortlistLine,
)
from matcher.reporting.event.workbook_columns import (
    FIRMS,
    FIRST_ROW,
    MATCHES,
    PLANNED,
    RESERVE,
)
from matcher.reporting.event.workbook_style import (
    Fit,
    Link,
    Marked,
    Sheet,
)

Row = Sequence[object]
Key = tuple[str, str | None]
"""A need and a patent by their ids; None for a need without patents."""
QUESTIONS = 6
"""Questions that a row shows."""
EMPTY = "（没有匹配到专利）"


def rows_of(needs: Iterable[ReportNeed]) -> dict[Key, int]:
    """The row of each line of these needs on a sheet that has them all in this order."""
    keys = [(need.id, line.patent if line else None) for need in needs for line in _lines(need)]
    return {key: row for row, key in enumerate(keys, FIRST_ROW)}


def fill_matches(sheet: Sheet, report: EventReport, firm_rows: Mapping[Key, int]) -> None:
    """匹配总表: a row for each patent of each need, and the staff's columns."""
    for number, need in enumerate(report.needs):
        for line in _lines(need):
            key = (need.id, line.patent if line else None)
            back = Link(need.title, FIRMS, firm_rows[key])
            head: Row = (need.number, need.firm, back)
            tail: Row = (None, None, None, line.note if line else need.note, need.id)
            ids: Row = (line.patent, line.match) if line else (None, None)
            middle = _match_cells(need, line) if line else (None, None, EMPTY, *[None] * 7)
            sheet.add((*head, *middle, *tail, *ids, need.stamp), band=number % 2 == 1)


def fill_firms(sheet: Sheet, firms: Iterable[ReportFirm], match_rows: Mapping[Key, int]) -> None:
    """按企业: what the page of each enterprise says, a row for each patent."""
    for number, firm in enumerate(firms):
        for need in firm.needs:
            for line in _lines(need):
                key = (need.id, line.patent if line else None)
                link = Link(f"{need.number}. {need.title}", MATCHES, match_rows[key])
                # Once for each need: the rows below it would only repeat it.
                told = _told(need) if line is None or line.place == 1 else None
                cells = _firm_cells(line) if line else (None, EMPTY, *[None] * 8)
                ids = (need.id, line.patent if line else None)
                sheet.add((firm.name, link, told, *cells, *ids), band=number % 2 == 1)


def fill_teams(sheet: Sheet, report: EventReport, match_rows: Mapping[Key, int]) -> None:
    """按团队: whom each team meets, about what, and what it may be asked."""
    needs = {need.id: need for need in report.needs}
    for number, team in enumerate(report.teams):
        for meeting in team.meetings:
            for line in meeting.subjects:
                need = needs[line.need]
                sheet.add(
                    (
                        team.institution,
                        team.name,
                        meeting.slot,
                        meeting.table,
                        meeting.firm,
                        Link(need.title, MATCHES, match_rows[need.id, line.patent]),
                        "\n".join(need.indicators),
                        line.title,
                        Fit(line.fit_words, line.fit),
                        "\n".join(f"• {one}" for one in line.questions[:QUESTIONS]),
                        need.id,
                        line.patent,
                    ),
                    band=number % 2 == 1,
                )


def fill_timetable(sheet: Sheet, report: EventReport) -> None:
    """日程: the meetings of each slot by table, then its reserves."""
    for number, slot in enumerate(report.slots):
        held: tuple[ReportMeeting | ReportReserve, ...] = (*slot.meetings, *slot.reserves)
        for one in held:
            if isinstance(one, ReportMeeting):
                kind, words = PLANNED, "工作人员钉住" if one.is_pinned else None
            else:
                kind = RESERVE
                words = f"“{one.instead_of}”缺席时" if one.instead_of else "双方均有空"
            sheet.add(
                (
                    slot.slot,
                    one.table,
                    kind,
                    one.firm,
                    one.institution,
                    one.team,
                    "\n".join(dict.fromkeys(line.title for line in one.subjects)),
                    words,
                ),
                band=number % 2 == 1,
            )


def fill_unmatched(sheet: Sheet, report: EventReport, match_rows: Mapping[Key, int]) -> None:
    """未匹配需求: the needs that nobody will speak about, and why."""
    for one in report.unmatched:
        best = next(iter(one.need.lines), None)
        nearest = f"{best.title}（{best.fit_words}）" if best else None
        link = Link(one.need.title, MATCHES, match_rows[one.need.id, best.patent if best else None])
        reasons = "\n".join(one.reasons)
        sheet.add((one.need.number, one.need.firm, link, one.kind, reasons, nearest, one.need.id))


def fill_unassigned(sheet: Sheet, report: EventReport) -> None:
    """未分配团队: the teams without a meeting, and why."""
    for team in report.unassigned:
        sheet.add((team.institution, team.name, "\n".join(team.reasons), team.id))


def fill_problems(sheet: Sheet, report: EventReport, match_rows: Mapping[Key, int]) -> None:
    """数据问题: what somebody should mend before the event."""
    first = {need: row for (need, _), row in reversed(list(match_rows.items()))}
    for number, (_, problems) in enumerate(groupby(report.problems, lambda one: one.kind)):
        for one in problems:
            row = first.get(one.need or "")
            subject = Link(one.subject, MATCHES, row) if row else one.subject
            sheet.add((one.kind, subject, one.words, one.mend, one.need), band=number % 2 == 1)


def fill_follow_up(sheet: Sheet, report: EventReport, match_rows: Mapping[Key, int]) -> None:
    """跟进表: a row for each match that may have come to talks, to be filled in afterwards."""
    bands = groupby(report.follow_up, lambda one: one.place and one.place.slot)
    for number, (_, lines) in enumerate(bands):
        for one in lines:
            need, line = one.need, one.line
            sheet.add(
                (
                    one.place and one.place.slot,
                    one.place and one.place.table,
                    RESERVE if one.is_reserve else PLANNED,
                    need.firm,
                    Link(need.title, MATCHES, match_rows[need.id, line.patent]),
                    line.title,
                    line.number,
                    one.team,
                    line.state,
                    *[None] * 6,
                    need.id,
                    line.patent,
                    line.match,
                    one.team_id,
                ),
                band=number % 2 == 1,
            )


def _lines(need: ReportNeed) -> tuple[ShortlistLine | None, ...]:
    """At least one: a need without patents has a row, too."""
    return need.lines or (None,)


def _told(need: ReportNeed) -> str:
    """What the need says, and which patents the staff took out of its list."""
    parts = [f"{part.label}：{part.text}" for part in need.parts]
    gone = [f"已剔除：{name}（{reason}）" for name, reason in need.excluded]
    return "\n".join([*parts, *gone])


def _match_cells(need: ReportNeed, line: ShortlistLine) -> Row:
    where = f"{line.institution or '未知'}\n{line.team or '团队未登记'}"
    marks = {"置顶": line.is_pinned, "增补": line.is_added, "锁定": need.is_locked}
    return (
        line.place,
        Fit(line.fit_words, line.fit),
        line.title,
        line.number,
        where,
        _status(line),
        Marked([_quote(one) for one in line.quotes]),
        _open(line),
        f"{line.meeting.slot}\n{line.meeting.table}" if line.meeting else None,
        "、".join(word for word, holds in marks.items() if holds),
    )


def _firm_cells(line: ShortlistLine) -> Row:
    terms = "\n".join((_status(line), *line.terms))
    way = f"{line.way.institution}\n{line.way.words}" if line.way else None
    return (
        line.place,
        f"{line.title}\n{line.number}",
        "\n".join(f"{one.label}：{one.text}" for one in line.card),
        Fit(line.fit_words, line.fit),
        "\n".join(line.unanswered),
        "\n".join(line.unknown),
        terms,
        way,
        line.meeting.slot if line.meeting else None,
        line.meeting.table if line.meeting else None,
    )


def _quote(quote: Quote) -> tuple[str, list[tuple[int, int]]]:
    head = f"【{quote.source}】"
    shift = len(head)
    return head + quote.text, [(start + shift, end + shift) for start, end in quote.marks]


def _status(line: ShortlistLine) -> str:
    day = f"截至 {line.status_as_of}" if line.status_as_of else "日期不详"
    return f"{line.status_words}\n{day}"


def _open(line: ShortlistLine) -> str:
    told = (("未回应", line.unanswered), ("未知", line.unknown))
    return "\n".join(f"{name}：{'、'.join(words)}" for name, words in told if words)
