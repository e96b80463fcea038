"""Fingerprints of models: they change whenever the vectors could."""

import hashlib
from pathlib import Path

_NOT_READ = (".md", ".png")
"""Ends of files that a model does not read."""


def folder_fingerprint(folder: Path, use: object) -> str:
    """Hash every file of a model's folder, and how it is used, as 16 hex digits."""
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        if file.suffix in _NOT_READ or file.name.startswith("."):
            continue
        digest.update(file.relative_to(folder).as_posix().encode())
        with file.open("rb") as content:
            digest.update(hashlib.file_digest(content, "sha256").digest())
    digest.update(repr(use).encode())
    return digest.hexdigest()[:16]
