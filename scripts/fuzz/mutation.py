"""Mutations of inputs within their form: text, XML, JSON, and archives whose parts are changed.

A mutation that knew no form would seldom get past the archive of a workbook or the braces of JSON.
"""

import gzip
import io
import json
import re
import zipfile
import zlib
from random import Random
from typing import Any

from scripts.fuzz.target import Mutation, Raw
from scripts.fuzz.words import dictionary

_TOKEN = re.compile(r"\d+(?:\.\d+)?|[A-Za-z]+|[\u4e00-\u9fff]+|\s+|.", re.DOTALL)
_ATTRIBUTE = re.compile(r'="([^"]*)"')
_CONTENT = re.compile(r">([^<]+)<")
_ELEMENT = re.compile(r"<[A-Za-z:]+(?:\s[^<>]*)?/?>|</[A-Za-z:]+>")
_XML = (".xml", ".rels")
_MAX_COPIES = 300
_MAX_DEPTH = 3_000
_RAW_SHARE = 0.15
"""Share of mutations without regard to the form."""


_FILLED_SHARE = 0.1
"""Share of texts that are filled up with a word or a few, which slow patterns take long for."""
_FILLED_CHARACTERS = (500, 4_000, 20_000)


def change_bytes(data: bytes, random: Random) -> bytes:
    """Flip, delete, insert or repeat some bytes."""
    changed = bytearray(data or b"\0")
    for _ in range(random.randint(1, 6)):
        place = random.randrange(len(changed) + 1)
        length = random.randint(1, 8)
        match random.randrange(4):
            case 0 if place < len(changed):
                changed[place] ^= 1 << random.randrange(8)
            case 1:
                del changed[place : place + length]
            case 2:
                changed[place:place] = random.randbytes(length)
            case _:
                changed[place:place] = changed[place : place + length] * random.randint(1, 20)
    return bytes(changed)


def text(data: bytes, random: Random, raw: Raw) -> bytes:
    """Change a text: words for others, pieces left out, repeated or moved."""
    if random.random() < _RAW_SHARE:
        return raw(data, random)
    changed = data.decode("utf-8", "replace")
    if random.random() < _FILLED_SHARE:
        return _bytes(_filled(changed, random))
    for _ in range(random.choice((1, 1, 2, 4))):
        changed = _change_text(changed, random)
    return _bytes(changed)


def table(data: bytes, random: Random, raw: Raw) -> bytes:
    """Change a text, or write it in another encoding."""
    changed = text(data, random, raw)
    if random.random() < 0.1:
        encoding = random.choice(("gb18030", "utf-16", "utf-8-sig", "big5"))
        return changed.decode("utf-8", "replace").encode(encoding, "replace")
    return changed


def markup(data: bytes, random: Random, raw: Raw) -> bytes:
    """Change XML or HTML: attributes, texts, whole elements."""
    if random.random() < _RAW_SHARE:
        return raw(data, random)
    changed = data.decode("utf-8", "replace")
    for _ in range(random.choice((1, 1, 2, 4))):
        changed = _change_markup(changed, random)
    return _bytes(changed)


def json_text(data: bytes, random: Random, raw: Raw) -> bytes:
    """Change the values of JSON, or of one of its lines; other bytes as text."""
    lines = data.splitlines() or [b""]
    place = random.randrange(len(lines))
    try:
        value = json.loads(lines[place])
    except (ValueError, RecursionError):
        return text(data, random, raw)
    if random.random() < _RAW_SHARE:
        return text(data, random, raw)
    for _ in range(random.choice((1, 1, 2, 4))):
        value = change_value(value, random)
    try:
        lines[place] = json.dumps(value, ensure_ascii=random.random() < 0.3).encode(
            "utf-8", "surrogatepass"
        )
    except RecursionError:
        return data
    return b"\n".join(lines)


def archive(data: bytes, random: Random, raw: Raw) -> bytes:
    """Change one part of an Office file, or rarely the archive itself."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as old:
            parts = {info.filename: old.read(info) for info in old.infolist()}
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, NotImplementedError, OSError):
        return raw(data, random)
    except RuntimeError:  # a part with a password
        return raw(data, random)
    if not parts or random.random() < 0.05:
        return raw(data, random)
    name = random.choice([part for part in parts if part.endswith(_XML)] or list(parts))
    match random.randrange(20):
        case 0:
            del parts[name]
        case 1:
            parts[random.choice(list(parts))] = parts[name]
        case 2:
            parts[name.replace("/", "\\")] = parts.pop(name)
        case _:
            parts[name] = markup(parts[name], random, raw)
    return pack(parts)


def pack(parts: dict[str, bytes]) -> bytes:
    """Return an archive of the parts, the same for the same ones."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for name, content in parts.items():
            try:
                new.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
            except (UnicodeEncodeError, ValueError):
                continue
    return packed.getvalue()


