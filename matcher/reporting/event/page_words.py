"""The fixed words of the printable pages, in Chinese and in English."""

from collections.abc import Mapping
from datetime import datetime

from matcher.events.record import EventState
from matcher.labels import COLON, FACT, GAP, Label, Language
from matcher.reporting.event.model import EventReport

_WORDS: Mapping[str, tuple[str, str]] = {
    "firm_page": ("企业洽谈单", "Sheet for the enterprise"),
    "team_page": ("团队洽谈单", "Sheet for the team"),
    "tables_page": ("桌次日程", "Timetable by table"),
    "index_page": ("洽谈资料目录", "Papers of the event"),
    "page": ("页", "Page"),
    "without_meeting": ("未安排洽谈", "Without a meeting"),
    "all_pages": ("全部资料（一个文件）", "All papers in one file"),
    "firms": ("企业", "Enterprises"),
    "teams": ("团队", "Teams"),
    "firm": ("企业", "Enterprise"),
    "team": ("团队", "Team"),
    "timetable": ("洽谈安排", "Meetings"),
    "slot": ("时间", "Time"),
    "table": ("桌号", "Table"),
    "subject": ("洽谈内容", "About"),
    "came": ("到场", "Came"),
    "persons": ("到会人员", "Comes"),
    "no_plan": ("日程尚未安排，以现场公布为准。", "The meetings are not planned yet."),
    "no_meeting": ("本次未安排洽谈", "No meeting is planned"),
    "free": ("空", "free"),
    "need": ("需求", "Need"),
    "asked_terms": ("合作条件", "Asked for"),
    "patents": ("推荐专利", "Patents for this need"),
    "no_patent": (
        "目前没有找到可推荐的专利；可与现场工作人员沟通，继续征集。",
        "No patent was found for this need so far; please speak to the staff.",
    ),
    "nothing_fits": (
        "以下专利与需求的契合度均较弱，仅供参考。",
        "All of these patents are weak fits: they are the nearest there are.",
    ),
    "why": ("为何契合", "Why it fits"),
    "nearest": ("最接近的原文", "Nearest words"),
    "answers": ("回应", "answers"),
    "as_of": ("截至 {}", "as of {}"),
    "no_day": ("日期不详", "day not known"),
    "years_left": ("剩余保护期约 {} 年", "about {} years left"),
    "no_contact": ("由会务组转达", "through the staff of the event"),
    "person": ("团队联系人", "Team contact"),
    "meeting": ("洽谈", "Meeting"),
    "not_here": ("未安排当面洽谈", "no meeting planned"),
    "yes": ("有意向", "interested"),
    "more": ("再了解", "tell me more"),
    "no": ("无意向", "not interested"),
    "notes": ("备注", "Notes"),
    "questions": ("企业可能会问", "Likely questions"),
    "by_hand": (
        "由工作人员安排，双方没有共同的入选专利",
        "arranged by the staff; no patent on a shortlist brings the two together",
    ),
    "your_patents": ("可谈专利", "Your patents"),
    "reserves": ("候补", "Reserves"),
    "reserve": ("候补", "reserve"),
    "instead_of": ("“{}”缺席时", "if {} does not come"),
    "when_free": ("空闲时即可", "whenever there is time"),
    "met": ("已洽谈", "met"),
    "absent": ("未到场", "did not come"),
    "follow": ("跟进", "to follow up"),
    "marks": (
        "带下划线的文字与需求的用词相同或相近。",
        "Underlined words are the need's own words, or near to them.",
    ),
    "source_note": (
        "以上内容摘自专利公开文本，由系统比对生成，法律状态与许可条件以主管部门和权利人确认为准。",
        "Drawn from the published patents by a program; status and terms are to be confirmed "
        "with the patent office and the owner.",
    ),
}
_SEPARATOR: Label = {"zh": "；", "en": "; "}


def page_words(language: Language) -> dict[str, str]:
    """Return every word by its key: of pages, the names of facts and gaps, `colon`, `between`."""
    index = 0 if language == "zh" else 1
    words = {key: pair[index] for key, pair in _WORDS.items()}
    words |= {key: _sentence_case(label[language]) for key, label in {**FACT, **GAP}.items()}
    return words | {"colon": COLON[language], "between": _SEPARATOR[language]}


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]


def table_label(table: str, language: Language) -> str:
    """Return the label of a table: `3号桌`, `Table 3`; a table with a name keeps it."""
    if not table.isdecimal():
        return table
    return f"{table}号桌" if language == "zh" else f"Table {table}"


def version_label(report: EventReport, language: Language) -> str:
    """Return state and version: `已发布 第2版`; of a draft, the version before it."""
    if report.version is None:
        return report.state
    is_draft = report.event.state is EventState.DRAFT
    if language == "zh":
        return f"{report.state}{'（上一版：第' if is_draft else ' 第'}{report.version}版" + (
            "）" if is_draft else ""
        )
    after = f" (after version {report.version})" if is_draft else f", version {report.version}"
    return report.state + after


def data_note(report: EventReport, language: Language) -> str:
    """Return the days of the legal status data."""
    zh = language == "zh"
    days = [str(day) for day in dict.fromkeys((report.status_from, report.status_to)) if day]
    known = " – ".join(days) or ("不详" if zh else "not known")
    return f"{'法律状态数据日期' if zh else 'Legal status as of'}{COLON[language]}{known}"


def export_note(exported_by: str | None, moment: datetime, language: Language) -> str:
    """Return the day of the print, and who printed it if that is known; `moment` is aware.

    The day is that of the place where it is printed.
    """
    day = f"{moment.astimezone():%Y-%m-%d}"
    note = f"印制：{day}" if language == "zh" else f"Printed {day}"
    if not exported_by:
        return note
    return f"{note} {exported_by}" if language == "zh" else f"{note} by {exported_by}"
