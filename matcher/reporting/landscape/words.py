"""Titles, headings and values of a landscape's tables and charts, in Chinese and English."""

from collections.abc import Mapping

from matcher.labels import FIT, STATUS, Label, label
from matcher.types import LegalStatus

TITLE: Mapping[str, Label] = {
    "by_year": {"zh": "申请与授权的年度分布", "en": "Filings and grants by year"},
    "by_ipc": {"zh": "技术分类（IPC 小类）", "en": "Technology (IPC subclasses)"},
    "by_institution": {"zh": "机构分布", "en": "Institutions"},
    "by_status": {"zh": "法律状态", "en": "Legal status"},
    "by_years_left": {"zh": "剩余保护期", "en": "Years left"},
    "teams": {"zh": "发明团队", "en": "Inventor teams"},
    "co_owners": {"zh": "共同权利人", "en": "Co-owners"},
    "demand": {"zh": "各技术领域的供需对照", "en": "Supply against demand by field"},
    "needs_without_match": {"zh": "没有找到匹配专利的需求", "en": "Needs without a match"},
}
"""Titles of the frames."""
HEADING: Mapping[str, Label] = {
    "year": {"zh": "年份", "en": "Year"},
    "filings": {"zh": "申请量", "en": "Filings"},
    "grants": {"zh": "授权量", "en": "Grants"},
    "ipc": {"zh": "IPC", "en": "IPC"},
    "title_zh": {"zh": "分类名称", "en": "Chinese title"},
    "title_en": {"zh": "英文名称", "en": "Title"},
    "patents": {"zh": "专利数", "en": "Patents"},
    "in_force": {"zh": "其中有权", "en": "In force"},
    "sleeping": {"zh": "其中沉睡", "en": "Sleeping"},
    "institution": {"zh": "机构", "en": "Institution"},
    "status": {"zh": "法律状态", "en": "Legal status"},
    "years_left": {"zh": "剩余年限", "en": "Years left"},
    "team": {"zh": "团队", "en": "Team"},
    "owner": {"zh": "权利人", "en": "Owner"},
    "co_owner": {"zh": "共同权利人", "en": "Co-owner"},
    "field": {"zh": "领域编号", "en": "Field no."},
    "field_zh": {"zh": "技术领域", "en": "Chinese name"},
    "field_en": {"zh": "英文名称", "en": "Technology field"},
    "needs": {"zh": "需求数", "en": "Needs"},
    "strong": {"zh": "契合度较高", "en": "Good fit"},
    "without": {"zh": "未找到匹配", "en": "No match"},
    "need": {"zh": "需求编号", "en": "Need"},
    "title": {"zh": "需求名称", "en": "Title of the need"},
    "nearest": {"zh": "最接近的专利", "en": "Nearest patent"},
    "nearest_title": {"zh": "该专利名称", "en": "Its title"},
}
"""Headings of the columns."""
BAND: Mapping[str, Label] = {
    "0-2": {"zh": "不足 2 年", "en": "under 2"},
    "2-5": {"zh": "2 至 5 年", "en": "2 to 5"},
    "5-10": {"zh": "5 至 10 年", "en": "5 to 10"},
    "10-15": {"zh": "10 至 15 年", "en": "10 to 15"},
    "15+": {"zh": "15 年及以上", "en": "15 and more"},
    "unknown": {"zh": "期限不详", "en": "not known"},
}
"""Bands of years left."""
UNNAMED: Label = {"zh": "（未写明）", "en": "(not named)"}
"""Institution of the patents that name none."""
NOT_SHOWN: Label = {"zh": "（不公开）", "en": "(not shown)"}
"""Title of a need that the reader may not see, or that has none."""
LEGEND: Mapping[str, Label] = {
    "filings": {"zh": "申请", "en": "filings"},
    "grants": {"zh": "授权", "en": "grants"},
    "in_force": STATUS[LegalStatus.IN_FORCE],
    "others": {"zh": "其他状态", "en": "other status"},
    "pending": {"zh": "审中或状态未知", "en": "pending or status not known"},
    "used": {"zh": "有权，未沉睡", "en": "in force, not sleeping"},
    "sleeping": {"zh": "有权，沉睡", "en": "in force, sleeping"},
    "strong": FIT["strong"],
    "fair": FIT["fair"],
    "without": {"zh": "未找到匹配", "en": "no match"},
    "patents_axis": {"zh": "专利（件）", "en": "patents"},
    "needs_axis": {"zh": "需求（项）", "en": "needs"},
}
"""Words of the charts' legends and axes."""


def shown_value(column: str, value: object) -> object:
    """Return a cell of a frame as a reader sees it."""
    if column == "status":
        return label(STATUS[LegalStatus(str(value))])
    if column == "years_left":
        return label(BAND[str(value)])
    if value is None and column == "institution":
        return label(UNNAMED)
    if value is None and column == "title":
        return label(NOT_SHOWN)
    return value
