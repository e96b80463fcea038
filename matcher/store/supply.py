"""Counts of the patents of a scope, read in one statement that sees one state of the database."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    Connection,
    Integer,
    Select,
    String,
    Text,
    bindparam,
    case,
    cast,
    extract,
    func,
    literal,
    null,
    select,
    union_all,
)

from matcher.patents.rights import DAYS_PER_YEAR
from matcher.store.filters import asleep_on, open_licence_declared, status_on
from matcher.store.schema.catalogue import patent_ipc, patents
from matcher.types import LegalStatus, PatentRow

BANDS: Mapping[str, int] = {"0-2": 2, "2-5": 5, "5-10": 10, "10-15": 15}
"""Bands of years left, each with its upper end, which belongs to the next one."""
LAST_BAND, UNKNOWN_BAND = "15+", "unknown"
NO_FIELD = 0
"""Number of the field of patents without a technology field."""


@dataclass(frozen=True, slots=True)
class SupplyCount:
    """Number of patents with a value; a value of two parts is a pair."""

    value: str | None
    second: str | None
    patents: int
    in_force: int
    sleeping: int
    open_licence: int


Supply = Mapping[str, Sequence[SupplyCount]]
"""Counts by their kind: total, filed, granted, ipc, institution, status, years_left, team, parties,
field. A patent of two IPC subclasses counts under both; `parties` are JSON lists of owners, or
else applicants, of the patents that have several."""


def within(rows: Sequence[PatentRow]) -> ColumnElement[bool]:
    """Condition on `patents`: one of these rows, of which there may be thousands."""
    listed: BindParameter[list[int]] = bindparam(
        "rows", list(map(int, rows)), expanding=True, literal_execute=True
    )
    return patents.c.row.in_(listed)


def supply(
    connection: Connection, where: ColumnElement[bool], *, today: date, sleeping_months: int
) -> Supply:
    """Count the patents that meet the condition on `patents`."""
    scope = _scope(where, today, sleeping_months).cte("scope")
    counts: dict[str, list[SupplyCount]] = defaultdict(list)
    for row in connection.execute(union_all(*_members(scope))):
        counts[row.kind].append(SupplyCount(*row[1:]))
    return counts


def ids_within(
    connection: Connection, ids: Sequence[str], where: ColumnElement[bool]
) -> frozenset[str]:
    """Return those of the ids whose patents meet the condition on `patents`."""
    listed: BindParameter[list[str]] = bindparam("ids", list(ids), expanding=True)
    query = select(patents.c.id).where(patents.c.id.in_(listed), where)
    return frozenset(connection.execute(query).scalars()) if ids else frozenset()


def _scope(where: ColumnElement[bool], today: date, sleeping_months: int) -> Select[Any]:
    record = patents.c.record
    owners, applicants = record["owners"], record["applicants"]
    several = case(
        (func.json_array_length(owners) > 1, cast(owners, Text)),
        (func.json_array_length(owners) == 1, cast(null(), Text)),
        (func.json_array_length(applicants) > 1, cast(applicants, Text)),
        else_=cast(null(), Text),
    )
    return select(
        patents.c.row,
        status_on(today).label("status"),
        case((status_on(today) == LegalStatus.IN_FORCE.value, 1), else_=0).label("in_force"),
        case((asleep_on(today, sleeping_months), 1), else_=0).label("sleeping"),
        case((open_licence_declared(), 1), else_=0).label("open_licence"),
        cast(extract("year", patents.c.filing_date), Integer).label("filed"),
        cast(func.substr(record["grant_date"].as_string(), 1, 4), Integer).label("granted"),
        _band(today).label("years_left"),
        patents.c.institution,
        func.coalesce(record[("wipo_fields", 0)].as_integer(), NO_FIELD).label("field"),
        record[("team", "institution")].as_string().label("team_institution"),
        record[("team", "name")].as_string().label("team"),
        several.label("parties"),
    ).where(where)


def _band(today: date) -> ColumnElement[str | None]:
    """Band of the years left of a row; NULL for a lapsed right."""
    expiry = patents.c.expiry_date
    return case(
        (status_on(today) == LegalStatus.LAPSED.value, cast(null(), String)),
        (expiry.is_(None), UNKNOWN_BAND),
        *(
            (expiry < today + timedelta(days=years * DAYS_PER_YEAR), band)
            for band, years in BANDS.items()
        ),
        else_=LAST_BAND,
    )


def _members(scope: CTE) -> list[Select[Any]]:
    columns = scope.c
    of_ipc = scope.join(patent_ipc, patent_ipc.c.patent == columns.row)
    subclass = func.substr(patent_ipc.c.symbol, 1, 4)
    each = (
        select(subclass.label("subclass"), columns.row)
        .add_columns(columns.in_force, columns.sleeping, columns.open_licence)
        .select_from(of_ipc)
        .distinct()
        .subquery()
    )
    return [
        _total(scope),
        _counted("filed", columns.filed),
        _counted("granted", columns.granted),
        _counted("ipc", each.c.subclass),
        _counted("institution", columns.institution),
        _counted("status", columns.status),
        _counted("years_left", columns.years_left),
        _counted("field", columns.field),
        _counted("team", columns.team_institution, columns.team),
        _counted("parties", columns.parties),
    ]


def _total(scope: CTE) -> Select[Any]:
    nothing = cast(null(), String)
    columns: list[ColumnElement[Any]] = [
        _kind("total"),
        nothing.label("value"),
        nothing.label("second"),
        *_sums(scope.c),
    ]
    return select(*columns)


def _counted(
    kind: str, value: ColumnElement[Any], second: ColumnElement[Any] | None = None
) -> Select[Any]:
    """Select the counts of a kind by its value; patents without a value are left out.

    Only those without an institution are counted under NULL.
    """
    columns = value.table.c
    other = cast(null(), String) if second is None else second
    query = select(
        _kind(kind), cast(value, String).label("value"), other.label("second"), *_sums(columns)
    ).group_by(value, *([] if second is None else [second]))
    kept = value if second is None else second
    return query if kind == "institution" else query.where(kept.is_not(None))


def _kind(kind: str) -> ColumnElement[str]:
    return cast(literal(kind), String).label("kind")


def _sums(columns: Any) -> list[ColumnElement[int]]:
    marks = (columns.in_force, columns.sleeping, columns.open_licence)
    return [
        func.count(columns.row).label("patents"),
        *(func.coalesce(func.sum(mark), 0).label(mark.name) for mark in marks),
    ]
