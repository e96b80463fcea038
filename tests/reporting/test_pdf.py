"""HTML as PDF: fonts in it, nothing fetched, and a clear word where it cannot be made."""

import re
import socket
import sys
import zlib
from types import ModuleType

import pytest

from matcher.errors import InputError
from matcher.reporting import pdf


@pytest.fixture
def able() -> None:
    """Skips where the machine has no pango or no Chinese font."""
    try:
        pdf.check_pdf()
    except InputError as error:
        pytest.skip(str(error))


def unpacked(content: bytes) -> bytes:
    """The PDF with its compressed streams opened, to look for what its objects say."""
    found = [content]
    for stream in re.finditer(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
        try:
            found.append(zlib.decompress(stream[1]))
        except zlib.error:
            continue
    return b"\n".join(found)


@pytest.mark.usefixtures("able")
def test_a_page_has_its_chinese_font_in_it() -> None:
    content = pdf.pdf_of("<p>隔膜 membrane</p><p style='break-before: page'>第二页</p>")
    opened = unpacked(content)
    assert content.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", opened)) == 2
    assert re.search(rb"/FontFile[23]? \d+ 0 R", opened)
    assert b"/CIDFontType" in opened and b"/Identity-H" in opened


@pytest.mark.usefixtures("able")
def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def connect(_: socket.socket, address: object) -> None:
        asked.append(address)
        raise OSError("no network")

    monkeypatch.setattr(socket.socket, "connect", connect)
    here = "http://127.0.0.1:9"
    content = pdf.pdf_of(
        f"<link rel=stylesheet href='{here}/style'><style>@import '{here}/import';"
        f"@font-face {{ font-family: x; src: url({here}/font) }} p {{ font-family: x }}</style>"
        f"<img src='{here}/picture'><img src='file:///etc/hostname'><p>字"
    )
    assert content.startswith(b"%PDF-") and asked == []


def test_a_missing_library_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
    with pytest.raises(InputError, match="install libpango"):
        pdf.check_pdf()


@pytest.mark.usefixtures("able")
def test_a_missing_font_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    # No font has a character of a private plane.
    monkeypatch.setattr(pdf, "_PROBE", "<p>\U0010fff0</p>")
    with pytest.raises(InputError, match="fonts-noto-cjk"):
        pdf.check_pdf()


def test_the_library_is_loaded_only_where_a_pdf_is_made() -> None:
    assert not any(
        isinstance(value, ModuleType) and value.__name__ == "weasyprint"
        for value in vars(pdf).values()
    )
