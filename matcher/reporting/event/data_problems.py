"""Problems in the data of an event, to be fixed before its papers are handed out."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from matcher.events.record import EventNeedState
from matcher.labels import Label, Language
from matcher.needs.duplicates import near_duplicates
from matcher.reporting.event.labels import contact_line
from matcher.reporting.event.model import (
    DataProblem,
    ReportNeed,
    ShortlistLine,
)
from matcher.types import LegalStatus
from matcher.workflows.events.event_view import EventView

MAX_STATUS_AGE = timedelta(days=365)
"""An older legal status may miss the lapse by an unpaid yearly fee."""

_KINDS: Mapping[str, tuple[Label, Label]] = {
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
    "right": (
        {"zh": "开放许可或质押与法律状态不符", "en": "licence or pledge of no right in force"},
        {"zh": "请该机构核实后更正", "en": "ask the institution, and correct it"},
    ),
    "old": (
        {"zh": "法律状态日期较早", "en": "old legal status"},
        {"zh": "更新法律状态后重新匹配", "en": "bring it up to date, then match again"},
    ),
    "undated": (
        {"zh": "法律状态日期不详", "en": "legal status without a day"},
        {"zh": "更新法律状态后重新匹配", "en": "bring it up to date, then match again"},
    ),
    "contact": (
        {"zh": "缺少技术转移机构联系方式", "en": "no TTO contact"},
        {"zh": "请该机构补登联系方式", "en": "ask the institution for it"},
    ),
    "stale": (
        {"zh": "日程早于最近的修改", "en": "plan older than the last edits"},
        {"zh": "重新排会：matcher event plan", "en": "plan again: matcher event plan"},
    ),
}
"""The label of each kind of problem, and how to fix it."""


def data_problems(
    view: EventView,
    needs: Sequence[ReportNeed],
    today: date,
    language: Language = "zh",
) -> tuple[DataProblem, ...]:
    """Return each problem once: those of needs first, then of meetings, patents, institutions."""
    names = {need.id: f"{need.number} {need.title}" for need in needs}
    lines = [line for need in needs for line in need.lines]
    return (
        *_need_problems(needs, names, language),
        *_duplicates(view, names, language),
        *_stale_plan(view, language),
        *_patent_problems(lines, names, today, language),
        *_missing_contacts(lines, language),
    )


def _problem(
    kind: str, subject: str, detail: str, language: Language, need: str | None = None
) -> DataProblem:
    label, fix = _KINDS[kind]
    return DataProblem(label[language], subject, detail or label[language], fix[language], need)


def _need_problems(
    needs: Sequence[ReportNeed], names: Mapping[str, str], language: Language
) -> Iterator[DataProblem]:
    for need in needs:
        if need.state is EventNeedState.FAILED:
            yield _problem("failed", names[need.id], need.problem or "", language, need.id)
        if need.state is EventNeedState.WAITING:
            yield _problem("waiting", names[need.id], "", language, need.id)


def _duplicates(
    view: EventView, names: Mapping[str, str], language: Language
) -> Iterator[DataProblem]:
    """Yield the later of each two needs of one firm that are nearly the same."""
    records = [(need.id, need.need.details) for need in view.needs]
    for pair in near_duplicates(record for record in records if record[1].enterprise):
        detail = f"≈ {names[pair.first]} ({pair.resemblance:.0%})"
        yield _problem("duplicate", names[pair.second], detail, language, pair.second)


def _stale_plan(view: EventView, language: Language) -> Iterator[DataProblem]:
    """Yield the meetings taken out of the plan as they no longer hold, and what changed since."""
    for broken in view.broken:
        here = broken.placement
        reasons = "; ".join(hindrance.text[language] for hindrance in broken.hindrances)
        detail = f"{here.slot} {here.table}: {reasons}"
        yield _problem("stale", f"{here.firm}–{here.team}", detail, language)
    for change in view.changes:
        yield _problem("stale", change[language], "", language)


def _patent_problems(
    lines: Sequence[ShortlistLine], names: Mapping[str, str], today: date, language: Language
) -> Iterator[DataProblem]:
    lines_of: dict[str, list[ShortlistLine]] = defaultdict(list)
    for line in lines:
        lines_of[line.patent].append(line)
    for own_lines in lines_of.values():
        line, needs = own_lines[0], "; ".join(names[other.need] for other in own_lines)
        subject = " ".join(filter(None, dict.fromkeys((line.title, line.number))))
        for kind in _kinds_of(line, today):
            detail = {"old": str(line.status.as_of), "absent": _team_name(line)}.get(kind)
            text = f"{detail}; {needs}" if detail else needs
            need = line.need if kind == "unshown" else None
            yield _problem(kind, subject, text, language, need)


def _kinds_of(line: ShortlistLine, today: date) -> Iterator[str]:
    """Yield the kinds of problems of a patent."""
    if line.match is None:
        yield "unshown"
        return
    if line.team_id is None:
        yield "absent"
    if line.is_right_doubtful:
        yield "right"
    status = line.status
    if status.value is LegalStatus.UNKNOWN:
        yield "unknown"
    elif status.value is LegalStatus.LAPSED:
        yield "lapsed"
    elif status.as_of is None:
        yield "undated"
    elif status.as_of < today - MAX_STATUS_AGE:
        yield "old"


def _missing_contacts(lines: Sequence[ShortlistLine], language: Language) -> Iterator[DataProblem]:
    """Yield the institutions without a known TTO contact, with the number of their lines."""
    counts: dict[str, int] = defaultdict(int)
    for line in lines:
        if line.match is not None and line.institution and not contact_line(line.contact):
            counts[line.institution] += 1
    for institution, count in sorted(counts.items()):
        detail = {"zh": f"涉及 {count} 条推荐", "en": f"{count} lines of shortlists"}
        yield _problem("contact", institution, detail[language], language)


def _team_name(line: ShortlistLine) -> str:
    return " ".join(filter(None, (line.institution, line.team)))
