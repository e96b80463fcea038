"""Static files of the pages: the stylesheet and the modules, under an address per content."""

from hashlib import sha256
from pathlib import Path

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse

from api.http.paths import STATIC

_FOLDER = Path(__file__).with_name("static")
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_FILES = {file.name: file for file in sorted(_FOLDER.iterdir()) if file.suffix in _TYPES}
VERSION = sha256(b"".join(file.read_bytes() for file in _FILES.values())).hexdigest()[:12]
"""Version of all files together: a module finds the others beside it."""
FOLDER_PATH = f"{STATIC}{VERSION}/"


def install(app: FastAPI) -> None:
    """Serve the files; a browser keeps them until the next version."""
    app.get(STATIC + "{version}/{name}", include_in_schema=False)(_asset)


async def _asset(version: str, name: str) -> FileResponse:
    file = _FILES.get(name)
    if file is None:
        raise HTTPException(404)
    kept = "public, max-age=31536000, immutable" if version == VERSION else "no-cache"
    return FileResponse(file, media_type=_TYPES[file.suffix], headers={"Cache-Control": kept})
