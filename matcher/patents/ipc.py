"""IPC symbols, and the tags derived from them: four industries and WIPO's 35 technology fields."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files

from matcher.labels import Label
from matcher.text.characters import nfkc

_SYMBOL = re.compile(
    r"(?<![A-Z])(?P<subclass>[A-HY]\d{2}[A-Z])"
    r"(?:[\s/-]*(?P<group>\d{1,4})(?:\s*(?:/|[-:·_](?!\d{4}\.\d)|(?<!\d{4})\.)\s*(?P<subgroup>\d{2,6}))?)?(?!\d)"
    r"|(?<![\dA-Z/.-])(?P<further>\d{1,3})\s*[/-]\s*(?P<subgroup_of_further>\d{2,6})(?![\d/])"
    r"|(?<=\d)\s*[,、]\s*(?P<subgroup_alone>\d{2,6})(?!\d|\s*[/.-]|[A-Z])"
)
"""A symbol, a further group of the subclass before it: `H01M10/0525, 10/42`, or a further subgroup
of the group: `H01M10/0525,42`."""
_PLAIN = re.compile(r"\s*([A-HY]\d{2}[A-Z])(\d{1,4})/(\d{2,6})\s*", re.ASCII)
"""One symbol, and nothing else."""
_SLASHES = str.maketrans("\u2044\u2215\u29f8\\", "////")
"""Fraction slash, division slash, big solidus and the slash of paths, for the one of symbols."""
_PADDED = re.compile(r"(?<![A-Z0-9])([A-HY]\d{2}[A-Z])\s?(\d{4})(\d{6})(?!\d)")
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_VERSION = re.compile(
    r"[(\[]\s*\d{4}\.\d{2}\s*[)\]]\s*[A-Z]{0,2}(?![A-Z0-9])"
    r"|[(\[]\s*\d{4}\.\d{2}\s*[)\]]"
    r"|(?<![A-Z0-9])\d{8}[A-Z]{1,3}(?:\d{8}[A-Z]{0,4})?(?![A-Z0-9])"
    r"|[(\[](?:[A-Z]{2}|[IA]{1,3})[)\]]"
)
"""Version of the scheme behind a symbol: (2006.01)I, 20060101ALI20200101BHCN; office (EP)."""

MAIN_WEIGHT = 1.0
"""Weight of the main symbol."""
OTHER_WEIGHT = 0.5
"""Weight of each further symbol."""
SHARED_SHARE = 0.5
"""Share of a symbol's weight for a prefix that several industries share."""
MIN_TAG_WEIGHT = 0.5
"""Weight of an industry tag: a core prefix of any symbol, or a shared one of the main symbol or of
two others."""


def read_symbols(cell: str) -> list[str]:
    """Read the symbols of a cell in order, without versions, padding and repetition.

    `H01M0004/36`, `H01M-004/36`, `H01M4/36(2006.01)I` and `H01M0004360000` are all `H01M4/36`; a
    group without a subclass belongs to the subclass before it; a subclass alone (`H01M`) is kept,
    a section or class alone is no symbol.
    """
    return list(_read_symbols(cell))


@lru_cache(maxsize=4096)
def _read_symbols(cell: str) -> tuple[str, ...]:
    plain = [_plain_symbol(part) for part in cell.split(";")]
    if all(plain):
        return tuple(dict.fromkeys(plain))
    text = _DASHES.sub("-", nfkc(cell).upper().translate(_SLASHES))
    text = _VERSION.sub(" ", text)
    text = _PADDED.sub(r"\1\2/\3", text)
    symbols: list[str] = []
    subclass = group = ""
    for match in _SYMBOL.finditer(text):
        subclass = match["subclass"] or subclass
        if not match["subgroup_alone"]:
            group = match["group"] or match["further"] or ""
        elif not group:
            continue
        subgroup = (
            match["subgroup"] or match["subgroup_of_further"] or match["subgroup_alone"] or ""
        )
        if subclass:
            symbols.append(_canonical(subclass, group, subgroup))
    return tuple(dict.fromkeys(symbols))


