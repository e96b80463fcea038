"""The parts of an event's workbook: names of sheets and headings, columns, and kinds of cells."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from matcher.matches.states import MatchState
from matcher.reporting.event.model import EventReport
from matcher.text.highlights import Span

T = TypeVar("T")

COVER = "总览"
MATCHES = "匹配总表"
FIRMS = "按企业"
TEAMS = "按团队"
TIMETABLE = "日程"
UNMATCHED = "未匹配需求"
UNASSIGNED = "未分配团队"
PROBLEMS = "数据问题"
FOLLOW_UP = "跟进表"
SHEETS: Mapping[str, str] = {
    COVER: "活动概况、数据来源与目录",
    MATCHES: "每条需求的入选专利；工作人员在“操作”等列填写，再由系统读回",
    FIRMS: "每家企业的需求、专利、未回应之处与洽谈时间",
    TEAMS: "每个团队要见的企业、其需求与可能的提问",
    TIMETABLE: "按时段与桌号的洽谈与候补",
    UNMATCHED: "现场没有团队可谈的需求及原因",
    UNASSIGNED: "没有排上洽谈的团队及原因",
    PROBLEMS: "活动前需要有人处理的数据",
    FOLLOW_UP: "活动后填写：是否见面、意向、下一步",
}
"""The nine sheets in their order, each with its purpose."""

HEADING_ROW = 3
FIRST_ROW = HEADING_ROW + 1
COVER_KEYS = ("G", "H")
"""Hidden columns of the cover: name and value of the facts that are read back."""
EVENT_KEY, VERSION_KEY = "event", "version"

OPERATION, REASON, PATENT, NOTE = "操作", "理由", "专利号（替换/增补）", "备注"
UP, DOWN, TOP, KEEP, EXCLUDE, SWAP, ADD, LOCK = (
    "上移",
    "下移",
    "置顶",
    "保留",
    "剔除",
    "替换",
    "增补",
    "锁定",
)
OPERATIONS: Mapping[str, str] = {
    EXCLUDE: "不再推荐此专利（须填理由）",
    TOP: "移到首位，重新匹配也保留，并安排洽谈",
    KEEP: "重新匹配也保留，并安排洽谈",
    UP: "上移一位",
    DOWN: "下移一位",
    SWAP: "换成“专利号”列中的专利",
    ADD: "另加“专利号”列中的专利",
    LOCK: "锁定该需求的整个名单",
}
"""The operations of the staff, each with its effect."""
FIRM = "企业"
NEED_ID, PATENT_ID, MATCH_ID, STAMP, TEAM_ID, KIND = (
    "需求标识",
    "专利标识",
    "匹配标识",
    "名单标识",
    "团队标识",
    "类型",
)
MET, INTENT, EXIT_REASON, NEXT_STEP, NEXT_DAY, REMARK = (
    "是否见面",
    "意向",
    "不感兴趣的原因",
    "下一步",
    "下一步日期",
    "备注",
)
YES, NO = "是", "否"
INTENTS: Mapping[str, MatchState] = {
    "达成意向": MatchState.INTENT,
    "继续洽谈": MatchState.IN_TALKS,
    "已签约": MatchState.SIGNED,
    "不感兴趣": MatchState.NOT_INTERESTED,
}
PLANNED, RESERVE = "洽谈", "候补"


@dataclass(frozen=True, slots=True)
class Link:
    """A cell with a link to a row of another sheet."""

    text: str
    sheet: str
    row: int = 1


@dataclass(frozen=True, slots=True)
class MarkedTexts:
    """A cell with texts one below the other, each with its bold ranges."""

    texts: Sequence[tuple[str, Sequence[Span]]]


@dataclass(frozen=True, slots=True)
class FitCell:
    """A cell with a fit label in its colour."""

    text: str
    label: str | None
    """The code that chooses the colour."""


def _empty(_: object) -> None:
    """Return the value of a column that the staff fills in."""


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """A column of a sheet whose rows are drawn from values of type T."""

    heading: str
    width: float = 12
    """In characters of Latin script."""
    value: Callable[[T], object] = _empty
    """Returns the contents of a cell: text, number, `Link`, `MarkedTexts` or `FitCell`."""
    is_staff: bool = False
    """True if the staff fills it in."""
    is_key: bool = False
    """True if hidden: an id that identifies the row when the workbook is read back."""
    choices: tuple[str, ...] = ()
    is_centred: bool = False


@dataclass(frozen=True, slots=True)
class SheetTable(Generic[T]):
    """The table of a sheet; written from its columns, and read back by their headings."""

    name: str
    columns: tuple[Column[T], ...]
    groups: Callable[[EventReport], Iterable[Iterable[T]]]
    """Yields the rows of a report in groups; every second group is shaded."""
