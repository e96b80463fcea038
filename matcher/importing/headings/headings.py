"""Recognition of columns, kind of table and export format by the headings of a sheet."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from matcher.errors import InputError
from matcher.text.characters import nfkc

Kind = Literal["patents", "teams", "needs"]
KINDS: tuple[Kind, ...] = ("patents", "needs", "teams")
"""Kinds of table that `recognise` distinguishes."""

_INVISIBLE = re.compile("[\u00ad\ufeff\u200b\u200e\u200f\\s]")
_PATENT_SIGNS = frozenset(
    {"application_number", "publication_number", "abstract", "ipc_main", "ipc_all"}
    | {"claims_first", "claims_independent", "claims_all", "patent_type"}
)
_WEAK_PATENT_SIGNS = frozenset({"applicant", "owner", "inventors", "filing_date"})
_NEED_SIGNS = frozenset({"text", "problem", "indicators", "goal"})
_WEAK_NEED_SIGNS = frozenset({"enterprise", "keywords", "budget", "cooperation"})


@dataclass(frozen=True, slots=True)
class Layout:
    """Kind, export format and columns of a sheet."""

    kind: str
    """One of KINDS, or the kind of a programme record."""
    format: str
    """Name of the export format, or `custom`."""
    headings: tuple[str, ...]
    columns: Mapping[str, tuple[int, ...]]
    """Column indices by field, the preferred column first."""


def normalise(heading: str) -> str:
    """Return a heading in NFKC and lower case, without blanks, invisible characters and [标]."""
    plain = _INVISIBLE.sub("", nfkc(heading))
    return plain.removeprefix("[标]").lower()


def recognise(headings: Sequence[str], mapping: Mapping[str, str]) -> Layout | None:
    """Return the layout of a sheet with these headings; None where they fit no kind of table.

    `mapping` gives the heading of some fields; it takes precedence over the alias table.
    """
    indices = _column_indices(headings)
    export = recognise_format(indices)
    columns = {kind: _columns(indices, kind, export, mapping) for kind in KINDS}
    kind = _kind(columns)
    if kind is None:
        return None
    return Layout(kind, export or "custom", tuple(headings), columns[kind])


def recognise_format(normalised: Iterable[str]) -> str | None:
    """Return the export format with the most tell-tale headings among these; None if too few."""
    present = set(normalised)
    scores = {
        name: (len(present & rules["tell_tales"]), rules["at_least"])
        for name, rules in _tables()["formats"].items()
    }
    fitting = {name: count for name, (count, minimum) in scores.items() if count >= minimum}
    return max(fitting, key=lambda name: fitting[name]) if fitting else None


def count_known(headings: Iterable[str], mapping: Mapping[str, str]) -> int:
    """Count the cells that are known headings; most of all in a heading row."""
    known = _tables()["known"] | {normalise(heading) for heading in mapping.values()}
    return sum(1 for heading in headings if heading and normalise(heading) in known)


def field_of(kind: Kind, heading: str) -> str | None:
    """Return the field that a heading means in a table of this kind; None for an unknown one."""
    name = normalise(heading)
    for field, aliases in _tables()[kind].items():
        if name == field or name in aliases:
            return str(field)
    return None


def read_mapping(mapping: Mapping[str, str]) -> dict[str, str]:
    """Return the mapping by field names; a field may be given by its heading in the template.

    Raises InputError for an unknown field.
    """
    named: dict[str, str] = {}
    for name, heading in mapping.items():
        field = _field_named(name)
        if field is None:
            raise InputError(
                f"--map {name}={heading}: there is no field {name!r}; the fields are "
                + ", ".join(_tables()["patents"])
            )
        named[field] = heading
    return named


def check_mapping(mapping: Mapping[str, str], layouts: Sequence[Layout], file: str) -> None:
    """Raise InputError for a mapped heading that no sheet of the file has."""
    present = {normalise(heading) for layout in layouts for heading in layout.headings}
    for field, heading in mapping.items():
        if normalise(heading) not in present:
            headings = "、".join(h for layout in layouts for h in layout.headings if h)
            raise InputError(
                f"{file}: --map {field}={heading}: no column is headed {heading!r}; "
                f"the headings are {headings}"
            )


def _column_indices(headings: Sequence[str]) -> dict[str, list[int]]:
    """Column indices by normalised heading."""
    indices: dict[str, list[int]] = defaultdict(list)
    for index, heading in enumerate(headings):
        if heading and (name := normalise(heading)):
            indices[name].append(index)
    return indices


def _columns(
    indices: Mapping[str, Sequence[int]], kind: Kind, export: str | None, mapping: Mapping[str, str]
) -> dict[str, tuple[int, ...]]:
    tables = _tables()
    own = tables["formats"][export]["aliases"] if export else {}
    mapped = {normalise(heading) for heading in mapping.values()}
    columns: dict[str, tuple[int, ...]] = {}
    for field, aliases in tables[kind].items():
        if field in mapping:
            names = [normalise(mapping[field])]
        else:
            names = [name for name in own.get(field, aliases) if name not in mapped]
        if field_columns := tuple(index for name in names for index in indices.get(name, ())):
            columns[field] = field_columns
    return columns


def _kind(columns: Mapping[Kind, Mapping[str, tuple[int, ...]]]) -> Kind | None:
    """Return the kind of table.

    A patent has a title and a number, text or class; a need a description; a team an institution.
    """
    patent, need, team = columns["patents"].keys(), columns["needs"].keys(), columns["teams"].keys()
    if ("title" in patent and patent & _PATENT_SIGNS) or "application_number" in patent:
        return "patents"
    if need & _NEED_SIGNS or ("title" in need and need & _WEAK_NEED_SIGNS):
        return "needs"
    if {"institution", "team"} <= team:
        return "teams"
    if "title" in patent and patent & _WEAK_PATENT_SIGNS:
        return "patents"
    return None


def _field_named(name: str) -> str | None:
    return next((field for kind in KINDS if (field := field_of(kind, name))), None)


@cache
def _tables() -> dict[str, Any]:
    """Read the alias table, its headings normalised, with the set of all known headings."""
    raw = json.loads(files(__package__).joinpath("headings.json").read_text("utf-8"))
    tables: dict[str, Any] = {kind: _normalised(raw[kind]) for kind in KINDS}
    tables["formats"] = {
        name: {
            "at_least": rules["at_least"],
            "tell_tales": {normalise(heading) for heading in rules["tell_tales"]},
            "aliases": _normalised(rules.get("aliases", {})),
        }
        for name, rules in raw["formats"].items()
    }
    lists = [a for kind in KINDS for a in tables[kind].values()]
    lists += [a for rules in tables["formats"].values() for a in rules["aliases"].values()]
    # Headings of columns that we do not read still show that a row is a heading row.
    tables["known"] = {name for aliases in lists for name in aliases}
    tables["known"] |= {normalise(heading) for heading in raw["not_read"]}
    return tables


def _normalised(aliases: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {field: [normalise(name) for name in names] for field, names in aliases.items()}
