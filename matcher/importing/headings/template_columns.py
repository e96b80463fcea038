"""Columns of the import template: headings, notes, allowed values and examples."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from matcher.importing.headings.headings import KINDS, Kind

TemplateKind = Kind | Literal["event-teams", "event-firms"]
"""Kinds of template; those of an event are read by `matcher event create`."""
TEMPLATES: tuple[TemplateKind, ...] = (*KINDS, "event-teams", "event-firms")
NOTES_SHEET = "填写说明"
"""Name of the sheet that explains the columns; no data is read from it."""
EXAMPLE_MARK = "样例-请删除"
"""Beginning of the first cell of the example row, as in `样例-请删除：一种…`."""
_EXAMPLE = re.compile(rf"\s*{EXAMPLE_MARK}")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a template."""

    field: str
    """Field name, as in headings.json."""
    heading: str
    group: str
    need: Literal["必填", "建议", "选填"]
    note: str
    example: str
    width: int
    form: Literal["text", "long", "date", "count"]
    choices: tuple[str, ...] = ()
    several: bool = False
    """True if a cell may hold several values, separated by semicolons."""

    @property
    def allowed(self) -> str:
        """Allowed choices in one line; empty for free text."""
        more = "（可多选，用分号分隔）" if self.choices and self.several else ""
        return " / ".join(self.choices) + more

    @property
    def explanation(self) -> str:
        """Full explanation of the column's content, for comments and prompts."""
        lines = [f"【{self.need}】{self.note}"]
        if self.choices:
            lines.append(f"可选：{self.allowed}")
        if self.form == "date":
            lines.append("日期写成 2026-05-01")
        if self.example:
            lines.append(f"例：{self.example}")
        return "\n".join(lines)


def columns(kind: TemplateKind) -> tuple[Column, ...]:
    """Return the columns of a template, in order."""
    return _columns()[kind]


def general_notes(kind: TemplateKind) -> list[str]:
    """Return the general notes above the list of columns."""
    notes = _table()["notes"]
    return [*notes["all"], *notes[kind]]


def is_example_row(cells: Iterable[object]) -> bool:
    """True if a row is the template's example row, left in by its user."""
    return any(map(_EXAMPLE.match, [cell for cell in cells if isinstance(cell, str)]))


@cache
def _columns() -> dict[str, tuple[Column, ...]]:
    return {kind: tuple(_column(entry) for entry in _table()[kind]) for kind in TEMPLATES}


@cache
def _table() -> dict[str, Any]:
    text = files(__package__).joinpath("template_columns.json").read_text("utf-8")
    table: dict[str, Any] = json.loads(text)
    return table


def _column(entry: dict[str, Any]) -> Column:
    return Column(**{**entry, "choices": tuple(entry.get("choices", ()))})
