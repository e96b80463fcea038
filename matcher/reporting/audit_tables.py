"""Exports of the audit trail: a table for people, or lines of JSON for other programs."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import BinaryIO

from matcher.reporting.tables import write_table
from matcher.store.audit import AuditRow, audit_json, written_time

_HEADINGS = ("序号", "时间(UTC)", "密钥", "角色", "操作", "对象", "明细", "前一摘要", "摘要")


def write_csv(
    stream: BinaryIO, rows: Iterable[AuditRow], *, exported_by: str, moment: datetime
) -> None:
    """Write a line for each row, with author and time of the export at the end."""
    write_table(
        stream,
        _HEADINGS,
        (
            (
                row.seq,
                written_time(row.at),
                row.by,
                row.role,
                row.action,
                row.subject,
                json.dumps(row.details, ensure_ascii=False, sort_keys=True),
                row.previous,
                row.digest,
            )
            for row in rows
        ),
        title="审计记录",
        exported_by=exported_by,
        moment=moment,
        format="csv",
    )


def write_json_lines(stream: BinaryIO, rows: Iterable[AuditRow]) -> None:
    """Write a JSON object for each row, one a line."""
    for row in rows:
        stream.write(json.dumps(audit_json(row), ensure_ascii=False).encode() + b"\n")
