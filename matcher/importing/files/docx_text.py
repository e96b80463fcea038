"""Text of a paragraph of a Word document as its reader sees it.

Without hidden and struck-out text, deletions, pinyin guides and prompts that nobody overwrote;
with check boxes, formulas, superscripts and notes.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from matcher.importing.files.docx_fields import (
    LOWERED,
    RAISED,
    chosen_entry,
    equation_text,
    is_checked,
    is_on,
)
from matcher.importing.files.docx_formulas import MATH, formula_text
from matcher.importing.files.docx_parts import WORD, DocxParts
from matcher.importing.files.stated_numbers import stated_number

FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_BREAKS = {WORD + "tab": "\t", WORD + "br": "\n", WORD + "cr": "\n", WORD + "noBreakHyphen": "-"}
_LEFT_OUT = frozenset(
    {FALLBACK, *(WORD + name for name in ("del", "moveFrom", "pPr", "rPr", "rt", "txbxContent"))}
)
"""Deletions, pinyin above the characters, and text boxes, which are blocks of their own."""
_CHECK_SYMBOLS = {
    **dict.fromkeys((0xFE, 0xFC, 0x52, 0x50), "☑"),
    **dict.fromkeys((0xFD, 0xFB, 0x53, 0x4F), "☒"),
    **dict.fromkeys((0xA8, 0x6F, 0xA3, 0x2A), "□"),
}
"""Check boxes and ticks of the fonts Wingdings and Wingdings 2, by their code."""
_PRIVATE_USE = {0xF000 + code: box for code, box in _CHECK_SYMBOLS.items()}
_CONCEALING = ("vanish", "strike", "dstrike")
_MAX_TINY_HALF_POINTS = 4
_WHITE = frozenset({"FFFFFF", "ffffff", "white"})
_SUPERSCRIPT = re.compile(f"{RAISED}([^{LOWERED}]*){LOWERED}")
_POWER = re.compile(r"[-+−–]?[\w.*/]+")
_BASE = re.compile(r"[A-Za-z0-9)）\]\u0370-\u03ffµ米Ω℃%]$")
"""Last character of what can have a power; behind any other a superscript is a mark."""
_MARKS = frozenset({"TM", "th", "st", "nd", "rd"})
_DEGREE_SIGNS = frozenset("oO0。○°º")
_DEGREE_UNIT = re.compile(r"\s?[CF](?![a-z])")


class DocxText:
    """Reader of the paragraphs of one document."""

    def __init__(self, parts: DocxParts) -> None:
        self._styles = _style_settings(parts.styles)
        self._notes = parts.notes
        self._concealed: dict[Any, str] = {}
        self._fields: list[str] = []
        """Codes of the fields that are open, the innermost last."""

    @property
    def concealed(self) -> tuple[str, ...]:
        """Texts of the hidden and struck-out runs that were left out."""
        return tuple(text for text in self._concealed.values() if text.strip())

    def paragraph(self, paragraph: Any) -> str:
        """Return the text of a paragraph, without its text boxes."""
        self._fields.clear()
        text = "".join(self._walk(paragraph, paragraph))
        text = text.replace(LOWERED + RAISED, "")
        return _SUPERSCRIPT.sub(_superscript, text).strip()

    def conceal(self, element: Any, text: str) -> None:
        """Count a text that is left out, once for its element."""
        self._concealed[element] = text

    def _walk(self, element: Any, paragraph: Any) -> Iterator[str]:
        for child in element:
            if child.tag == WORD + "r":
                yield self._run(child, paragraph)
            elif child.tag == MATH + "oMath":
                yield formula_text(child)
            elif child.tag not in _LEFT_OUT:
                yield from self._walk(child, paragraph)

    def _run(self, run: Any, paragraph: Any) -> str:
        text = "".join(self._content(run, paragraph))
        if text and self._is_concealed(run, paragraph):
            self.conceal(run, text)
            return ""
        position = run.find(f"{WORD}rPr/{WORD}vertAlign")
        is_raised = position is not None and position.get(WORD + "val") == "superscript"
        return f"{RAISED}{text}{LOWERED}" if is_raised else text

    def _content(self, element: Any, paragraph: Any) -> Iterator[str]:
        for child in element:
            tag = child.tag
            if tag == WORD + "t":
                yield (child.text or "").translate(_PRIVATE_USE)
            elif tag == WORD + "sym":
                yield _CHECK_SYMBOLS.get(stated_number(child.get(WORD + "char"), 0, 16) & 0xFF, "")
            elif tag == WORD + "checkBox":  # of an old form field
                yield "☑" if is_checked(child) else "□"
            elif tag == WORD + "ddList":  # likewise
                yield chosen_entry(child)
            elif tag == WORD + "fldChar":
                yield from self._content(child, paragraph)
                yield self._field(child.get(WORD + "fldCharType"))
            elif tag == WORD + "instrText":
                if self._fields:
                    self._fields[-1] += child.text or ""
            elif tag in (WORD + "footnoteReference", WORD + "endnoteReference"):
                yield self._note(child)
            elif tag in _BREAKS:
                yield _BREAKS[tag]
            elif tag == WORD + "r":  # in a pinyin guide
                yield self._run(child, paragraph)
            elif tag not in _LEFT_OUT:
                yield from self._content(child, paragraph)

    def _field(self, step: str | None) -> str:
        """Follow a field; return the text of an equation field, which has no other."""
        if step == "begin":
            self._fields.append("")
        elif step == "end" and self._fields:
            code = self._fields.pop().strip()
            if code[:3].lower() == "eq ":
                return equation_text(code[3:])
        return ""

    def _note(self, reference: Any) -> str:
        kind = reference.tag.removeprefix(WORD).removesuffix("Reference")
        note = self._notes.get(f"{kind} {reference.get(WORD + 'id')}")
        if note is None:
            return ""
        inner = DocxText(DocxParts(note))
        inner._styles = self._styles
        text = " ".join(filter(None, map(inner.paragraph, note.iter(WORD + "p"))))
        return f"（注：{text}）" if text else ""

    def _is_concealed(self, run: Any, paragraph: Any) -> bool:
        settings = run.find(WORD + "rPr")
        styles = [
            self._styles.get(style.get(WORD + "val"), {})
            for style in (
                *run.iterfind(f"{WORD}rPr/{WORD}rStyle"),
                *paragraph.iterfind(f"{WORD}pPr/{WORD}pStyle"),
            )
        ]
        direct = _settings(settings)
        for name in _CONCEALING:
            state = next((s[name] for s in (direct, *styles) if name in s), False)
            if state:
                return True
        return settings is not None and (_is_tiny(settings) or self._is_white(run, settings))

    def _is_white(self, run: Any, settings: Any) -> bool:
        """True for white text on no other ground than the page's."""
        colour = settings.find(WORD + "color")
        if colour is None or colour.get(WORD + "val") not in _WHITE:
            return False
        if settings.find(WORD + "highlight") is not None:
            return False
        for element in (run, *run.iterancestors()):
            for ground in element.iterfind(f"*/{WORD}shd"):
                if ground.get(WORD + "fill", "auto") not in ("auto", *_WHITE):
                    return False
            for style in element.iterfind(f"{WORD}tblPr/{WORD}tblStyle"):
                if self._styles.get(style.get(WORD + "val"), {}).get("shd"):
                    return False
        return True


