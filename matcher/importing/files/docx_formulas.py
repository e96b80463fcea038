"""Formulas of Word's equation editor (OMML) as one line of text: 10^-3, η≤2%, (a+b)/c."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_TEXT = re.compile(r"\}t$")
_SIMPLE = re.compile(r"[-+−±]?[\w.,%°′″℃]*")
"""Operand that needs no brackets."""


def formula_text(element: Any) -> str:
    """Return a formula, or a part of one, on one line; subscripts stand plain."""
    name = element.tag.removeprefix(MATH) if isinstance(element.tag, str) else ""
    if name == "r":
        texts = (child.text or "" for child in element if _TEXT.search(child.tag))
        return unicodedata.normalize("NFKC", "".join(texts)).replace("\u00a0", " ")
    if name.endswith("Pr") or not name:
        return ""
    return _READERS.get(name, _joined)(element)


def _joined(element: Any) -> str:
    return "".join(map(formula_text, element))


def _part(element: Any, name: str) -> str:
    part = element.find(MATH + name)
    return "" if part is None else _joined(part)


def _bracketed(text: str) -> str:
    return text if _SIMPLE.fullmatch(text) else f"({text})"


def _setting(element: Any, name: str, default: str) -> str:
    """Return a character that the properties of an element set; an empty one is none."""
    for setting in element.iterfind(f"*/{MATH}{name}"):
        return str(setting.get(MATH + "val", ""))
    return default


def _raised(element: Any) -> str:
    power = _part(element, "sup")
    base = _bracketed(_part(element, "e")) + _part(element, "sub")
    return base + (f"^{_bracketed(power)}" if power else "")


def _fraction(element: Any) -> str:
    return f"{_bracketed(_part(element, 'num'))}/{_bracketed(_part(element, 'den'))}"


def _root(element: Any) -> str:
    return f"{_part(element, 'deg')}√{_bracketed(_part(element, 'e'))}"


def _brackets(element: Any) -> str:
    entries = [_joined(entry) for entry in element.iterfind(MATH + "e")]
    inner = _setting(element, "sepChr", "|").join(entries)
    return f"{_setting(element, 'begChr', '(')}{inner}{_setting(element, 'endChr', ')')}"


def _operator(element: Any) -> str:
    sub, sup = (_bracketed(_part(element, name)) for name in ("sub", "sup"))
    limits = (f"_{sub}" if sub else "") + (f"^{sup}" if sup else "")
    return f"{_setting(element, 'chr', '∫')}{limits} {_part(element, 'e')}"


def _limit(element: Any) -> str:
    return f"{_part(element, 'e')}({_part(element, 'lim')})"


def _function(element: Any) -> str:
    return f"{_part(element, 'fName')} {_bracketed(_part(element, 'e'))}"


def _lines(element: Any) -> str:
    return "; ".join(_joined(entry) for entry in element.iterfind(MATH + "e"))


def _matrix(element: Any) -> str:
    rows = element.iterfind(MATH + "mr")
    return "; ".join(", ".join(map(_joined, row.iterfind(MATH + "e"))) for row in rows)


_READERS: Mapping[str, Callable[[Any], str]] = {
    "sSup": _raised,
    "sSub": _raised,
    "sSubSup": _raised,
    "sPre": lambda element: f"{_part(element, 'sup')}{_part(element, 'e')}",
    "f": _fraction,
    "rad": _root,
    "d": _brackets,
    "nary": _operator,
    "limLow": _limit,
    "limUpp": _limit,
    "func": _function,
    "eqArr": _lines,
    "m": _matrix,
}
