"""Reading of labelled paragraphs: 企业名称：…, or a heading with its text in the lines below."""

import re
from dataclasses import dataclass

from matcher.importing.files.cells import clean
from matcher.importing.forms.filled_form import FormCollector
from matcher.importing.forms.labels import (
    CHOICE_FIELDS,
    Labels,
    bare_label,
    could_be_label,
    label_of,
)
from matcher.importing.forms.prompts import is_instruction
from matcher.importing.rows.check_boxes import has_boxes
from matcher.importing.rows.need import TEXT_FIELDS
from matcher.importing.rows.need_terms import scope_entry
from matcher.text.contact_clauses import is_personal_label

_NUMBER_STYLES = tuple(
    map(
        re.compile,
        (
            r"第[一二三四五六七八九十]+[部分章节]",
            r"[一二三四五六七八九十]{1,3}\s*[、.．]",
            r"[(（][一二三四五六七八九十]{1,3}[)）]",
            r"\d{1,2}\s*[、.．](?!\d)",
            r"[(（]\d{1,2}[)）]",
        ),
    )
)
_FORM_TITLE = re.compile(
    r".{0,40}(?:表|书|函|清单|通知|模板|样表|征集|申报|调查)(?:[(（].{0,20}[)）])?\s*$|附件\s*\d*[:：]?.{0,30}"
)
_COUNTER = re.compile(
    r"(?:技术)?(?:需求|难题|项目|课题|任务)\s*[一二三四五六七八九十\d]{1,3}\s*[:：]?"
)
"""Line that counts the needs of a document."""
_CAPTION = re.compile(
    r"(?:企业|单位|公司|需求|技术|项目|合作|联系|发布)*(?:基本)?(?:信息|情况|概况|简况)|其[他它](?:事项|情况|信息)?"
)
"""Caption of a part of a form."""
_LONG_FIELDS = frozenset({*TEXT_FIELDS, "keywords"})
"""Fields whose text may go on in the next line."""


@dataclass(slots=True)
class ParagraphReader:
    """Reader of the lines outside a document's tables."""

    labels: Labels
    forms: FormCollector
    _open: tuple[str, str] | None = None
    """Field and label that the next line belongs to, if it has no label of its own."""
    _is_unread: bool = False
    """True under a heading that we do not know."""
    _style: int | None = None
    """Numbering of the headings that we know."""

    def read(self, text: str) -> None:
        """Read the lines of a paragraph, or of a whole text."""
        for line in text.split("\n"):
            for piece in self.labels.pieces(line):
                if clean(piece):
                    self._read_line(clean(piece))

    def close(self) -> None:
        """End the value that is open, where a table begins."""
        self._open, self._is_unread = None, False

    def _read_line(self, line: str) -> None:
        name, value = self.labels.split(line, short=True)
        if name:
            style = _style(line)
            self._style = self._style if style is None else style
            is_open = name in _LONG_FIELDS or not value or _is_choice(name, value)
            self._open, self._is_unread = ((name, label_of(line)) if is_open else None), False
            if value:
                self.forms.add(name, label_of(line), value)
        elif self._open and _is_choice(self._open[0], line):
            self._continue_choice(*self._open, line)
        elif self._is_unknown_heading(line):
            self._open, self._is_unread = None, True
            label, _colon, value = line.partition("：") if "：" in line else line.partition(":")
            if value.strip():
                self.forms.tell(label, value)
        elif self._open and not (
            self._open[0] in CHOICE_FIELDS and self._open[0] in self.forms.current.fields
        ):
            self._continue(line)
        elif not any(
            (is_form_text(line), _COUNTER.fullmatch(line), _CAPTION.fullmatch(bare_label(line)))
        ):
            self.forms.loose.append(line)

    def _continue(self, line: str) -> None:
        name, label = self._open or ("", "")
        form = self.forms.current
        if name in _LONG_FIELDS and name in form.fields:
            form.fields[name] += f"\n{line}"
        else:
            self.forms.add(name, label, line)
        if name not in _LONG_FIELDS:
            self._open = None

    def _continue_choice(self, name: str, label: str, line: str) -> None:
        """Add a line of boxes to the answer above it."""
        fields = self.forms.current.fields
        if name in fields:
            entry = scope_entry(label, line) if name == "publish_scope" else line
            fields[name] += f"\n{entry}"
        else:
            self.forms.add(name, label, line)

    def _is_unknown_heading(self, line: str) -> bool:
        """Return True for a short line that ends the value above it."""
        before, colon, _ = line.partition("：") if "：" in line else line.partition(":")
        if not could_be_label(before):
            return False
        if self._style is not None and _style(line) == self._style:
            return True
        return (
            bool(colon)
            and (self._open is None or is_personal_label(before))
            and bool(self.forms.current.fields)
        )


def is_form_text(line: str) -> bool:
    """Return True for the title of a form, or an instruction to fill it in."""
    return bool(_FORM_TITLE.fullmatch(line) or is_instruction(line))


def _is_choice(name: str, line: str) -> bool:
    """Return True for a line of boxes that answers a field."""
    return name in CHOICE_FIELDS and has_boxes(line)


def _style(line: str) -> int | None:
    """Return the kind of numbering that a line begins with."""
    stripped = line.strip()
    return next((i for i, style in enumerate(_NUMBER_STYLES) if style.match(stripped)), None)
