"""Fields of a Word document: check boxes and drop-downs of old forms, equation fields."""

import re
from typing import Any

from matcher.importing.files.docx_parts import WORD
from matcher.importing.files.stated_numbers import stated_number

RAISED, LOWERED = "\ue000", "\ue001"
"""Stand around superscript text until the paragraph is whole."""
_EQ_CIRCLED = re.compile(r"\\o\s*\\ac\s*\(\s*[○□△◇]\s*[,，;；]\s*(\w{1,3})\s*\)", re.IGNORECASE)
_EQ_RAISED = re.compile(r"\\s\s*\\up\d*\s*\(([^()]*)\)", re.IGNORECASE)
_EQ_LOWERED = re.compile(r"\\s\s*\\do\d*\s*\(([^()]*)\)", re.IGNORECASE)
_EQ_FRACTION = re.compile(r"\\f\s*\(([^(),，]*)[,，;；]([^()]*)\)", re.IGNORECASE)
_EQ_GUIDE = re.compile(
    r"\\o\s*\\ad\s*\(\s*\\s\s*\\up.*?\([^()]*\)\s*[,，;；]([^()]*)\)", re.IGNORECASE
)
_EQ_CODE = re.compile(r"\\\*\s*\w+\S*\s*|\\[a-z]+\d*", re.IGNORECASE)


def is_on(element: Any | None) -> bool:
    """True for a setting that is there and not switched off."""
    return element is not None and element.get(WORD + "val", "1") not in ("0", "false", "off")


def is_checked(box: Any) -> bool:
    """Return True for a ticked form field; an untouched one has its default."""
    for name in ("checked", "default"):
        for state in box.iterfind(WORD + name):
            return is_on(state)
    return False


def chosen_entry(field: Any) -> str:
    """Return the chosen entry of an old drop-down field."""
    entries = [str(entry.get(WORD + "val", "")) for entry in field.iterfind(WORD + "listEntry")]
    for name in ("result", "default"):
        for choice in field.iterfind(WORD + name):
            index = stated_number(choice.get(WORD + "val"), len(entries))
            if index < len(entries):
                return entries[index]
    return entries[0] if entries else ""


def equation_text(code: str) -> str:
    """Return the text of an equation field: a circled number, a power, a fraction."""
    text = _EQ_GUIDE.sub(r"\1", code)
    text = _EQ_CIRCLED.sub(lambda match: _circled(match[1]), text)
    text = _EQ_RAISED.sub(rf"{RAISED}\1{LOWERED}", text)
    text = _EQ_LOWERED.sub(r"\1", text)
    text = _EQ_FRACTION.sub(r"\1/\2", text)
    return _EQ_CODE.sub("", text).strip()


def _circled(text: str) -> str:
    number = stated_number(text, 0)
    return chr(ord("①") + number - 1) if 1 <= number <= 20 else text
