"""Tables of the programme's records for people, under the headings that an import knows."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from matcher.needs.record import NeedRecord
from matcher.programme.kind import Field, RecordKind, Value
from matcher.programme.record import Record
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
    place: Path | BinaryIO,
    kind: RecordKind,
    records: Iterable[Record],
    *,
    exported_by: str,
    moment: datetime,
    format: Format,
) -> None:
    """One row a record; what is written can be imported again."""
    write_table(
        place,
        [field.headings[0] for field in kind.fields],
        ([_cell(field, record.values[field.name]) for field in kind.fields] for record in records),
        title=kind.chinese,
        exported_by=exported_by,
        moment=moment,
        format=format,
    )


def write_pledge_wishes(
    place: Path | BinaryIO,
    needs: Iterable[NeedRecord],
    *,
    exported_by: str,
    moment: datetime,
    format: Format,
) -> None:
    """The enterprises that wish for pledge financing, to hand over to a bank: no person in it."""
    write_table(
        place,
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
    """A choice by its Chinese word."""
    return field.choices[value][0] if field.choices and isinstance(value, str) else value
