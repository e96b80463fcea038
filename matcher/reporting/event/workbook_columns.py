"""The sheets of an event's workbook and their columns: one list for writing and reading back."""

from collections.abc import Mapping
from dataclasses import dataclass

from matcher.matches.states import REASON_WORDS, MatchState

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
"""The nine sheets in their order, and what each is for."""

HEADING_ROW = 3
FIRST_ROW = HEADING_ROW + 1
COVER_KEYS = ("G", "H")
"""Hidden columns of the cover: what a workbook says of itself when it is read back."""
EVENT_KEY, VERSION_KEY = "event", "version"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet."""

    heading: str
    width: float = 12
    """In characters of Latin script."""
    is_staff: bool = False
    """For the staff to fill in."""
    is_key: bool = False
    """Hidden: an id by which the row is known when it comes back."""
    choices: tuple[str, ...] = ()
    is_centred: bool = False


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
NEED_ID, PATENT_ID, MATCH_ID, STAMP, TEAM_ID, KIND = (
    "需求标识",
    "专利标识",
    "匹配标识",
    "名单标识",
    "团队标识",
    "类型",
)

MATCH_COLUMNS = (
    Column("需求号", 6, is_centred=True),
    Column("企业", 14),
    Column("需求", 16),
    Column("名次", 5, is_centred=True),
    Column("契合度", 10, is_centred=True),
    Column("专利名称", 22),
    Column("申请号", 17),
    Column("机构 / 团队", 16),
    Column("法律状态", 14),
    Column("依据（加粗为对应之处）", 34),
    Column("未回应 / 未知", 14),
    Column("洽谈", 11, is_centred=True),
    Column("标记", 6, is_centred=True),
    Column(OPERATION, 7, is_staff=True, choices=tuple(OPERATIONS), is_centred=True),
    Column(REASON, 11, is_staff=True),
    Column(PATENT, 16, is_staff=True),
    Column(NOTE, 12, is_staff=True),
    Column(NEED_ID, is_key=True),
    Column(PATENT_ID, is_key=True),
    Column(MATCH_ID, is_key=True),
    Column(STAMP, is_key=True),
)
FIRM_COLUMNS = (
    Column("企业", 14),
    Column("需求", 16),
    Column("需求内容", 28),
    Column("名次", 5, is_centred=True),
    Column("专利名称", 22),
    Column("通俗说明", 30),
    Column("契合度", 10, is_centred=True),
    Column("未回应之处", 10),
    Column("未知", 13),
    Column("状态与条件", 20),
    Column("技术转移机构", 18),
    Column("时段", 11, is_centred=True),
    Column("桌号", 6, is_centred=True),
    Column(NEED_ID, is_key=True),
    Column(PATENT_ID, is_key=True),
)
TEAM_COLUMNS = (
    Column("机构", 16),
    Column("团队", 17),
    Column("时段", 11, is_centred=True),
    Column("桌号", 6, is_centred=True),
    Column("企业", 16),
    Column("需求", 17),
    Column("指标", 16),
    Column("本团队专利", 24),
    Column("契合度", 10, is_centred=True),
    Column("可能的提问", 42),
    Column(NEED_ID, is_key=True),
    Column(PATENT_ID, is_key=True),
)
TIMETABLE_COLUMNS = (
    Column("时段", 13, is_centred=True),
    Column("桌号", 8, is_centred=True),
    Column(KIND, 8, is_centred=True),
    Column("企业", 26),
    Column("机构", 24),
    Column("团队", 24),
    Column("谈什么", 46),
    Column("说明", 28),
)
UNMATCHED_COLUMNS = (
    Column("需求号", 7, is_centred=True),
    Column("企业", 24),
    Column("需求", 30),
    Column("类别", 12, is_centred=True),
    Column("原因", 60),
    Column("最接近的专利", 40),
    Column(NEED_ID, is_key=True),
)
UNASSIGNED_COLUMNS = (
    Column("机构", 30),
    Column("团队", 30),
    Column("原因", 90),
    Column(TEAM_ID, is_key=True),
)
PROBLEM_COLUMNS = (
    Column("类别", 22),
    Column("对象", 50),
    Column("说明", 60),
    Column("处理建议", 40),
    Column(NEED_ID, is_key=True),
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
FOLLOW_UP_COLUMNS = (
    Column("时段", 11, is_centred=True),
    Column("桌号", 6, is_centred=True),
    Column(KIND, 6, is_centred=True),
    Column("企业", 16),
    Column("需求", 16),
    Column("专利名称", 22),
    Column("申请号", 17),
    Column("团队", 16),
    Column("当前状态", 8, is_centred=True),
    Column(MET, 8, is_staff=True, choices=(YES, NO), is_centred=True),
    Column(INTENT, 10, is_staff=True, choices=tuple(INTENTS), is_centred=True),
    Column(EXIT_REASON, 14, is_staff=True, choices=tuple(REASON_WORDS.values())),
    Column(NEXT_STEP, 18, is_staff=True),
    Column(NEXT_DAY, 11, is_staff=True, is_centred=True),
    Column(REMARK, 12, is_staff=True),
    Column(NEED_ID, is_key=True),
    Column(PATENT_ID, is_key=True),
    Column(MATCH_ID, is_key=True),
    Column(TEAM_ID, is_key=True),
)
