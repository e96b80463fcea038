"""Tables as files to save."""

from typing import Any
from urllib.parse import quote

from fastapi import Response

from matcher.access.roles import OPEN_CALLER, VISITOR_CALLER, Caller, Role
from matcher.labels import ROLE, label
from matcher.reporting.tables import MEDIA_TYPES, Format


def documented_file(*media_types: str) -> dict[int | str, dict[str, Any]]:
    """Describe the answer of a route that gives out a file, for its OpenAPI description."""
    content = {name: {"schema": {"type": "string", "format": "binary"}} for name in media_types}
    return {200: {"description": "The file.", "content": content}}


TABLE_FILE = documented_file(*MEDIA_TYPES.values())
"""OpenAPI description of a table as a workbook or csv."""


def exporter(caller: Caller) -> str:
    """Name the caller as the exporter in a file: role, institution or enterprise, and key.

    Who has not signed in is a visitor.
    """
    if caller in (OPEN_CALLER, VISITOR_CALLER):
        return label(ROLE[Role.VISITOR])
    holder = caller.institution or caller.enterprise
    return " ".join(filter(None, (caller.role.value, holder, caller.key)))


def file_response(content: bytes, name: str, media_type: str) -> Response:
    """Build the answer that a browser saves under a name; a Chinese one is written by RFC 6266."""
    written = f'filename="{name}"' if name.isascii() else f"filename*=UTF-8''{quote(name)}"
    headers = {"Content-Disposition": f"attachment; {written}"}
    return Response(content, headers=headers, media_type=media_type)


def table_response(content: bytes, name: str, format: Format) -> Response:
    """Build the answer of a table that is saved under a name."""
    return file_response(content, f"{name}.{format}", MEDIA_TYPES[format])
