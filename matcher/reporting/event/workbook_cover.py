"""The cover of a workbook (总览): facts, sources, author, contents, and how to edit."""

from collections.abc import Iterator
from datetime import datetime
from typing import cast

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from matcher.labels import FIT
from matcher.reporting.event.model import EventReport
from matcher.reporting.event.workbook_columns import (
    COVER,
    COVER_KEYS,
    EVENT_KEY,
    OPERATIONS,
    SHEETS,
    VERSION_KEY,
    FitCell,
    Link,
)
from matcher.reporting.event.workbook_style import (
    GREY,
    font,
    set_up_print,
    write_cell,
)
from matcher.reporting.tables import write_value

_WIDTHS = {"A": 18, "B": 44, "C": 3, "D": 16, "E": 56}
_HEAD = PatternFill("solid", fgColor="DCE6F1")
_LABELS = (
    (FIT["strong"]["zh"], "strong", "同类需求中多数能解决，建议优先洽谈"),
    (FIT["fair"]["zh"], "fair", "部分回应需求，洽谈时核实未回应之处"),
    (FIT["weak"]["zh"], "weak", "仅供参考，通常不安排洽谈"),
)


def fill_cover(
    sheet: Worksheet, report: EventReport, exported_by: str | None, moment: datetime
) -> None:
    """Write the cover. `moment` is aware; times are those of the place of the export."""
    for letter, width in _WIDTHS.items():
        sheet.column_dimensions[letter].width = width
    title = _cell(sheet, 1, 1)
    write_value(title, report.event.name)
    title.font = font(20, bold=True, color="1F4E79")
    subtitle = _cell(sheet, 2, 1)
    write_value(subtitle, f"技术对接活动工作簿 · {report.state} · 内部资料，请勿外传")
    subtitle.font = font(10, color=GREY)
    sheet.row_dimensions[1].height = 34
    row = _pairs(sheet, 4, "活动与数据", _facts(report, exported_by, moment))
    row = _pairs(sheet, row + 1, "数量", _counts(report))
    row = max(row, _contents(sheet), _labels(sheet))
    _operations(sheet, row + 1)
    _keys(sheet, report)
    set_up_print(sheet, f"A1:E{sheet.max_row}", f"{report.event.name} · {report.state}")


def _facts(
    report: EventReport, exported_by: str | None, moment: datetime
) -> Iterator[tuple[str, object]]:
    event = report.event
    yield "活动日期", event.day or "未定"
    yield "地点", event.place or "未定"
    yield "时段与桌数", f"{len(event.slots)} 个时段，{len(event.tables)} 张桌"
    version = "尚无版本" if report.version is None else f"第 {report.version} 版"
    yield "版本与状态", f"{version}，{report.state}"
    for source in report.sources:
        yield "模型", f"{source.model}（{source.needs} 条需求）"
        yield "匹配时间", f"{source.matched_at.astimezone():%Y-%m-%d %H:%M}"
    if not report.sources:
        yield "模型", "尚未匹配"
    days = dict.fromkeys(str(day) for day in (report.status_from, report.status_to) if day)
    yield "数据日期", f"法律状态截至 {' 至 '.join(days)}" if days else "法律状态日期不详"
    if exported_by:
        yield "导出人", exported_by
    yield "导出时间", f"{moment.astimezone():%Y-%m-%d %H:%M}"


def _counts(report: EventReport) -> Iterator[tuple[str, object]]:
    served = sum(bool(firm.meetings) for firm in report.firms)
    yield "需求", f"{len(report.needs)} 条，其中未匹配或无人可谈 {len(report.unmatched)} 条"
    yield "企业", f"{len(report.firms)} 家，其中有洽谈 {served} 家"
    yield "团队", f"{len(report.teams)} 个，其中未排上 {len(report.unassigned)} 个"
    reserves = sum(len(slot.reserves) for slot in report.slots)
    if report.has_plan:
        yield "洽谈", f"{len(report.meetings)} 场，另有候补 {reserves} 场"
    else:
        yield "洽谈", "尚未排会"
    yield "数据问题", f"{len(report.problems)} 项"


def _pairs(sheet: Worksheet, row: int, heading: str, pairs: Iterator[tuple[str, object]]) -> int:
    """Write pairs of label and value from this row on; return the next free row."""
    _heading(sheet, row, "A", heading)
    for name, value in pairs:
        row += 1
        label, cell = _cell(sheet, row, 1), _cell(sheet, row, 2)
        write_value(label, name)
        label.font = font(10, color=GREY)
        write_value(cell, value)
        cell.font = font(10)
        for written in (label, cell):
            written.alignment = Alignment("left", vertical="top", wrap_text=True)
    return row + 1


def _contents(sheet: Worksheet) -> int:
    _heading(sheet, 4, "D", "目录")
    names = [name for name in SHEETS if name != COVER]
    for row, name in enumerate(names, 5):
        write_cell(_cell(sheet, row, 4), Link(name, name))
        _plain(sheet, row, 5, SHEETS[name])
    return 5 + len(names)


def _labels(sheet: Worksheet) -> int:
    first = 5 + len(SHEETS)
    _heading(sheet, first, "D", "契合度的含义（不是分数）")
    for row, (text, label, meaning) in enumerate(_LABELS, first + 1):
        write_cell(_cell(sheet, row, 4), FitCell(text, label))
        _plain(sheet, row, 5, meaning)
    return first + 1 + len(_LABELS)


def _operations(sheet: Worksheet, row: int) -> None:
    _heading(sheet, row, "A", "怎样修改名单")
    instructions = (
        "在“匹配总表”黄色列中填写，不要修改其他列；保存后运行 matcher event apply 文件名，"
        "系统先列出将要作的修改，确认后执行。"
        "活动后在“跟进表”填写，运行 matcher event record 文件名。"
    )
    _plain(sheet, row + 1, 1, instructions)
    sheet.merge_cells(start_row=row + 1, end_row=row + 1, start_column=1, end_column=5)
    sheet.row_dimensions[row + 1].height = 32
    for index, (name, meaning) in enumerate(OPERATIONS.items()):
        row_of_name = row + 2 + index // 2
        left = 1 if index % 2 == 0 else 4
        _plain(sheet, row_of_name, left, name)
        _cell(sheet, row_of_name, left).font = font(10, bold=True)
        _plain(sheet, row_of_name, left + 1, meaning)


def _keys(sheet: Worksheet, report: EventReport) -> None:
    key_letter, value_letter = COVER_KEYS
    for letter in COVER_KEYS:
        sheet.column_dimensions[letter].hidden = True
    for row, (key, value) in enumerate(
        ((EVENT_KEY, report.event.name), (VERSION_KEY, report.version or 0)), 1
    ):
        write_value(cast(Cell, sheet[f"{key_letter}{row}"]), key)
        write_value(cast(Cell, sheet[f"{value_letter}{row}"]), value)


def _heading(sheet: Worksheet, row: int, letter: str, text: str) -> None:
    for column in (letter, chr(ord(letter) + 1)):
        cast(Cell, sheet[f"{column}{row}"]).fill = _HEAD
    cell = cast(Cell, sheet[f"{letter}{row}"])
    write_value(cell, text)
    cell.font = font(11, bold=True, color="1F4E79")


def _plain(sheet: Worksheet, row: int, column: int, text: str) -> None:
    cell = _cell(sheet, row, column)
    write_value(cell, text)
    cell.font = font(10)
    cell.alignment = Alignment("left", vertical="top", wrap_text=True)


def _cell(sheet: Worksheet, row: int, column: int) -> Cell:
    return cast(Cell, sheet.cell(row, column))
