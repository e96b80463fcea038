"""Labels of a need's form: which field they name, and the value behind their colon."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from matcher.importing.files.cells import clean
from matcher.importing.headings.heading_tables import heading_key
from matcher.importing.headings.headings import field_of
from matcher.importing.rows.check_boxes import split_before_boxes
from matcher.text.characters import CHINESE, simplified
from matcher.text.contact_names import contact_label

CHOICE_FIELDS = frozenset({"publish_scope", "pledge_wish", "cooperation"})
"""Fields that forms answer with boxes."""
CONTACT_FIELDS = frozenset({"contact", "contact_phone", "contact_email"})
_NUMBERING = re.compile(
    r"^(?:第[一二三四五六七八九十]{1,3}[部分章节项、.．]*\s*|[(（]?[一二三四五六七八九十\d]{1,2}(?:[.．]\d{1,2})*"
    r"(?:[)）、.．]\s*|\s+)|[①-⑳]\s*|[*＊★●•·#]+\s*)+"
)
_COUNTED = re.compile(r"(?<=需求|难题|课题|项目|任务)[一二三四五六七八九十0-9]{1,2}(?![0-9.年月])")
"""Number of a need inside its label."""
_LABELLED = re.compile(r"([^:：\n]{1,60}?)\s*[:：]\s*(.*)", re.DOTALL)
_BRACKETED = re.compile(r"\s*[【\[［]([^【】\[\]［］]{2,40})[】\]］]\s*[:：]?\s*(.*)", re.DOTALL)
_HINT = re.compile(r"\s*[(（【\[].*[)）】\]]\s*$", re.DOTALL)
_CHINESE_HALF = re.compile(rf"([{CHINESE}（）()、]+)[\s/|:：]*[A-Za-z][A-Za-z .,'&/-]*")
"""A label in Chinese with its English behind it: 企业名称 Company."""
_SEVERAL = re.compile(r"(?:\t|[ \u3000]{2,})(?=[^\s:：]{2,20}\s*[:：])")
"""Gap between two labelled values of one line."""
_GAP = re.compile(r"\t+|[ \u3000]{2,}")
"""Gap between a label and its value, without a colon."""
_MIN_GENERAL_CHARACTERS = 3
_MAX_LABEL_CHARACTERS = 60
_MAX_BARE_LABEL_CHARACTERS = 25
"""Characters of a label that we do not know, without its note."""
_SENTENCE_SIGNS = re.compile(r"[。；;，,！!？?=≤≥<>%％℃]|\d{2}")


@dataclass(frozen=True)
class Labels:
    """The labels of forms, with those that the user maps to a field."""

    mapping: Mapping[str, str] = field(default_factory=dict)
    """Field of ours to the label that holds it."""

    def field_of(self, label: str) -> str | None:
        """Return the field of a label, `problem` for 2.主要问题（现状与难点）*; None if unknown."""
        if len(label) > _MAX_LABEL_CHARACTERS:
            return None
        bare = bare_label(label)
        without_note = _HINT.sub("", bare)
        for name in (bare, without_note):
            if mapped := self._mapped.get(heading_key(name)):
                return mapped
        chinese = _CHINESE_HALF.fullmatch(without_note)
        for name in filter(None, (bare, without_note, chinese and chinese[1])):
            if found := field_of("needs", name):
                return found
        joined = _joined(chinese[1] if chinese else without_note)
        return "contact" if contact_label().fullmatch(joined) else _general_field(joined.lower())

    def split(self, cell: str, *, short: bool = False) -> tuple[str | None, str]:
        """Return the field that a cell's label names, and the value behind its colon.

        A bare label has an empty value; a cell without a label is a value. `short` labels, such as
        问题：, are words of values, too.
        """
        text = clean(cell)
        if name := self.field_of(text):
            return name, ""
        for pattern in (_LABELLED, _BRACKETED):
            match = pattern.fullmatch(text)
            if match and (name := self.field_of(match[1])):
                return name, match[2].strip()
        match = _LABELLED.fullmatch(text)
        if match and match[2] and _COUNTED.search(match[1].strip()) and _is_need(match[1]):
            return "title", match[2].strip()
        if short and match and (name := _before_colon(bare_label(match[1]))):
            return name, match[2].strip()
        for label, value in split_before_boxes(text):
            if (name := self.field_of(label)) in CHOICE_FIELDS:
                return name, value
        return None, text

    def pieces(self, line: str) -> list[str]:
        """Return the labelled values of a line, if it holds nothing else; else the line."""
        cells = _GAP.split(line.strip())
        if len(cells) > 1 and not len(cells) % 2 and all(map(self.field_of, cells[::2])):
            return [f"{label}：{value}" for label, value in zip(*[iter(cells)] * 2, strict=True)]
        pieces = _SEVERAL.split(line)
        return pieces if all(self.split(piece, short=True)[0] for piece in pieces) else [line]

    @cached_property
    def _mapped(self) -> Mapping[str, str]:
        return {heading_key(bare_label(label)): name for name, label in self.mapping.items()}


def _is_need(label: str) -> bool:
    """Return True for a label that counts needs: 需求一, 技术难题2."""
    return bare_label(label).removeprefix("技术") in ("需求", "难题", "课题")


def _before_colon(label: str) -> str | None:
    """Return the field of a short label, which counts in front of a colon only: 问题：…"""
    table = _tables()["before_colon"]
    plain = _joined(label)
    return next((name for name, entries in table.items() if plain in entries), None)


def _general_field(label: str) -> str | None:
    """Return the field of a label that is no heading of sheets, by `labels.json`."""
    if len(label) < _MIN_GENERAL_CHARACTERS:
        return None  # 指标 and 单位 are columns of tables of figures, too
    labels, patterns = _general_labels()
    if name := labels.get(label):
        return name
    return next((name for name, pattern in patterns if pattern.fullmatch(label)), None)


@cache
def _tables() -> dict[str, Any]:
    tables: dict[str, Any] = json.loads(
        files(__package__).joinpath("labels.json").read_text("utf-8")
    )
    return tables


@cache
def _general_labels() -> tuple[Mapping[str, str], tuple[tuple[str, re.Pattern[str]], ...]]:
    table = _tables()
    labels = {label: name for name, entries in table["labels"].items() for label in entries}
    patterns = ((name, re.compile(pattern)) for name, pattern in table["patterns"])
    return labels, tuple(patterns)


def bare_label(label: str) -> str:
    """Return a label without its number, colon and star: 名称 of 1.名称*, 需求名称 of 需求2名称."""
    bare = _NUMBERING.sub("", clean(label)).strip().rstrip(" :：*＊_")
    return _COUNTED.sub("", bare)


def label_of(cell: str) -> str:
    """Return the text of a cell before its colon, as messages show it."""
    return " ".join(re.split("[:：]", clean(cell), maxsplit=1)[0].split())


def short_label(label: str) -> str:
    """Return a label without number, star and note, as `--map` takes it."""
    bare = bare_label(label)
    return _HINT.sub("", bare).rstrip(" *＊") or bare


def could_be_label(cell: str) -> bool:
    """Return True for a short cell that no sentence or figure makes a value."""
    text = _HINT.sub("", bare_label(cell))
    return (
        2 <= len(_joined(text)) <= _MAX_BARE_LABEL_CHARACTERS
        and "\n" not in text
        and not _SENTENCE_SIGNS.search(text)
        and any(map(str.isalpha, text))
    )


def _joined(label: str) -> str:
    return simplified(re.sub(r"\s", "", label))
