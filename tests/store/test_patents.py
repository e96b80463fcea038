from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, update

from matcher.errors import NotFoundError, StoreError
from matcher.store import catalogue_states, patents
from matcher.store.database import Store
from matcher.store.patent_json import from_record, to_record
from matcher.store.revision import stamp
from matcher.store.schema import catalogue as schema
from matcher.store.schema.catalogue import meta
from matcher.types import Claim, Filters, LegalStatus, LicenceTerms, Patent, PatentType
from tests.support.samples import (
    ALL,
    GRIPPER,
    SEPARATOR,
    TODAY,
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(f"sqlite:///{tmp_path / 'with space' / 'matcher.sqlite'}")
    with store.writing() as connection:
        assert patents.save(connection, ALL) == ["new"] * 3
    return store


def save(store: Store, *records: Patent) -> list[str]:
    with store.writing() as connection:
        return list(patents.save(connection, records))


def titles(store: Store, filters: Filters) -> set[str]:
    with store.reading() as connection:
        listed, total = patents.page(
            connection, filters, today=TODAY, sleeping_months=24, after=None, limit=50
        )
    assert total == len(listed)
    return {patent.title for _, patent in listed}


@pytest.mark.parametrize("patent", ALL)
def test_a_patent_survives_the_round_trip(patent: Patent) -> None:
    assert from_record(to_record(patent)) == patent


def test_saving_the_same_again_changes_nothing(store: Store) -> None:
    before = store.catalogue_state(), store.version().revision
    assert save(store, *ALL) == ["unchanged"] * 3
    assert (store.catalogue_state(), store.version().revision) == before


def test_a_new_status_needs_no_new_index_but_a_new_text_does(store: Store) -> None:
    state = store.catalogue_state()
    newer = replace(SEPARATOR, legal_status=LegalStatus.LAPSED, status_as_of=date(2026, 5, 20))
    assert save(store, newer) == ["changed"]
    assert store.catalogue_state() == state
    assert save(store, replace(SEPARATOR, abstract="新的摘要。")) == ["changed"]
    changed = store.catalogue_state()
    assert changed.number == state.number + 1 and changed.id != state.id
    with store.reading() as connection:
        assert catalogue_states.is_known(connection, state)
        assert not catalogue_states.is_known(connection, replace(state, id=changed.id))
        numbers = {
            row.id: row.searchable_state for row in connection.execute(select(schema.patents))
        }
    assert numbers[SEPARATOR.id] == changed.number
    assert {n for identity, n in numbers.items() if identity != SEPARATOR.id} == {state.number}


def test_a_value_missing_in_a_newer_file_stays(store: Store) -> None:
    sparse = Patent(id=SEPARATOR.id, title="新的名称")
    assert save(store, sparse) == ["changed"]
    with store.reading() as connection:
        merged = patents.by_identifier(connection, SEPARATOR.id)
    assert merged == replace(SEPARATOR, title="新的名称")


def test_an_older_status_never_replaces_a_newer_one(store: Store) -> None:
    older = replace(
        SEPARATOR,
        legal_status=LegalStatus.PENDING,
        status_as_of=date(2020, 1, 1),
        claims=(Claim(1, "只有第一项"),),
        claims_coverage=GRIPPER.claims_coverage,
        publication_number="CN119900001A",
        kind_code="A",
        licence=LicenceTerms(term="五年"),
    )
    save(store, older)
    with store.reading() as connection:
        merged = patents.by_identifier(connection, SEPARATOR.id)
    assert merged.legal_status is LegalStatus.IN_FORCE
    assert merged.claims == SEPARATOR.claims
    assert merged.publication_number == "CN119900001B"
    assert merged.licence == replace(SEPARATOR.licence, term="五年")


def test_an_error_in_the_middle_leaves_the_database_as_it_was(store: Store) -> None:
    revision = store.version().revision
    with pytest.raises(RuntimeError), store.writing() as connection:
        patents.save(connection, [replace(GRIPPER, title="半途")])
        raise RuntimeError("killed")
    assert store.version().revision == revision
    assert titles(store, Filters(institutions=("样例研究院",))) == {GRIPPER.title}


def test_patents_in_no_file_are_deleted(store: Store) -> None:
    with store.writing() as connection:
        assert patents.delete_all_but(connection, {SEPARATOR.id}) == 2
    assert titles(store, Filters(legal_status=frozenset(LegalStatus))) == {SEPARATOR.title}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), {SEPARATOR, GRIPPER}),
        (Filters(legal_status=frozenset(LegalStatus)), set(ALL)),
        (Filters(legal_status=frozenset({LegalStatus.UNKNOWN})), {GRIPPER}),
        (Filters(ipc_prefixes=("h01m 50",)), {SEPARATOR}),
        (Filters(ipc_prefixes=("B25J", "H01M10")), {SEPARATOR, GRIPPER}),
        (Filters(industries=("HEM",)), {GRIPPER}),
        (Filters(institutions=("样例研究",)), {GRIPPER}),
        (Filters(regions=("天津市",)), {SEPARATOR}),
        (Filters(patent_types=(PatentType.UTILITY_MODEL,)), {GRIPPER}),
        (Filters(open_licence=True), {SEPARATOR}),
        (Filters(open_licence=False), {GRIPPER}),
        (Filters(sleeping=True), {SEPARATOR}),
        (Filters(sleeping=False), {GRIPPER}),
        (Filters(filed_after=date(2020, 5, 1)), {GRIPPER}),
        (Filters(min_years_left=10), {SEPARATOR}),
        (Filters(min_years_left=1), {SEPARATOR, GRIPPER}),
        (Filters(industries=("BIO",)), set()),
    ],
)
def test_filters(store: Store, filters: Filters, expected: set[Patent]) -> None:
    assert titles(store, filters) == {patent.title for patent in expected}