def within_gzip(inner: Mutation) -> Mutation:
    """Return a mutation of what a gzip file holds, or rarely of the file itself."""

    def mutate(data: bytes, random: Random, raw: Raw) -> bytes:
        try:
            content = gzip.decompress(data)
        except (OSError, EOFError, zlib.error):
            return raw(data, random)
        if random.random() < 0.1:
            return raw(data, random)
        return gzip.compress(inner(content, random, raw), compresslevel=1, mtime=0)

    return mutate


def change_value(value: Any, random: Random, depth: int = 0) -> Any:
    """Return a JSON value with one of its parts changed."""
    if isinstance(value, dict) and value and random.random() < 0.9:
        name = random.choice(list(value))
        changed = dict(value)
        match random.randrange(12):
            case 0:
                del changed[name]
            case 1:
                changed[random.choice(dictionary())] = changed[name]
            case 2:
                changed[name] = change_value(random.choice(list(value.values())), random)
            case _:
                changed[name] = change_value(value[name], random, depth + 1)
        return changed
    if isinstance(value, list) and value and random.random() < 0.9:
        place = random.randrange(len(value))
        changed_list = list(value)
        match random.randrange(6):
            case 0:
                del changed_list[place]
            case 1:
                changed_list = (changed_list * random.randint(2, 60))[:_MAX_COPIES]
            case _:
                changed_list[place] = change_value(value[place], random, depth + 1)
        return changed_list
    if isinstance(value, str) and random.random() < 0.6:
        return _change_text(value, random)
    if isinstance(value, bool | int | float) and random.random() < 0.5:
        return random.choice((value, -value, value + 1, value * 10**18, not value, 0.5, 10**400))
    return _any_value(value, random)


def _any_value(value: Any, random: Random) -> Any:
    match random.randrange(9):
        case 0:
            return None
        case 1:
            return random.choice((0, -1, 1, 2**31, 2**63, -(2**70), 0.1, 1e308))
        case 2:
            return float("inf")
        case 3:
            return [value]
        case 4:
            return {random.choice(dictionary()): value}
        case 5:
            return random.choice((True, False, [], {}))
        case 6:
            nested: Any = value
            for _ in range(random.choice((20, 60, 400))):
                nested = [nested]
            return nested
        case _:
            return random.choice(dictionary())


def _change_text(written: str, random: Random) -> str:
    tokens = _TOKEN.findall(written[:200_000]) or [""]
    place = random.randrange(len(tokens))
    length = random.choice((1, 1, 2, 5, 20))
    match random.randrange(8):
        case 0 | 1:
            tokens[place] = random.choice(dictionary())
        case 2 | 3:
            tokens.insert(place, random.choice(dictionary()))
        case 4:
            del tokens[place : place + length]
        case 5:
            tokens[place:place] = tokens[place : place + length] * random.choice((1, 2, 8, 40))
        case 6:
            other = random.randrange(len(tokens))
            tokens[other : other + length] = tokens[place : place + length]
        case _:
            piece = random.choice(dictionary()) or tokens[place]
            tokens.insert(place, piece * random.choice((2, 10, 50, _MAX_COPIES)))
    return "".join(tokens)


def _filled(written: str, random: Random) -> str:
    """Return the beginning of a text, a few words again and again, and its end."""
    words = "".join(random.choice(dictionary()) for _ in range(random.randint(1, 3))) or " "
    copies = random.choice(_FILLED_CHARACTERS) // len(words)
    return written[: random.randint(0, 60)] + words * copies + written[-random.randint(1, 60) :]


def _change_markup(written: str, random: Random) -> str:
    pattern = random.choice((_ATTRIBUTE, _ATTRIBUTE, _CONTENT, _CONTENT, _ELEMENT))
    found = list(pattern.finditer(written[:200_000]))
    if not found:
        return _change_text(written, random)
    match = random.choice(found)
    if pattern is not _ELEMENT:
        value = random.choice(dictionary())
        if random.random() < 0.4:
            value = _change_text(match[1], random)
        if random.random() < 0.9:
            value = value.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
        return written[: match.start(1)] + value + written[match.end(1) :]
    match random.randrange(5):
        case 0:
            return written[: match.start()] + written[match.end() :]
        case 1:
            other = random.choice(found)
            return written[: match.start()] + other[0] + written[match.end() :]
        case 2:
            tag = match[0]
            if tag.startswith("<") and not tag.startswith("</") and not tag.endswith("/>"):
                copies = random.choice((2, 30, _MAX_DEPTH))
                name = re.match(r"<([A-Za-z:]+)", tag)
                close = f"</{name[1]}>" if name else ""
                return (
                    written[: match.start()]
                    + tag * copies
                    + close * (copies - 1)
                    + written[match.end() :]
                )
            return written[: match.start()] + tag * _MAX_COPIES + written[match.end() :]
        case 3:
            end = written.find(">", match.end()) + 1
            return written[:end] + written[match.start() : end] * 3 + written[end:]
        case _:
            return written[: match.start()] + f"<{match[0]}" + written[match.end() :]


def _bytes(written: str) -> bytes:
    return written.encode("utf-8", "surrogatepass")
