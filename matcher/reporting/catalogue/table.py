"""A search of the catalogue as a table: published facts, a patent on each row."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

from matcher.labels import INDUSTRY, STATUS, TYPE
from matcher.patents.rights import effective_status, years_left
from matcher.reporting.catalogue.entries import plain, with_facts
from matcher.reporting.event.labels import contact_line, terms_lines
from matcher.reporting.tables import Format, write_table
from matcher.search.catalogue import Catalogue, PatentFacts
from matcher.search.catalogue_query import CatalogueQuery
from matcher.types import Patent, PatentRow

MAX_ROWS = 20_000
"""Patents of one table: half a minute, and as much as a spreadsheet program opens with ease."""
NOTICE = "摘自专利公开文本；法律状态和许可条件以专利主管部门和权利人确认为准"
HEADINGS = (
    "申请号",
    "公开（公告）号",
    "专利名称",
    "技术要点",
    "专利类型",
    "法律状态",
    "法律状态日期",
    "申请日",
    "剩余年限",
    "权利人",
    "机构",
    "院系",
    "团队",
    "产业",
    "IPC",
    "开放许可",
    "沉睡专利",
    "许可条件",
    "联系方式",
)


def write_catalogue(
    path_or_stream: Path | BinaryIO,
    catalogue: Catalogue,
    query: CatalogueQuery,
    *,
    exported_by: str,
    moment: datetime,
    format: Format,
) -> int:
    """Write the first patents of a search, `MAX_ROWS` at most; return the number left out."""
    today = moment.astimezone().date()
    hits = catalogue.search.find(query, today)
    rows = [PatentRow(int(row)) for row in hits.rows[:MAX_ROWS]]
    write_table(
        path_or_stream,
        HEADINGS,
        _rows(catalogue, rows, today),
        title="专利目录",
        exported_by=exported_by,
        moment=moment,
        format=format,
        notice=NOTICE,
    )
    return len(hits) - len(rows)


def _rows(catalogue: Catalogue, rows: list[PatentRow], today: date) -> Iterator[tuple[object, ...]]:
    for patent, facts in with_facts(catalogue, rows):
        yield _row(catalogue, patent, facts, today)


def _row(
    catalogue: Catalogue, patent: Patent, facts: PatentFacts, today: date
) -> tuple[object, ...]:
    status, left, team = effective_status(patent, today), years_left(patent, today), patent.team
    return (
        patent.application_number,
        patent.publication_number,
        patent.title,
        plain(patent, facts.card(patent)),
        TYPE[patent.patent_type]["zh"],
        STATUS[status]["zh"],
        patent.status_as_of,
        patent.filing_date,
        None if left is None else round(left, 1),
        patent.owner,
        patent.institution,
        team and team.college,
        team and team.name,
        "、".join(INDUSTRY[code]["zh"] for code in patent.industries if code in INDUSTRY),
        "；".join(patent.ipc),
        patent.licence.open_licence,
        catalogue.sleeping(patent, today).is_sleeping,
        "；".join(terms_lines(patent.licence, "zh", status)),
        contact_line(facts.contact(patent)),
    )
