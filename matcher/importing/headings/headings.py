"""Which of our fields each column holds, and which tool wrote the file: told by the headings."""

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from matcher.errors import InputError

Kind = Literal["patents", "teams", "needs"]
KINDS: tuple[Kind, ...] = ("patents", "needs", "teams")

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
    """What the columns of a sheet hold."""

    kind: str
    """One of KINDS, or the kind of a record of the programme."""
    format: str
    headings: tuple[str, ...]
    columns: Mapping[str, tuple[int, ...]]
    """For each of our fields its columns, the preferred one first."""


def normalise(heading: str) -> str:
    """NFKC, without blanks, invisible characters and a leading [标], in lower case."""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", heading))
    return plain.removeprefix("[标]").lower()


def recognise(headings: Sequence[str], mapping: Mapping[str, str]) -> Layout | None:
    """The layout of a sheet with these headings, None where they are not those of a table of ours.

    `mapping` names, for some of our fields, the heading that holds them; it goes before all else.
    """
    places = _places(headings)
    export = recognise_format(places)
    columns = {kind: _columns(places, kind, export, mapping) for kind in KINDS}
    kind = _kind(columns)
    if kind is None:
        return None
    return Layout(kind, export or "custom", tuple(headings), columns[kind])


def recognise_format(normalised: Iterable[str]) -> str | None:
    """The export whose tell-tale headings are most among these, if they are enough."""
    present = set(normalised)
    scores = {
        name: (len(present & rules["tell_tales"]), rules["at_least"])
        for name, rules in _tables()["formats"].items()
    }
    fitting = {name: count for name, (count, least) in scores.items() if count >= least}
    return max(fitting, key=lambda name: fitting[name]) if fitting else None


def count_known(headings: Iterable[str], mapping: Mapping[str, str]) -> int:
    """How many of the cells are headings that we know; tells a heading row from others."""
    wanted = {normalise(heading) for heading in mapping.values()}
    known = _tables()["known"] | wanted
    return sum(1 for heading in headings if heading and normalise(heading) in known)


def field_of(kind: Kind, heading: str) -> str | None:
    """Our field that a heading names in a table of this kind, None where it names none."""
    wanted = normalise(heading)
    for field, aliases in _tables()[kind].items():
        if wanted == field or wanted in aliases:
            return str(field)
    return None


def read_mapping(mapping: Mapping[str, str]) -> dict[str, str]:
    """The mapping with our fields by their names, which may be given as headings of our template.

    Raises InputError for a field that we do not have.
    """
    named: dict[str, str] = {}
    for field, heading in mapping.items():
        found = _field_named(field)
        if found is None:
            raise InputError(
                f"--map {field}={heading}: there is no field {field!r}; the fields are "
                + ", ".join(_tables()["patents"])
            )
        named[found] = heading
    return named


def check_mapping(mapping: Mapping[str, str], layouts: Sequence[Layout], file: str) -> None:
    """Raise InputError for a mapped heading that stands in no sheet of the file."""
    present = {normalise(heading) for layout in layouts for heading in layout.headings}
    for field, heading in mapping.items():
        if normalise(heading) not in present:
            seen = "、".join(h for layout in layouts for h in layout.headings if h)
            raise InputError(
                f"{file}: --map {field}={heading}: no column is headed {heading!r}; "
                f"the headings are {seen}"
            )


def _places(headings: Sequence[str]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = defaultdict(list)
    for place, heading in enumerate(headings):
        if heading and (name := normalise(heading)):
            places[name].append(place)
    return places


def _columns(
    places: Mapping[str, Sequence[int]], kind: Kind, export: str | None, mapping: Mapping[str, str]
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
        found = tuple(place for name in names for place in places.get(name, ()))
        if found:
            columns[field] = found
    return columns


def _kind(columns: Mapping[Kind, Mapping[str, tuple[int, ...]]]) -> Kind | None:
    """A patent has a title and a number, text or class; a need says something; a team a home."""
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
    """The alias table with its headings normalised, and the set of all known headings."""
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
