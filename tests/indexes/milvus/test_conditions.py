"""Filters in the language of Milvus allow the patents that they allow in SQL."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import hypothesis
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexes.milvus import conditions
from indexes.milvus.client import MilvusCalls
from indexes.milvus.entities import MAX_TERMS, MAX_TOKENS, TOKEN_LENGTH, pack, token_words, unpack
from matcher.ports import Allowed
from matcher.settings import Settings
from matcher.store import patents
from matcher.store.filter_values import MAX_VALUES, read_values, resolve
from matcher.types import Filters, LegalStatus, LicenceTerms, Patent, PatentId, PatentType
from matcher.wiring.open import open_store
from tests.support.engines import save, settings_for
from tests.support.milvus import lite, written
from tests.support.samples import BEARING, GRIPPER, SEPARATOR, TODAY

PATENTS = 60
SLEEPING_MONTHS = 24
REGIONS = ("天津", "河北", None)
INSTITUTIONS = ('样例"引号"大学', "样例\\反斜杠研究所", "样例大学（甲）", None)
SYMBOLS = ("H01M50/403", "H01M4/13", "G06F17/00", "B25J15/00")
INDUSTRIES = ("NM", "BIO", "NEV")


def patent(number: int) -> Patent:
    """A patent with values drawn for it."""
    random = np.random.default_rng(number)
    institution = INSTITUTIONS[random.integers(4)]
    years = int(random.integers(-4, 12))
    return replace(
        (SEPARATOR, GRIPPER, BEARING)[number % 3],
        id=PatentId(f"CN2020199{number:05}.1"),
        application_number=f"CN2020199{number:05}.1",
        publication_number=None,
        legal_status=list(LegalStatus)[random.integers(len(LegalStatus))],
        patent_type=list(PatentType)[random.integers(len(PatentType))],
        region=REGIONS[random.integers(3)],
        team=None,
        owners=() if institution is None else (institution,),
        applicants=(),
        licence=LicenceTerms(open_licence=(None, True, False)[random.integers(3)]),
        unused_since=(None, date.min, TODAY - timedelta(300), TODAY - timedelta(900))[
            random.integers(4)
        ],
        filing_date=None if random.random() < 0.2 else TODAY - timedelta(days=400 * years),
        expiry_date=None if random.random() < 0.2 else TODAY + timedelta(days=365 * years),
        ipc=tuple(SYMBOLS[place] for place in np.flatnonzero(random.random(4) < 0.4)),
        industries=tuple(INDUSTRIES[place] for place in np.flatnonzero(random.random(3) < 0.4)),
    )


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = settings_for(tmp_path_factory.mktemp("home"))
    save(settings, *map(patent, range(PATENTS)))
    return settings


@pytest.fixture(scope="module")
def calls(real_clock: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusCalls]:
    with lite(tmp_path_factory.mktemp("lite")) as calls:
        yield calls


@pytest.fixture(scope="module")
def collection(
    calls: MilvusCalls, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """A collection with one row for each patent."""
    with open_store(settings) as store, store.reading() as connection:
        values = read_values(connection, None)
    vectors = np.ones((len(values), 1), dtype=np.float32)
    folder = tmp_path_factory.mktemp("words")
    dense, _ = written(calls, folder, sorted(values), ["valve"] * len(values), vectors, values)
    return dense._published.collection


def some(*values: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)


filters = st.builds(
    Filters,
    legal_status=st.one_of(
        st.just(frozenset(LegalStatus)),
        st.frozensets(st.sampled_from(LegalStatus), min_size=1),
    ),
    ipc_prefixes=some("H", "H01", "H01M", "h01m 50", "H01M50/403", "G06F1", "Z99"),
    industries=some(*INDUSTRIES, "XX"),
    institutions=some('"引号', "\\", "大学", "没有"),
    regions=some("天津市", "河北", "北京"),
    patent_types=st.lists(st.sampled_from(PatentType), max_size=2).map(tuple),
    open_licence=st.sampled_from([None, True, False]),
    sleeping=st.sampled_from([None, True, False]),
    filed_after=st.sampled_from([None, date(2020, 1, 1), TODAY]),
    min_years_left=st.sampled_from([None, 0.0, 2.5, 8.0]),
)


@given(filters=filters)
@hypothesis.settings(max_examples=150)
def test_values_allow_what_the_database_allows(
    calls: MilvusCalls, collection: str, settings: Settings, filters: Filters
) -> None:
    with open_store(settings) as store, store.reading() as connection:
        rows, _hidden = patents.allowed(
            connection, filters, today=TODAY, sleeping_months=SLEEPING_MONTHS
        )
        values = resolve(connection, filters, today=TODAY, sleeping_months=SLEEPING_MONTHS)
        every = patents.all_rows(connection)
    assert values is not None
    condition = conditions.of_values(values)
    told = calls._client.query(
        collection, filter=condition or "segment >= 0", output_fields=["patent"]
    )
    expected = every if rows is None else rows.tolist()
    assert sorted(row["patent"] for row in told) == expected, condition


def test_each_filter_divides_the_patents(settings: Settings) -> None:
    """None of them is without effect on those that the test above draws."""
    with open_store(settings) as store, store.reading() as connection:
        for alone in (
            Filters(),
            Filters(sleeping=True),
            Filters(open_licence=True),
            Filters(regions=("河北",)),
            Filters(min_years_left=2.5),
            Filters(filed_after=date(2020, 1, 1)),
            Filters(ipc_prefixes=("H01M",)),
        ):
            rows, _ = patents.allowed(
                connection, alone, today=TODAY, sleeping_months=SLEEPING_MONTHS
            )
            assert rows is not None and 0 < len(rows) < PATENTS, alone


def test_what_comes_to_very_many_values_is_told_by_rows(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matcher.store.filter_values.MAX_VALUES", 1)
    assert MAX_VALUES > 1
    with open_store(settings) as store, store.reading() as connection:
        for wide in (Filters(institutions=("样例",)), Filters(ipc_prefixes=("H01M5", "G06F1"))):
            assert resolve(connection, wide, today=TODAY, sleeping_months=24) is None


def test_many_allowed_patents_are_listed_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conditions, "MAX_LISTED", 2)
    rows = np.array([3, 5, 8, 9, 11])
    assert conditions.of_allowed(Allowed(rows, rows)) == [
        "patent in [3,5]",
        "patent in [8,9]",
        "patent in [11]",
    ]


def test_terms_of_a_passage_are_kept_within_what_milvus_takes() -> None:
    numbers = np.arange(MAX_TERMS + 500, dtype=np.uint32)
    counts = np.ones(len(numbers), dtype=np.uint8)
    counts[-3:] = 7
    text = pack(numbers, counts)
    assert len(text) <= 65_535 and json.dumps(text).isascii()
    kept, own = unpack(text)
    assert len(kept) == MAX_TERMS and kept[-3:].tolist() == numbers[-3:].tolist()
    assert own[-3:].tolist() == [7, 7, 7]
    for size in (0, 1, 300):
        again = unpack(pack(numbers[:size], counts[:size]))
        np.testing.assert_array_equal(again[0], numbers[:size])
        np.testing.assert_array_equal(again[1], counts[:size])
    words = token_words(np.array([0, 1 << 63, 2**64 - 1], dtype=np.uint64))
    assert {len(word) for word in words} == {TOKEN_LENGTH} and len(set(words)) == 3
    assert MAX_TOKENS * (TOKEN_LENGTH + 1) - 1 <= 65_535
