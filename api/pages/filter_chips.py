"""Filters as chips: the values of each facet with the number of patents behind it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from api.schemas.requests import FilterFields
from matcher.labels import FILTER, INDUSTRY, STATUS, TYPE, label
from matcher.language.messages import _, ngettext
from matcher.patents.ipc_titles import ipc_title
from matcher.search.catalogue_facets import FacetCount
from matcher.types import Filters, LegalStatus, PatentType

MAX_CHIPS = 8
"""Chips of a facet that are shown at once; the rest opens on demand."""


@dataclass(frozen=True, slots=True)
class Chip:
    """One value of a filter that can be switched on and off."""

    field: str
    value: str
    text: str
    count: int | None
    is_on: bool


@dataclass(frozen=True, slots=True)
class ChipGroup:
    """The chips of one filter."""

    title: str
    chips: Sequence[Chip]
    more: Sequence[Chip] = ()
    """Chips behind the first ones."""
    kind: Literal["checkbox", "radio"] = "checkbox"
    """`radio` if one value excludes the others."""


def chip_groups(
    chosen: FilterFields, facets: Mapping[str, Sequence[FacetCount]]
) -> list[ChipGroup]:
    """Return the chips of each filter under the chosen ones; a filter without values has none."""
    filters = chosen.to_filters()
    groups = [
        ChipGroup(label(FILTER["industries"]), _industries(filters, facets["industries"])),
        ChipGroup(label(FILTER["legal_status"]), _statuses(filters, facets["legal_status"])),
        ChipGroup(_("Licence and use"), list(_flags(filters, facets))),
        ChipGroup(
            label(FILTER["min_years_left"]), _years(filters, facets["min_years_left"]), kind="radio"
        ),
        _group("institutions", filters.institutions, facets["institutions"]),
        _group("patent_types", filters.patent_types, facets["patent_types"], _type_name),
        _group("regions", filters.regions, facets["regions"]),
        _group("ipc_prefixes", filters.ipc_prefixes, facets["ipc"], _ipc_name),
        ChipGroup(_("Further filters"), list(_further(filters))),
    ]
    return [group for group in groups if group.chips]


def _industries(filters: Filters, counts: Sequence[FacetCount]) -> list[Chip]:
    known = {str(count.value): count.count for count in counts}
    return [
        Chip(
            "industries",
            code,
            label(INDUSTRY[code]),
            known.get(code, 0),
            code in filters.industries,
        )
        for code in INDUSTRY
        if code in known or code in filters.industries
    ]


def _statuses(filters: Filters, counts: Sequence[FacetCount]) -> list[Chip]:
    known = {str(count.value): count.count for count in counts}
    return [
        Chip("legal_status", status, label(STATUS[status]), known.get(status, 0), is_on)
        for status in LegalStatus
        if (is_on := status in filters.legal_status) or status in known
    ]


def _flags(filters: Filters, facets: Mapping[str, Sequence[FacetCount]]) -> Iterator[Chip]:
    for name, text in (("open_licence", _("open licence")), ("sleeping", _("sleeping"))):
        count = next((count.count for count in facets[name] if count.value is True), 0)
        is_on = getattr(filters, name) is True
        if count or is_on:
            yield Chip(name, "true", text, count, is_on)


def _years(filters: Filters, counts: Sequence[FacetCount]) -> list[Chip]:
    chosen = filters.min_years_left
    known: dict[float, int | None] = {float(count.value): count.count for count in counts}
    if chosen is not None:
        known.setdefault(chosen, None)
    return [
        Chip("min_years_left", "", _("any"), None, chosen is None),
        *(
            Chip(
                "min_years_left",
                f"{years:g}",
                ngettext("{n:g} year and more", "{n:g} years and more", years),
                known[years],
                chosen == years,
            )
            for years in sorted(known)
        ),
    ]


def _further(filters: Filters) -> Iterator[Chip]:
    """Yield the filters of an address that no facet shows: they are seen, and can be taken out."""
    if filters.filed_after is not None:
        text = _("filed from {day}", day=filters.filed_after)
        yield Chip("filed_after", filters.filed_after.isoformat(), text, None, True)
    if filters.open_licence is False:
        yield Chip("open_licence", "false", _("no open licence"), None, True)
    if filters.sleeping is False:
        yield Chip("sleeping", "false", _("not sleeping"), None, True)
    for name, values in (("pools", filters.pools), ("alliances", filters.alliances)):
        for value in values:
            yield Chip(name, value, f"{label(FILTER[name])} {value}", None, True)


def _group(
    field: str,
    chosen: Sequence[str],
    counts: Sequence[FacetCount],
    name: Callable[[str], str] = str,
) -> ChipGroup:
    """Return the chips of a filter with any number of values, the chosen ones first."""
    chips = [
        Chip(field, value, name(value), count.count, value in chosen)
        for count in counts
        for value in (str(count.value),)
    ]
    known = {chip.value for chip in chips}
    others = [Chip(field, value, name(value), None, True) for value in chosen if value not in known]
    first = [*others, *(chip for chip in chips if chip.is_on)]
    rest = [chip for chip in chips if not chip.is_on]
    shown = max(0, MAX_CHIPS - len(first))
    return ChipGroup(label(FILTER[field]), [*first, *rest[:shown]], rest[shown:])


def _type_name(value: str) -> str:
    return label(TYPE[PatentType(value)])


def _ipc_name(value: str) -> str:
    return f"{value} {label(ipc_title(value))}"
