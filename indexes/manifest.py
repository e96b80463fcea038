"""Manifest of an index folder: origin and format, so that an unfit index is never used."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from matcher.errors import IndexUnavailableError
from matcher.language.messages import _

FILE = "manifest.json"
FORMAT = 4


@dataclass(frozen=True, slots=True)
class Manifest:
    """Manifest of a generation of the index."""

    format: int
    created: str
    """UTC, ISO 8601 with offset."""
    model: str
    model_fingerprint: str
    dimension: int
    dense_kind: Literal["flat", "hnsw"]
    patents: int
    passages: int
    vectors: int
    sentences: int
    """Number of sentence vectors of abstracts, which are for evidence and not searched."""
    tokens_version: str
    database_generation: int

    def write(self, folder: Path) -> None:
        """Write the manifest into an index folder."""
        (folder / FILE).write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")


def read(folder: Path) -> Manifest:
    """Read the manifest of an index folder. Raises IndexUnavailableError."""
    try:
        values = json.loads((folder / FILE).read_text(encoding="utf-8"))
        manifest = Manifest(**values)
    except (OSError, ValueError, TypeError) as problem:
        raise IndexUnavailableError(
            _(
                "the index {name} cannot be read ({problem}); build it anew: matcher index",
                name=folder.name,
                problem=type(problem).__name__,
            )
        ) from problem
    if manifest.format != FORMAT:
        raise IndexUnavailableError(
            _(
                "the index {name} has format {format}, this program reads {own}; build it "
                "anew: matcher index",
                name=folder.name,
                format=manifest.format,
                own=FORMAT,
            )
        )
    return manifest
