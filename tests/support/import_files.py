"""Files for the tests of importing, written as export tools and people write them (样例)."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl

from matcher.importing.read_file import ReadFile, read_file
from tests.support.samples import TODAY

HEADINGS = ("申请号", "公开(公告)号", "发明名称", "摘要", "申请人", "发明人", "申请日", "法律状态")
SEPARATOR = (
    "CN201919900001.1",
    "CN119900001B",
    "一种陶瓷涂覆的锂离子电池隔膜",
    "在聚乙烯基膜上涂覆氧化铝陶瓷层，隔膜在150℃下的热收缩率低于2%。",
    "样例大学",
    "样例甲;样例乙",
    "2019.03.01",
    "授权",
)
GRIPPER = (
    "CN202029900002.4",
    "CN219900002U",
    "一种机器人柔性夹爪",
    "夹爪的手指由硅胶制成并充气变形。",
    "样例研究院",
    "样例丙",
    "2020.05.01",
    "未缴年费终止",
)
BOTH = (HEADINGS, SEPARATOR, GRIPPER)

Table = Sequence[Sequence[Any]]


def delimited(rows: Table, delimiter: str = ",") -> str:
    """The rows as separated text."""
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows(rows)
    return buffer.getvalue()


def write_csv(path: Path, rows: Table, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    """The rows in a file of separated text."""
    path.write_bytes(delimited(rows, delimiter).encode(encoding))
    return path


def write_xlsx(path: Path, sheets: Mapping[str, Table]) -> Path:
    """The sheets in a workbook."""
    book = openpyxl.Workbook()
    del book["Sheet"]
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def write_jsonl(path: Path, objects: Sequence[Mapping[str, Any]]) -> Path:
    """One object a line."""
    lines = (json.dumps(entry, ensure_ascii=False) for entry in objects)
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def read(path: Path, **mapping: str) -> ReadFile:
    """The file as it is read on the tests' day."""
    return read_file(path, mapping=mapping, today=TODAY)


def titles(file: ReadFile) -> list[str]:
    """The titles of the patents that were read."""
    return [record.patent.title for record in file.patents]
