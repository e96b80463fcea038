"""Finds of a run: what happened, where, and the input, kept as files."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

_INPUT = ".input"


@dataclass(frozen=True, slots=True)
class Find:
    """Something that no input should do."""

    kind: str
    """Type of an error that is no refusal, or `slow`, `hang`, `memory`, `died`."""
    place: str
    """Place in our code."""
    message: str


@dataclass(frozen=True, slots=True)
class KeptFind:
    """A find with the file of its input."""

    find: Find
    input: Path


def keep(folder: Path, find: Find, data: bytes) -> KeptFind:
    """Write a find and its input, the first of its kind and place."""
    number = len(list(folder.glob("find-*.json"))) + 1
    input_file = folder / f"find-{number}{_INPUT}"
    input_file.write_bytes(data)
    text = json.dumps(asdict(find), ensure_ascii=False)
    (folder / f"find-{number}.json").write_text(text, encoding="utf-8", errors="replace")
    return KeptFind(find, input_file)


def read_finds(folder: Path) -> list[KeptFind]:
    """Return the finds of a run, in the order in which they were made."""
    files = sorted(folder.glob("find-*.json"), key=lambda file: int(file.stem.split("-")[1]))
    return [
        KeptFind(Find(**json.loads(file.read_text(encoding="utf-8"))), file.with_suffix(_INPUT))
        for file in files
    ]
