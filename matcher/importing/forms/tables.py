"""Reading of the tables of a form: values right of their labels, under them, or behind a colon."""

import re
from collections.abc import Iterator
from dataclasses import replace

from matcher.importing.files.docx import Rows
from matcher.importing.forms.choices import continues_choice, join_choices
from matcher.importing.forms.columns import split_columns, without_hints
from matcher.importing.forms.filled_form import FormCollector
from matcher.importing.forms.labels import (
    CHOICE_FIELDS,
    Labels,
    could_be_label,
    label_of,
    short_label,
)
from matcher.importing.forms.prompts import filled_in
from matcher.importing.rows.check_boxes import has_boxes
from matcher.importing.rows.need import TEXT_FIELDS

_MIN_PROSE_CHARACTERS = 20
"""Characters from which the text under an unknown label counts as a description."""
_UNIT = re.compile(r"(?:百|千|万|亿)?元(?:人民币)?(?:/年)?|%|个?月|年|天")
"""Unit in a cell of its own behind a figure."""
_UNIT_LABEL = re.compile(r"(?:计量|货币)?单位\s*[:：]?")
_MAX_WORD = 2
"""Characters of a label that may be a word in front of a colon."""
_MIN_HEADINGS = 2
_NEED_FIELDS = frozenset({"title", *TEXT_FIELDS})
_NAMING_FIELDS = frozenset({"title", "id", "enterprise"})
"""Fields of which each need has its own in a table with one need a row."""


def read_table(rows: Rows, labels: Labels, forms: FormCollector) -> None:
    """Add the values of a table to the forms; needs side by side are a form each."""
    if (columns := split_columns(rows, labels)) is None:
        _read_form(rows, labels, forms)
        return
    fields, contacts = dict(forms.current.fields), list(forms.current.contacts)
    before = replace(forms.current, fields=fields, contacts=contacts)
    first = len(forms.forms) - 1
    for number, column in enumerate(columns):
        if number:
            forms.begin_column(before)
        _read_form(column, labels, forms)
    forms.beside_current = forms.forms[first:-1]


def _read_form(rows: Rows, labels: Labels, forms: FormCollector) -> None:
    forms.begin_block()
    rows = without_hints(rows)
    firms = list(_firms(rows, labels))
    if firms and forms.names_another_firm("enterprise", *firms[0], opens=_opens_need(rows, labels)):
        forms.begin_firm()
    choice: tuple[str, str] | None = None
    for row, columns in _pair_labels(rows, labels):
        if columns:
            forms.begin_form()
            forms.current.disinherit(columns)
        if choice and (answer := continues_choice(row, labels)):
            forms.add(*choice, answer)
            continue
        pieces = [piece for cell in row for piece in labels.pieces(cell)]
        _read_row(join_choices(_with_units(pieces), labels), labels, forms)
        choice = _last_choice(row, labels) or (choice if not any(row) else None)


def _firms(rows: Rows, labels: Labels) -> Iterator[tuple[str, str]]:
    """Yield label and value of each enterprise that a table names."""
    for row in rows:
        for cell, behind in zip(row, [*row[1:], ""], strict=True):
            name, value = labels.split(cell)
            if name == "enterprise" and (value or behind):
                yield label_of(cell), value or behind


def _opens_need(rows: Rows, labels: Labels) -> bool:
    """Return True for a table that names an enterprise, and behind it the need."""
    names = [name for row in rows for cell in row if (name := labels.split(cell)[0])]
    return "enterprise" in names and "title" in names[names.index("enterprise") :]


def _last_choice(row: list[str], labels: Labels) -> tuple[str, str] | None:
    """Return field and label if the last label of a row is that of an answer with boxes."""
    named = [(name, label_of(cell)) for cell in row if (name := labels.split(cell)[0])]
    return named[-1] if named and named[-1][0] in CHOICE_FIELDS else None


def _read_row(row: list[str], labels: Labels, forms: FormCollector) -> None:
    label: tuple[str, str] | None = None
    unknown: str | None = None
    last = max((index for index, cell in enumerate(row) if cell.strip()), default=-1)
    for index, cell in enumerate(row):
        name, value = labels.split(cell, short=label is None)
        if label and label[0] in TEXT_FIELDS and value and len(label_of(cell)) <= _MAX_WORD:
            name, value = None, cell  # 企业：… is a word of a description
        if name and value:
            forms.add(name, label_of(cell), value)
            unknown = None
        elif name:
            unknown = None
        elif label:
            unit = row[index + 1] if index + 1 == last and _UNIT.fullmatch(row[last]) else ""
            forms.add(*label, value + unit)
            if index < last and _is_beside(row[index + 1 :], labels) and not unit:
                forms.beside.append(short_label(label[1]))
                forms.current.remarks += row[index + 1 :]
        elif not value:
            unknown = None
        elif unknown is not None and _labels_the_rest(row[index:]):
            unknown = label_of(cell)
        else:
            unknown = _read_unknown(unknown, value, forms)
        label = (name, label_of(cell)) if name and not value else None


