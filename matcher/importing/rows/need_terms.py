"""Entries of forms for the publish scope and the modes of cooperation of a need."""

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from matcher.importing.headings.heading_tables import heading_key
from matcher.needs.record import Cooperation, PublishScope
from matcher.patents.licence_terms import read_list

_ITEM = re.compile(
    r"[①-⑳⑴-⒇]|(?<![\d.])[(（]?\d{1,2}\s*[.、．)）](?!\d)|[(（][一二三四五六七八九十][)）]"
    r"|(?<![一-龥])[一二三四五六七八九十]、|(?<![A-Za-z])[A-Fa-f]\s*[.、．]"
)
"""Number of an entry in a list."""
_AND = re.compile(r"\s+|或者?|以?及|[和与+＋&]|等$")
_YES_NO = re.compile(r"[是否xX\W_]+|\W*不?需要?\W*")


def read_publish_scope(entry: str) -> PublishScope | None:
    """Return the scope of an entry, such as 脱敏后公开; None for an unknown one."""
    scope = _entries("publish_scope").get(heading_key(entry))
    return None if scope is None else PublishScope(scope)


def read_cooperation(entry: str) -> Cooperation | None:
    """Return the mode of an entry, such as 产学研合作; None for an unknown one."""
    mode = _entries("cooperation").get(heading_key(entry))
    return None if mode is None else Cooperation(mode)


def cooperation_entries(written: str) -> tuple[str, ...]:
    """Return the entries of a list, numbered or not: ①委托研发②合作研发, 委托研发 技术转让."""
    entries: list[str] = []
    for entry in map(str.strip, read_list(_ITEM.sub("；", written))):
        words = entry.split()
        if read_cooperation(entry) is None and any(map(read_cooperation, words)):
            entries += words
        else:
            entries.append(entry)
    return tuple(word for entry in entries for word in _joined_entries(entry))


def _joined_entries(entry: str) -> list[str]:
    """Return the parts of 委托研发或合作研发 if each is a mode, else the entry as it is."""
    parts = [part for part in _AND.split(entry) if part]
    is_list = read_cooperation(entry) is None and all(map(read_cooperation, parts))
    return parts if is_list else [entry]


def scope_entry(label: str, written: str) -> str:
    """Return the entry under a label of the publish scope; 是 under 是否保密 means 保密."""
    key = heading_key(label)
    if not re.search("保密|涉密", key) or "范围" in key or not _YES_NO.fullmatch(written):
        return written
    return re.sub(
        "不需要?|否|是|需要?",
        lambda match: "不保密" if match[0][0] in "不否" else "保密",
        written,
    )


@cache
def _entries(term: str) -> Mapping[str, str]:
    table: dict[str, Any] = json.loads(
        files(__package__).joinpath("need_terms.json").read_text("utf-8")
    )
    return {
        heading_key(entry): value
        for value, entries in table[term].items()
        for entry in (value, *entries)
    }
