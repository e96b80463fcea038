"""All that a reader finds in an answer or a file: the text of HTML, tables, documents and books."""

import base64
import html
import io
import re
import zipfile

_PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="
)
_TAG = re.compile(r"<[^>]*>")


def text_of(content: bytes) -> str:
    """Return the text of a file with and without its markup; of an archive that of every part."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(name + text_of(archive.read(name)) for name in archive.namelist())
    written = content.decode("utf-8", errors="replace")
    return "\n".join((written, html.unescape(written), html.unescape(_TAG.sub("", written))))


def no_chart(_landscape: object, _name: str, kind: str = "svg") -> bytes:
    """Stand in for a chart of a report, which takes a second to draw and has no text of its own."""
    return _PICTURE if kind == "png" else b"<svg></svg>"
