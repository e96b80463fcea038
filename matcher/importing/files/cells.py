"""Cell values as clean text."""

import re
from datetime import date, datetime, time

_INVISIBLE = re.compile("[\u00ad\ufeff\u200b\u200e\u200f\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_EMPTY_STARTS = frozenset("-—–―/\\nN#")
_EMPTY = re.compile(r"[-—–―/\\]+|nan|none|null|#?n/a|#(?:ref|value|name|div/0|num)[!?]?", re.I)


def to_text(value: object) -> str:
    """Return a spreadsheet value as text: whole numbers without `.0`, days as ISO dates."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def clean(cell: str) -> str:
    """Return a cell without outer blanks and invisible characters.

    `-`, null and error values become empty.
    """
    if not cell:
        return ""
    # Without escapes and invisible characters: those are not printable.
    is_plain = "_x" not in cell and (
        cell.isprintable() or ("\n" in cell and cell.replace("\n", "").isprintable())
    )
    text = cell.strip() if is_plain else _visible(cell)
    if len(text) < 10 and text[:1] in _EMPTY_STARTS and _EMPTY.fullmatch(text):
        return ""
    if text[:2] == '="' and text.endswith('"'):
        return text[2:-1].strip()
    return text


def _visible(cell: str) -> str:
    """Return a cell without invisible characters and escapes, with plain line breaks."""
    text = cell.replace("_x000D_", "") if "_x000D_" in cell else cell
    if "_x" in text:
        text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return _INVISIBLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n").strip()