def clear_prompts(part: Any) -> None:
    """Empty the content controls that still show their prompt, such as 单击或点击此处输入文字."""
    for control in part.iter(WORD + "sdt"):
        if _is_prompt(control):
            for text in control.iter(WORD + "t"):
                text.text = ""


def _is_prompt(control: Any) -> bool:
    settings = control.find(WORD + "sdtPr")
    if settings is None or settings.find(_W14 + "checkbox") is not None:
        return False
    return is_on(settings.find(WORD + "showingPlcHdr"))


def _style_settings(styles: Any | None) -> Mapping[str, Mapping[str, bool]]:
    """Return what each style conceals, and whether it sets a ground; with its base styles'."""
    if styles is None:
        return {}
    elements = {style.get(WORD + "styleId"): style for style in styles.iterfind(WORD + "style")}
    read: dict[str, Mapping[str, bool]] = {}
    for name, style in elements.items():
        settings: dict[str, bool] = {}
        seen = set()
        while style is not None and style not in seen:
            seen.add(style)
            settings = {**_settings(style.find(WORD + "rPr")), **settings}
            settings.setdefault("shd", next(style.iter(WORD + "shd"), None) is not None)
            base = style.find(WORD + "basedOn")
            style = None if base is None else elements.get(base.get(WORD + "val"))
        read[name] = settings
    return read


def _settings(properties: Any | None) -> dict[str, bool]:
    if properties is None:
        return {}
    found = ((name, properties.find(WORD + name)) for name in _CONCEALING)
    return {name: is_on(element) for name, element in found if element is not None}


def _is_tiny(settings: Any) -> bool:
    size = settings.find(WORD + "sz")
    stated = None if size is None else size.get(WORD + "val")
    return stated_number(stated, _MAX_TINY_HALF_POINTS + 1) <= _MAX_TINY_HALF_POINTS


def _superscript(match: re.Match[str]) -> str:
    """Return a power as ^3, the o of a temperature as °, a mark as it is."""
    text = match[1].strip()
    if text in _DEGREE_SIGNS and _DEGREE_UNIT.match(match.string, match.end()):
        return "°"
    is_power = _POWER.fullmatch(text) and text not in _MARKS
    return f"^{text}" if is_power and _BASE.search(match.string[: match.start()]) else text
