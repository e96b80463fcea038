"""Search of the catalogue by words: exact, in order, and honest without an index of words."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from matcher.search.catalogue import Catalogue
from matcher.search.catalogue_query import CatalogueHits, CatalogueQuery, Order
from matcher.settings import Settings
from matcher.store import patents
from matcher.types import Filters, LegalStatus, Patent, PatentId, TeamRef
from matcher.wiring.build import index_words
from matcher.wiring.open import open_catalogue
from tests.support.engines import settings_for
from tests.support.samples import ALL, GRIPPER, INSTITUTION, SEPARATOR, TODAY, sibling

EVERY = Filters(legal_status=frozenset(LegalStatus))
COATING = replace(
    sibling(SEPARATOR, "CN202119900005.5", publication_number=None, filing_date=date(2021, 1, 1)),
    title="一种陶瓷涂层及其制备方法",
    abstract="涂层用于刀具。",
    claims=(),
    owners=("样例大学（校本部）",),
    team=TeamRef("样例大学（校本部）", "表面工程团队"),
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home of its own."""
    return settings_for(tmp_path)


@pytest.fixture
def catalogue(settings: Settings) -> Iterator[Catalogue]:
    """A catalogue of four whose words are indexed."""
    with open_catalogue(settings) as catalogue:
        save(catalogue, *ALL, COATING)
        index_words(settings, catalogue.store)
        yield catalogue


def save(catalogue: Catalogue, *records: Patent) -> None:
    with catalogue.store.writing() as connection:
        patents.save(connection, list(records))


def find(catalogue: Catalogue, words: str, order: Order = "best") -> CatalogueHits:
    return catalogue.search.find(CatalogueQuery(words, EVERY, order=order), TODAY)


def ids(catalogue: Catalogue, words: str, order: Order = "best") -> list[PatentId]:
    hits = find(catalogue, words, order)
    by_row = catalogue.patents([*map(int, hits.rows)], catalogue.store.version())  # type: ignore[list-item]
    return [by_row[row].id for row in hits.rows.tolist()]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("隔膜", {SEPARATOR.id}),
        ("膜", {SEPARATOR.id}),
        ("陶瓷", {SEPARATOR.id, COATING.id}),
        ("陶瓷 刀具", {COATING.id}),
        ("陶瓷，热收缩率", {SEPARATOR.id}),
        ("陶瓷 样例研究院", set()),
        ("瓷涂", {SEPARATOR.id, COATING.id}),
        ('"陶瓷涂层"', {COATING.id}),
        ("陶瓷涂覆", {SEPARATOR.id}),
        ("2微米", {SEPARATOR.id}),
        ("FAULT vibration", {ALL[2].id}),
        ("diagnos", {ALL[2].id}),
        ('"fault diagnosis"', {ALL[2].id}),
        ('"diagnosis fault"', set()),
        ('"fault diagno"', set()),
        ("early method", {ALL[2].id}),
        ('"early method"', set()),
        ("H01M50/449", {SEPARATOR.id, COATING.id}),
        ("H01M", {SEPARATOR.id, COATING.id}),
        ("樣例研究院", {GRIPPER.id}),
        ("表面工程团队", {COATING.id}),
        ("样例甲", set()),
        ("of", set()),
        ("、", set()),
    ],
)
def test_every_word_must_occur(catalogue: Catalogue, words: str, expected: set[str]) -> None:
    assert set(ids(catalogue, words)) == expected
    assert find(catalogue, words).basis == "words"


@pytest.mark.parametrize(
    "number",
    ["CN201919900001.1", "201919900001.1", "ZL201919900001", "ZL 2019 1 9900001.1", "CN119900001B"],
)
def test_a_number_finds_its_patent_in_any_spelling(catalogue: Catalogue, number: str) -> None:
    assert ids(catalogue, number) == [SEPARATOR.id]


def test_the_beginning_of_a_number_finds_all_that_begin_so(catalogue: Catalogue) -> None:
    assert ids(catalogue, "2019199") == [SEPARATOR.id]


def test_a_word_of_the_title_says_most_and_the_newest_can_come_first(catalogue: Catalogue) -> None:
    assert ids(catalogue, "涂层") == [COATING.id]
    assert ids(catalogue, "陶瓷", "newest") == [COATING.id, SEPARATOR.id]
    assert ids(catalogue, "")[:2] == [COATING.id, GRIPPER.id]
    mentioned = sibling(GRIPPER, "CN202219900006.4", publication_number=None, title="一种夹具")
    save(catalogue, replace(mentioned, abstract="夹具也可用于隔膜。", filing_date=date(2022, 1, 1)))


def test_without_an_index_titles_and_names_are_searched_and_that_is_said(
    settings: Settings,
) -> None:
    with open_catalogue(settings) as catalogue:
        save(catalogue, *ALL)
        assert ids(catalogue, "隔膜") == [SEPARATOR.id]
        assert find(catalogue, "隔膜").basis == "titles"
        assert ids(catalogue, "氧化铝") == []  # in the abstract only
        assert ids(catalogue, "陶瓷 样例大学") == [SEPARATOR.id]
        assert ids(catalogue, "100%") == []
        assert ids(catalogue, "ZL201919900001") == [SEPARATOR.id]
        assert find(catalogue, "").basis is None


def test_an_index_that_is_brought_up_to_date_takes_over_at_once(
    catalogue: Catalogue, settings: Settings
) -> None:
    renamed = replace(SEPARATOR, title="一种耐热隔离膜", abstract="隔离膜耐热。", claims=())
    save(catalogue, renamed)
    assert find(catalogue, "陶瓷").is_stale
    assert index_words(settings, catalogue.store) == 1
    assert not find(catalogue, "陶瓷").is_stale
    assert ids(catalogue, "耐热隔离") == [SEPARATOR.id]
    assert index_words(settings, catalogue.store) == 0


def test_a_patent_that_is_gone_is_not_found(catalogue: Catalogue, settings: Settings) -> None:
    with catalogue.store.writing() as connection:
        patents.delete_all_but(connection, {GRIPPER.id, COATING.id, ALL[2].id})
    assert ids(catalogue, "陶瓷") == [COATING.id]
    index_words(settings, catalogue.store)
    assert ids(catalogue, "陶瓷") == [COATING.id]


def test_an_institution_and_a_team_are_found_whole_in_any_spelling(catalogue: Catalogue) -> None:
    def rows(institution: str, team: str | None = None) -> int:
        query = CatalogueQuery(filters=EVERY, institution=institution, team=team)
        return len(catalogue.search.find(query, TODAY))

    assert rows(INSTITUTION) == 2  # without 样例大学（校本部）
    assert rows("样例大学(校本部)") == 1
    assert rows("样例") == 0
    assert rows(INSTITUTION, "储能材料团队") == 1
    assert rows(INSTITUTION, "表面工程团队") == 0


def test_a_run_of_characters_that_nothing_has_is_parted(catalogue: Catalogue) -> None:
    assert find(catalogue, "陶瓷刀具").splits == (("陶瓷 刀具", 1),)
    assert find(catalogue, "陶瓷 氮化硼").splits == ()
    assert find(catalogue, "陶瓷").splits == ()


def test_each_filter_tells_how_many_patents_it_keeps_out(catalogue: Catalogue) -> None:
    query = CatalogueQuery("振动 bearing", Filters())
    assert not catalogue.search.find(query, TODAY).hidden["legal_status"]
    query = CatalogueQuery("bearing", Filters())
    hits = catalogue.search.find(query, TODAY)
    assert (len(hits), hits.hidden) == (0, {"legal_status": 1})
