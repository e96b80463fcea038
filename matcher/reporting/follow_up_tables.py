"""Tables of the funnel and of the performance: the record of an office's work."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from matcher.matches.funnel import UNKNOWN, Funnel, FunnelLine
from matcher.matches.performance import Performance, PerformanceLine
from matcher.matches.states import PATH, STATE_LABELS
from matcher.patents.ipc import industry_names
from matcher.reporting.tables import Format, write_table

FUNNEL_COLUMNS = (
    "分类",
    "项目",
    "匹配数",
    *(f"当前：{label}" for label in STATE_LABELS.values()),
    *(f"达到：{STATE_LABELS[state]}" for state in PATH),
)
PERFORMANCE_COLUMNS = (
    "周期",
    "机构",
    "人员",
    "匹配数",
    "合同数",
    "合同金额（元）",
    "未填金额的合同数",
)
_NOT_KNOWN = "未知"
_NOBODY = "（未指定）"
_TOTAL = "合计"


def write_funnel(
    path_or_stream: Path | BinaryIO,
    funnel: Funnel,
    *,
    exported_by: str,
    moment: datetime,
    format: Format,
) -> None:
    """Write one row for all matches, and one for each industry, institution and month."""
    write_table(
        path_or_stream,
        FUNNEL_COLUMNS,
        _funnel_rows(funnel),
        title="跟进漏斗",
        exported_by=exported_by,
        moment=moment,
        format=format,
    )


def write_performance(
    path_or_stream: Path | BinaryIO,
    performance: Performance,
    *,
    exported_by: str,
    moment: datetime,
    format: Format,
) -> None:
    """Write one row for each line, and the total."""
    nobody = _NOBODY if performance.by == "person" else None
    lines = [
        _performance_row(line, line.period, line.office or _NOBODY, line.person or nobody)
        for line in performance.lines
    ]
    write_table(
        path_or_stream,
        PERFORMANCE_COLUMNS,
        [*lines, _performance_row(performance.total, _TOTAL, None, None)],
        title="业绩统计",
        exported_by=exported_by,
        moment=moment,
        format=format,
    )


def _funnel_rows(funnel: Funnel) -> Iterator[tuple[object, ...]]:
    yield _funnel_row("全部", funnel.total, {funnel.total.value: _TOTAL})
    names = {UNKNOWN: _NOT_KNOWN}
    for line in funnel.by_industry:
        yield _funnel_row("产业", line, {**industry_names(), **names})
    for line in funnel.by_institution:
        yield _funnel_row("机构", line, names)
    for line in funnel.by_month:
        yield _funnel_row("月份", line, {})


def _funnel_row(kind: str, line: FunnelLine, names: Mapping[str, str]) -> tuple[object, ...]:
    value = names.get(line.value, line.value)
    return (kind, value, line.matches, *line.now.values(), *line.reached.values())


def _performance_row(
    line: PerformanceLine, period: str, office: str | None, person: str | None
) -> tuple[object, ...]:
    counts = (line.matches, line.contracts, line.amount, line.without_amount)
    return (period, office, person, *counts)
