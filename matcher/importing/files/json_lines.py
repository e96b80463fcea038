"""JSON lines, one object a row, and a JSON file that is one list of objects."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from matcher.errors import InputError
from matcher.importing.files.cells import to_text
from matcher.importing.files.sheet import Sheet, SheetRow
from matcher.importing.files.source_file import SourceFile
from matcher.importing.files.text_files import detect_encoding, open_text
from matcher.language.messages import _

Object = Mapping[str, Any]
MAX_FIELDS = 1_000
_CLAIM_NUMBER = re.compile(r"\d{1,3}\s*[.．、](?!\d)")


def json_sheets(file: SourceFile) -> Iterator[Sheet]:
    """Yield one sheet; its heading row (number 0) holds the field names of all objects.

    Raises InputError for a file without a single object.
    """
    encoding = detect_encoding(file)
    # Two passes: the headings must be known before the first row, and the objects of a large file
    # need not all be held at once.
    names = list(
        dict.fromkeys(name for _number, entry in _objects(file, encoding) for name in entry or ())
    )
    if len(names) > MAX_FIELDS:
        raise InputError(
            _(
                "{name} has {count:,} different field names, more than a table has columns "
                "({most:,}): write values behind names, not as names",
                name=file.path.name,
                count=len(names),
                most=MAX_FIELDS,
            )
        )
    if not names:
        raise InputError(
            _(
                "{name} holds no JSON object: write one patent a line, as "
                '{{"application_number": "…", "title": "…"}}',
                name=file.path.name,
            )
        )
    yield Sheet(None, _rows(file, encoding, names))


def _rows(file: SourceFile, encoding: str, names: Sequence[str]) -> Iterator[SheetRow]:
    yield SheetRow(0, names)
    for number, entry in _objects(file, encoding):
        if entry is None:
            yield SheetRow(number, fault=_("this line is no JSON object: mend or remove it"))
            continue
        try:
            cells = [_text(name, entry.get(name)) for name in names]
        except RecursionError:
            fault = _("a value of this line is nested too deeply: write it as a text")
            yield SheetRow(number, fault=fault)
        else:
            yield SheetRow(number, cells)


def _objects(file: SourceFile, encoding: str) -> Iterator[tuple[int, Object | None]]:
    """Yield each object with its line number or its position in a list from 1.

    None stands for an entry that is no JSON object.
    """
    with open_text(file, encoding) as text:
        for number, line in enumerate(text, start=1):
            if not line.strip(" \t\r\n\0\ufeff"):
                continue
            if number == 1 and line.lstrip(" \t\ufeff").startswith("["):
                yield from _listed(file.path.name, line + text.read())
                return
            yield number, _parse_line(line)


def _listed(file_name: str, text: str) -> Iterator[tuple[int, Object | None]]:
    try:
        entries = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        raise InputError(
            _(
                "{file_name} is a JSON list that cannot be read, perhaps cut off: fetch it "
                "again, or write one object a line",
                file_name=file_name,
            )
        ) from None
    for number, entry in enumerate(entries, start=1):
        yield number, entry if isinstance(entry, dict) else None


def _parse_line(line: str) -> Object | None:
    try:
        entry = json.loads(line.strip("\ufeff\0 \t\r\n"))
    except (ValueError, RecursionError):
        return None
    return entry if isinstance(entry, dict) else None


def _text(name: str, value: Any) -> str:
    """Return a value as a cell's text: lists joined by semicolons, claims numbered."""
    if isinstance(value, list):
        if "claim" in name.lower() or "权利要求" in name:
            return _claims(value)
        return "; ".join(_text("", entry) for entry in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return to_text(value)


def _claims(entries: Sequence[Any]) -> str:
    lines = []
    for number, entry in enumerate(entries, start=1):
        if isinstance(entry, dict):
            number, entry = entry.get("number", number), entry.get("text", "")
        text = to_text(entry).strip()
        lines.append(text if _CLAIM_NUMBER.match(text) else f"{number}. {text}")
    return "\n".join(lines)
