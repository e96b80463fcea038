"""Lists that hold neither patents nor needs (papers, trade marks), told by their headings."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from matcher.importing.headings.heading_tables import heading_key
from matcher.language.choice import current_language


@dataclass(frozen=True, slots=True)
class OtherList:
    """A kind of list of other things than patents and needs."""

    what: Mapping[str, str]
    """Contents of the list, by language."""
    instead: Mapping[str, str]
    """Advice on another list, by language."""
    at_least: int
    tell_tales: frozenset[str]
    has_numbers: bool
    """True if it has numbers of its own under headings that patents use as well."""

    def description(self) -> str:
        """Return what the list holds, in the language of the moment."""
        return self.what[current_language()]

    def advice(self) -> str:
        """Return what to do instead, in the language of the moment."""
        return self.instead[current_language()]


def find_other_list(headings: Sequence[str], *, has_patent_numbers: bool) -> OtherList | None:
    """Return the kind of list that has these headings; None for another table.

    `has_patent_numbers` is True if a column is headed as numbers of patents are.
    """
    present = {key for heading in headings for key in _keys(heading)}
    margins = {
        index: len(present & other.tell_tales) - other.at_least
        for index, other in enumerate(_lists())
        if other.has_numbers or not has_patent_numbers
    }
    best = max(margins, key=lambda index: margins[index])
    return _lists()[best] if margins[best] >= 0 else None


def _keys(heading: str) -> Iterator[str]:
    """Yield the keys of a heading and, as in Source-文献来源, of its halves."""
    for part in (heading, *heading.split("-", 1)):
        if part.strip():
            yield heading_key(part)


@cache
def _lists() -> tuple[OtherList, ...]:
    raw = json.loads(files(__package__).joinpath("other_lists.json").read_text("utf-8"))
    return tuple(
        OtherList(
            what=rules["what"],
            instead=rules["instead"],
            at_least=rules["at_least"],
            tell_tales=frozenset(map(heading_key, rules["tell_tales"])),
            has_numbers=rules.get("has_numbers", False),
        )
        for rules in raw["lists"]
    )
