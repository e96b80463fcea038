"""The printed catalogue: an entry for each patent, in chapters, and nothing of a person."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from matcher.errors import InputError
from matcher.language.choice import speaking
from matcher.reporting.catalogue.entries import chapters
from matcher.reporting.catalogue.printing import print_catalogue
from matcher.reporting.catalogue.table import HEADINGS, NOTICE, write_catalogue
from matcher.reporting.pdf import pdf_of
from matcher.search.catalogue import Catalogue
from matcher.search.catalogue_query import CatalogueQuery
from matcher.store import institutions, patents
from matcher.store.database import Store
from matcher.types import Filters, LegalStatus, PatentRow
from tests.support.samples import ALL, BEARING, GRIPPER, INSTITUTION, SEPARATOR, TODAY, TTO

MOMENT = datetime(2026, 6, 1, 4, tzinfo=UTC)
EVERY = CatalogueQuery(filters=Filters(legal_status=frozenset(LegalStatus)))
MARKED = replace(
    GRIPPER,
    title="<b>夹爪</b> & =1+1",
    industries=(),
    owners=(),
    region=None,
    publication_number=None,
)


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with Store(f"sqlite:///{tmp_path / 'printed.sqlite'}") as store:
        with store.writing() as connection:
            patents.save(connection, [SEPARATOR, MARKED, BEARING])
            institutions.save_tto(connection, [TTO])
        yield Catalogue(store, 24)


def rows(catalogue: Catalogue) -> list[PatentRow]:
    return [PatentRow(int(row)) for row in catalogue.search.find(EVERY, TODAY).rows]


def test_patents_stand_under_their_first_industry_in_the_order_of_industries(
    catalogue: Catalogue, chinese: None
) -> None:
    made = chapters(catalogue, rows(catalogue), "industry", TODAY)
    assert [chapter.title for chapter in made] == ["新材料", "高端装备制造", "不属于四大产业"]
    assert [[entry.position for entry in chapter.entries] for chapter in made] == [[1], [2], [3]]


def test_chapters_of_institutions_name_their_office_once(
    catalogue: Catalogue, chinese: None
) -> None:
    own, without = chapters(catalogue, rows(catalogue), "institution", TODAY)
    assert (own.title, without.title) == (INSTITUTION, "机构不明")
    assert own.contact == "样例大学技术转移中心 022-0000-0000 tto@sample.example"
    html = print_catalogue(catalogue, EVERY, "institution", MOMENT).html
    assert html.count("tto@sample.example") == 1


def test_an_entry_says_what_a_firm_asks(catalogue: Catalogue, chinese: None) -> None:
    (entry,) = chapters(catalogue, rows(catalogue), "industry", TODAY)[0].entries
    assert entry.number == "CN201919900001.1"
    assert entry.title == SEPARATOR.title
    assert entry.plain == "在聚乙烯基膜上涂覆氧化铝陶瓷层，隔膜在150℃下的热收缩率低于2%"
    assert entry.facts == "发明 · 有权（截至 2026-05-01） · 剩余约 13 年"
    assert entry.terms == "已声明开放许可；许可费：3 万元/年"
    assert entry.team == "材料学院 储能材料团队"
    html = print_catalogue(catalogue, EVERY, "industry", MOMENT).html
    assert "<b>许可与转让条件</b> 已声明开放许可" in html and "<b>联系</b>" in html


def test_no_person_is_named(catalogue: Catalogue) -> None:
    for language in ("zh", "en"):
        with speaking(language):
            html = print_catalogue(catalogue, EVERY, "industry", MOMENT).html
        assert "样例甲" not in html and "样例乙" not in html


def test_marks_of_html_in_the_data_stay_text(catalogue: Catalogue) -> None:
    html = print_catalogue(catalogue, EVERY, "industry", MOMENT, title="</style><i>").html
    assert "&lt;b&gt;夹爪&lt;/b&gt; &amp; =1+1" in html
    assert "<i>" not in html and "<b>夹爪" not in html


def test_the_cover_tells_choice_number_and_what_is_left_out(
    catalogue: Catalogue, chinese: None
) -> None:
    query = replace(
        EVERY, filters=replace(EVERY.filters, institutions=("样例",)), words="方法 bear"
    )
    with pytest.raises(InputError, match="没有"):
        print_catalogue(catalogue, query, "industry", MOMENT)
    printed = print_catalogue(catalogue, replace(query, words="bear"), "industry", MOMENT)
    assert "“bear” · 法律状态 有权/失效/审中/未知 · 机构 样例" in printed.html
    assert (printed.patents, printed.left_out) == (1, 0)
    printed = print_catalogue(catalogue, EVERY, "industry", MOMENT, limit=2)
    assert (printed.patents, printed.left_out) == (2, 1)
    assert "2 件专利" in printed.html and "还有 1 件未印入" in printed.html


def test_the_index_leads_from_each_number_to_its_entry(catalogue: Catalogue) -> None:
    html = print_catalogue(catalogue, EVERY, "industry", MOMENT).html
    index = re.findall(r"<li>(\S+) <b>(\d)</b></li>", html)
    assert index == [
        ("CN201519900003.2", "2"),
        ("CN201919900001.1", "1"),
        ("CN202029900002.4", "3"),
    ]


def test_it_becomes_a_pdf(catalogue: Catalogue) -> None:
    assert pdf_of(print_catalogue(catalogue, EVERY, "industry", MOMENT).html).startswith(b"%PDF")


def test_the_table_has_a_row_for_each_patent_and_texts_stay_texts(catalogue: Catalogue) -> None:
    stream = BytesIO()
    left_out = write_catalogue(
        stream, catalogue, EVERY, exported_by="staff", moment=MOMENT, format="xlsx"
    )
    book = load_workbook(stream)
    lines = list(book["专利目录"].values)
    assert left_out == 0 and len(lines) == 1 + len(ALL)
    separator = dict(zip(HEADINGS, lines[2], strict=True))
    assert separator["申请号"] == "CN201919900001.1"
    assert (separator["开放许可"], separator["沉睡专利"]) == ("是", "是")
    cells = [str(cell) for line in book["导出说明"].values for cell in line]
    assert NOTICE in cells and not any("内部资料" in cell for cell in cells)
    assert not any("样例甲" in str(cell) for line in lines for cell in line)
