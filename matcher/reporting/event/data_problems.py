"""What somebody should mend in the data before the papers of an event are handed out."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from matcher.events.record import EventNeedState
from matcher.labels import Language
from matcher.needs.duplicates import near_duplicates
from matcher.reporting.event.model import (
    DataProblem,
    ReportMeeting,
    ReportNeed,
    ShortlistLine,
)
from matcher.types import LegalStatus
from matcher.workflows.events.board import Board

OLD_STATUS = timedelta(days=365)
"""A legal status of an earlier day may have missed a yearly fee."""

_WORDS: Mapping[str, tuple[Mapping[Language, str], Mapping[Language, str]]] = {
    "failed": (
        {"zh": "匹配失败", "en": "matching failed"},
        {"zh": "补充需求内容后重新匹配", "en": "say more of the need, then match again"},
    ),
    "waiting": (
        {"zh": "尚未匹配", "en": "not matched yet"},
        {"zh": "运行 matcher event match", "en": "run matcher event match"},
    ),
    "duplicate": (
        {"zh": "疑似重复需求", "en": "may be one need twice"},
        {"zh": "与企业核实后保留一条", "en": "ask the firm, and keep one"},
    ),
    "unshown": (
        {"zh": "缺少匹配依据", "en": "no evidence on record"},
        {"zh": "重新增补该专利", "en": "add the patent again"},
    ),
    "absent": (
        {"zh": "专利团队未到会", "en": "team does not come"},
        {"zh": "邀请团队，或替换该专利", "en": "invite the team, or swap the patent"},
    ),
    "unknown": (
        {"zh": "法律状态未知", "en": "legal status not known"},
        {"zh": "查询国家知识产权局登记信息", "en": "look it up in the register"},
    ),
    "lapsed": (
        {"zh": "专利已失效", "en": "patent has lapsed"},
        {"zh": "替换该专利，或只介绍技术", "en": "swap it, or present the know-how only"},
    ),
    "old": (
        {"zh": "法律状态日期较早", "en": "old legal status"},
        {"zh": "更新法律状态后重新匹配", "en": "bring it up to date, then match again"},
    ),
    "way": (
        {"zh": "缺少技术转移机构联系方式", "en": "no TTO contact"},
        {"zh": "请该机构补登联系方式", "en": "ask the institution for it"},
    ),
    "stale": (
        {"zh": "日程早于最近的修改", "en": "plan older than the last edits"},
        {"zh": "重新排会：matcher event plan", "en": "plan again: matcher event plan"},
    ),
}


def data_problems(
    board: Board,
    needs: Sequence[ReportNeed],
    meetings: Sequence[ReportMeeting],
    today: date,
    language: Language = "zh",
) -> tuple[DataProblem, ...]:
    """Each problem once: those of needs first, then of meetings, patents and institutions."""

    def told(key: str, subject: str, words: str = "", need: str | None = None) -> DataProblem:
        kind, mend = _WORDS[key]
        return DataProblem(kind[language], subject, words or kind[language], mend[language], need)

    named = {need.id: _name(need) for need in needs}
    problems = []
    for need in needs:
        if need.state is EventNeedState.FAILED:
            problems.append(told("failed", named[need.id], need.problem or "", need.id))
        if need.state is EventNeedState.WAITING:
            problems.append(told("waiting", named[need.id], need=need.id))
    for one, other, alike in _doubles(board):
        words = f"≈ {named[other]} ({alike:.0%})"
        problems.append(told("duplicate", named[one], words, one))
    for meeting in meetings:
        if not meeting.subjects:
            subject = f"{meeting.firm}–{meeting.team}"
            problems.append(told("stale", subject, f"{meeting.slot} {meeting.table}"))
    lines = [line for need in needs for line in need.lines]
    for own in _by_patent(lines).values():
        line, where = own[0], "; ".join(named[one.need] for one in own)
        subject = f"{line.title} {line.number}" if line.title != line.number else line.number
        for key in _of_line(line, today):
            detail = {"old": str(line.status_as_of), "absent": _owner(line)}.get(key)
            words = f"{detail}; {where}" if detail else where
            problems.append(told(key, subject, words, line.need if key == "unshown" else None))
    for institution, count in _without_way(lines).items():
        counted = {"zh": f"涉及 {count} 条推荐", "en": f"{count} lines of shortlists"}
        problems.append(told("way", institution, counted[language]))
    return tuple(problems)


def _of_line(line: ShortlistLine, today: date) -> Iterator[str]:
    if line.match is None:
        yield "unshown"
        return
    if line.team_id is None:
        yield "absent"
    if line.status is LegalStatus.UNKNOWN:
        yield "unknown"
    elif line.status is LegalStatus.LAPSED:
        yield "lapsed"
    elif line.status_as_of is None or line.status_as_of < today - OLD_STATUS:
        yield "old"


def _by_patent(lines: Sequence[ShortlistLine]) -> dict[str, list[ShortlistLine]]:
    found: dict[str, list[ShortlistLine]] = defaultdict(list)
    for line in lines:
        found[line.patent].append(line)
    return found


def _without_way(lines: Sequence[ShortlistLine]) -> dict[str, int]:
    """Institutions whose office is not known, and how many lines need it."""
    counts: dict[str, int] = defaultdict(int)
    for line in lines:
        if line.match is not None and line.institution and not (line.way and line.way.words):
            counts[line.institution] += 1
    return dict(sorted(counts.items()))


def _doubles(board: Board) -> Iterator[tuple[str, str, float]]:
    """The later and the earlier of two needs of one firm that are nearly the same, and how near."""
    asked = [(one.asked.need.id, one.asked.need.details) for one in board.needs]
    for pair in near_duplicates(item for item in asked if item[1].enterprise):
        yield pair.second, pair.first, pair.resemblance


def _name(need: ReportNeed) -> str:
    return f"{need.number} {need.title}"


def _owner(line: ShortlistLine) -> str:
    return " ".join(filter(None, (line.institution, line.team)))
