"""Counts of a scope agree with what the filters give, for any catalogue."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, true

from matcher.patents.rights import effective_status, years_left
from matcher.store import patents
from matcher.store.database import Store
from matcher.store.filters import all_of, conditions
from matcher.store.supply import SupplyCount, ids_within, supply, within
from matcher.types import Filters, LegalStatus, Patent, PatentRow
from tests.support.samples import ALL, BEARING, GRIPPER, SEPARATOR, TODAY, sibling


def read(connection: Connection, **chosen: object) -> Mapping[str, list[SupplyCount]]:
    filters = Filters(legal_status=frozenset(LegalStatus), **chosen)  # type: ignore[arg-type]
    where = all_of(conditions(filters, TODAY, 24))
    counts = supply(connection, where, today=TODAY, sleeping_months=24)
    return {kind: list(values) for kind, values in counts.items()}


def numbers(counts: list[SupplyCount]) -> dict[str | None, int]:
    return {count.value: count.patents for count in counts}


def variants() -> st.SearchStrategy[Patent]:
    """Patents with any status, day of filing, end of term, owners and field."""
    days = st.none() | st.dates(date(2000, 1, 1), date(2026, 5, 1))
    return st.builds(
        replace,
        st.sampled_from(ALL),
        legal_status=st.sampled_from(LegalStatus),
        filing_date=days,
        grant_date=days,
        unused_since=days,
        expiry_date=st.none() | st.integers(-400, 7000).map(lambda n: TODAY + timedelta(days=n)),
        owners=st.lists(st.sampled_from(["甲大学", "乙公司", "丙院"]), unique=True).map(tuple),
        wipo_fields=st.lists(st.integers(1, 35), max_size=2).map(tuple),
        team=st.none() | st.just(SEPARATOR.team),
    )


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Connection]:
    with Store(f"sqlite:///{tmp_path / 'supply.sqlite'}") as store, store.writing() as connection:
        yield connection


@given(st.lists(variants(), max_size=6))
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_counts_are_those_of_the_patents_one_by_one(
    empty: Connection, records: list[Patent]
) -> None:
    held = [
        sibling(patent, f"CN2019199{number:05}.1", publication_number=None)
        for number, patent in enumerate(records)
    ]
    patents.delete_all_but(empty, set())  # of the example before
    patents.save(empty, held)
    counts = read(empty)
    statuses = [effective_status(patent, TODAY) for patent in held]
    assert counts["total"][0].patents == len(held)
    assert counts["total"][0].in_force == statuses.count(LegalStatus.IN_FORCE)
    assert numbers(counts.get("status", [])) == {s: statuses.count(s) for s in set(statuses)}
    filed = [patent.filing_date.year for patent in held if patent.filing_date]
    assert numbers(counts.get("filed", [])) == {str(y): filed.count(y) for y in set(filed)}
    alive = [p for p, s in zip(held, statuses, strict=True) if s is not LegalStatus.LAPSED]
    few = [p for p in alive if (years := years_left(p, TODAY)) is not None and years < 2]
    assert numbers(counts.get("years_left", [])).get("0-2", 0) == len(few)
    several = sum(len(patent.owners) > 1 for patent in held)
    assert sum(numbers(counts.get("parties", [])).values()) == several
    fields = [patent.wipo_fields[0] if patent.wipo_fields else 0 for patent in held]
    assert numbers(counts.get("field", [])) == {str(f): fields.count(f) for f in set(fields)}
    teams = sum(patent.team is not None for patent in held)
    assert sum(count.patents for count in counts.get("team", [])) == teams


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    with Store(f"sqlite:///{tmp_path / 'supply.sqlite'}") as store, store.writing() as connection:
        patents.save(connection, ALL)
        yield connection


def test_applicants_count_as_owners_where_there_is_no_owner(connection: Connection) -> None:
    shared = replace(BEARING, owners=(), applicants=("甲大学", "乙公司"))
    sold = replace(SEPARATOR, owners=("丙公司",), applicants=("甲大学", "乙公司"))
    patents.save(
        connection,
        [
            sibling(shared, "CN201519900005.5", publication_number=None),
            sibling(sold, "CN201519900006.3", publication_number=None),
        ],
    )
    assert [count.patents for count in read(connection)["parties"]] == [1]


def test_patents_without_an_institution_are_counted_apart(connection: Connection) -> None:
    nobody = replace(GRIPPER, owners=(), applicants=(), team=None)
    patents.save(connection, [sibling(nobody, "CN202029900007.5", publication_number=None)])
    assert numbers(read(connection)["institution"])[None] == 1


def test_a_scope_of_rows_may_be_long_or_empty(connection: Connection) -> None:
    many = [PatentRow(row) for row in range(40_000)]
    assert (
        supply(connection, within(many), today=TODAY, sleeping_months=24)["total"][0].patents == 3
    )
    none = supply(connection, within([]), today=TODAY, sleeping_months=24)
    assert none["total"][0] == SupplyCount(None, None, 0, 0, 0, 0)


def test_ids_within_a_scope(connection: Connection) -> None:
    materials = all_of(conditions(Filters(industries=("NM",)), TODAY, 24))
    ids = [SEPARATOR.id, GRIPPER.id, "CN000000000000.0"]
    assert ids_within(connection, ids, materials) == {SEPARATOR.id}
    assert ids_within(connection, [], true()) == frozenset()
