"""Facets count what a filter would leave, under the other filters."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from matcher.store import patents
from matcher.store.database import Store
from matcher.store.facets import facet_counts
from matcher.types import Filters, LegalStatus, PatentType
from tests.support.samples import (
    ALL,
    GRIPPER,
    INSTITUTION,
    TODAY,
    sibling,
)

OLD = sibling(
    GRIPPER, "CN200529900004.8", filing_date=date(2005, 1, 1), expiry_date=date(2015, 1, 1)
)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    """A catalogue of four: separator, gripper, bearing, and one whose term is over."""
    with Store(f"sqlite:///{tmp_path / 'facets.sqlite'}") as store, store.writing() as connection:
        patents.save(connection, [*ALL, replace(OLD, publication_number=None)])
        yield connection


def counted(connection: Connection, filters: Filters) -> dict[str, dict[str | bool, int]]:
    facets = facet_counts(connection, filters, today=TODAY, sleeping_months=24)
    return {name: {value.value: value.count for value in values} for name, values in facets.items()}


EVERY = Filters(legal_status=frozenset(LegalStatus))


def test_each_value_is_counted(connection: Connection) -> None:
    assert counted(connection, EVERY) == {
        "industries": {"HEM": 3, "NGIT": 1, "NM": 1},
        "institutions": {INSTITUTION: 2, "样例研究院": 2},
        "legal_status": {"lapsed": 2, "in_force": 1, "unknown": 1},
        "open_licence": {False: 3, True: 1},
        "sleeping": {False: 3, True: 1},
    }


def test_the_most_frequent_value_comes_first(connection: Connection) -> None:
    facets = facet_counts(connection, EVERY, today=TODAY, sleeping_months=24)
    assert [(value.value, value.count) for value in facets["industries"]] == [
        ("HEM", 3),
        ("NGIT", 1),
        ("NM", 1),
    ]


def test_a_facet_is_counted_under_the_other_filters_and_not_its_own(
    connection: Connection,
) -> None:
    # As asked by default the lapsed two are out, but in the facet of their own.
    facets = counted(connection, Filters(industries=("HEM",)))
    assert facets["industries"] == {"HEM": 1, "NM": 1}
    assert facets["institutions"] == {"样例研究院": 1}
    assert facets["legal_status"] == {"lapsed": 2, "unknown": 1}
    facets = counted(connection, replace(EVERY, open_licence=True))
    assert facets["open_licence"] == {False: 3, True: 1}
    assert facets["institutions"] == {INSTITUTION: 1}
    facets = counted(connection, replace(EVERY, patent_types=(PatentType.DESIGN,)))
    assert set(map(len, facets.values())) == {0}


@given(
    industries=st.sets(st.sampled_from(["NGIT", "NM", "HEM", "BIO"])),
    statuses=st.sets(st.sampled_from(LegalStatus), min_size=1),
    licence=st.none() | st.booleans(),
    sleeping=st.none() | st.booleans(),
)
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
    ],  # it is only read from
)
def test_a_count_is_the_total_that_the_filter_gives(
    connection: Connection,
    industries: set[str],
    statuses: set[LegalStatus],
    licence: bool | None,
    sleeping: bool | None,
) -> None:
    filters = Filters(
        legal_status=frozenset(statuses),
        industries=tuple(sorted(industries)),
        open_licence=licence,
        sleeping=sleeping,
    )
    facets = counted(connection, filters)

    def total(**chosen: object) -> int:
        narrowed = replace(filters, **chosen)  # type: ignore[arg-type]
        return patents.page(
            connection, narrowed, today=TODAY, sleeping_months=24, after=None, limit=1
        )[1]

    for code in ("NGIT", "NM", "HEM", "BIO"):
        assert facets["industries"].get(code, 0) == total(industries=(code,))
    for status in LegalStatus:
        expected = total(legal_status=frozenset({status}))
        assert facets["legal_status"].get(status.value, 0) == expected
    for flag in (True, False):
        assert facets["open_licence"].get(flag, 0) == total(open_licence=flag)
        assert facets["sleeping"].get(flag, 0) == total(sleeping=flag)
