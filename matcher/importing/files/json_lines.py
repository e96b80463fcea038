"""JSON lines, one object a row, and a JSON file that is one list of objects."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from matcher.errors import InputError
from matcher.importing.files.cells import to_text
from matcher.importing.files.sheet import (
    Sheet,
    SheetRow,
)
from matcher.importing.files.text_files import open_text

Object = Mapping[str, Any]
FIELDS_AT_MOST = 1_000
_NUMBERED = re.compile(r"\d{1,3}\s*[.．、](?!\d)")


def json_sheets(path: Path) -> Iterator[Sheet]:
    """One sheet, whose heading row (number 0) names every field that any object has.

    Raises InputError for a file without a single object.
    """
    # The file is read twice, so that its objects need not all be held at once.
    names = list(dict.fromkeys(name for _, found in _objects(path) for name in found or ()))
    if len(names) > FIELDS_AT_MOST:
        raise InputError(
            f"{path.name} has {len(names):,} different field names, more than a table has columns "
            f"({FIELDS_AT_MOST:,}): write values behind names, not as names"
        )
    if not names:
        raise InputError(
            f"{path.name} holds no JSON object: write one patent a line, as "
            '{"application_number": "…", "title": "…"}'
        )
    yield Sheet(None, _rows(path, names))


def _rows(path: Path, names: Sequence[str]) -> Iterator[SheetRow]:
    yield SheetRow(0, names)
    for number, found in _objects(path):
        if found is None:
            yield SheetRow(number, fault="this line is no JSON object: mend or remove it")
        else:
            yield SheetRow(number, [_text(name, found.get(name)) for name in names])


def _objects(path: Path) -> Iterator[tuple[int, Object | None]]:
    """Each object with the number of its line, or of its place in a list; None for a bad one."""
    with open_text(path) as file:
        lines = enumerate(file, start=1)
        for number, line in lines:
            if not line.strip(" \t\r\n\0\ufeff"):
                continue
            if number == 1 and line.lstrip(" \t\ufeff").startswith("["):
                yield from _listed(path, line + file.read())
                return
            yield number, _object(line)


def _listed(path: Path, text: str) -> Iterator[tuple[int, Object | None]]:
    try:
        entries = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        raise InputError(
            f"{path.name} is a JSON list that cannot be read, perhaps cut off: fetch it again, or "
            "write one object a line"
        ) from None
    for number, entry in enumerate(entries, start=1):
        yield number, entry if isinstance(entry, dict) else None


def _object(line: str) -> Object | None:
    try:
        found = json.loads(line.strip("\ufeff\0 \t\r\n"))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _text(name: str, value: Any) -> str:
    """A value as a cell's text: the entries of a list behind semicolons, claims numbered."""
    if isinstance(value, list):
        if "claim" in name.lower() or "权利要求" in name:
            return _claims(value)
        return "; ".join(_text("", entry) for entry in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return to_text(value)


def _claims(entries: Sequence[Any]) -> str:
    lines = []
    for place, entry in enumerate(entries, start=1):
        if isinstance(entry, dict):
            place, entry = entry.get("number", place), entry.get("text", "")
        text = to_text(entry).strip()
        lines.append(text if _NUMBERED.match(text) else f"{place}. {text}")
    return "\n".join(lines)
