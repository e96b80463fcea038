"""PDF files: embedded fonts, nothing fetched, and a clear error if none can be made."""

import gc
import re
import socket
import sys
import zlib
from types import ModuleType

import pytest

from matcher.errors import InputError
from matcher.reporting import pdf

BOXES = "weasyprint.formatting_structure.boxes"


@pytest.fixture
def pdf_possible() -> None:
    """Skip on a machine without pango or without a Chinese font."""
    try:
        pdf.check_pdf()
    except InputError as error:
        pytest.skip(str(error))


def unpacked(content: bytes) -> bytes:
    """Return the PDF with its compressed streams unpacked."""
    parts = [content]
    for stream in re.finditer(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
        try:
            parts.append(zlib.decompress(stream[1]))
        except zlib.error:
            continue
    return b"\n".join(parts)


@pytest.mark.usefixtures("pdf_possible")
def test_a_page_has_its_chinese_font_in_it() -> None:
    content = pdf.pdf_of("<p>隔膜 membrane</p><p style='break-before: page'>第二页</p>")
    objects = unpacked(content)
    assert content.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", objects)) == 2
    assert re.search(rb"/FontFile[23]? \d+ 0 R", objects)
    assert b"/CIDFontType" in objects and b"/Identity-H" in objects


@pytest.mark.usefixtures("pdf_possible")
def test_degrees_are_printed_by_fonts_whose_sign_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    import weasyprint

    seen: list[str] = []
    html = weasyprint.HTML

    def noted(string: str, **more: object) -> object:
        seen.append(string)
        return html(string=string, **more)

    monkeypatch.setattr(weasyprint, "HTML", noted)
    pdf.pdf_of("<p>150℃</p>")
    assert seen == ["<p>150°C</p>"]


@pytest.mark.usefixtures("pdf_possible")
def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    connections: list[object] = []

    def connect(_: socket.socket, address: object) -> None:
        connections.append(address)
        raise OSError("no network")

    monkeypatch.setattr(socket.socket, "connect", connect)
    here = "http://127.0.0.1:9"
    content = pdf.pdf_of(
        f"<link rel=stylesheet href='{here}/style'><style>@import '{here}/import';"
        f"@font-face {{ font-family: x; src: url({here}/font) }} p {{ font-family: x }}</style>"
        f"<img src='{here}/picture'><img src='file:///etc/hostname'><p>字"
    )
    assert content.startswith(b"%PDF-") and connections == []


def test_a_missing_library_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
    with pytest.raises(InputError, match="install libpango"):
        pdf.check_pdf()


@pytest.mark.usefixtures("pdf_possible")
def test_a_missing_font_is_reported() -> None:
    # No font has a character of a private plane.
    with pytest.raises(InputError, match="fonts-noto-cjk"):
        pdf.check_pdf("\U0010fff0")


def test_the_library_is_loaded_only_where_a_pdf_is_made() -> None:
    assert not any(
        isinstance(value, ModuleType) and value.__name__ == "weasyprint"
        for value in vars(pdf).values()
    )


@pytest.mark.usefixtures("pdf_possible")
def test_a_document_does_not_stay_in_memory() -> None:
    gc.disable()
    try:
        pdf.pdf_of("<p>隔膜</p>" * 50)
        kept = [each for each in gc.get_objects() if type(each).__module__ == BOXES]
    finally:
        gc.enable()
    assert kept == []
