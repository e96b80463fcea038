"""The tables of `headings.json`: aliases of our fields, unused columns and export formats."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from matcher.text.characters import BASIC_CHINESE, nfkc, simplified

Kind = Literal["patents", "teams", "needs"]
KINDS: tuple[Kind, ...] = ("patents", "needs", "teams")
"""Kinds of table that the tables have aliases for."""

MAX_HEADING_CHARACTERS = 100
"""Characters from which a cell is a text and no heading."""

_INVISIBLE = re.compile("[\u00ad\ufeff\u200b\u200e\u200f\\s]")
_TAGS = ("[标]", "[標]", "[st]")
"""Marks of PatSnap for a name that it standardised."""
_ITEM = re.compile(r"^(?:[\[(]\d{2}[\])]|\d{1,2}[.、])(?=.)")
"""Number in front of a heading: (54) of the standard ST.9, or that of a form."""
_SIGNS = re.compile(r"[_.:*·-]|\((?:必填|选填|required|optional)\)")
_TWO_LANGUAGES = re.compile(
    rf"(?P<other>[^{BASIC_CHINESE}]*[a-z][^{BASIC_CHINESE}]*?)[-/|(（\[\s]+(?P<chinese>[{BASIC_CHINESE}].*)"
    rf"|(?P<first>[{BASIC_CHINESE}][^a-z]*?)[-/|(（\[\s]+(?P<second>[^{BASIC_CHINESE}]*[a-z][^{BASIC_CHINESE}]*)"
)


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """An export tool's table, recognised by its headings."""

    at_least: int
    """Number of tell-tale headings that a table of this format has."""
    tell_tales: frozenset[str]
    aliases: Mapping[str, Sequence[str]]
    """Headings that take the place of the general ones, by field."""
    otherwise: Mapping[str, Sequence[str]]
    """Headings for a field that has no column under another heading."""
    name_separators: tuple[str, ...]
    """Separators between the names in a cell; the first that the column has counts."""
    office: str | None
    """Country code of the office whose numbers stand without one."""
    not_read: frozenset[str]
    """Further headings that we do not use."""


@dataclass(frozen=True, slots=True)
class HeadingTables:
    """The content of `headings.json`, its headings as `heading_key` gives them."""

    kinds: Mapping[Kind, Mapping[str, Sequence[str]]]
    """Aliases by field, for each kind of table."""
    formats: Mapping[str, ExportFormat]
    not_read: frozenset[str]
    aliases: frozenset[str]
    """All headings of a field of ours."""
    known: frozenset[str]
    """All headings; a column that we do not use still shows that a row is a heading row."""
    name_parts: frozenset[str]
    """Headings that, below a merged heading, mean no more than that: 名称 below 申请人."""


def normalise(heading: str) -> str:
    """Return a heading in NFKC and lower case, without blanks, invisible characters and [标]."""
    plain = _INVISIBLE.sub("", nfkc(heading)).lower()
    for tag in _TAGS:
        plain = plain.removeprefix(tag)
    return plain


def plain_heading(heading: str) -> str:
    """Return a heading normalised, in simplified characters."""
    return simplified(normalise(heading))


def heading_key(heading: str) -> str:
    """Return the form in which headings are compared: without item numbers, signs and notes."""
    plain = plain_heading(heading)
    return _SIGNS.sub("", _ITEM.sub("", plain)) or plain


def heading_keys(heading: str) -> list[str]:
    """Return the key of a heading; of one in two languages, as `Title-题名`, that of a known half.

    A half counts only if the half in another language is a heading of ours: the letters of
    `PCT 申请号` are none. A long text has no key.
    """
    if len(heading) > MAX_HEADING_CHARACTERS:
        return []
    key = heading_key(heading)
    tables = heading_tables()
    match = None if key in tables.known else _TWO_LANGUAGES.fullmatch(nfkc(heading).strip().lower())
    if match is None:
        return [key]
    other = heading_key((match["other"] or match["second"]).strip("()[] \n"))
    chinese = heading_key((match["chinese"] or match["first"]).strip("()[] \n"))
    if other not in tables.known:
        return [key]
    return [chinese if chinese in tables.known else other]


@cache
def heading_tables() -> HeadingTables:
    """Read the tables."""
    raw = json.loads(files(__package__).joinpath("headings.json").read_text("utf-8"))
    kinds = {kind: _keys_by_field(raw[kind]) for kind in KINDS}
    formats = {name: _export_format(rules) for name, rules in raw["formats"].items()}
    aliases = frozenset(_aliases(kinds, formats))
    not_read = frozenset(map(heading_key, raw["not_read"]))
    unused = not_read.union(*(rules.not_read for rules in formats.values()))
    name_parts = frozenset(map(heading_key, raw["name_parts"]))
    return HeadingTables(kinds, formats, not_read, aliases, aliases | unused, name_parts)


def _export_format(rules: Mapping[str, Any]) -> ExportFormat:
    return ExportFormat(
        at_least=rules["at_least"],
        tell_tales=frozenset(map(plain_heading, rules["tell_tales"])),
        aliases=_keys_by_field(rules.get("aliases", {})),
        otherwise=_keys_by_field(rules.get("otherwise", {})),
        name_separators=tuple(rules.get("name_separators", ())),
        office=rules.get("office"),
        not_read=frozenset(map(heading_key, rules.get("not_read", ()))),
    )


def _aliases(
    kinds: Mapping[Kind, Mapping[str, Sequence[str]]], formats: Mapping[str, ExportFormat]
) -> Iterator[str]:
    for aliases in kinds.values():
        for names in aliases.values():
            yield from names
    for rules in formats.values():
        for names in (*rules.aliases.values(), *rules.otherwise.values()):
            yield from names


def _keys_by_field(aliases: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {field: [heading_key(name) for name in names] for field, names in aliases.items()}
