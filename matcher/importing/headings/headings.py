"""Recognition of columns, kind of table and export format by the headings of a sheet."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from matcher.errors import InputError
from matcher.importing.headings.heading_tables import (
    KINDS,
    ExportFormat,
    Kind,
    heading_key,
    heading_keys,
    heading_tables,
    normalise,
    plain_heading,
)
from matcher.labels import listed
from matcher.language.messages import _

__all__ = ["KINDS", "Kind", "Layout", "normalise", "recognise"]

_PATENT_SIGNS = frozenset(
    {"application_number", "publication_number", "ipc_main", "ipc_all"}
    | {"claims_first", "claims_independent", "claims_all"}
)
_WEAK_PATENT_SIGNS = frozenset({"applicant", "owner", "inventors", "filing_date"})
_COMMON_SIGNS = frozenset({"abstract", "patent_type"})
"""Fields of a patent whose headings (简介, 类型) lists of needs have as well."""
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
    unknown: tuple[int, ...] = ()
    """Columns whose heading is none of ours; those without a heading are among them."""
    unused: tuple[int, ...] = ()
    """Columns that are known, and hold nothing that we use."""
    name_separators: tuple[str, ...] = ()
    """Separators between names that the export format uses, the usual one first."""
    office: str | None = None
    """Country code of the office whose numbers the format gives without one."""


def recognise(headings: Sequence[str], mapping: Mapping[str, str]) -> Layout | None:
    """Return the layout of a sheet with these headings; None where they fit no kind of table.

    `mapping` gives the heading of some fields; it takes precedence over the alias table.
    """
    indices = _column_indices(headings)
    name = recognise_format(plain_heading(heading) for heading in headings if heading)
    export = heading_tables().formats[name] if name else None
    columns = {kind: _columns(indices, kind, export, mapping) for kind in KINDS}
    kind = _kind(columns)
    if kind is None:
        return None
    unknown, unused = _unread(headings, columns[kind], export)
    return Layout(
        kind,
        name or "custom",
        tuple(headings),
        columns[kind],
        unknown,
        unused,
        export.name_separators if export else (),
        export.office if export else None,
    )


def recognise_format(plain_headings: Iterable[str]) -> str | None:
    """Return the export format of a table with these headings; None if none fits.

    Of several, that with the most tell-tale headings beyond its least number.
    """
    present = set(plain_headings)
    margins = {
        name: len(present & rules.tell_tales) - rules.at_least
        for name, rules in heading_tables().formats.items()
    }
    name = max(margins, key=lambda name: margins[name])
    return name if margins[name] >= 0 else None


def count_known(headings: Iterable[str], mapping: Mapping[str, str]) -> int:
    """Count the cells that are known headings; most of all in a heading row."""
    known = heading_tables().known | {heading_key(heading) for heading in mapping.values()}
    return sum(
        1 for heading in headings if heading and any(key in known for key in heading_keys(heading))
    )


def field_of(kind: Kind, heading: str) -> str | None:
    """Return the field that a heading means in a table of this kind; None for an unknown one."""
    names = {heading_key(heading), *heading_keys(heading)}
    for field, aliases in heading_tables().kinds[kind].items():
        if heading_key(field) in names or not names.isdisjoint(aliases):
            return field
    return None


def read_mapping(mapping: Mapping[str, str], kind: Kind | None = None) -> dict[str, str]:
    """Return the mapping by field names; a field may be given by its heading in the template.

    Raises InputError for an unknown field, or one that a table of this kind does not have.
    """
    named: dict[str, str] = {}
    for name, heading in mapping.items():
        field = field_of(kind, name) if kind else _field_named(name)
        if field is None:
            raise InputError(
                _(
                    "--map {name}={heading}: there is no field {name!r}; the fields are {fields}",
                    name=name,
                    heading=heading,
                    fields=listed(_field_names(kind or "patents")),
                )
            )
        named[field] = heading
    return named


def check_mapping(mapping: Mapping[str, str], layouts: Sequence[Layout], file: str) -> None:
    """Raise InputError for a mapped heading that no sheet of the file has."""
    present = {heading_key(heading) for layout in layouts for heading in layout.headings}
    for field, heading in mapping.items():
        if heading_key(heading) not in present:
            headings = listed(h for layout in layouts for h in layout.headings if h)
            raise InputError(
                _(
                    "{file}: --map {field}={heading}: no column is headed {heading!r}; "
                    "the headings are {headings}",
                    file=file,
                    field=field,
                    heading=heading,
                    headings=headings,
                )
            )


def _column_indices(headings: Sequence[str]) -> dict[str, list[int]]:
    """Column indices by the key of the heading."""
    indices: dict[str, list[int]] = defaultdict(list)
    for index, heading in enumerate(headings):
        for key in dict.fromkeys([heading_key(heading), *heading_keys(heading)]) if heading else ():
            indices[key].append(index)
    return indices


def _columns(
    indices: Mapping[str, Sequence[int]],
    kind: Kind,
    export: ExportFormat | None,
    mapping: Mapping[str, str],
) -> dict[str, tuple[int, ...]]:
    own = export.aliases if export else {}
    otherwise = export.otherwise if export else {}
    mapped = {heading_key(heading) for heading in mapping.values()}
    columns: dict[str, tuple[int, ...]] = {}
    for field, aliases in heading_tables().kinds[kind].items():
        choices = [own.get(field, aliases), otherwise.get(field, ())]
        names = [[name for name in choice if name not in mapped] for choice in choices]
        if field in mapping:
            names = [[heading_key(mapping[field])]]
        for keys in names:
            if found := tuple(index for key in keys for index in indices.get(key, ())):
                columns[field] = found
                break
    return columns


def _unread(
    headings: Sequence[str],
    columns: Mapping[str, Sequence[int]],
    export: ExportFormat | None,
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the columns that nothing reads: the unknown ones, and those known to be of no use."""
    read = {index for indices in columns.values() for index in indices}
    not_read = heading_tables().not_read | (export.not_read if export else frozenset())
    unread = [index for index in range(len(headings)) if index not in read]
    unused = {
        index for index in unread if headings[index] and heading_key(headings[index]) in not_read
    }
    return tuple(index for index in unread if index not in unused), tuple(sorted(unused))


def _kind(columns: Mapping[Kind, Mapping[str, tuple[int, ...]]]) -> Kind | None:
    """Return the kind of table.

    A patent has a title and a number, text or class; a need a description; a team an institution.
    """
    patent, need, team = columns["patents"].keys(), columns["needs"].keys(), columns["teams"].keys()
    if ("title" in patent and patent & _PATENT_SIGNS) or "application_number" in patent:
        return "patents"
    is_need = bool(need & _NEED_SIGNS) or ("title" in need and bool(need & _WEAK_NEED_SIGNS))
    if "title" in patent and patent & _COMMON_SIGNS and not need & _NEED_SIGNS:
        return "patents"
    if is_need:
        return "needs"
    if {"institution", "team"} <= team:
        return "teams"
    if "title" in patent and patent & _WEAK_PATENT_SIGNS:
        return "patents"
    return None


def _field_names(kind: Kind) -> Iterator[str]:
    """Yield the names of the fields, with the preferred Chinese heading."""
    for field, aliases in heading_tables().kinds[kind].items():
        chinese = next((alias for alias in aliases if not alias.isascii()), None)
        yield f"{field} ({chinese})" if chinese else field


def _field_named(name: str) -> str | None:
    return next((field for kind in KINDS if (field := field_of(kind, name))), None)
