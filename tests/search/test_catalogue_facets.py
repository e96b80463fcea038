"""Facets count what a filter would leave, under the other filters; totals are exact."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matcher.search.catalogue import Catalogue
from matcher.search.catalogue_query import CatalogueQuery
from matcher.store import patents
from matcher.store.database import Store
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
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    """A catalogue of four: separator, gripper, bearing, and one whose term is over."""
    with Store(f"sqlite:///{tmp_path / 'facets.sqlite'}") as store:
        with store.writing() as connection:
            patents.save(connection, [*ALL, replace(OLD, publication_number=None)])
        yield Catalogue(store, 24)


API_FACETS = ("industries", "institutions", "legal_status", "open_licence", "sleeping")


def counted(
    catalogue: Catalogue, filters: Filters, names: tuple[str, ...] = API_FACETS
) -> dict[str, dict[str | bool | int, int]]:
    facets = catalogue.search.find(CatalogueQuery(filters=filters), TODAY, facets=True).facets
    return {name: {value.value: value.count for value in facets[name]} for name in names}


EVERY = Filters(legal_status=frozenset(LegalStatus))


def test_each_value_is_counted(catalogue: Catalogue) -> None:
    assert counted(catalogue, EVERY) == {
        "industries": {"HEM": 3, "NGIT": 1, "NM": 1},
        "institutions": {INSTITUTION: 2, "样例研究院": 2},
        "legal_status": {"lapsed": 2, "in_force": 1, "unknown": 1},
        "open_licence": {False: 3, True: 1},
        "sleeping": {False: 3, True: 1},
    }


def test_the_most_frequent_value_comes_first(catalogue: Catalogue) -> None:
    facets = catalogue.search.find(CatalogueQuery(filters=EVERY), TODAY, facets=True).facets
    assert [(value.value, value.count) for value in facets["industries"]] == [
        ("HEM", 3),
        ("NGIT", 1),
        ("NM", 1),
    ]


def test_a_facet_is_counted_under_the_other_filters_and_not_its_own(
    catalogue: Catalogue,
) -> None:
    # As asked by default the lapsed two are out, but in the facet of their own.
    facets = counted(catalogue, Filters(industries=("HEM",)))
    assert facets["industries"] == {"HEM": 1, "NM": 1}
    assert facets["institutions"] == {"样例研究院": 1}
    assert facets["legal_status"] == {"lapsed": 2, "unknown": 1}
    facets = counted(catalogue, replace(EVERY, open_licence=True))
    assert facets["open_licence"] == {False: 3, True: 1}
    assert facets["institutions"] == {INSTITUTION: 1}
    facets = counted(catalogue, replace(EVERY, patent_types=(PatentType.DESIGN,)))
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
    catalogue: Catalogue,
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
    facets = counted(catalogue, filters)

    def total(**chosen: object) -> int:
        narrowed = replace(filters, **chosen)  # type: ignore[arg-type]
        total = catalogue.page(CatalogueQuery(filters=narrowed), today=TODAY, limit=1)[1]
        assert len(catalogue.search.find(CatalogueQuery(filters=narrowed), TODAY)) == total
        return total

    for code in ("NGIT", "NM", "HEM", "BIO"):
        assert facets["industries"].get(code, 0) == total(industries=(code,))
    for status in LegalStatus:
        expected = total(legal_status=frozenset({status}))
        assert facets["legal_status"].get(status.value, 0) == expected
    others = counted(catalogue, filters, ("regions", "patent_types", "ipc", "min_years_left"))
    for region in ("天津", "河北", "北京"):
        assert others["regions"].get(region, 0) == total(regions=(region,))
    for kind in PatentType:
        assert others["patent_types"].get(kind.value, 0) == total(patent_types=(kind,))
    for subclass in ("H01M", "B25J", "G01M", "A01B"):
        assert others["ipc"].get(subclass, 0) == total(ipc_prefixes=(subclass,))
    for years in (1, 3, 5, 10, 15):
        assert others["min_years_left"].get(years, 0) == total(min_years_left=years)
    for flag in (True, False):
        assert facets["open_licence"].get(flag, 0) == total(open_licence=flag)
        assert facets["sleeping"].get(flag, 0) == total(sleeping=flag)
