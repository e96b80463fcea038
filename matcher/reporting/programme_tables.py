"""Tables of the programme's records, under headings that an import reads."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from matcher.needs.record import NeedRecord
from matcher.programme.fields import (
    Field,
    Value,
)
from matcher.programme.record import Record, RecordKind
from matcher.reporting.tables import Format, write_table

_WISH_HEADINGS = (
    "企业名称",
    "统一社会信用代码",
    "所在地区",
    "所属行业",
    "需求编号",
    "需求名称",
    "预算(万元)",
    "提出日期",
)


def write_records(
    path_or_stream: Path | BinaryIO,
    kind: RecordKind,
    records: Iterable[Record],
    *,
    exported_by: str,
    moment: datetime,
    format: Format,
) -> None:
    """Write one row for each record; the file can be imported again."""
    write_table(
        path_or_stream,
        [field.headings[0] for field in kind.fields],
        ([_cell(field, record.values[field.name]) for field in kind.fields] for record in records),
        title=kind.chinese,
        exported_by=exported_by,
        moment=moment,
        format=format,
    )


def write_pledge_wishes(
    path_or_stream: Path | BinaryIO,
    needs: Iterable[NeedRecord],
    *,
    exported_by: str,
    moment: datetime,
    format: Format,
) -> None:
    """Write the enterprises that wish for pledge financing, for a bank; no persons in it."""
    write_table(
        path_or_stream,
        _WISH_HEADINGS,
        (
            (
                need.details.enterprise,
                need.details.credit_code,
                need.details.region,
                need.details.industry,
                need.id,
                need.details.title,
                need.details.budget_wan,
                need.created_at.date(),
            )
            for need in needs
        ),
        title="质押融资意愿",
        exported_by=exported_by,
        moment=moment,
        format=format,
    )


def _cell(field: Field, value: Value) -> Value:
    """Return a value, a choice by its Chinese label."""
    return field.choices[value][0] if field.choices and isinstance(value, str) else value
