"""The columns of our import template: what they are called, hold and allow, and its example row."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from matcher.importing.headings.headings import KINDS, Kind

NOTES_SHEET = "填写说明"
"""The sheet that explains the columns: it holds no data, whatever stands in it."""
EXAMPLE_MARK = "样例-请删除"
"""Opens the first cell of the example row, as `样例-请删除：一种…`."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a template."""

    field: str
    """Our name for it, as headings.json has it."""
    heading: str
    group: str
    need: Literal["必填", "建议", "选填"]
    note: str
    example: str
    width: int
    form: Literal["text", "long", "date", "count"]
    choices: tuple[str, ...] = ()
    several: bool = False
    """More than one value may stand in a cell, between semicolons."""

    @property
    def allowed(self) -> str:
        """The choices in one line; empty where anything may be written."""
        more = "（可多选，用分号分隔）" if self.choices and self.several else ""
        return " / ".join(self.choices) + more

    @property
    def explanation(self) -> str:
        """What goes into the column, whole."""
        lines = [f"【{self.need}】{self.note}"]
        if self.choices:
            lines.append(f"可选：{self.allowed}")
        if self.form == "date":
            lines.append("日期写成 2026-05-01")
        if self.example:
            lines.append(f"例：{self.example}")
        return "\n".join(lines)


def columns(kind: Kind) -> tuple[Column, ...]:
    """The columns of a template, in order."""
    return _columns()[kind]


def general_notes(kind: Kind) -> list[str]:
    """What whoever fills a template should know before the columns."""
    notes = _table()["notes"]
    return [*notes["all"], *notes[kind]]


def is_example_row(cells: Iterable[object]) -> bool:
    """Whether a row is a template's example row, which its user forgot to delete."""
    return any(isinstance(cell, str) and cell.strip().startswith(EXAMPLE_MARK) for cell in cells)


@cache
def _columns() -> dict[str, tuple[Column, ...]]:
    return {kind: tuple(_column(entry) for entry in _table()[kind]) for kind in KINDS}


@cache
def _table() -> dict[str, Any]:
    text = files(__package__).joinpath("template_columns.json").read_text("utf-8")
    table: dict[str, Any] = json.loads(text)
    return table


def _column(entry: dict[str, Any]) -> Column:
    return Column(**{**entry, "choices": tuple(entry.get("choices", ()))})
