"""Word documents made of their XML, for what python-docx does not write."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def run(text: str, settings: str = "") -> str:
    """Return a run with character settings, such as `<w:vanish/>`."""
    return f'<w:r><w:rPr>{settings}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs: str) -> str:
    """Return a paragraph of runs; a plain text is a run of its own."""
    return f"<w:p>{''.join(r if r.startswith('<') else run(r) for r in runs)}</w:p>"


def cell(content: str, settings: str = "") -> str:
    """Return a table cell of paragraphs, or of one plain text."""
    inner = content if content.startswith("<") else paragraph(content)
    return f"<w:tc><w:tcPr>{settings}</w:tcPr>{inner}</w:tc>"


def table(*rows: tuple[str, ...]) -> str:
    """Return a table of cells, each as `cell` writes it, or a plain text."""
    made = (
        "".join(text if text.startswith("<w:tc>") else cell(text) for text in row) for row in rows
    )
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in made)}</w:tbl>"


def write_word(
    path: Path, *body: str, parts: Mapping[str, str] | None = None, strict: bool = False
) -> Path:
    """Write a document; `parts` has the XML inside styles, footnotes, header or footer."""
    extra = parts or {}
    roots = {"styles": "styles", "footnotes": "footnotes", "header": "hdr", "footer": "ftr"}
    links = "".join(
        f'<Relationship Id="r{name}" Type="{_TYPES}/{name}" Target="{name}.xml"/>' for name in extra
    )
    files = {
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r1" '
        f'Type="{_TYPES}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}">{links}'
        "</Relationships>",
        "word/document.xml": _root("document", f"<w:body>{''.join(body)}</w:body>"),
        **{f"word/{name}.xml": _root(roots[name], xml) for name, xml in extra.items()},
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, xml in files.items():
            archive.writestr(name, _strict(xml) if strict else xml)
    return path


def _root(name: str, xml: str) -> str:
    return f'<w:{name} xmlns:w="{_WORD}" xmlns:m="{_MATH}">{xml}</w:{name}>'


def _strict(xml: str) -> str:
    for name in ("wordprocessingml/2006/main", "officeDocument/2006/math"):
        family, _, rest = name.partition("/2006/")
        xml = xml.replace(
            f"http://schemas.openxmlformats.org/{name}",
            f"http://purl.oclc.org/ooxml/{family}/{rest}",
        )
    return xml.replace(_TYPES, "http://purl.oclc.org/ooxml/officeDocument/relationships")