def test_each_filter_is_counted_alone(store: Store) -> None:
    filters = Filters(industries=("NM",), open_licence=True)
    with store.reading() as connection:
        rows, hidden = patents.allowed(connection, filters, today=TODAY, sleeping_months=24)
    assert hidden == {"legal_status": 1, "industries": 2, "open_licence": 2}
    assert rows is not None and len(rows) == 1


def test_a_right_past_its_term_is_hidden_as_lapsed(store: Store) -> None:
    day = date(2031, 1, 1)
    with store.reading() as connection:
        _, hidden = patents.allowed(connection, Filters(), today=day, sleeping_months=24)
        assert patents.count_by_status(connection, day)["lapsed"] == 2
        assert patents.count_by_status(connection, TODAY)["lapsed"] == 1
    assert hidden == {"legal_status": 2}


def test_without_anything_hidden_there_is_no_restriction(store: Store) -> None:
    everything = Filters(legal_status=frozenset(LegalStatus))
    with store.reading() as connection:
        rows, _ = patents.allowed(connection, everything, today=TODAY, sleeping_months=24)
    assert rows is None


@pytest.mark.parametrize(
    "spelling", ["CN201919900001.1", "2019199000011", "ZL 201919900001.1", "cn119900001b"]
)
def test_a_patent_is_found_by_every_spelling(store: Store, spelling: str) -> None:
    with store.reading() as connection:
        assert patents.by_identifier(connection, spelling) == SEPARATOR


def test_the_error_for_an_unknown_number_lists_the_accepted_numbers(store: Store) -> None:
    with store.reading() as connection, pytest.raises(NotFoundError, match="application number"):
        patents.by_identifier(connection, "CN200010000000.0")


def test_a_database_of_another_version_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.sqlite'}"
    with Store(url) as store, store.writing() as connection:
        connection.execute(update(stamp).values(version_num="9999"))
        connection.execute(update(meta).where(meta.c.key == "oldest_program").values(value=9998))
    with pytest.raises(StoreError, match="revision 9998 and later"):
        Store(url)


@pytest.mark.sqlite
def test_a_folder_that_cannot_be_made_is_named_with_the_reason(tmp_path: Path) -> None:
    file = tmp_path / "no folder"
    file.write_text("")
    with pytest.raises(StoreError, match=r"no folder/sub: Not a directory\); check MATCHER_HOME"):
        Store(f"sqlite:///{file}/sub/matcher.sqlite")