def _with_units(row: list[str]) -> list[str]:
    """Return a row in which 单位 and a unit are a part of the figure before them."""
    joined: list[str] = []
    cells = iter(row)
    for cell in cells:
        if joined and _UNIT_LABEL.fullmatch(cell):
            unit = next(cells, "")
            joined[-1:] = [joined[-1] + unit] if _UNIT.fullmatch(unit) else [joined[-1], cell, unit]
        else:
            joined.append(cell)
    return joined


def _is_beside(cells: list[str], labels: Labels) -> bool:
    """Return True for further values behind that of a label, which are no labels themselves."""
    if any(labels.split(cell)[0] for cell in cells):
        return False
    filled = [cell for cell in cells if filled_in(cell)]
    if len(filled) == 1:
        return not has_boxes(filled[0]) and not re.search("[:：]", filled[0])
    return bool(filled) and not could_be_label(filled[0])


def _labels_the_rest(cells: list[str]) -> bool:
    """Return True behind the caption of a group of rows, where labels and values go in pairs."""
    return len(cells) % 2 == 0 and could_be_label(cells[0]) and bool(cells[1].strip())


def _read_unknown(unknown: str | None, value: str, forms: FormCollector) -> str | None:
    """Keep a value under an unknown label; return the cell if it may itself be such a label."""
    if unknown is not None:
        forms.tell(unknown, value)
        if len(value) >= _MIN_PROSE_CHARACTERS:
            forms.current.others.append(value)
        return None
    before, colon, behind = value.partition("：") if "：" in value else value.partition(":")
    if colon and behind.strip() and could_be_label(before):
        forms.tell(before, behind)
        if len(behind) >= _MIN_PROSE_CHARACTERS:
            forms.current.others.append(behind.strip())
        return None
    if could_be_label(value):
        return label_of(value)
    if len(value) >= _MIN_PROSE_CHARACTERS:
        forms.current.others.append(value)
        forms.strays.append(value)
    return None


def _pair_labels(rows: Rows, labels: Labels) -> Iterator[tuple[list[str], frozenset[str | None]]]:
    """Yield rows with each value right of its label, also where the form puts it below.

    The second holds the fields of the columns for a row that is another need than the row above.
    """
    above: list[str] = []
    names: frozenset[str | None] = frozenset()
    filled = 0
    for row, below in zip(rows, [*rows[1:], []], strict=True):
        kinds = [labels.split(cell) for cell in row]
        is_valued = len(below) == len(row) and not any(labels.split(cell)[0] for cell in below)
        if _are_headings(row, kinds, is_valued=is_valued):
            above, filled, names = row, 0, frozenset(name for name, _ in kinds)
            if all(name for name, _ in kinds):
                yield row, frozenset()
        elif above and len(row) == len(above) and not any(name for name, _ in kinds):
            filled += any(value for _name, value in kinds)
            begins = filled > 1 and len(above) > 1 and bool(names & _NAMING_FIELDS)
            paired = [
                cell for pair in zip(above, row, strict=True) for cell in _pair(*pair, labels)
            ]
            yield paired, names if begins else frozenset()
        else:
            above = []
            yield row, frozenset()


def _pair(label: str, value: str, labels: Labels) -> tuple[str, ...]:
    """Return a label and its value; a label that we do not know stands in front of a colon."""
    if labels.split(label)[0]:
        return label, value
    return (f"{label}：{value}",) if value else ()


def _are_headings(row: list[str], kinds: list[tuple[str | None, str]], *, is_valued: bool) -> bool:
    """Return True for a row of labels; above values, one in three may be unknown to us."""
    known = [name for name, value in kinds if name and not value]
    if len(known) == len(row):
        return True
    others = [cell for cell, (name, _) in zip(row, kinds, strict=True) if not name]
    return (
        is_valued
        and len(known) >= _MIN_HEADINGS
        and len(known) + len(others) == len(row)
        and len(others) * 2 <= len(known)
        and bool(_NEED_FIELDS & set(known))
        and all(len(cell) > 1 and could_be_label(cell) for cell in others)
    )
