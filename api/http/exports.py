"""Tables as files to save."""

from typing import Any
from urllib.parse import quote

from fastapi import Response

from matcher.access.roles import Caller
from matcher.reporting.tables import MEDIA_TYPES, Format

FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file.",
        "content": {
            name: {"schema": {"type": "string", "format": "binary"}}
            for name in MEDIA_TYPES.values()
        },
    }
}
"""The answer of a route that gives out a file, for its OpenAPI description."""


def exporter(caller: Caller) -> str:
    """Who exported a file, as it stands in the file: the role, whose key it is, and the key."""
    holder = caller.institution or caller.enterprise
    return " ".join(filter(None, (caller.role.value, holder, caller.key)))


def file_response(content: bytes, name: str, format: Format) -> Response:
    """A file to save; its Chinese name as RFC 6266 writes it."""
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}.{format}"}
    return Response(content, headers=headers, media_type=MEDIA_TYPES[format])