def main_first(main: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    """Return all symbols, the main one first; finer symbols replace a broader main one.

    Exports often give the main classification as a subclass, and the full symbols elsewhere.
    """
    symbols = list(dict.fromkeys([*main, *others]))
    head = symbols[0] if main and symbols else ""
    symbols.sort(key=lambda symbol: not _covers(head, symbol) if head else False)
    return tuple(
        symbol
        for symbol in symbols
        if not any(symbol != finer and _covers(symbol, finer) for finer in symbols)
    )


def industries(symbols: Sequence[str]) -> tuple[str, ...]:
    """Return the codes of the industries (NGIT, NM, HEM, BIO) of the symbols, the heaviest first.

    The first symbol is the main one. Of each symbol the longest prefix counts, over all industries.
    """
    weights: dict[str, float] = defaultdict(float)
    for index, symbol in enumerate(symbols):
        weight = MAIN_WEIGHT if index == 0 else OTHER_WEIGHT
        for industry, share in _industries_of(symbol):
            weights[industry] += weight * share
    order = list(industry_names())
    tagged = [industry for industry in order if weights[industry] >= MIN_TAG_WEIGHT]
    return tuple(sorted(tagged, key=lambda industry: -weights[industry]))


def wipo_fields(symbols: Iterable[str]) -> tuple[int, ...]:
    """Return the technology fields (1 to 35) of the symbols, that of the main symbol first."""
    fields = [field for symbol in symbols for field in _fields_of(symbol)]
    return tuple(dict.fromkeys(fields))


@cache
def industry_names() -> Mapping[str, str]:
    """Return the Chinese name of each industry code."""
    return {code: str(entry["name"]) for code, entry in _table("industries.json").items()}


@cache
def field_labels() -> Mapping[int, Label]:
    """Return the name of each WIPO field in Chinese, in our own words, and in English."""
    return {
        int(code): {"zh": str(entry["chinese"]), "en": str(entry["name"])}
        for code, entry in _table("wipo_fields.json").items()
    }


def _canonical(subclass: str, group: str, subgroup: str) -> str:
    if not group or not int(group):
        return subclass
    if not subgroup:
        return f"{subclass}{int(group)}"
    trimmed = subgroup.rstrip("0")
    return f"{subclass}{int(group)}/{trimmed.ljust(2, '0')}"


def _covers(prefix: str, symbol: str) -> bool:
    """True if the symbol is the prefix or lies below it; G03F7 covers G03F7/20, not G03F70/00."""
    if not symbol.startswith(prefix):
        return False
    rest = symbol[len(prefix) :]
    return not rest or len(prefix) == 4 or rest.startswith("/")


@lru_cache(maxsize=4096)
def _plain_symbol(text: str) -> str:
    """Return the symbol that a text is, in its canonical form; empty for any other text."""
    match = _PLAIN.fullmatch(text)
    return _canonical(match[1], match[2], match[3]) if match else ""


@lru_cache(maxsize=4096)
def _industries_of(symbol: str) -> list[tuple[str, float]]:
    return _longest(symbol, _industry_prefixes())


@lru_cache(maxsize=4096)
def _fields_of(symbol: str) -> list[int]:
    return [int(field) for field, _ in _longest(symbol, _field_prefixes())]


def _longest(
    symbol: str, prefixes: Mapping[str, list[tuple[str, float]]]
) -> list[tuple[str, float]]:
    """Tags, each with its share, of the longest prefix that covers the symbol."""
    group = symbol.split("/")[0]
    for end in range(len(group), 3, -1):
        if (tags := prefixes.get(group[:end])) and _covers(group[:end], symbol):
            return tags
    return []


@cache
def _industry_prefixes() -> Mapping[str, list[tuple[str, float]]]:
    prefixes: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for code, entry in _table("industries.json").items():
        for kind, share in (("core", 1.0), ("shared", SHARED_SHARE)):
            for prefix in entry[kind]:
                prefixes[prefix].append((code, share))
    return prefixes


@cache
def _field_prefixes() -> Mapping[str, list[tuple[str, float]]]:
    return {
        prefix: [(code, 1.0)]
        for code, entry in _table("wipo_fields.json").items()
        for prefix in entry["prefixes"]
    }


def _table(name: str) -> dict[str, dict[str, list[str]]]:
    table = json.loads(files(__package__).joinpath(name).read_text("utf-8"))
    del table["about"]
    return dict(table)
