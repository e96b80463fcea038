"""Checks of files for people: what was typed stays text, whatever program opens the file."""

import csv
import io
import re
import zipfile
from html.parser import HTMLParser

from openpyxl import load_workbook

FORMULA = re.compile(r"\s*[=+@＝＋＠]|\s*[-－](?![\d.]+$)|[\t\r\n]")
"""Beginning of what a spreadsheet program might compute; a negative number is none."""
_FIELD = re.compile(r'<w:instrText[^>]*>([^<]*)|w:instr="([^"]*)"')
_OUTSIDE = re.compile(r'TargetMode="External"|attachedTemplate|oleObject|externalLink|vbaProject')
_SCHEME = re.compile(r"[\s\x00-\x1f]*(?:#|data:image/|/(?!/)|[\w.-]+\.(?:html|pdf)$)")
_FETCHED = re.compile(r"url\((?!data:)|@import")
_TAGS_THAT_ACT = {"script", "iframe", "object", "embed", "form", "base", "meta:refresh"}


def faults_of(content: bytes, name: str) -> list[str]:
    """Return what is not plain text in a file, by its kind; `name` ends as the file's does."""
    kind = name.rpartition(".")[2]
    checks = {"xlsx": _xlsx, "csv": _csv, "docx": _docx, "html": _html, "pdf": _html, "svg": _html}
    return [f"{name}: {fault}" for fault in checks[kind](content)]


def _parts(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}


def _outside(parts: dict[str, str]) -> list[str]:
    named = [name for name in parts if _OUTSIDE.search(name)]
    return named + [name for name, text in parts.items() if _OUTSIDE.search(text)]


def _xlsx(content: bytes) -> list[str]:
    parts = _parts(content)
    faults = _outside(parts)
    faults += [name for name, text in parts.items() if "sheet" in name and "<f>" in text]
    faults += [name for name, text in parts.items() if "ddeLink" in text]
    for sheet in load_workbook(io.BytesIO(content)):
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f" or (cell.hyperlink and cell.hyperlink.target):
                    faults.append(f"{sheet.title}!{cell.coordinate}")
    return faults


def _csv(content: bytes) -> list[str]:
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return [cell for row in rows for cell in row if FORMULA.match(cell)]


def _docx(content: bytes) -> list[str]:
    parts = _parts(content)
    fields = [a or b for text in parts.values() for a, b in _FIELD.findall(text)]
    return _outside(parts) + [field for field in fields if field.strip() not in ("", "PAGE")]


class _Reader(HTMLParser):
    """Reader that notes what acts, and where links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag that acts, a handler, and a link of another scheme."""
        if tag in _TAGS_THAT_ACT:
            self.faults.append(f"<{tag}>")
        for name, value in attrs:
            is_link = name in ("href", "src", "action", "formaction", "xlink:href", "data")
            if name.startswith("on") or (is_link and value and not _SCHEME.match(value)):
                self.faults.append(f"<{tag} {name}={value!r}>")


def _html(content: bytes) -> list[str]:
    reader = _Reader()
    text = content.decode()
    reader.feed(text)
    reader.close()
    styles = re.findall(r"<style[^>]*>(.*?)</style>", text, re.DOTALL)
    return reader.faults + [style[:60] for style in styles if _FETCHED.search(style)]
